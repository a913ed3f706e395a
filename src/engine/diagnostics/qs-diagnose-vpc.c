/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-parallel.h"
#include "core/qs-stats.h"
#include "diagnostics/qs-diagnose.h"

#include <math.h>

/* Where times are planned, each is a bin; else bins hold at least this many values, and
 * there are at most so many. */
#define MAX_NOMINAL 40
#define MIN_PER_TIME 4
#define MIN_PER_BIN 15
#define MAX_BINS 12

/* One observation of a check. */
typedef struct {
  gsize  at; /* place among the residuals */
  double time_h;
  double correction; /* factor of prediction correction; else 1 */
} Item;

typedef struct {
  const QsDiagnosis *diagnosis;
  QsVpc             *vpc;
  const Item        *items;
  const gsize       *first; /* of each bin, and one past the last */
} Task;

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const Item *x = a, *y = b;

  if (x->time_h != y->time_h)
    return x->time_h < y->time_h ? -1 : 1;
  return (x->at > y->at) - (x->at < y->at);
}

static GArray *
collect (const QsDiagnosis *self, const QsVpc *vpc)
{
  GArray *items = g_array_new (FALSE, FALSE, sizeof (Item));

  for (gsize i = 0; i < self->result->n_residuals; i++) {
    const QsResidual *residual = &self->result->residuals[i];
    const QsSubject  *subject = qs_dataset_subject (self->dataset, residual->subject);
    const Item        item = { i, residual->time_h, 1.0 };

    if (residual->endpoint != vpc->endpoint ||
        (!isnan (vpc->dose_mg) && subject->dose_mg != vpc->dose_mg))
      continue;
    /* A prediction of nothing (before the first dose, say) cannot be corrected. */
    if (vpc->corrected && !(residual->pred > 0.0))
      continue;
    g_array_append_val (items, item);
  }

  g_array_sort (items, compare_items);
  return items;
}

/* Ends of the bins among the sorted items; equal times are never parted. */
static GArray *
make_bins (const GArray *items, gboolean *nominal)
{
  const Item *item = (const Item *) (gconstpointer) items->data;
  GArray     *first = g_array_new (FALSE, FALSE, sizeof (gsize));
  gsize       n_times = 0, least = 1, begin = 0, end;

  for (gsize i = 0; i < items->len; i++)
    n_times += i == 0 || item[i].time_h != item[i - 1].time_h;

  *nominal = n_times <= MAX_NOMINAL && n_times * MIN_PER_TIME <= items->len;
  if (!*nominal)
    least = MAX (MIN_PER_BIN, (items->len + MAX_BINS - 1) / MAX_BINS);

  g_array_append_val (first, begin);
  for (begin = 0; begin < items->len; begin = end) {
    end = begin + 1;
    while (end < items->len &&
           (end - begin < least || item[end].time_h == item[end - 1].time_h))
      end++;
    if (items->len - end < least / 2) /* a rest too small to stand alone */
      end = items->len;
    g_array_append_val (first, end);
  }

  return first;
}

/* Bergstrand et al. (2011), equation 1 with a lower bound of 0: each value times the
 * bin's median prediction over its own. */
static void
correct (const QsDiagnosis *self, Item *items, gsize n)
{
  g_autofree double *pred = g_new (double, n + 1);
  double             median;

  for (gsize i = 0; i < n; i++)
    pred[i] = self->result->residuals[items[i].at].pred;
  qs_sort (pred, n);
  median = qs_quantile_sorted (pred, n, 0.5);
  for (gsize i = 0; i < n; i++)
    items[i].correction = median / self->result->residuals[items[i].at].pred;
}

/* Percentiles and share below the limit of one set of values; what lies below is −∞. */
static void
summarise (double *values, gsize n, double *percentiles, double *below)
{
  *below = 0.0;
  for (gsize i = 0; i < n; i++)
    *below += isinf (values[i]) / (double) n;
  qs_sort (values, n);
  for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++)
    percentiles[p] = qs_diagnose_quantile (values, n, qs_vpc_percentiles[p]);
}

/* The range of a percentile over the studies. Where its lower end is not known, the limit
 * of quantification bounds it, but on a corrected scale nothing does. */
static QsVpcRange
range_of (double *values, gsize n, const QsVpc *vpc)
{
  const double unknown = vpc->corrected ? NAN : vpc->lloq;
  QsVpcRange   range;

  qs_sort (values, n);
  range.low = qs_diagnose_quantile (values, n, 0.025);
  range.median = qs_diagnose_quantile (values, n, 0.5);
  range.high = qs_diagnose_quantile (values, n, 0.975);

  if (isinf (range.high))
    range.high = range.low = NAN;
  if (isinf (range.low))
    range.low = unknown;
  if (isinf (range.median))
    range.median = NAN;
  return range;
}

static void
bin_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Task        *task = data;
  const QsDiagnosis *self = task->diagnosis;
  QsVpcBin          *bin = &task->vpc->bins[chunk];
  const Item        *items = task->items + task->first[chunk];
  const gsize        n = task->first[chunk + 1] - task->first[chunk];
  const gsize        k = self->n_simulations;
  g_autofree double *values = g_new (double, n + 1);
  g_autofree double *block = g_new (double, (QS_VPC_N_PERCENTILES + 1) * k);
  double            *below = block + QS_VPC_N_PERCENTILES * k;

  bin->n = (guint) n;
  bin->from_h = items[0].time_h;
  bin->to_h = items[n - 1].time_h;
  bin->time_h = 0.5 * (items[(n - 1) / 2].time_h + items[n / 2].time_h);

  for (gsize i = 0; i < n; i++) {
    const QsResidual *residual = &self->result->residuals[items[i].at];

    values[i] = residual->below_limit ? -INFINITY : residual->dv * items[i].correction;
  }
  summarise (values, n, bin->observed, &bin->observed_below);
  for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++)
    if (isinf (bin->observed[p]))
      bin->observed[p] = NAN;

  for (gsize s = 0; s < k; s++) {
    double percentiles[QS_VPC_N_PERCENTILES];

    for (gsize i = 0; i < n; i++) {
      const double y = self->simulated[items[i].at * k + s];

      values[i] = y < task->vpc->lloq ? -INFINITY : y * items[i].correction;
    }
    summarise (values, n, percentiles, &below[s]);
    for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++)
      block[p * k + s] = percentiles[p];
  }
  for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++)
    bin->simulated[p] = range_of (block + p * k, k, task->vpc);
  bin->simulated_below = range_of (below, k, task->vpc);
}

static void
add_check (QsDiagnosis *self, QsEndpoint endpoint, gboolean corrected, double dose_mg)
{
  QsVpc              vpc = { .endpoint = endpoint,
                             .corrected = corrected,
                             .dose_mg = dose_mg,
                             .lloq = self->lloq[endpoint] };
  g_autoptr (GArray) items = collect (self, &vpc);
  g_autoptr (GArray) first = make_bins (items, &vpc.nominal);
  Task               task = { self, &vpc, (const Item *) (gpointer) items->data,
                              (const gsize *) (gpointer) first->data };

  if (items->len == 0)
    return;

  vpc.n_bins = first->len - 1;
  vpc.bins = g_new0 (QsVpcBin, vpc.n_bins);
  for (guint b = 0; b < vpc.n_bins && corrected; b++)
    correct (self, (Item *) (gpointer) items->data + task.first[b],
             task.first[b + 1] - task.first[b]);
  qs_parallel_for (self->run, vpc.n_bins, 1, bin_chunk, &task);
  g_array_append_val (self->result->vpcs, vpc);
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static GArray *
list_arms (const QsDataset *dataset)
{
  GArray *arms = g_array_new (FALSE, FALSE, sizeof (double));
  guint   kept = 0;

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++)
    g_array_append_val (arms, qs_dataset_subject (dataset, i)->dose_mg);
  g_array_sort (arms, compare_doubles);
  for (guint i = 0; i < arms->len; i++)
    if (kept == 0 ||
        g_array_index (arms, double, i) != g_array_index (arms, double, kept - 1))
      g_array_index (arms, double, kept++) = g_array_index (arms, double, i);
  g_array_set_size (arms, kept);

  return arms;
}

/* Visual predictive checks: all arms together, the same prediction-corrected, then each
 * arm by itself; for both endpoints. */
gboolean
qs_diagnose_vpc (QsDiagnosis *self, GError **error)
{
  g_autoptr (GArray) arms = list_arms (self->dataset);

  for (guint endpoint = 0; endpoint < 2; endpoint++) {
    add_check (self, endpoint, FALSE, NAN);
    add_check (self, endpoint, TRUE, NAN);
    for (guint i = 0; i < arms->len; i++) {
      if (!qs_run_step (self->run, NULL, error))
        return FALSE;
      add_check (self, endpoint, FALSE, g_array_index (arms, double, i));
    }
  }

  return qs_run_step (self->run, NULL, error);
}
