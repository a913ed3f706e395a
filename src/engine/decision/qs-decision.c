/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/qs-decision.h"

#include <math.h>

/* Half the distance between the doses at which the ends of the Monte Carlo interval
 * reach the target. */
static double
monte_carlo_error (const QsDoseEstimate *estimates, gsize n_estimates, double target)
{
  const gsize  stride = sizeof *estimates / sizeof (double);
  const double step_mg = estimates[0].dose_mg;
  const double low = qs_decision_crossing (n_estimates, step_mg, step_mg,
                                           &estimates[0].mc_upper, stride, target);
  const double high = qs_decision_crossing (n_estimates, step_mg, step_mg,
                                            &estimates[0].mc_lower, stride, target);

  return isfinite (low) && isfinite (high) ? 0.5 * (high - low) : NAN;
}

/**
 * qs_decision_select:
 * @self: (out caller-allocates): the decision; what needs more than the curve (the
 * crossing, its interval, the extrapolation) is NaN
 * @target: the share that has to succeed
 * @estimates: (array length=n_estimates): by dose, one grid step apart, the first one
 * step above 0; at least one
 * @p_at_zero: success without any dose
 *
 * Picks the mean dose, the smallest whose probability reaches @target there and at every
 * higher dose, and the assured dose, the smallest whose lower end does. Without a
 * parameter band there is no assured dose. That no dose is good enough is an answer.
 */
void
qs_decision_select (QsDecision           *self,
                    double                target,
                    const QsDoseEstimate *estimates,
                    gsize                 n_estimates,
                    double                p_at_zero)
{
  gsize mean = n_estimates, assured = n_estimates;

  *self = (QsDecision){
    .status = QS_STATUS_NOT_REACHED,
    .target = target,
    .dose_mg = NAN,
    .assured_dose_mg = NAN,
    .crossing_mg = NAN,
    .interval_low_mg = NAN,
    .interval_high_mg = NAN,
    .p_at_dose = NAN,
    .p_below = NAN,
    .band_low = NAN,
    .band_high = NAN,
    .mc_half_width = NAN,
    .mc_error_mg = NAN,
    .max_p = p_at_zero,
    .extrapolation = NAN,
  };

  for (gsize i = 0; i < n_estimates; i++)
    self->max_p = MAX (self->max_p, estimates[i].probability);

  while (mean > 0 && estimates[mean - 1].probability >= target)
    mean--;
  while (assured > 0 && estimates[assured - 1].lower >= target)
    assured--;

  if (assured < n_estimates)
    self->assured_dose_mg = estimates[assured].dose_mg;

  if (mean < n_estimates) {
    self->status = QS_STATUS_REACHED;
    self->dose_mg = estimates[mean].dose_mg;
    self->p_at_dose = estimates[mean].probability;
    self->p_below = mean > 0 ? estimates[mean - 1].probability : p_at_zero;
    self->band_low = estimates[mean].lower;
    self->band_high = estimates[mean].upper;
    self->mc_half_width = 0.5 * (estimates[mean].mc_upper - estimates[mean].mc_lower);
    self->mc_error_mg = monte_carlo_error (estimates, n_estimates, target);
    self->decision_grade =
        self->mc_error_mg <= QS_DECISION_ERROR_STEPS * estimates[0].dose_mg;
  }
}

/**
 * qs_decision_n_needed:
 * @n: virtual patients of @self, whose dose is reached
 * @error_mg: wanted half-width of the Monte Carlo error of the dose
 *
 * How many more? The error falls with the square root of their number, and with the slope
 * of the curve where the ends of its interval reach the target; a tenth more is asked for
 * because that slope is not the same everywhere. Where an end does not reach the target
 * there is no error to go by, and four times as many are.
 *
 * Returns: virtual patients, not fewer than @n
 */
double
qs_decision_n_needed (const QsDecision *self, double n, double error_mg)
{
  const double ratio = self->mc_error_mg / error_mg;

  if (!isfinite (ratio))
    return 4.0 * n;

  return ratio <= 1.0 ? n : ceil (1.1 * n * ratio * ratio);
}

/**
 * qs_decision_crossing:
 * @n: doses
 * @first_mg: the first one
 * @step_mg: between them
 * @success: probabilities by dose, @stride values apart
 *
 * Returns: the dose from which on the curve, straight between grid doses, stays at or
 *   above @target; +infinity where it does not at the last dose, @first_mg where it does
 *   at every dose
 */
double
qs_decision_crossing (gsize         n,
                      double        first_mg,
                      double        step_mg,
                      const double *success,
                      gsize         stride,
                      double        target)
{
  gsize  i = n;
  double below, above;

  while (i > 0 && success[(i - 1) * stride] >= target)
    i--;

  if (i == n)
    return INFINITY;
  if (i == 0)
    return first_mg;

  below = success[(i - 1) * stride];
  above = success[i * stride];
  return first_mg + step_mg * ((double) (i - 1) + (target - below) / (above - below));
}

/**
 * qs_decision_largest_fall:
 * @from_mg: (out): where the fall begins
 * @to_mg: (out): where it ends
 *
 * Returns: by how much the curve falls at most with increasing dose; 0 for a curve that
 *   never does
 */
double
qs_decision_largest_fall (const QsDoseEstimate *estimates,
                          gsize                 n_estimates,
                          double                p_at_zero,
                          double               *from_mg,
                          double               *to_mg)
{
  double top = p_at_zero, top_mg = 0.0, largest = 0.0;

  *from_mg = *to_mg = 0.0;

  for (gsize i = 0; i < n_estimates; i++) {
    const double p = estimates[i].probability;

    if (p >= top) {
      top = p;
      top_mg = estimates[i].dose_mg;
    } else if (top - p > largest) {
      largest = top - p;
      *from_mg = top_mg;
      *to_mg = estimates[i].dose_mg;
    }
  }

  return largest;
}
