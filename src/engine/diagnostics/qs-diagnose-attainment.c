/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"
#include "data/qs-windows.h"
#include "diagnostics/qs-diagnose.h"

#include <math.h>

/* Groups of similar probability in a calibration plot, and subjects in each at least: of
 * fewer nothing can be said. */
#define MAX_GROUPS 5
#define MIN_SUBJECTS 8

/* One subject's window: what was seen, and how often the simulations attained. */
typedef struct {
  guint    subject;
  double   dose_mg;
  gboolean attained;
  double   probability;
  guint8  *simulated; /* owned: per simulated study */
} Seen;

static void
seen_clear (gpointer data)
{
  g_free (((Seen *) data)->simulated);
}

static gboolean
is_right (const QsDiagnosticsOptions *options, double value)
{
  return options->success == QS_SUCCESS_BELOW ? value <= options->threshold_ng_ml
                                              : value >= options->threshold_ng_ml;
}

/* Like is compared with like: observed and simulated values at the same times, both with
 * residual error. */
static void
see_subject (const QsDiagnosis *self, guint subject, GArray *list)
{
  const QsDiagnosticsOptions *options = &self->result->options;
  const QsIndividual         *individual = &self->result->individuals[subject];
  const QsSubject            *who = qs_dataset_subject (self->dataset, subject);
  const gsize                 n = self->n_simulations;
  Seen   seen = { .subject = subject, .dose_mg = who->dose_mg, .attained = TRUE };
  double from_h, to_h, count = 0.0;

  if (qs_window_points (who, NULL, 0) == 0 || !qs_window_of (who, &from_h, &to_h))
    return;

  seen.simulated = g_malloc (n);
  for (gsize k = 0; k < n; k++)
    seen.simulated[k] = TRUE;
  for (gsize i = individual->first; i < individual->first + individual->n; i++) {
    const QsResidual *residual = &self->result->residuals[i];

    if (residual->endpoint != QS_ENDPOINT_PD || residual->time_h < from_h ||
        residual->time_h > to_h)
      continue;
    seen.attained &= is_right (options, residual->dv);
    for (gsize k = 0; k < n; k++)
      seen.simulated[k] &= is_right (options, self->simulated[i * n + k]);
  }
  for (gsize k = 0; k < n; k++)
    count += seen.simulated[k];
  seen.probability = count / (double) n;
  g_array_append_val (list, seen);
}

static int
compare_doses (gconstpointer a, gconstpointer b)
{
  const Seen *x = a, *y = b;

  if (x->dose_mg != y->dose_mg)
    return x->dose_mg < y->dose_mg ? -1 : 1;
  return (x->subject > y->subject) - (x->subject < y->subject);
}

static int
compare_probabilities (gconstpointer a, gconstpointer b)
{
  const Seen *x = a, *y = b;

  if (x->probability != y->probability)
    return x->probability < y->probability ? -1 : 1;
  return (x->subject > y->subject) - (x->subject < y->subject);
}

/* The number of attaining subjects against its predictive distribution. */
static QsAttainmentCheck
check_of (const QsDiagnosis *self, const Seen *seen, guint n)
{
  const gsize        n_simulations = self->n_simulations;
  g_autofree double *counts = g_new0 (double, n_simulations);
  QsAttainmentCheck  check = { .dose_mg = seen->dose_mg, .n = n };
  double             below = 0.0, same = 0.0;

  for (guint i = 0; i < n; i++) {
    check.observed += seen[i].attained;
    for (gsize k = 0; k < n_simulations; k++)
      counts[k] += seen[i].simulated[k];
  }
  for (gsize k = 0; k < n_simulations; k++) {
    below += counts[k] < check.observed;
    same += counts[k] == check.observed;
  }
  qs_sort (counts, n_simulations);
  check.mean = qs_mean (counts, n_simulations);
  /* Counts are whole numbers, and so are their quantiles here. */
  check.low = floor (qs_quantile_sorted (counts, n_simulations, 0.025));
  check.median = qs_quantile_sorted (counts, n_simulations, 0.5);
  check.high = ceil (qs_quantile_sorted (counts, n_simulations, 0.975));
  below = (below + 0.5 * same) / (double) n_simulations;
  check.p_value = MIN (1.0, 2.0 * MIN (below, 1.0 - below));

  return check;
}

static void
calibrate (const QsDiagnosis *self, const QsAttainmentCheck *check, double dose_mg)
{
  QsCalibrationPoint point = {
    .dose_mg = dose_mg,
    .n = check->n,
    .predicted = check->mean / check->n,
    .predicted_low = check->low / check->n,
    .predicted_high = check->high / check->n,
    .observed = (double) check->observed / check->n,
  };

  qs_clopper_pearson (check->observed, check->n, 0.95, &point.low, &point.high);
  g_array_append_val (self->result->calibration, point);
}

/* The number of subjects on the right side of the threshold, by arm, against its
 * predictive distribution; and observed against predicted shares, of the arms and of
 * subjects of similar probability. */
gboolean
qs_diagnose_attainment (QsDiagnosis *self, GError **error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Seen));
  const Seen        *seen;
  guint              end, n_groups;

  g_array_set_clear_func (list, seen_clear);
  for (guint i = 0; i < self->result->n_subjects; i++)
    see_subject (self, i, list);

  g_array_sort (list, compare_doses);
  seen = (const Seen *) (gpointer) list->data;
  for (guint begin = 0; begin < list->len; begin = end) {
    QsAttainmentCheck check;

    for (end = begin; end < list->len && seen[end].dose_mg == seen[begin].dose_mg;)
      end++;
    check = check_of (self, seen + begin, end - begin);
    g_array_append_val (self->result->attainment, check);
    calibrate (self, &check, check.dose_mg);
  }

  g_array_sort (list, compare_probabilities);
  n_groups = MIN (MAX_GROUPS, list->len / MIN_SUBJECTS);
  for (guint group = 0; group < n_groups; group++) {
    const guint             from = list->len * group / n_groups;
    const guint             to = list->len * (group + 1) / n_groups;
    const QsAttainmentCheck check = check_of (self, seen + from, to - from);

    calibrate (self, &check, NAN);
  }

  return qs_run_step (self->run, NULL, error);
}
