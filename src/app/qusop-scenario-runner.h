/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/**
 * QusopScenarioRunner:
 *
 * Answers the session's rows one after the other with its model, in the background, as
 * they are added and whenever the model changes. A model that is still growing is not
 * asked.
 */
typedef struct _QusopScenarioRunner QusopScenarioRunner;

QusopScenarioRunner *qusop_scenario_runner_new (QusopSession *session)
    G_GNUC_WARN_UNUSED_RESULT;
void qusop_scenario_runner_free (QusopScenarioRunner *self);
void qusop_scenario_runner_cancel (QusopScenarioRunner *self);

G_END_DECLS
