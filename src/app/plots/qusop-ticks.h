/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GArray *qusop_ticks_linear (double low, double high, guint n_max)
    G_GNUC_WARN_UNUSED_RESULT;
GArray *qusop_ticks_log (double low, double high, guint n_max) G_GNUC_WARN_UNUSED_RESULT;
char   *qusop_ticks_format (const GArray *ticks, guint i) G_GNUC_WARN_UNUSED_RESULT;
char   *qusop_number_format (double value) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
