/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/qs-decision.h"
#include "qs-population.h"

#include <math.h>

static guint
most_replicates (const QsPopulationOptions *options)
{
  const guint64 most = options->n_people_max / options->n_subjects;

  return (guint) MIN (most, QS_POPULATION_N_REPLICATES_MAX);
}

/**
 * qs_population_more:
 * @options: of the population that gave @result
 *
 * How many more replicates does the dose need, to be known to @options->mc_error_mg?
 *
 * Returns: by how many, up to what @options allow; 0 where the dose is precise enough,
 *   where there is none, or where no more are allowed
 */
guint
qs_population_more (const QsPopulationOptions *options, const QsResult *result)
{
  const double error_mg =
      options->mc_error_mg > 0.0
          ? options->mc_error_mg
          : QS_DECISION_ERROR_STEPS * qs_scenario_grid_step (&result->scenario);
  const guint most = most_replicates (options);
  double      needed;

  if (result->decision.status != QS_STATUS_REACHED || most <= options->n_replicates)
    return 0;

  needed = qs_decision_n_needed (&result->decision, options->n_replicates, error_mg);
  return (guint) MIN (needed, (double) most) - options->n_replicates;
}

/**
 * qs_solve_refined:
 * @options: valid options; those of the result say how many patients there were
 * @error: as qs_population_new() and qs_solve()
 *
 * Solves, asks how many more virtual patients the dose needs, and solves anew with them:
 * until the Monte Carlo error of the dose is small enough, or until no more are allowed.
 * The first replicates are the same ones each time.
 *
 * Returns: (transfer full): the last answer, or %NULL
 */
QsResult *
qs_solve_refined (const QsModel             *model,
                  const QsPopulationOptions *options,
                  const QsScenario          *scenario,
                  QsRun                     *run,
                  GError                   **error)
{
  QsPopulationOptions now = *options;

  while (TRUE) {
    g_autoptr (QsPopulation) population = qs_population_new (model, &now, run, error);
    g_autoptr (QsResult)     result =
        population != NULL ? qs_solve (population, scenario, run, error) : NULL;
    guint more;

    if (result == NULL)
      return NULL;

    more = qs_population_more (&now, result);
    if (more == 0)
      return g_steal_pointer (&result);
    now.n_replicates += more;
  }
}

/**
 * qs_answer:
 * @model: a fitted model
 * @options: of the virtual patients, the same in all questions
 * @error: as qs_solve(), but for %QS_ERROR_REFUSED
 *
 * Asks the challenge's questions: base, heavy, nocomed and heavy_nocomed patients, daily
 * and weekly, at 90 and 75 %. Those without co-medication are left out where the study
 * has none. A question that the model cannot answer gives a refused result with the
 * reason as its warning. Where @options allow it, all are asked again with as many
 * virtual patients as the least precise dose needs.
 *
 * Returns: (transfer full) (element-type QsResult): the answers, or %NULL
 */
GPtrArray *
qs_answer (const QsModel             *model,
           const QsPopulationOptions *options,
           QsRun                     *run,
           GError                   **error)
{
  QsPopulationOptions now = *options;

  while (TRUE) {
    g_autoptr (QsPopulation) population = qs_population_new (model, &now, run, error);
    g_autoptr (GPtrArray)    results =
        population != NULL ? qs_population_answer (population, run, error) : NULL;
    guint more = 0;

    if (results == NULL)
      return NULL;

    for (guint i = 0; i < results->len; i++)
      more = MAX (more, qs_population_more (&now, results->pdata[i]));
    if (more == 0)
      return g_steal_pointer (&results);
    now.n_replicates += more;
  }
}
