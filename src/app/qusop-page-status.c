/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-page-status.h"

static QusopStepStatus
start_status (QusopSession *session)
{
  return qusop_session_get_dataset (session) != NULL ? QUSOP_STEP_OK : QUSOP_STEP_EMPTY;
}

static QusopStepStatus
data_status (QusopSession *session)
{
  QsDataset *dataset = qusop_session_get_dataset (session);

  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_LOAD))
    return QUSOP_STEP_RUNNING;
  if (dataset == NULL)
    return QUSOP_STEP_EMPTY;
  return qs_dataset_is_usable (dataset) && !qusop_session_needs_mapping (session)
             ? QUSOP_STEP_OK
             : QUSOP_STEP_WARNING;
}

static QusopStepStatus
explore_status (QusopSession *session)
{
  QsDataset *dataset = qusop_session_get_dataset (session);

  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_EXPLORE))
    return QUSOP_STEP_RUNNING;
  if (dataset == NULL)
    return QUSOP_STEP_EMPTY;
  return qs_dataset_is_usable (dataset) ? QUSOP_STEP_OK : QUSOP_STEP_WARNING;
}

static QusopStepStatus
exposure_status (QusopSession *session)
{
  QsDataset *dataset = qusop_session_get_dataset (session);

  if (dataset == NULL || !qs_dataset_is_usable (dataset))
    return QUSOP_STEP_EMPTY;
  if (qusop_session_get_nca (session) != NULL)
    return QUSOP_STEP_OK;
  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_EXPLORE))
    return QUSOP_STEP_RUNNING;
  /* Without concentrations there is no such step. */
  return qs_dataset_n_observations (dataset, QS_ENDPOINT_PK) > 0 ? QUSOP_STEP_WARNING
                                                                 : QUSOP_STEP_EMPTY;
}

static QusopStepStatus
model_status (QusopSession *session)
{
  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_TRAIN))
    return QUSOP_STEP_RUNNING;
  return qusop_session_get_model (session) != NULL ? QUSOP_STEP_OK : QUSOP_STEP_EMPTY;
}

/* The step has several pages: of the current model, of models beside each other, and of
 * what was published. */
static QusopStepStatus
diagnostics_status (QusopSession *session)
{
  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_DIAGNOSE) ||
      qusop_session_is_busy (session, QUSOP_ACTIVITY_COMPARE) ||
      qusop_session_is_busy (session, QUSOP_ACTIVITY_REPRODUCE))
    return QUSOP_STEP_RUNNING;
  if (qusop_session_get_diagnostics_problem (session) != NULL ||
      qusop_session_get_comparison_problem (session) != NULL ||
      qusop_session_get_published_problem (session) != NULL)
    return QUSOP_STEP_WARNING;
  return qusop_session_get_diagnostics (session) != NULL ? QUSOP_STEP_OK
                                                         : QUSOP_STEP_EMPTY;
}

static QusopStepStatus
decide_status (QusopSession *session)
{
  QsResult *result = qusop_session_get_result (session);

  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_SOLVE))
    return QUSOP_STEP_RUNNING;
  if (qusop_session_is_overdue (session))
    return QUSOP_STEP_STALE;
  if (qusop_session_get_refusal (session) != NULL)
    return QUSOP_STEP_WARNING;
  if (result == NULL)
    return QUSOP_STEP_EMPTY;
  return result->warnings != NULL && result->warnings[0] != NULL ? QUSOP_STEP_WARNING
                                                                 : QUSOP_STEP_OK;
}

static QusopStepStatus
scenarios_status (QusopSession *session)
{
  QusopScenarios *scenarios = qusop_session_get_scenarios (session);

  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_SCENARIOS))
    return QUSOP_STEP_RUNNING;
  if (qusop_scenarios_get_cases (scenarios)->len == 0)
    return QUSOP_STEP_EMPTY;
  return qusop_scenarios_n_left (scenarios) > 0 ? QUSOP_STEP_STALE : QUSOP_STEP_OK;
}

static QusopStepStatus
estimate_status (QusopSession *session)
{
  if (qusop_session_is_busy (session, QUSOP_ACTIVITY_ESTIMATE))
    return QUSOP_STEP_RUNNING;
  if (qusop_session_get_race_problem (session) != NULL)
    return QUSOP_STEP_WARNING;
  if (qusop_session_get_race (session) == NULL)
    return QUSOP_STEP_EMPTY;
  return qusop_session_is_race_current (session) ? QUSOP_STEP_OK : QUSOP_STEP_STALE;
}

/* It is about all that was ever done, not about this study. */
static QusopStepStatus
history_status (QusopSession *session)
{
  return QUSOP_STEP_EMPTY;
}

/* Of all but the report, of which the reporter tells. */
QusopStepStatus
qusop_page_status (QusopPage page, QusopSession *session)
{
  static QusopStepStatus (*const status[QUSOP_N_PAGES]) (QusopSession * session) = {
    [QUSOP_PAGE_START] = start_status,
    [QUSOP_PAGE_DATA] = data_status,
    [QUSOP_PAGE_EXPLORE] = explore_status,
    [QUSOP_PAGE_EXPOSURE] = exposure_status,
    [QUSOP_PAGE_MODEL] = model_status,
    [QUSOP_PAGE_DIAGNOSTICS] = diagnostics_status,
    [QUSOP_PAGE_DECIDE] = decide_status,
    [QUSOP_PAGE_SCENARIOS] = scenarios_status,
    [QUSOP_PAGE_ESTIMATE] = estimate_status,
    [QUSOP_PAGE_HISTORY] = history_status,
  };

  g_return_val_if_fail (status[page] != NULL, QUSOP_STEP_EMPTY);
  return status[page](session);
}

/* In the window's stack and in the action "page". */
const char *
qusop_page_name (QusopPage page)
{
  static const char *const names[QUSOP_N_PAGES] = {
    [QUSOP_PAGE_START] = "start",       [QUSOP_PAGE_DATA] = "data",
    [QUSOP_PAGE_EXPLORE] = "explore",   [QUSOP_PAGE_EXPOSURE] = "exposure",
    [QUSOP_PAGE_MODEL] = "model",       [QUSOP_PAGE_DIAGNOSTICS] = "diagnostics",
    [QUSOP_PAGE_DECIDE] = "decide",     [QUSOP_PAGE_SCENARIOS] = "scenarios",
    [QUSOP_PAGE_ESTIMATE] = "estimate", [QUSOP_PAGE_REPORT] = "report",
    [QUSOP_PAGE_HISTORY] = "history",
  };

  return names[page];
}
