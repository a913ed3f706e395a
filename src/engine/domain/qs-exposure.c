/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-exposure.h"

#include <math.h>

const QsExposureInfo *
qs_exposure_info (QsExposureFigure figure)
{
  static const QsExposureInfo infos[QS_N_EXPOSURE_FIGURES] = {
    [QS_EXPOSURE_CMAX] = { "cmax_mg_l", "Cmax at steady state", "mg/L" },
    [QS_EXPOSURE_AUC_TAU] = { "auctau_h_mg_l", "AUCtau at steady state", "h·mg/L" },
    [QS_EXPOSURE_ACCUMULATION_CMAX] = { "accumulation_cmax", "Accumulation ratio, Cmax",
                                        "" },
    [QS_EXPOSURE_ACCUMULATION_AUC] = { "accumulation_auc", "Accumulation ratio, AUCtau",
                                       "" },
    [QS_EXPOSURE_HALF_LIFE] = { "effective_half_life_h", "Effective half-life", "h" },
    [QS_EXPOSURE_STEADY] = { "time_to_steady_state_h",
                             "Time to 90 % of the steady-state trough", "h" },
    [QS_EXPOSURE_TARGET] = { "time_to_target_h", "Time to target, who reach it", "h" },
  };

  g_return_val_if_fail (figure < QS_N_EXPOSURE_FIGURES, &infos[0]);
  return &infos[figure];
}

/* What is said of models without concentrations, and where there is no dose. */
QsExposure
qs_exposure_unknown (void)
{
  QsExposure self = {
    .dose_mg = NAN,
    .target_share = NAN,
    .factor_dose = NAN,
    .factor_cmax = NAN,
    .factor_auc = NAN,
  };

  for (guint i = 0; i < QS_N_EXPOSURE_FIGURES; i++)
    self.figures[i] = (QsSpread){ NAN, NAN, NAN };

  return self;
}

/**
 * qs_exposure_extrapolation:
 *
 * Returns: the largest of the factors that are known, NaN where none is
 */
double
qs_exposure_extrapolation (const QsExposure *self)
{
  return fmax (self->factor_dose, fmax (self->factor_cmax, self->factor_auc));
}
