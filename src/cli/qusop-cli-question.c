/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

void
qusop_cli_question_clear (QusopCliQuestion *self)
{
  g_free (self->model);
  g_free (self->regimen);
  g_free (self->schedule);
  g_free (self->bw);
  g_free (self->comed);
  g_free (self->threshold);
  g_free (self->success);
  g_free (self->success_on);
}

/* One of the two names, or a schedule in its own words. */
static gboolean
take_regimen (const QusopCliQuestion *self, QsScenario *scenario, GError **error)
{
  static const char *const regimens[] = { "qd", "qw", NULL };
  QsDosing                 schedule;
  guint                    regimen;

  if (self->schedule != NULL && self->regimen != NULL) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--regimen and --schedule both say when doses are taken: leave "
                         "one out");
    return FALSE;
  }
  if (self->schedule == NULL &&
      (!qusop_cli_require (self->regimen, "--regimen qd|qw or --schedule TEXT", error) ||
       !qusop_cli_choose ("--regimen", self->regimen, regimens, &regimen, error)))
    return FALSE;
  if (!qs_dosing_parse (self->schedule != NULL ? self->schedule : self->regimen,
                        &schedule, error))
    return FALSE;

  qs_scenario_set_schedule (scenario, &schedule);
  return TRUE;
}

/**
 * qusop_cli_question_scenario:
 * @scenario: (out): what is asked, but for the prior of body weight, which may need the
 *   study: see qusop_cli_question_load()
 */
gboolean
qusop_cli_question_scenario (const QusopCliQuestion *self,
                             QsScenario             *scenario,
                             GError                **error)
{
  static const char *const sides[] = { "below", "above", NULL };
  guint                    side = 0;

  *scenario = qs_scenario_default ();
  if (!qusop_cli_require (self->model, "--model MODEL.json|NAME", error) ||
      !take_regimen (self, scenario, error) ||
      (self->success != NULL &&
       !qusop_cli_choose ("--success", self->success, sides, &side, error)))
    return FALSE;

  scenario->name = "custom";
  scenario->success = side == 1 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
  return qusop_cli_biomarker (self->success_on, &scenario->biomarker, error) &&
         qusop_cli_take_number ("--comed", self->comed, &scenario->comed_share, error) &&
         qusop_cli_take_number ("--threshold", self->threshold,
                                &scenario->threshold_ng_ml, error);
}

/**
 * qusop_cli_question_load:
 * @scenario: (inout): gets its prior of body weight
 * @sample: (out): what the prior may borrow; free it after the last use of @scenario
 *
 * Returns: (transfer full): the study, or %NULL
 */
QsDataset *
qusop_cli_question_load (const QusopCliQuestion *self,
                         QusopCli               *cli,
                         const char             *data,
                         QsScenario             *scenario,
                         GArray                **sample,
                         GError                **error)
{
  g_autoptr (QsDataset) dataset = qusop_cli_load (cli, data, error);

  if (dataset == NULL)
    return NULL;
  if (self->bw != NULL &&
      !qusop_cli_prior (self->bw, dataset, &scenario->bw, sample, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/**
 * qusop_cli_take_patients:
 * @n_people_max: of --max-patients; 0 where it was not given
 * @mc_error: (nullable): of --mc-error
 */
gboolean
qusop_cli_take_patients (gint64               n_people_max,
                         const char          *mc_error,
                         QsPopulationOptions *options,
                         GError             **error)
{
  options->n_people_max = (guint64) MAX (n_people_max, 0);
  if (!qusop_cli_take_number ("--mc-error", mc_error, &options->mc_error_mg, error))
    return FALSE;
  if (n_people_max >= 0 && (mc_error == NULL || n_people_max > 0))
    return qs_population_options_validate (options, error);

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "--mc-error needs --max-patients N, a positive number");
  return FALSE;
}
