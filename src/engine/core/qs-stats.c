/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-stats.h"

#include <math.h>
#include <stdlib.h>

double
qs_normal_cdf (double z)
{
  return 0.5 * erfc (-z * M_SQRT1_2);
}

static double
polynomial (const double *coefficients, guint n, double x)
{
  double sum = coefficients[n - 1];

  for (guint i = n - 1; i > 0; i--)
    sum = sum * x + coefficients[i - 1];

  return sum;
}

/**
 * qs_normal_quantile:
 * @p: probability in (0, 1); 0 and 1 give the infinities, anything else NaN
 *
 * Wichura (1988), algorithm AS 241 (PPND16): relative accuracy about 1e-16.
 */
double
qs_normal_quantile (double p)
{
  static const double a[] = { 3.3871328727963666080e0,  1.3314166789178437745e+2,
                              1.9715909503065514427e+3, 1.3731693765509461125e+4,
                              4.5921953931549871457e+4, 6.7265770927008700853e+4,
                              3.3430575583588128105e+4, 2.5090809287301226727e+3 };
  static const double b[] = { 1.0,
                              4.2313330701600911252e+1,
                              6.8718700749205790830e+2,
                              5.3941960214247511077e+3,
                              2.1213794301586595867e+4,
                              3.9307895800092710610e+4,
                              2.8729085735721942674e+4,
                              5.2264952788528545610e+3 };
  static const double c[] = { 1.42343711074968357734e0,  4.63033784615654529590e0,
                              5.76949722146069140550e0,  3.64784832476320460504e0,
                              1.27045825245236838258e0,  2.41780725177450611770e-1,
                              2.27238449892691845833e-2, 7.74545014278341407640e-4 };
  static const double d[] = { 1.0,
                              2.05319162663775882187e0,
                              1.67638483018380384940e0,
                              6.89767334985100004550e-1,
                              1.48103976427480074590e-1,
                              1.51986665636164571966e-2,
                              5.47593808499534494600e-4,
                              1.05075007164441684324e-9 };
  static const double e[] = { 6.65790464350110377720e0,  5.46378491116411436990e0,
                              1.78482653991729133580e0,  2.96560571828504891230e-1,
                              2.65321895265761230930e-2, 1.24266094738807843860e-3,
                              2.71155556874348757815e-5, 2.01033439929228813265e-7 };
  static const double f[] = { 1.0,
                              5.99832206555887937690e-1,
                              1.36929880922735805310e-1,
                              1.48753612908506148525e-2,
                              7.86869131145613259100e-4,
                              1.84631831751005468180e-5,
                              1.42151175831644588870e-7,
                              2.04426310338993978564e-15 };
  const double        q = p - 0.5;
  double              r;

  if (!(p > 0.0 && p < 1.0))
    return p == 0.0 ? -INFINITY : p == 1.0 ? INFINITY : NAN;

  if (fabs (q) <= 0.425) {
    r = 0.180625 - q * q;
    return q * polynomial (a, 8, r) / polynomial (b, 8, r);
  }

  r = sqrt (-log (q < 0.0 ? p : 1.0 - p));
  if (r <= 5.0)
    r = polynomial (c, 8, r - 1.6) / polynomial (d, 8, r - 1.6);
  else
    r = polynomial (e, 8, r - 5.0) / polynomial (f, 8, r - 5.0);

  return q < 0.0 ? -r : r;
}

/**
 * qs_chi_square_quantile:
 * @p: probability in (0, 1)
 * @n: degrees of freedom, even: their distribution function is a finite sum
 *
 * By Newton's steps on the logarithm of the smaller tail, from Wilson and Hilferty's
 * (1931) cube.
 */
double
qs_chi_square_quantile (double p, guint n)
{
  const guint    half = n / 2;
  const double   part = 2.0 / (9.0 * n);
  const double   cube = 1.0 - part + qs_normal_quantile (p) * sqrt (part);
  const gboolean is_low = p < 0.5;
  const double   wanted = log (is_low ? p : 1.0 - p);
  double         x = n * MAX (1e-3, cube * cube * cube);

  g_return_val_if_fail (p > 0.0 && p < 1.0 && n > 0 && n % 2 == 0, NAN);

  for (guint turn = 0; turn < 50; turn++) {
    const double h = 0.5 * x, last = x;
    double       term = exp (-h), upper = 0.0, lower = 0.0;

    /* Poisson's probabilities of less than half and, where the tail is low, of more. */
    for (guint k = 0; k < half; k++) {
      upper += term;
      term *= h / (k + 1.0);
    }
    const double density = 0.5 * term * half / h;
    for (guint k = half; is_low && term > 1e-17 * lower; k++) {
      lower += term;
      term *= h / (k + 1.0);
    }

    x -= is_low ? (log (lower) - wanted) * lower / density
                : (wanted - log (upper)) * upper / density;
    x = CLAMP (x, 0.2 * last, 5.0 * last);
    if (fabs (x - last) <= 1e-14 * x)
      break;
  }

  return x;
}

/* What divides x^a y^b / B(a, b) to give I_x(a, b), y = 1 − x and x at most the mean: the
 * continued fraction of DiDonato & Morris (1992, equation 9), whose terms are positive
 * for b > 1 and cancel nowhere, by Lentz's method. Takes O(sqrt (a + b)) turns. */
static double
beta_fraction (double x, double y, double a, double b)
{
  const double excess = x < 0.5 ? a - (a + b) * x : (a + b) * y - b;
  double       c, d = 0.0, f = a / (a + 1.0) * (excess + 1.0);

  c = f;
  for (guint n = 1; n < 1000000; n++) {
    const double s = a + 2.0 * n - 1.0;
    const double share = (a + n - 1.0) / s, rest = n * (b - n) * x / s;
    const double alpha = share * (a + b + n - 1.0) * rest * x;
    const double beta = n + rest + (a + n) / (s + 2.0) * (excess + 1.0 + n * (1.0 + y));
    double       step;

    d = 1.0 / (beta + alpha * d);
    c = beta + alpha / c;
    step = c * d;
    f *= step;

    if (fabs (step - 1.0) < 1e-15)
      break;
  }

  return f;
}

/* log (Γ(n) / (√(2π/n) (n/e)^n)), what Stirling's formula lacks. The series is good to 16
 * digits from 15 on. */
static double
stirling_rest (double n)
{
  static const double terms[] = { 1.0 / 12.0,    -1.0 / 360.0, 1.0 / 1260.0,
                                  -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360360.0 };
  int                 sign;

  if (n >= 15.0)
    return polynomial (terms, G_N_ELEMENTS (terms), 1.0 / (n * n)) / n;

  /* Plain lgamma() writes a global. */
  return lgamma_r (n, &sign) - (n - 0.5) * log (n) + n - 0.5 * log (2.0 * G_PI);
}

/* a log (a / m) + m − a for m = n x, without cancellation where a is close to m and
 * without underflow where x is tiny. */
static double
deviance_part (double a, double n, double x)
{
  const double m = n * x, v = (a - m) / (a + m);
  double       power = 2.0 * a * v, sum = (a - m) * v;

  if (fabs (v) > 0.1)
    return a * (log (a) - log (n) - log (x)) + m - a;

  for (guint j = 3; j < 100; j += 2) {
    const double previous = sum;

    power *= v * v;
    sum += power / j;
    if (sum == previous)
      break;
  }

  return sum;
}

/* log (x^a (1−x)^b / B(a, b)) by Loader's saddle-point form (2000): the large parts of
 * the gamma functions cancel on paper instead of in the digits, so it is as good at
 * a + b = 1e9 as at 10. */
static double
log_front (double x, double a, double b)
{
  const double n = a + b;

  return 0.5 * (log (a) - log (n) + log (b) - log (2.0 * G_PI)) + stirling_rest (n) -
         stirling_rest (a) - stirling_rest (b) - deviance_part (a, n, x) -
         deviance_part (b, n, 1.0 - x);
}

/**
 * qs_beta_cdf:
 *
 * Regularised incomplete beta function I_x(a, b) for a, b > 0 (Abramowitz &
 * Stegun 26.5.8); NaN for other shapes. Costs O(sqrt (a + b)) near the mean; right to
 * 1e-9 relative up to a + b = 1e9.
 */
double
qs_beta_cdf (double x, double a, double b)
{
  if (!(a > 0.0 && b > 0.0 && isfinite (a + b)) || isnan (x))
    return NAN;
  if (x <= 0.0)
    return 0.0;
  if (x >= 1.0)
    return 1.0;

  if (x <= a / (a + b))
    return exp (log_front (x, a, b)) / beta_fraction (x, 1.0 - x, a, b);

  return 1.0 - exp (log_front (x, a, b)) / beta_fraction (1.0 - x, x, b, a);
}

/**
 * qs_beta_quantile:
 *
 * Solves I_x(a, b) = p. Bisection finds the binade, Newton's steps finish; a step that
 * leaves the bracket is replaced by bisection, so the search always ends. Right to 1e-10
 * relative up to a + b = 1e9, unless the answer is below the normal numbers.
 */
double
qs_beta_quantile (double p, double a, double b)
{
  double low = 0.0, high = 1.0, x = a / (a + b);

  if (!(a > 0.0 && b > 0.0 && isfinite (a + b) && p >= 0.0 && p <= 1.0))
    return NAN;
  if (p == 0.0 || p == 1.0)
    return p;

  for (guint i = 0; i < 2000 && high - low > 4e-16 * high; i++) {
    const double excess = qs_beta_cdf (x, a, b) - p;
    const double density = exp (log_front (x, a, b)) / (x * (1.0 - x));
    double       next;

    if (excess == 0.0)
      return x;
    if (excess > 0.0)
      high = x;
    else
      low = x;

    next = x - excess / density;
    if (!(next > low && next < high))
      next = low > 0.0 && high / low > 4.0 ? sqrt (low * high)
             : low > 0.0                   ? 0.5 * (low + high)
                                           : high * (high < 1e-3 ? 1e-3 : 0.5);
    if (fabs (next - x) <= 1e-16 * x)
      return next;
    x = next;
  }

  return x;
}

/**
 * qs_clopper_pearson:
 * @n_successes: in [0, @n_trials]
 * @n_trials: positive
 *
 * Exact two-sided interval of a proportion (Clopper & Pearson 1934).
 */
void
qs_clopper_pearson (double  n_successes,
                    double  n_trials,
                    double  level,
                    double *lower,
                    double *upper)
{
  const double tail = 0.5 * (1.0 - level);
  const double n_failures = n_trials - n_successes;

  *lower =
      n_successes > 0.0 ? qs_beta_quantile (tail, n_successes, n_failures + 1.0) : 0.0;
  *upper = n_failures > 0.0 ? qs_beta_quantile (1.0 - tail, n_successes + 1.0, n_failures)
                            : 1.0;
}

/**
 * qs_wilson:
 * @p: observed proportion
 * @n_effective: sample size, Kish's for weighted samples
 *
 * Score interval of a proportion (Wilson 1927).
 */
void
qs_wilson (double p, double n_effective, double level, double *lower, double *upper)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * level);
  const double z2n = z * z / n_effective;
  const double centre = (p + 0.5 * z2n) / (1.0 + z2n);
  const double half =
      z * sqrt (p * (1.0 - p) / n_effective + 0.25 * z2n / n_effective) / (1.0 + z2n);

  /* Rounding must not push an end past the share itself: at p = 0 the two meet. */
  *lower = CLAMP (centre - half, 0.0, p);
  *upper = CLAMP (centre + half, p, 1.0);
}

/* Neumaier's compensated sum: in order, and as good as twice the digits. */
double
qs_sum (const double *values, gsize n)
{
  double sum = 0.0, lost = 0.0;

  for (gsize i = 0; i < n; i++) {
    const double next = sum + values[i];

    lost += fabs (sum) >= fabs (values[i]) ? (sum - next) + values[i]
                                           : (values[i] - next) + sum;
    sum = next;
  }

  return sum + lost;
}

double
qs_mean (const double *values, gsize n)
{
  return n > 0 ? qs_sum (values, n) / (double) n : NAN;
}

/* Unbiased sample variance, by two passes; NaN below two values. */
double
qs_variance (const double *values, gsize n)
{
  const double mean = qs_mean (values, n);
  double       sum = 0.0;

  if (n < 2)
    return NAN;

  for (gsize i = 0; i < n; i++)
    sum += (values[i] - mean) * (values[i] - mean);

  return sum / (double) (n - 1);
}

/* Kish's effective sample size, (Σw)² / Σw². */
double
qs_kish_size (const double *weights, gsize n)
{
  const double sum = qs_sum (weights, n);
  double       squares = 0.0;

  for (gsize i = 0; i < n; i++)
    squares += weights[i] * weights[i];

  return squares > 0.0 ? sum * sum / squares : 0.0;
}

static int
compare (const void *a, const void *b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

void
qs_sort (double *values, gsize n)
{
  if (n > 1)
    qsort (values, n, sizeof *values, compare);
}

/**
 * qs_quantile_sorted:
 *
 * Quantile by linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
 */
double
qs_quantile_sorted (const double *sorted, gsize n, double p)
{
  const double place = p * (double) (n - 1);
  const gsize  below = (gsize) place;

  if (n == 0)
    return NAN;
  if (below + 1 >= n)
    return sorted[n - 1];

  return sorted[below] + (place - (double) below) * (sorted[below + 1] - sorted[below]);
}

/* Least squares of log @y on log @x. */
double
qs_log_slope (const double *x, const double *y, gsize n)
{
  double mean_x = 0.0, mean_y = 0.0, xx = 0.0, xy = 0.0;

  for (gsize i = 0; i < n; i++) {
    mean_x += log (x[i]) / (double) n;
    mean_y += log (y[i]) / (double) n;
  }
  for (gsize i = 0; i < n; i++) {
    xx += (log (x[i]) - mean_x) * (log (x[i]) - mean_x);
    xy += (log (x[i]) - mean_x) * (log (y[i]) - mean_y);
  }

  return xy / xx;
}
