/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/**
 * QsRemlSubject:
 * @n: number of residuals, at least 1
 * @mean: their mean
 * @squares: sum of their squared distances from @mean
 *
 * All that the random-intercept model needs to know of one subject.
 */
typedef struct {
  guint  n;
  double mean;
  double squares;
} QsRemlSubject;

/**
 * QsReml:
 * @mean: common intercept
 * @omega: standard deviation between subjects
 * @sigma: standard deviation within subjects
 */
typedef struct {
  double mean;
  double omega;
  double sigma;
} QsReml;

QsRemlSubject qs_reml_subject (const double *residuals, guint n);
gboolean      qs_reml_fit (const QsRemlSubject *subjects,
                           const guint         *times,
                           guint                n_subjects,
                           QsReml              *result,
                           GError             **error);
