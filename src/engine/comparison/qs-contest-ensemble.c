/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "comparison/qs-stack.h"

#include <math.h>
#include <string.h>

/* The networks on exposure, one way: their contestants. Twins are for comparison. */
static guint
find_members (const QsContest *self, guint way, guint members[QS_STACK_MAX])
{
  guint n = 0;

  for (guint e = 0; e < self->entries->len && n < QS_STACK_MAX; e++) {
    const QsContestEntry *entry = &g_array_index (self->entries, QsContestEntry, e);

    if (qs_contest_n_ways (entry) > 1 && !entry->options.cells.twin)
      members[n++] = entry->first + way;
  }

  return n;
}

/* What the members say of subject @i's log biomarker beside what was observed, each
 * subject counting alike. */
static void
add_subject (const QsContest *self,
             const guint     *members,
             guint            n,
             guint            subject,
             QsStack         *stack)
{
  const gsize  begin = self->first[subject], end = self->first[subject + 1];
  const double weight = 1.0 / (double) (end - begin);

  for (gsize i = begin; i < end; i++) {
    double x[QS_STACK_MAX];

    for (guint k = 0; k < n; k++)
      x[k] = log (qs_contest_contestant (self, members[k])->predicted[i]);
    qs_stack_add (stack, x, log (self->result->points[i].observed_ng_ml), weight);
  }
}

/* From all folds but @left_out; from all where that is none of them. */
static void
find_weights (const QsContest *self,
              const guint     *members,
              guint            n,
              guint            left_out,
              double          *weights)
{
  QsStack stack;

  qs_stack_init (&stack, n);
  for (guint i = 0; i < self->result->n_subjects; i++)
    if (self->result->fold[i] != left_out)
      add_subject (self, members, n, i, &stack);
  qs_stack_solve (&stack, weights);
}

static void
predict (const QsContest *self,
         const guint     *members,
         guint            n,
         guint            fold,
         const double    *weights,
         double          *predicted)
{
  for (gsize i = 0; i < self->result->n_points; i++) {
    double sum = 0.0;

    if (self->result->fold[self->result->points[i].subject] != fold)
      continue;
    for (guint k = 0; k < n; k++)
      sum += weights[k] * log (qs_contest_contestant (self, members[k])->predicted[i]);
    predicted[i] = exp (sum);
  }
}

/**
 * qs_contest_ensemble:
 * @way: from which concentrations
 * @contestant: where its predictions go
 *
 * Stacks the networks on exposure (Wolpert 1992; Breiman 1996): log biomarker is the mean
 * of theirs by weights that are not negative, sum to one, and fit best what was predicted
 * out of fold. A fold's weights come from the others: these have not seen its biomarker,
 * but fits that have predicted them; nested folds would cost three times as many fits.
 */
void
qs_contest_ensemble (const QsContest *self, guint way, guint contestant)
{
  QsCompare    *result = self->result;
  QsContestant *mine = qs_contest_contestant (self, contestant);
  guint         members[QS_STACK_MAX] = { 0 };
  const guint   n = find_members (self, way, members);
  double        weights[QS_STACK_MAX];

  for (guint fold = 0; fold < result->options.n_folds; fold++) {
    find_weights (self, members, n, fold, weights);
    predict (self, members, n, fold, weights, mine->predicted);
  }

  find_weights (self, members, n, G_MAXUINT, weights);
  mine->weights = g_new0 (double, result->contestants->len);
  for (guint k = 0; k < n; k++) {
    const QsContestant *member = qs_contest_contestant (self, members[k]);

    mine->weights[members[k]] = weights[k];
    mine->n_classical += member->n_classical;
    mine->n_quantum += member->n_quantum;
    mine->cpu_s += member->cpu_s;
  }
}
