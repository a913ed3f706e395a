/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-fit-draws.h"

#include "core/qs-parallel.h"
#include "data/qs-split.h"

/* Fits between two looks at the cancel switch: a few milliseconds each at most. */
#define BATCH 16

typedef struct {
  const QsDataset *dataset;
  guint64          seed;
  guint            first;
  QsFitFunc        func;
  gconstpointer    problem;
  QsPredictor     *fits[BATCH];
} Batch;

static void
fit_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Batch            *batch = data;
  g_autofree guint *times = g_new0 (guint, qs_dataset_n_subjects (batch->dataset));

  for (gsize i = begin; i < end; i++) {
    qs_split_bootstrap (batch->dataset, batch->seed, batch->first + (guint32) i, times);
    batch->fits[i] = batch->func (batch->problem, times);
  }
}

/**
 * qs_fit_draws:
 * @model: gets its draws, as many as its options say
 * @dataset: what it is fitted to
 * @func: fits one bootstrap replicate of the subjects
 * @problem: for @func
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Parameter draws by the bootstrap of subjects, in parallel. Draw i is the same whatever
 * the number of threads and of draws.
 *
 * Returns: %FALSE if cancelled
 */
gboolean
qs_fit_draws (QsModel         *model,
              const QsDataset *dataset,
              QsFitFunc        func,
              gconstpointer    problem,
              QsRun           *run,
              GError         **error)
{
  const guint n_draws = model->options.n_bootstrap;
  Batch       batch = {
          .dataset = dataset,
          .seed = model->options.seed,
          .func = func,
          .problem = problem,
  };

  for (batch.first = 0; batch.first < n_draws; batch.first += BATCH) {
    const guint   n = MIN (BATCH, n_draws - batch.first);
    const QsEvent event = {
      .stage = QS_STAGE_BOOTSTRAP,
      .fraction = (batch.first + n) / (double) n_draws,
    };

    qs_parallel_for (run, n, 1, fit_chunk, &batch);
    for (guint i = 0; i < n; i++)
      if (batch.fits[i] != NULL)
        g_ptr_array_add (model->draws, batch.fits[i]);

    if (!qs_run_step (run, &event, error))
      return FALSE;
  }

  return TRUE;
}
