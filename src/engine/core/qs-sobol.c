/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-sobol.h"

#include <pthread.h>

#define N_BITS 32
#define N_DEGREES 7

/* Neighbours that are made at once. */
#define N_RUN 64

/* Degree and inner coefficients of the primitive polynomial and the first direction
 * numbers of dimensions 2, 3, …: Joe and Kuo 2008, SIAM J. Sci. Comput. 30, 2635, set
 * new-joe-kuo-6 of https://web.maths.unsw.edu.au/~fkuo/sobol/. */
static const struct {
  guint8 degree, inner, first[N_DEGREES];
} polynomials[QS_SOBOL_N_DIMENSIONS - 1] = {
  { 1, 0, { 1 } },
  { 2, 1, { 1, 3 } },
  { 3, 1, { 1, 3, 1 } },
  { 3, 2, { 1, 1, 1 } },
  { 4, 1, { 1, 1, 3, 3 } },
  { 4, 4, { 1, 3, 5, 13 } },
  { 5, 2, { 1, 1, 5, 5, 17 } },
  { 5, 4, { 1, 1, 5, 5, 5 } },
  { 5, 7, { 1, 1, 7, 11, 19 } },
  { 5, 11, { 1, 1, 5, 1, 1 } },
  { 5, 13, { 1, 1, 1, 3, 11 } },
  { 5, 14, { 1, 3, 5, 5, 31 } },
  { 6, 1, { 1, 3, 3, 9, 7, 49 } },
  { 6, 13, { 1, 1, 1, 15, 21, 21 } },
  { 6, 16, { 1, 3, 1, 13, 27, 49 } },
  { 6, 19, { 1, 1, 1, 15, 7, 5 } },
  { 6, 22, { 1, 3, 1, 15, 13, 25 } },
  { 6, 25, { 1, 1, 5, 5, 19, 61 } },
  { 7, 1, { 1, 3, 7, 11, 23, 15, 103 } },
  { 7, 4, { 1, 3, 7, 13, 13, 15, 69 } },
  { 7, 7, { 1, 1, 3, 13, 7, 35, 63 } },
  { 7, 8, { 1, 3, 5, 9, 1, 25, 53 } },
  { 7, 14, { 1, 3, 1, 13, 9, 35, 107 } },
  { 7, 19, { 1, 3, 1, 5, 27, 61, 31 } },
  { 7, 21, { 1, 1, 5, 11, 19, 41, 61 } },
  { 7, 28, { 1, 3, 5, 3, 3, 13, 69 } },
  { 7, 31, { 1, 1, 7, 13, 1, 19, 1 } },
  { 7, 32, { 1, 3, 7, 5, 13, 19, 59 } },
  { 7, 37, { 1, 1, 3, 9, 25, 29, 41 } },
  { 7, 41, { 1, 3, 5, 13, 23, 1, 55 } },
  { 7, 42, { 1, 3, 7, 3, 13, 59, 17 } },
};

/* Of one dimension: its direction numbers, and the first points, of which all later runs
 * are made: codes of Gray are linear, so that those of 64 neighbours differ from those of
 * the first 64 by one number. */
typedef struct {
  guint32 direction[N_BITS];
  guint32 run[N_RUN];
} Axis;

/* Bratley and Fox 1988, ACM TOMS 14, 88, equation (2), for numbers shifted to the left.
 */
static void
extend (guint32 *direction, guint degree, guint inner)
{
  for (guint i = degree; i < N_BITS; i++) {
    direction[i] = direction[i - degree] ^ (direction[i - degree] >> degree);
    for (guint k = 1; k < degree; k++)
      if (inner >> (degree - 1 - k) & 1)
        direction[i] ^= direction[i - k];
  }
}

static Axis axes[QS_SOBOL_N_DIMENSIONS];

static void
make_axes (void)
{
  for (guint i = 0; i < N_BITS; i++)
    axes[0].direction[i] = 1u << (N_BITS - 1 - i);
  for (guint d = 1; d < QS_SOBOL_N_DIMENSIONS; d++) {
    const guint degree = polynomials[d - 1].degree;

    for (guint i = 0; i < degree; i++)
      axes[d].direction[i] = (guint32) polynomials[d - 1].first[i] << (N_BITS - 1 - i);
    extend (axes[d].direction, degree, polynomials[d - 1].inner);
  }
  for (guint d = 0; d < QS_SOBOL_N_DIMENSIONS; d++)
    for (guint k = 1; k < N_RUN; k++)
      axes[d].run[k] = axes[d].run[k - 1] ^ axes[d].direction[__builtin_ctz (k)];
}

/* Not g_once_init_enter(): ThreadSanitizer does not see what happens inside of GLib, and
 * takes the table for one that two threads race for. */
static const Axis *
axis_of (guint dimension)
{
  static pthread_once_t made = PTHREAD_ONCE_INIT;

  pthread_once (&made, make_axes);
  return &axes[dimension];
}

/**
 * qs_sobol_point:
 * @index: which point; the first is 0
 * @dimension: from 0, below %QS_SOBOL_N_DIMENSIONS
 *
 * Returns: the coordinate times 2^32, as Joe and Kuo's own program orders the points
 */
guint32
qs_sobol_point (guint32 index, guint dimension)
{
  const guint32 *direction = axis_of (dimension)->direction;
  guint32        point = 0;

  for (guint32 gray = index ^ (index >> 1); gray != 0; gray &= gray - 1)
    point ^= direction[__builtin_ctz (gray)];

  return point;
}

/**
 * qs_sobol_fill:
 * @bits: (out) (array length=n): qs_sobol_point() of @first, @first + 1, …
 */
void
qs_sobol_fill (guint32 first, gsize n, guint dimension, guint32 *restrict bits)
{
  const Axis *restrict axis = axis_of (dimension);
  gsize i = 0;

  while (i < n) {
    const guint32 at = first + (guint32) i;
    const guint32 point = i == 0 ? qs_sobol_point (at, dimension)
                                 : bits[i - 1] ^ axis->direction[__builtin_ctz (at)];

    if (at % N_RUN != 0 || n - i < N_RUN) {
      bits[i++] = point;
      continue;
    }

    for (gsize k = 0; k < N_RUN; k++)
      bits[i + k] = point ^ axis->run[k];
    i += N_RUN;
  }
}

static guint32
reverse (guint32 x)
{
  x = __builtin_bswap32 (x);
  x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
  x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
  return (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
}

/**
 * qs_sobol_scramble:
 * @bits: a coordinate times 2^32
 * @seed: one per dimension and replicate
 *
 * Nested uniform scrambling (Owen 1995): whether a digit is flipped depends on all digits
 * above it and on nothing below. The hash is Laine and Karras' (2011) as Burley uses it
 * (2020, JCGT 9(4), 1), with multipliers that Vegdahl found (2021): on reversed digits a
 * product with an even number and a sum carry only from higher digits to lower ones.
 */
guint32
qs_sobol_scramble (guint32 bits, guint32 seed)
{
  guint32 x = reverse (bits);

  x ^= x * 0x3d20adeau;
  x += seed;
  x *= seed >> 16 | 1;
  x ^= x * 0x05526c56u;
  x ^= x * 0x53a22864u;
  return reverse (x);
}

/**
 * qs_sobol_init:
 * @key: of the scrambling
 * @item: likewise
 */
void
qs_sobol_init (QsSobol *self, const QsRngKey *key, guint32 item)
{
  for (guint d = 0; d < QS_SOBOL_N_DIMENSIONS; d++)
    self->seeds[d] = (guint32) (0x1p32 * qs_rng_uniform (key, item, d));
}

/**
 * qs_sobol_uniform:
 *
 * Returns: a coordinate of point @index, inside (0, 1)
 */
double
qs_sobol_uniform (const QsSobol *self, guint32 index, guint dimension)
{
  const guint32 bits = qs_sobol_point (index, dimension);

  return (qs_sobol_scramble (bits, self->seeds[dimension]) + 0.5) * 0x1p-32;
}
