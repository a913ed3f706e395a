/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

void
qusop_cli_question_clear (QusopCliQuestion *self)
{
  g_free (self->model);
  g_free (self->regimen);
  g_free (self->bw);
  g_free (self->comed);
  g_free (self->threshold);
  g_free (self->success);
  g_free (self->success_on);
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
  static const char *const regimens[] = { "qd", "qw", NULL };
  static const char *const sides[] = { "below", "above", NULL };
  guint                    regimen, side = 0;

  if (!qusop_cli_require (self->model, "--model MODEL.json|NAME", error) ||
      !qusop_cli_require (self->regimen, "--regimen qd|qw", error) ||
      !qusop_cli_choose ("--regimen", self->regimen, regimens, &regimen, error) ||
      (self->success != NULL &&
       !qusop_cli_choose ("--success", self->success, sides, &side, error)))
    return FALSE;

  *scenario = qs_scenario_default ();
  scenario->name = "custom";
  scenario->regimen = regimen == 1 ? QS_REGIMEN_QW : QS_REGIMEN_QD;
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
