/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QsBitHealth:
 * @repetition_cutoff: this many equal bits in a row fail the repetition count test
 * @proportion_cutoff: a window of %QS_BIT_WINDOW bits with this many of its first value
 * fails the adaptive proportion test
 * @longest_run: the longest row of equal bits
 * @largest_count: the largest count of a window's first value, over whole windows
 * @good: both tests passed
 *
 * Health tests of a source of bits: NIST SP 800-90B (2018), sections 4.4.1 and 4.4.2,
 * false alarms at most once in 2^40 bits, so that whole files can be judged.
 */
typedef struct {
  guint    repetition_cutoff;
  guint    proportion_cutoff;
  guint    longest_run;
  guint    largest_count;
  gboolean good;
} QsBitHealth;
#define QS_BIT_WINDOW 1024

guint       qs_bit_repetition_cutoff (double min_entropy, double alpha);
guint       qs_bit_proportion_cutoff (double min_entropy, double alpha);
QsBitHealth qs_bit_health (const guint8 *bytes, gsize n_bytes, double min_entropy);

/**
 * QsQrng:
 *
 * Quantum random bits: those of a file that a device recorded, or what a simulation
 * measures of qubits after a Hadamard gate, which is pseudo-random and says so. Immutable
 * once made.
 */
typedef struct _QsQrng QsQrng;

QsQrng *qs_qrng_new_simulated (guint64 seed) G_GNUC_WARN_UNUSED_RESULT;
QsQrng *qs_qrng_new_recorded (const char *path, double min_entropy, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_qrng_free (QsQrng *self);

const char        *qs_qrng_provenance (const QsQrng *self);
const char        *qs_qrng_sha256 (const QsQrng *self);
const QsBitHealth *qs_qrng_health (const QsQrng *self);
guint64            qs_qrng_n_uniforms (const QsQrng *self);
double             qs_qrng_uniform (const QsQrng *self, guint64 index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsQrng, qs_qrng_free)

G_END_DECLS
