/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Normal numbers that are made at once, of as many blocks of Philox. */
#define QS_RNG_GROUP 64
#define QS_RNG_LANES 16

/**
 * QsRngNormals:
 * @key: of Philox
 * @counter: its words but the first: replicate, dimension and stream
 * @first: number of the first group
 * @n: groups
 * @z: (out) (array length=64n): their numbers
 *
 * All sets of instructions give the same bits: each operation rounds once, in the order
 * that is written.
 */
typedef void QsRngNormals (const guint32 key[2],
                           const guint32 counter[3],
                           guint32       first,
                           gsize         n,
                           float        *z);

QsRngNormals qs_rng_normals_plain;
#ifdef __x86_64__
QsRngNormals qs_rng_normals_avx2;
QsRngNormals qs_rng_normals_avx512;
#endif
