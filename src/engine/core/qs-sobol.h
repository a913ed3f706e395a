/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-rng.h"

/* Dimensions there are direction numbers for. */
#define QS_SOBOL_N_DIMENSIONS 32

/* Points of the sequence of Sobol', in Gray code order, as 32-bit fractions. */
guint32 qs_sobol_point (guint32 index, guint dimension);
guint32 qs_sobol_scramble (guint32 bits, guint32 seed);
void    qs_sobol_fill (guint32 first, gsize n, guint dimension, guint32 *bits);

/**
 * QsSobol:
 *
 * Scrambled points of the sequence: each is uniform in the unit cube, so that means over
 * them have no bias; together they cover it more evenly than random ones, best as many as
 * a power of two.
 */
typedef struct {
  guint32 seeds[QS_SOBOL_N_DIMENSIONS];
} QsSobol;

void   qs_sobol_init (QsSobol *self, const QsRngKey *key, guint32 item);
double qs_sobol_uniform (const QsSobol *self, guint32 index, guint dimension);
