/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

/* Values in words, the same in figures and reports; all transfer full unless const. */
char       *qusop_word_number (double value) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_word_mg (double dose_mg) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_word_percent (double share) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_word_count (guint64 n) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_word_prior (const QsPrior *prior) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_word_success (const QsScenario *scenario) G_GNUC_WARN_UNUSED_RESULT;
char       *qusop_word_dose (const QsScenario *scenario, double dose);
const char *qusop_word_regimen (const QsScenario *scenario);

G_END_DECLS
