/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "population/qs-inverse.h"
#include "population/qs-patients.h"

G_BEGIN_DECLS

/**
 * QsCountTask:
 * @patients: weighed
 * @table: reaches beyond @n_steps × @step_mg over the lightest patient
 * @inverse: of @table
 * @shift: (array length=patients->n): the patients' between-subject effects
 * @has_effect: else every shift is 0
 * @level: the threshold on the scale of the score
 * @comed_share: in [0, 1]
 * @step_mg: of the dose grid
 * @n_steps: doses above 0, at most 65,000
 *
 * What is to be counted. All pointers are borrowed.
 */
typedef struct {
  const QsPatients *patients;
  const QsTable    *table;
  const QsInverse  *inverse;
  const float      *shift;
  gboolean          has_effect;
  double            level;
  double            comed_share;
  double            step_mg;
  guint             n_steps;
} QsCountTask;

#define QS_COUNT_MAX_STEPS 65000

/**
 * QsCounts:
 * @rows: (array): successes per replicate and dose, @n_steps + 2 values per replicate,
 * dose 0 first; the last value of a row is of no meaning
 * @totals: (array): successes over all replicates, for @n_steps + 1 doses
 * @first: (array): per patient, the first dose that succeeds (@n_steps + 1 for none), or
 * %QS_COUNT_SEVERAL
 *
 * Successes by dose. Its memory is used again by the next count.
 */
typedef struct {
  guint      n_steps;
  gint32    *rows;
  gsize      rows_size;
  guint64   *totals;
  guint16   *first;
  gsize      n_chunks;
  GPtrArray *doubtful; /* (element-type GArray): per chunk */
  GPtrArray *events;   /* (element-type GArray): per chunk */
  gsize      n_rechecked;
} QsCounts;

#define QS_COUNT_SEVERAL G_MAXUINT16

QsCounts *qs_counts_new (const QsPatients *patients) G_GNUC_WARN_UNUSED_RESULT;
void      qs_counts_free (QsCounts *self);
void      qs_counts_reserve (QsCounts *self, const QsPatients *patients, guint n_steps);
gboolean  qs_counts_run (QsCounts          *self,
                         const QsCountTask *task,
                         QsRun             *run,
                         GError           **error);
double    qs_counts_crossing (QsCounts          *self,
                              const QsCountTask *task,
                              guint              step,
                              guint64            needed,
                              QsRun             *run);

double   qs_count_shift (const QsCountTask *task, float latent);
gboolean qs_count_decide (const QsCountTask *task,
                          guint              comed,
                          float              bw_kg,
                          float              latent,
                          guint              step,
                          gboolean          *doubtful);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsCounts, qs_counts_free)

G_END_DECLS
