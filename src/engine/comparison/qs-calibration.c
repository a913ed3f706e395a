/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-calibration.h"

#include "analysis/qs-firth.h"

#include <math.h>

const guint qs_calibration_bins[QS_CALIBRATION_N_ECE] = { 10, 20, 50 };

#define N_GROUPS 10
/* Probabilities are kept this far from 0 and 1 where their logit or variance is needed:
 * less than one prediction in a thousand cannot be told from none here. */
#define LEAST 1e-3

static double
bounded (double p)
{
  return CLAMP (p, LEAST, 1.0 - LEAST);
}

static double
fill_bins (const double   *p,
           const gboolean *came_true,
           guint           n,
           QsReliability  *bins,
           guint           n_bins)
{
  double ece = 0.0;

  for (guint b = 0; b < n_bins; b++)
    bins[b] = (QsReliability){ 0 };
  for (guint i = 0; i < n; i++) {
    QsReliability *bin = &bins[MIN ((guint) (p[i] * n_bins), n_bins - 1)];

    bin->n++;
    bin->predicted += p[i];
    bin->observed += came_true[i];
  }
  for (guint b = 0; b < n_bins; b++) {
    ece += fabs (bins[b].predicted - bins[b].observed) / n;
    bins[b].predicted /= bins[b].n;
    bins[b].observed /= bins[b].n;
  }

  return ece;
}

static void
recalibrate (QsCalibration *self, const double *p, const gboolean *came_true, guint n)
{
  g_autofree QsFirthRow *rows = g_new0 (QsFirthRow, n);
  double                 coefficients[QS_FIRTH_MAX] = { NAN, NAN, NAN };

  for (guint i = 0; i < n; i++)
    rows[i] = (QsFirthRow){
      .x = { 1.0, log (bounded (p[i]) / (1.0 - bounded (p[i]))) },
      .times = 1,
      .success = came_true[i],
    };
  if (!isfinite (qs_firth_fit (rows, n, 2, coefficients)))
    coefficients[0] = coefficients[1] = NAN;
  self->intercept = coefficients[0];
  self->slope = coefficients[1];
}

/* Upper tail of χ² with an even number of degrees of freedom: a Poisson sum. */
static double
chi_square_tail (double x, guint df)
{
  double term = exp (-0.5 * x), sum = 0.0;

  for (guint k = 0; k < df / 2; k++) {
    sum += term;
    term *= 0.5 * x / (k + 1);
  }

  return sum;
}

static int
compare_by_value (gconstpointer a, gconstpointer b, gpointer data)
{
  const double *p = data;
  const double  x = p[*(const guint *) a], y = p[*(const guint *) b];

  return (x > y) - (x < y);
}

static void
test_groups (QsCalibration *self, const double *p, const gboolean *came_true, guint n)
{
  g_autofree guint *order = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    order[i] = i;
  g_qsort_with_data (order, (int) n, sizeof *order, compare_by_value, (gpointer) p);

  for (guint group = 0; group < N_GROUPS; group++) {
    const guint begin = n * group / N_GROUPS, end = n * (group + 1) / N_GROUPS;
    double      expected = 0.0, observed = 0.0, variance;

    for (guint i = begin; i < end; i++) {
      expected += bounded (p[order[i]]);
      observed += came_true[order[i]];
    }
    variance = expected * (1.0 - expected / (end - begin));
    self->hosmer_lemeshow += (observed - expected) * (observed - expected) / variance;
  }
  self->hosmer_lemeshow_df = N_GROUPS;
  self->hosmer_lemeshow_p = chi_square_tail (self->hosmer_lemeshow, N_GROUPS);
}

/* Mann and Whitney's: how often who came true had the higher prediction. */
static double
area (const double *p, const gboolean *came_true, guint n)
{
  double wins = 0.0, pairs = 0.0;

  for (guint i = 0; i < n; i++) {
    for (guint k = 0; came_true[i] && k < n; k++) {
      if (came_true[k])
        continue;
      pairs += 1.0;
      wins += p[i] > p[k] ? 1.0 : p[i] == p[k] ? 0.5 : 0.0;
    }
  }

  return wins / pairs;
}

/**
 * qs_calibrate:
 * @p: (array length=n): predicted probabilities
 * @came_true: (array length=n): what happened
 * @n: at least 10
 */
QsCalibration
qs_calibrate (const double *p, const gboolean *came_true, guint n)
{
  QsCalibration self = { .n = n };

  g_return_val_if_fail (n >= N_GROUPS, self);

  for (guint i = 0; i < n; i++) {
    self.predicted += p[i] / n;
    self.observed += (came_true[i] ? 1.0 : 0.0) / n;
    self.brier += (p[i] - came_true[i]) * (p[i] - came_true[i]) / n;
  }
  for (guint e = 0; e < QS_CALIBRATION_N_ECE; e++)
    self.ece[e] = fill_bins (p, came_true, n, self.bins[e], qs_calibration_bins[e]);
  recalibrate (&self, p, came_true, n);
  test_groups (&self, p, came_true, n);
  self.auc = area (p, came_true, n);

  return self;
}
