/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#define QS_FIRTH_MAX 3

/**
 * QsFirthRow:
 * @x: the covariates, the first being 1
 * @times: how often the row counts
 * @success: its label
 */
typedef struct {
  double   x[QS_FIRTH_MAX];
  guint    times;
  gboolean success;
} QsFirthRow;

double qs_firth_fit (const QsFirthRow *rows,
                     gsize             n_rows,
                     guint             n_coefficients,
                     double            coefficients[QS_FIRTH_MAX]);
