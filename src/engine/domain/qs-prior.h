/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef enum {
  QS_PRIOR_UNIFORM,   /* a = low, b = high */
  QS_PRIOR_NORMAL,    /* a = mean, b = SD, truncated to [min, max] */
  QS_PRIOR_LOGNORMAL, /* a = mean, b = CV as a fraction, truncated to [min, max] */
  QS_PRIOR_SAMPLE,    /* resampled values with log-normal jitter */
} QsPriorKind;

/**
 * QsPrior:
 * @kind: the family
 * @a: first parameter, see #QsPriorKind
 * @b: second parameter
 * @min: lower truncation, 0 for none; nobody weighs less than 1 kg
 * @max: upper truncation, %G_MAXDOUBLE for none; nobody weighs more than 500 kg
 * @values: (nullable): sorted sample, borrowed from the dataset or the caller
 * @n_values: its size
 * @jitter: SD of the log-normal jitter of a sample, such as 0.1
 *
 * Distribution of body weight, kg. A plain value.
 */
typedef struct {
  QsPriorKind   kind;
  double        a;
  double        b;
  double        min;
  double        max;
  const double *values;
  gsize         n_values;
  double        jitter;
} QsPrior;

QsPrior  qs_prior_uniform (double low, double high);
gboolean qs_prior_parse (const char *text, QsPrior *prior, GError **error);
char    *qs_prior_format (const QsPrior *self);
gboolean qs_prior_validate (const QsPrior *self, GError **error);
double   qs_prior_quantile (const QsPrior *self, double u, double z);
double   qs_prior_density (const QsPrior *self, double x);
void     qs_prior_range (const QsPrior *self, double *low, double *high);
