/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

gboolean qs_whiten_symmetric (gsize n, double *covariance, double *values);
gboolean qs_whiten_factor (gsize n, double *covariance);
void     qs_whiten_ordered (gsize n, const double *factor, double *values);
