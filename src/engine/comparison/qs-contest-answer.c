/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "nn/qs-exposure-fit.h"
#include "qusop.h"

#include <math.h>

static gboolean
ask (const QsContest *self,
     const QsModel   *model,
     guint            contestant,
     QsRun           *run,
     GError         **error)
{
  QsPopulationOptions options = qs_population_options_for (model);
  GPtrArray          *answers;

  options.seed = self->result->options.seed;
  answers = qs_answer (model, &options, run, error);
  qs_contest_contestant (self, contestant)->answers = answers;

  return answers != NULL;
}

/* With as many draws as its kind has by default; networks on exposure read @kinetics. */
static QsModel *
fit (const QsContest      *self,
     const QsContestEntry *entry,
     const QsModel        *kinetics,
     QsRun                *run,
     GError              **error)
{
  QsFitOptions options = entry->options;

  options.n_bootstrap = qs_fit_options_default (options.kind).n_bootstrap;
  return options.input == QS_INPUT_EXPOSURE
             ? qs_exposure_fit (self->dataset, &options, kinetics, run, error)
             : qs_fit (self->dataset, &options, run, error);
}

static gboolean
report (const QsContest *self, guint n_done, QsRun *run, GError **error)
{
  const QsEvent event = {
    .stage = QS_STAGE_SOLVE,
    .fraction = n_done / (1.0 + self->entries->len),
  };

  return qs_run_step (run, &event, error);
}

/**
 * qs_contest_answer:
 *
 * Every model but the twins, fitted to the whole study, and its answers.
 */
gboolean
qs_contest_answer (const QsContest *self, QsRun *run, GError **error)
{
  g_autoptr (QsRun)   quiet = qs_run_new_quiet (run);
  QsFitOptions        options = qs_fit_options_default (QS_MODEL_PKPD);
  g_autoptr (QsModel) kinetics = NULL;

  options.seed = self->result->options.seed;
  options.structure.search = FALSE;
  kinetics = qs_fit (self->dataset, &options, quiet, error);
  if (kinetics == NULL ||
      !ask (self, kinetics, QS_CONTESTANT_PKPD_POPULATION, quiet, error))
    return FALSE;

  for (guint e = 0; e < self->entries->len; e++) {
    const QsContestEntry *entry = &g_array_index (self->entries, QsContestEntry, e);
    g_autoptr (QsModel)   model = NULL;

    if (!report (self, e + 1, run, error))
      return FALSE;
    if (entry->options.cells.twin)
      continue;
    model = fit (self, entry, kinetics, quiet, error);
    if (model == NULL ||
        !ask (self, model, entry->first + qs_contest_n_ways (entry) - 1, quiet, error))
      return FALSE;
  }

  return TRUE;
}

/* Returns: (nullable): what it says to one question of qs_answer() */
const QsResult *
qs_contestant_answer (const QsContestant *self,
                      const char         *population,
                      QsRegimen           regimen,
                      double              target)
{
  for (guint i = 0; self->answers != NULL && i < self->answers->len; i++) {
    const QsResult *answer = self->answers->pdata[i];

    if (answer->scenario.regimen == regimen &&
        g_strcmp0 (answer->scenario.name, population) == 0 &&
        answer->scenario.target == target)
      return answer;
  }

  return NULL;
}

/**
 * qs_contestant_coherence:
 * @n_coherent: (out): pairs of daily and weekly answers in which the week's dose is at
 * least that of seven days, as linear kinetics ask for (science.md 8)
 * @least: (out): the least ratio of the two doses; infinite without pairs
 *
 * Returns: the number of pairs with both doses
 */
guint
qs_contestant_coherence (const QsContestant *self, guint *n_coherent, double *least)
{
  guint n = 0;

  *n_coherent = 0;
  *least = INFINITY;
  for (guint i = 0; self->answers != NULL && i < self->answers->len; i++) {
    const QsResult *daily = self->answers->pdata[i];
    const QsResult *weekly =
        daily->scenario.regimen == QS_REGIMEN_QD
            ? qs_contestant_answer (self, daily->scenario.name, QS_REGIMEN_QW,
                                    daily->scenario.target)
            : NULL;
    double ratio;

    if (weekly == NULL || !isfinite (daily->decision.crossing_mg) ||
        !isfinite (weekly->decision.crossing_mg) || !(daily->decision.crossing_mg > 0.0))
      continue;
    ratio = weekly->decision.crossing_mg / daily->decision.crossing_mg;
    *least = fmin (*least, ratio);
    *n_coherent += ratio >= 7.0;
    n++;
  }

  return n;
}
