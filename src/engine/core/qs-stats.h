/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Normal, χ² and beta distribution. */
double qs_normal_cdf (double z);
double qs_normal_quantile (double p);
double qs_chi_square_quantile (double p, guint n);
double qs_beta_cdf (double x, double a, double b);
double qs_beta_quantile (double p, double a, double b);

/* Intervals of a proportion; @level such as 0.95, both ends in [0, 1]. */
void qs_clopper_pearson (double  n_successes,
                         double  n_trials,
                         double  level,
                         double *lower,
                         double *upper);
void qs_wilson (double p, double n_effective, double level, double *lower, double *upper);

/* Samples. */
double qs_sum (const double *values, gsize n);
double qs_mean (const double *values, gsize n);
double qs_variance (const double *values, gsize n);
double qs_kish_size (const double *weights, gsize n);
void   qs_sort (double *values, gsize n);
double qs_log_slope (const double *x, const double *y, gsize n);
double qs_quantile_sorted (const double *sorted, gsize n, double p);
