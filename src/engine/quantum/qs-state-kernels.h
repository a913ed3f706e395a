/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-gate.h"

/* Amplitudes are worked on in octets: eight neighbours, which the three lowest qubits
 * tell apart, in one vector. */
#define QS_OCTET 8
#define QS_OCTET_QUBITS 3

/**
 * QsStateSpan:
 * @fixed: the bits of the octet's number that do not run
 * @ones: those of them that are one
 * @bit: the bit of the octet's number that tells a pair apart; 0 where lanes do
 * @lane_bit: the bit of the lane's number that tells a pair apart; 0 where octets do
 * @lanes: bit mask of the lanes that take part
 *
 * Which octets a gate touches: all numbers with the bits of @ones and none other of
 * @fixed. Work item k is the k-th of them.
 */
typedef struct {
  gsize  fixed;
  gsize  ones;
  gsize  bit;
  guint  lane_bit;
  guint8 lanes;
} QsStateSpan;

/**
 * QsStateKernels:
 * @turn: applies a gate to complex amplitudes
 * @turn_real: applies a real gate to one plane
 * @exchange: swaps the two of each pair in one plane
 * @scale: multiplies single amplitudes; @im is NULL where factor and state are real
 * @unturn: applies @dagger to both ket and bra; before the bra's turn it adds up
 *   conj (bra[row]) × ket[column] into @sums[row][column][real, imaginary]
 * @dot: the sum of a[i] b[i] over the octets from begin to end
 * @dot_where: that, minus where the byte, 0 or 1, is 1
 * @mirror: a[i] = @twice b[i] − a[i], a's sign changed first where the byte is 1, and the
 *   sum that @dot_where would give then; @negative is NULL where none is
 * @parity: the sum of a[i]², minus where i has an odd number of the bits of @mask
 *
 * The kernels of one instruction set. Ranges are work items of the span or octets.
 */
typedef struct {
  void (*turn) (const QsStateSpan *span,
                const QsGate1     *gate,
                double            *re,
                double            *im,
                gsize              begin,
                gsize              end);
  void (*turn_real) (const QsStateSpan *span,
                     const QsGate1     *gate,
                     double            *plane,
                     gsize              begin,
                     gsize              end);
  void (*exchange) (const QsStateSpan *span, double *plane, gsize begin, gsize end);
  void (*scale) (const QsStateSpan *span,
                 QsComplex          factor,
                 double            *re,
                 double            *im,
                 gsize              begin,
                 gsize              end);
  void (*unturn) (const QsStateSpan *span,
                  const QsGate1     *dagger,
                  double            *ket_re,
                  double            *ket_im,
                  double            *bra_re,
                  double            *bra_im,
                  gsize              begin,
                  gsize              end,
                  double             sums[8]);
  double (*dot) (const double *a, const double *b, gsize begin, gsize end);
  double (*dot_where) (const double *a,
                       const double *b,
                       const guint8 *negative,
                       gsize         begin,
                       gsize         end);
  double (*mirror) (double       *a,
                    const double *b,
                    double        twice,
                    const guint8 *negative,
                    gsize         begin,
                    gsize         end);
  double (*parity) (const double *a, gsize mask, gsize begin, gsize end);
} QsStateKernels;

extern const QsStateKernels qs_state_kernels_plain;
extern const QsStateKernels qs_state_kernels_avx2;
extern const QsStateKernels qs_state_kernels_avx512;
