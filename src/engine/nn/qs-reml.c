/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-reml.h"

#include "core/qs-error.h"

#include <math.h>

/* The search runs over log (omega² / sigma²); at its lower end omega counts as 0. */
#define LOG_RATIO_LOW -14.0
#define LOG_RATIO_HIGH 14.0
#define N_GRID 57

typedef struct {
  const QsRemlSubject *subjects;
  const guint         *times;
  guint                n_subjects;
} Sample;

/**
 * qs_reml_subject:
 *
 * Returns: the summary of @n >= 1 residuals
 */
QsRemlSubject
qs_reml_subject (const double *residuals, guint n)
{
  QsRemlSubject self = { .n = n };

  for (guint j = 0; j < n; j++)
    self.mean += residuals[j] / n;
  for (guint j = 0; j < n; j++)
    self.squares += (residuals[j] - self.mean) * (residuals[j] - self.mean);

  return self;
}

static guint
times_of (const Sample *sample, guint i)
{
  return sample->times != NULL ? sample->times[i] : 1;
}

/* −2 log restricted likelihood at a given ratio, maximised over mean and sigma, less a
 * constant. A subject's covariance sigma² (I + ratio J) has the eigenvalue
 * sigma² (1 + n ratio) along the mean and sigma² across it (Patterson & Thompson 1971).
 */
static double
deviance (const Sample *sample, double ratio, QsReml *result)
{
  double weights = 0.0, sum = 0.0, squares = 0.0, log_det = 0.0, variance;
  guint  n_residuals = 0;

  for (guint i = 0; i < sample->n_subjects; i++) {
    const QsRemlSubject *s = &sample->subjects[i];
    const double         weight = times_of (sample, i) * s->n / (1.0 + s->n * ratio);

    weights += weight;
    sum += weight * s->mean;
  }
  result->mean = sum / weights;

  for (guint i = 0; i < sample->n_subjects; i++) {
    const QsRemlSubject *s = &sample->subjects[i];
    const double         distance = s->mean - result->mean;
    const double         stretch = 1.0 + s->n * ratio;

    squares += times_of (sample, i) * (s->squares + s->n / stretch * distance * distance);
    log_det += times_of (sample, i) * log (stretch);
    n_residuals += times_of (sample, i) * s->n;
  }

  /* Residuals that are all equal would drive the likelihood to infinity. */
  variance = fmax (squares / (n_residuals - 1), 1e-12);
  result->sigma = sqrt (variance);
  result->omega = sqrt (ratio * variance);

  return (n_residuals - 1) * log (variance) + log_det + log (weights);
}

/* Golden-section search between @low and @high. */
static double
refine (const Sample *sample, double low, double high)
{
  const double golden = 0.6180339887498949;
  QsReml       ignored;

  while (high - low > 1e-9) {
    const double left = high - golden * (high - low);
    const double right = low + golden * (high - low);

    if (deviance (sample, exp (left), &ignored) <=
        deviance (sample, exp (right), &ignored))
      high = right;
    else
      low = left;
  }

  return 0.5 * (low + high);
}

static gboolean
enough (const Sample *sample, GError **error)
{
  guint n_subjects = 0, n_repeats = 0;

  for (guint i = 0; i < sample->n_subjects; i++) {
    n_subjects += times_of (sample, i);
    n_repeats += times_of (sample, i) * (sample->subjects[i].n - 1);
  }

  if (n_subjects >= 2 && n_repeats >= 1)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
               "%u subjects with %u repeated observations cannot tell between-subject "
               "from residual variability; at least 2 and 1 are needed",
               n_subjects, n_repeats);
  return FALSE;
}

/**
 * qs_reml_fit:
 * @times: (nullable) (array length=n_subjects): how often each subject counts, as in a
 * bootstrap sample
 * @error: %QS_ERROR_TOO_FEW
 *
 * Splits residuals into a subject effect and noise by restricted maximum likelihood:
 * residual_ij = mean + b_i + e_ij, b ~ N (0, omega²), e ~ N (0, sigma²).
 */
gboolean
qs_reml_fit (const QsRemlSubject *subjects,
             const guint         *times,
             guint                n_subjects,
             QsReml              *result,
             GError             **error)
{
  const Sample sample = { subjects, times, n_subjects };
  const double step = (LOG_RATIO_HIGH - LOG_RATIO_LOW) / (N_GRID - 1);
  QsReml       none;
  double       best = LOG_RATIO_LOW, lowest = INFINITY;

  if (!enough (&sample, error))
    return FALSE;

  for (guint i = 0; i < N_GRID; i++) {
    const double place = LOG_RATIO_LOW + i * step;
    const double value = deviance (&sample, exp (place), result);

    if (value < lowest) {
      lowest = value;
      best = place;
    }
  }

  best = refine (&sample, best - step, best + step);
  lowest = deviance (&sample, exp (best), result);
  if (deviance (&sample, 0.0, &none) <= lowest)
    *result = none;

  return TRUE;
}
