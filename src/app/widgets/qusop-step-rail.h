/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  QUSOP_STEP_EMPTY,
  QUSOP_STEP_OK,
  QUSOP_STEP_STALE,
  QUSOP_STEP_WARNING,
  QUSOP_STEP_RUNNING,
} QusopStepStatus;

#define QUSOP_TYPE_STEP_RAIL (qusop_step_rail_get_type ())

/**
 * QusopStepRail:
 *
 * The numbered steps of the work, each with its status as shape, colour and word. Emits
 * "selected" with the step's index when the user goes there.
 */
G_DECLARE_FINAL_TYPE (QusopStepRail, qusop_step_rail, QUSOP, STEP_RAIL, GtkWidget)

void qusop_step_rail_add (QusopStepRail *self, const char *title);
void qusop_step_rail_select (QusopStepRail *self, guint step);
void qusop_step_rail_set_status (QusopStepRail *self, guint step, QusopStepStatus status);
const char *qusop_step_status_text (QusopStepStatus status);

G_END_DECLS
