/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#define QS_STACK_MAX 8

/**
 * QsStack:
 * @n: members, up to %QS_STACK_MAX
 * @errors: sums of products of two members' errors
 *
 * Least squares by weights that are not negative and sum to one. Since they sum to one,
 * the error of the mean is the mean of the errors. A plain value.
 */
typedef struct {
  guint  n;
  double errors[QS_STACK_MAX][QS_STACK_MAX];
} QsStack;

void   qs_stack_init (QsStack *self, guint n);
void   qs_stack_add (QsStack      *self,
                     const double *predicted,
                     double        observed,
                     double        weight);
double qs_stack_solve (const QsStack *self, double *weights);
