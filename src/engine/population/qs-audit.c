/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-audit.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "population/qs-score.h"

/* Points that are drawn, decided and compared together. */
#define BLOCK 16384
#define ITEMS_PER_CHUNK 512

typedef struct {
  const QsCountTask *task;
  const QsPrior     *prior;
  double             lightest_kg;
  QsRngKey           key;
  double            *doses;  /* mg/kg, per point */
  double            *shifts; /* per point */
  guint8            *comed;
  guint8            *decided;
  guint8            *doubtful;
} Block;

static void
decide_points (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Block       *block = data;
  const QsCountTask *task = block->task;

  for (gsize i = begin; i < end; i++) {
    const guint32 item = (guint32) i;
    const guint   step = qs_rng_below (&block->key, item, 0, task->n_steps) + 1;
    /* The table need not reach the last millionth of the prior. */
    const float bw_kg = (float) MAX (
        block->lightest_kg,
        qs_prior_quantile (block->prior, qs_rng_uniform (&block->key, item, 1),
                           qs_rng_normal (&block->key, item, 2)));
    const float latent = (float) qs_rng_normal (&block->key, item, 3);
    gboolean    doubtful;

    block->comed[i] = (guint8) qs_rng_below (&block->key, item, 4, 2);
    block->doses[i] = step * task->step_mg / (double) bw_kg;
    block->shifts[i] = qs_count_shift (task, latent);
    block->decided[i] =
        (guint8) qs_count_decide (task, block->comed[i], bw_kg, latent, step, &doubtful);
    block->doubtful[i] = (guint8) doubtful;
  }
}

/**
 * qs_audit_run:
 * @task: what would be counted
 * @prior: where the weights come from; doses over the weights of qs_prior_range() must
 * lie within the table
 * @seed: of the points, which are not those of the population
 * @audit: (out): the tally
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Compares the decisions of table and recheck with the predictor's own, evaluated
 * directly, at @n_points random points.
 */
gboolean
qs_audit_run (const QsCountTask *task,
              const QsPrior     *prior,
              guint64            seed,
              guint64            n_points,
              QsAudit           *audit,
              QsRun             *run,
              GError           **error)
{
  g_autofree double *doses = g_new (double, BLOCK);
  g_autofree double *shifts = g_new (double, BLOCK);
  g_autofree double *scores = g_new (double, BLOCK);
  g_autofree guint8 *comed = g_new (guint8, BLOCK);
  g_autofree guint8 *decided = g_new (guint8, BLOCK);
  g_autofree guint8 *doubtful = g_new (guint8, BLOCK);
  Block              block = {
                 .task = task,
                 .prior = prior,
                 .key = { .seed = seed, .stream = QS_RNG_AUDIT },
                 .doses = doses,
                 .shifts = shifts,
                 .comed = comed,
                 .decided = decided,
                 .doubtful = doubtful,
  };

  double heaviest_kg;

  qs_prior_range (prior, &block.lightest_kg, &heaviest_kg);
  *audit = (QsAudit){ .n_points = n_points };

  for (guint64 done = 0; done < n_points; done += BLOCK) {
    const gsize   n = (gsize) MIN (n_points - done, BLOCK);
    const QsEvent event = {
      .stage = QS_STAGE_SOLVE,
      .fraction = (double) done / (double) n_points,
    };

    block.key.replicate = (guint32) (done / BLOCK);
    qs_parallel_for (run, n, ITEMS_PER_CHUNK, decide_points, &block);

    if (!qs_score_many (task->table->predictor, &task->table->criterion, n, doses, comed,
                        scores, run, error) ||
        !qs_run_step (run, &event, error))
      return FALSE;

    for (gsize i = 0; i < n; i++) {
      audit->n_rechecked += doubtful[i];
      audit->n_flipped += decided[i] != (scores[i] + shifts[i] <= task->level);
    }
  }

  return TRUE;
}
