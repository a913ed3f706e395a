/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

gboolean qs_pkpd_solve_spd (double *matrix, double *right, guint n);
