/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* A row in the words of the window; all transfer full. */
char *qusop_scenario_inputs (const QusopCase *self, guint which);
char *qusop_scenario_title (const QusopCase *self);
char *qusop_scenario_differences (QusopScenarios *scenarios, guint id);

/* Figures of a row, "–" or why there are none. */
char *qusop_scenario_mean_dose (QusopScenarios *scenarios, guint id);
char *qusop_scenario_assured_dose (QusopScenarios *scenarios, guint id);
char *qusop_scenario_interval (QusopScenarios *scenarios, guint id);
char *qusop_scenario_per_day (QusopScenarios *scenarios, guint id);
char *qusop_scenario_change (QusopScenarios *scenarios, guint id);

G_END_DECLS
