/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-proportionality.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"

#include <math.h>

/* Quantile of Student's t above its middle: t² / (ν + t²) is Beta (1/2, ν/2). */
static double
student (double level, double freedom)
{
  const double x = qs_beta_quantile (level, 0.5, 0.5 * freedom);

  return sqrt (freedom * x / (1.0 - x));
}

static QsProportionalityVerdict
judge (const QsProportionality *self)
{
  if (self->low90 >= self->limit_low && self->high90 <= self->limit_high)
    return QS_PROPORTIONALITY_YES;
  if (self->high90 < self->limit_low || self->low90 > self->limit_high)
    return QS_PROPORTIONALITY_NO;

  return QS_PROPORTIONALITY_INCONCLUSIVE;
}

/**
 * qs_proportionality_fit:
 * @self: (out caller-allocates): the line; its parameter is left alone
 * @dose_mg: (array length=n)
 * @exposure: (array length=n): pairs of which one is not positive are left out
 * @error: return location for %QS_ERROR_TOO_FEW below three pairs or two doses
 *
 * Straight line through the logarithms by least squares, and what Smith et al. (2000,
 * Pharm Res 17:1278) make of it for the range of doses.
 */
gboolean
qs_proportionality_fit (QsProportionality *self,
                        const double      *dose_mg,
                        const double      *exposure,
                        gsize              n,
                        GError           **error)
{
  double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0, yy = 0.0;
  double low = INFINITY, high = 0.0;
  guint  used = 0;

  for (gsize i = 0; i < n; i++) {
    double x, y, step;

    if (!(dose_mg[i] > 0.0 && exposure[i] > 0.0 && isfinite (exposure[i])))
      continue;

    /* Welford's update, with products. */
    x = log (dose_mg[i]) - mean_x;
    y = log (exposure[i]) - mean_y;
    step = 1.0 / ++used;
    mean_x += x * step;
    mean_y += y * step;
    xx += x * x * (1.0 - step);
    xy += x * y * (1.0 - step);
    yy += y * y * (1.0 - step);
    low = MIN (low, dose_mg[i]);
    high = MAX (high, dose_mg[i]);
  }

  if (used < 3 || !(high > low)) {
    g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
                 "Dose proportionality needs three subjects and two doses, there are %u "
                 "subjects of %s",
                 used, high > low ? "several doses" : "one dose at most");
    return FALSE;
  }

  self->n_subjects = used;
  self->low_dose_mg = low;
  self->high_dose_mg = high;
  self->slope = xy / xx;
  self->se = sqrt (MAX (0.0, yy - xy * self->slope) / (used - 2.0) / xx);
  self->low95 = self->slope - student (0.95, used - 2.0) * self->se;
  self->high95 = self->slope + student (0.95, used - 2.0) * self->se;
  self->low90 = self->slope - student (0.9, used - 2.0) * self->se;
  self->high90 = self->slope + student (0.9, used - 2.0) * self->se;
  self->limit_low = 1.0 + log (0.8) / log (high / low);
  self->limit_high = 1.0 + log (1.25) / log (high / low);
  self->verdict = judge (self);

  return TRUE;
}

/**
 * qs_proportionality_of_study:
 * @nca: of @dataset
 * @parameter: such as %QS_NCA_AUC_TAU
 * @error: as qs_proportionality_fit()
 *
 * The power model of the study's own exposures over the arms' doses.
 */
gboolean
qs_proportionality_of_study (QsProportionality *self,
                             const QsDataset   *dataset,
                             const QsNca       *nca,
                             QsNcaParameter     parameter,
                             GError           **error)
{
  const guint        n = qs_nca_n_subjects (nca);
  g_autofree double *dose_mg = g_new (double, n + 1);
  g_autofree double *exposure = g_new (double, n + 1);

  for (guint i = 0; i < n; i++) {
    dose_mg[i] = qs_dataset_subject (dataset, i)->dose_mg;
    exposure[i] = qs_nca_value (nca, i, parameter);
  }

  self->parameter = parameter;
  return qs_proportionality_fit (self, dose_mg, exposure, n, error);
}

const char *
qs_proportionality_verdict_name (QsProportionalityVerdict verdict)
{
  static const char *const names[] = { "proportional", "not proportional",
                                       "inconclusive" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (names), "unknown");
  return names[verdict];
}
