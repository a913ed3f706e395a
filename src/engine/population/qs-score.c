/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-score.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"

#include <math.h>

/* A whole tile of a vectorised network, and a few milliseconds at most; few items are
 * split finer, by its vector, so that every thread gets some. */
#define ITEMS_PER_CHUNK 96
#define FEW_ITEMS 192
#define FEW_PER_CHUNK 16

typedef struct {
  const QsPredictor *predictor;
  const QsCriterion *criterion;
  const double      *dose_mg_per_kg;
  const guint8      *comed;
  double            *score;
  QsRun             *run;
} Batch;

static void
score_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Batch *batch = data;

  if (!qs_run_is_cancelled (batch->run))
    batch->predictor->klass->score (batch->predictor, batch->criterion, end - begin,
                                    batch->dose_mg_per_kg + begin, batch->comed + begin,
                                    batch->score + begin);
}

/**
 * qs_score_many:
 * @n: number of pairs
 * @score: (out) (array length=n): the scores
 * @error: return location for %QS_ERROR_CANCELLED, or %QS_ERROR_NUMERIC where a score is
 * not finite
 *
 * Evaluates the predictor on all threads of @run.
 */
gboolean
qs_score_many (const QsPredictor *predictor,
               const QsCriterion *criterion,
               gsize              n,
               const double      *dose_mg_per_kg,
               const guint8      *comed,
               double            *score,
               QsRun             *run,
               GError           **error)
{
  Batch batch = { predictor, criterion, dose_mg_per_kg, comed, score, run };

  qs_parallel_for (run, n, n < FEW_ITEMS ? FEW_PER_CHUNK : ITEMS_PER_CHUNK, score_chunk,
                   &batch);
  if (!qs_run_step (run, NULL, error))
    return FALSE;

  for (gsize i = 0; i < n; i++) {
    if (!isfinite (score[i])) {
      g_set_error (error, QS_ERROR, QS_ERROR_NUMERIC,
                   "The %s model gives %g at %g mg/kg %s co-medication, which is not a "
                   "finite number: fit it again",
                   predictor->klass->name, score[i], dose_mg_per_kg[i],
                   comed[i] ? "with" : "without");
      return FALSE;
    }
  }

  return TRUE;
}
