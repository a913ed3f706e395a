/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Dimensions there are direction numbers for. */
#define QS_SOBOL_N_DIMENSIONS 32

/* Points of the sequence of Sobol', in Gray code order, as 32-bit fractions. */
guint32 qs_sobol_point (guint32 index, guint dimension);
guint32 qs_sobol_scramble (guint32 bits, guint32 seed);
void    qs_sobol_fill (guint32 first, gsize n, guint dimension, guint32 *bits);
