/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "qusop.h"

/**
 * qs_published_beside:
 * @model: whose answers are held beside the published ones
 * @error: return location for what qs_population_new() and qs_solve() give
 *
 * Asks @model for the base population's doses: daily for 90 and 75 %, then weekly; what
 * the model cannot speak of is left out.
 *
 * Returns: (transfer full) (element-type QsResult): at least the first answer
 */
GPtrArray *
qs_published_beside (const QsModel *model, guint64 seed, QsRun *run, GError **error)
{
  static const double      targets[] = { 0.9, 0.75 };
  QsPopulationOptions      options = qs_population_options_default (model->kind);
  g_autoptr (QsPopulation) population = NULL;
  g_autoptr (GPtrArray)    results =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_result_unref);

  options.seed = seed;
  population = qs_population_new (model, &options, run, error);
  if (population == NULL)
    return NULL;

  for (guint i = 0; i < 4; i++) {
    const QsScenario scenario = qs_scenario_named (
        QS_POPULATION_BASE, i < 2 ? QS_REGIMEN_QD : QS_REGIMEN_QW, targets[i % 2]);
    g_autoptr (GError) failure = NULL;
    QsResult          *result = qs_solve (population, &scenario, run, &failure);

    if (result != NULL)
      g_ptr_array_add (results, result);
    else if (!g_error_matches (failure, QS_ERROR, QS_ERROR_REFUSED) || i == 0) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  }

  return g_steal_pointer (&results);
}
