/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-qrng.h"

#include "core/qs-error.h"
#include "core/qs-file.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"

#include <math.h>

/* Bits of one number: what a double's mantissa holds. */
#define N_BITS 52
/* Bits of the stream whose health is judged where there is no file. */
#define N_SIMULATED_BYTES 8192
/* False alarms of one test of a whole file: the least that SP 800-90B section 4.3 has. At
 * its most, 2^−20, every third healthy file of a hundred kilobytes would be refused for a
 * run of 21 equal bits: 8·10⁵ bits begin 0.38 of them. */
static const double false_alarm = 0x1p-40;

/* Five hundred million bits are more than any estimate draws. */
#define N_BYTES_MAX ((gsize) 64 << 20)

struct _QsQrng {
  guint64     seed;
  guint8     *bytes; /* NULL: simulated */
  gsize       n_bytes;
  char       *sha256; /* NULL likewise */
  QsBitHealth health;
};

/**
 * qs_bit_repetition_cutoff:
 * @min_entropy: that the source claims, bits per bit, in (0, 1]
 * @alpha: false alarms
 *
 * Returns: 1 + ⌈−log2 α / H⌉, SP 800-90B section 4.4.1
 */
guint
qs_bit_repetition_cutoff (double min_entropy, double alpha)
{
  return 1 + (guint) ceil (-log2 (alpha) / min_entropy);
}

/**
 * qs_bit_proportion_cutoff:
 *
 * Returns: 1 + the binomial quantile of 1 − α, SP 800-90B section 4.4.2
 */
guint
qs_bit_proportion_cutoff (double min_entropy, double alpha)
{
  const double p = exp2 (-min_entropy);
  guint        low = 0, high = QS_BIT_WINDOW;

  /* The least k with P(X > k) <= α; P(X > k) is the beta distribution function. */
  while (low < high) {
    const guint k = (low + high) / 2;

    if (k < QS_BIT_WINDOW && qs_beta_cdf (p, k + 1.0, QS_BIT_WINDOW - k) > alpha)
      low = k + 1;
    else
      high = k;
  }

  return 1 + low;
}

static guint
bit_at (const guint8 *bytes, gsize i)
{
  return bytes[i / 8] >> (7 - i % 8) & 1;
}

/**
 * qs_bit_health:
 * @bytes: the stream, the highest bit of a byte first
 */
QsBitHealth
qs_bit_health (const guint8 *bytes, gsize n_bytes, double min_entropy)
{
  QsBitHealth self = {
    .repetition_cutoff = qs_bit_repetition_cutoff (min_entropy, false_alarm),
    .proportion_cutoff = qs_bit_proportion_cutoff (min_entropy, false_alarm),
  };
  guint in_row = 0, count = 0;

  for (gsize i = 0; i < 8 * n_bytes; i++) {
    const guint bit = bit_at (bytes, i);

    in_row = i > 0 && bit == bit_at (bytes, i - 1) ? in_row + 1 : 1;
    self.longest_run = MAX (self.longest_run, in_row);

    count = i % QS_BIT_WINDOW == 0
                ? 1
                : count + (bit == bit_at (bytes, i - i % QS_BIT_WINDOW));
    if (i % QS_BIT_WINDOW == QS_BIT_WINDOW - 1)
      self.largest_count = MAX (self.largest_count, count);
  }

  self.good = self.longest_run < self.repetition_cutoff &&
              self.largest_count < self.proportion_cutoff;
  return self;
}

/* The register H|0⟩ … H|0⟩, measured qubit by qubit: 1 with the square of its amplitude.
 */
static guint64
measure (const QsQrng *self, guint64 index, guint n_qubits)
{
  const QsRngKey key = { .seed = self->seed,
                         .stream = QS_RNG_QRNG,
                         .replicate = (guint32) (index >> 32) };
  const double   amplitude_1 = sin (G_PI / 4.0);
  guint64        outcome = 0;

  for (guint q = 0; q < n_qubits; q++) {
    const double u = qs_rng_uniform (&key, (guint32) index, q);

    outcome = outcome << 1 | (u < amplitude_1 * amplitude_1);
  }

  return outcome;
}

/**
 * qs_qrng_new_simulated:
 *
 * Qubits after a Hadamard gate, measured with pseudo-random numbers.
 */
QsQrng *
qs_qrng_new_simulated (guint64 seed)
{
  QsQrng            *self = g_new0 (QsQrng, 1);
  g_autofree guint8 *bytes = g_new (guint8, N_SIMULATED_BYTES);

  self->seed = seed;
  for (guint i = 0; i < N_SIMULATED_BYTES; i++)
    bytes[i] = (guint8) measure (self, i, 8);
  self->health = qs_bit_health (bytes, N_SIMULATED_BYTES, 1.0);
  return self;
}

/**
 * qs_qrng_new_recorded:
 * @path: a file of raw bits
 * @min_entropy: that its source claims, in (0, 1]
 * @error: return location for %QS_ERROR_IO, %QS_ERROR_SCENARIO or %QS_ERROR_REFUSED where
 * the bits fail a health test
 *
 * Returns: (transfer full): the bits of the file, or %NULL
 */
QsQrng *
qs_qrng_new_recorded (const char *path, double min_entropy, GError **error)
{
  g_autoptr (QsQrng) self = g_new0 (QsQrng, 1);
  char              *bytes;

  if (!(min_entropy > 0.0 && min_entropy <= 1.0)) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The min-entropy per bit is %g, must lie in (0, 1]", min_entropy);
    return NULL;
  }
  if (!qs_file_read (path, N_BYTES_MAX, &bytes, &self->n_bytes, error))
    return NULL;

  self->bytes = (guint8 *) bytes;
  self->sha256 =
      g_compute_checksum_for_data (G_CHECKSUM_SHA256, self->bytes, self->n_bytes);
  self->health = qs_bit_health (self->bytes, self->n_bytes, min_entropy);
  if (self->health.good)
    return g_steal_pointer (&self);

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
               "%s fails the health tests of NIST SP 800-90B: %u equal bits in a row "
               "(fewer than %u are allowed), %u equal bits in %u (fewer than %u)",
               path, self->health.longest_run, self->health.repetition_cutoff,
               self->health.largest_count, QS_BIT_WINDOW, self->health.proportion_cutoff);
  return NULL;
}

void
qs_qrng_free (QsQrng *self)
{
  if (self == NULL)
    return;

  g_free (self->bytes);
  g_free (self->sha256);
  g_free (self);
}

const char *
qs_qrng_provenance (const QsQrng *self)
{
  return self->bytes != NULL ? "recorded" : "simulated";
}

/* Returns: (nullable): checksum of the file; nothing was recorded of a simulation */
const char *
qs_qrng_sha256 (const QsQrng *self)
{
  return self->sha256;
}

const QsBitHealth *
qs_qrng_health (const QsQrng *self)
{
  return &self->health;
}

/* Returns: how many numbers the bits are enough for; none is used twice */
guint64
qs_qrng_n_uniforms (const QsQrng *self)
{
  return self->bytes != NULL ? 8 * (guint64) self->n_bytes / N_BITS : G_MAXUINT64;
}

/**
 * qs_qrng_uniform:
 * @index: below qs_qrng_n_uniforms()
 *
 * Returns: 52 bits of the stream as a number in (0, 1)
 */
double
qs_qrng_uniform (const QsQrng *self, guint64 index)
{
  guint64 bits = 0;

  if (self->bytes == NULL)
    bits = measure (self, index, N_BITS);
  else
    for (gsize i = index * N_BITS; i < (index + 1) * N_BITS; i++)
      bits = bits << 1 | bit_at (self->bytes, i);

  return ((double) bits + 0.5) * 0x1p-52;
}
