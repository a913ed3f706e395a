/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "data/qs-dataset.h"

G_BEGIN_DECLS

/**
 * QsBenchFigure:
 * @name: such as "training"
 * @value: what was measured
 * @unit: its unit
 * @lower_is_better: whether less is faster
 * @n: how many of what @context says were timed or counted
 * @n_threads: threads used
 * @context: what exactly was done, in words
 *
 * One measured figure. Borrowed for the call of #QsBenchFunc.
 */
typedef struct {
  const char *name;
  double      value;
  const char *unit;
  gboolean    lower_is_better;
  guint64     n;
  guint       n_threads;
  const char *context;
} QsBenchFigure;

typedef void (*QsBenchFunc) (const QsBenchFigure *figure, gpointer user_data);

/**
 * QsBench:
 *
 * The benchmarks of one machine and one study; models are fitted once and shared by the
 * benchmarks that need one.
 */
typedef struct _QsBench QsBench;

QsBench *qs_bench_new (QsDataset *dataset, QsRun *run) G_GNUC_WARN_UNUSED_RESULT;
void     qs_bench_free (QsBench *self);

const char *const *qs_bench_names (void);
gboolean           qs_bench_takes_long (const char *name);
void               qs_bench_set_studies (QsBench *self, guint n_studies);
gboolean           qs_bench_run (QsBench    *self,
                                 const char *name,
                                 QsBenchFunc func,
                                 gpointer    user_data,
                                 GError    **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsBench, qs_bench_free)

G_END_DECLS
