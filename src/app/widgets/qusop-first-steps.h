/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_FIRST_STEPS (qusop_first_steps_get_type ())

/* What a first session consists of, in this order. */
typedef enum {
  QUSOP_FIRST_OPEN,
  QUSOP_FIRST_LOOK,
  QUSOP_FIRST_FIT,
  QUSOP_FIRST_DECIDE,
  QUSOP_FIRST_EXPORT,
  QUSOP_N_FIRST_STEPS,
} QusopFirstStep;

/**
 * QusopFirstSteps:
 *
 * A strip above the pages that leads through a first session of five minutes: what to do
 * next and why, ticked off as it is done. Hidden until it is asked for, and again once it
 * is closed; nothing waits for it.
 */
G_DECLARE_FINAL_TYPE (QusopFirstSteps, qusop_first_steps, QUSOP, FIRST_STEPS, GtkWidget)

void     qusop_first_steps_begin (QusopFirstSteps *self);
gboolean qusop_first_steps_is_shown (QusopFirstSteps *self);
void     qusop_first_steps_set_done (QusopFirstSteps *self,
                                     QusopFirstStep   step,
                                     gboolean         done);
gboolean qusop_first_steps_is_done (QusopFirstSteps *self, QusopFirstStep step);

G_END_DECLS
