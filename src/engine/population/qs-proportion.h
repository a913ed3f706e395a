/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QsProportion:
 *
 * Clopper–Pearson intervals of one level and number of trials, tabulated: hundreds are
 * read at every slider step.
 */
typedef struct _QsProportion QsProportion;

QsProportion *qs_proportion_new (guint64 n_trials, double level)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_proportion_free (QsProportion *self);
void qs_proportion_interval (const QsProportion *self,
                             guint64             n_successes,
                             double             *lower,
                             double             *upper);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsProportion, qs_proportion_free)

G_END_DECLS
