/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "probability/qs-oracle.h"

G_BEGIN_DECLS

/**
 * QsAmplitudeMethod:
 * @QS_AMPLITUDE_MC: prepare and look, again and again: Monte Carlo on the oracle
 * @QS_AMPLITUDE_CANONICAL: phase estimation, likelihood of its outcomes (Brassard et al.
 * 2002); wider where the phase lies near an outcome, whose sides look alike
 * @QS_AMPLITUDE_MLAE: likelihood of several powers (Suzuki et al. 2020), of which none
 * loses p = 0.75 or 0.25
 * @QS_AMPLITUDE_IQAE: iterative (Grinko et al. 2021)
 * @QS_AMPLITUDE_MIQAE: modified iterative (Fukuzawa et al. 2023)
 * @QS_AMPLITUDE_FIXED_POINT: a ladder of fixed-point amplifications (Yoder, Low and
 * Chuang 2014) of the rarer outcome; gains where that is rare
 * @QS_AMPLITUDE_FASTER: faster estimation (Nakaji 2020): two powers tell a phase, cosine
 * and sine; its bounds are proven, and so dear that it pays for very narrow intervals
 * alone
 */
typedef enum {
  QS_AMPLITUDE_MC,
  QS_AMPLITUDE_CANONICAL,
  QS_AMPLITUDE_MLAE,
  QS_AMPLITUDE_IQAE,
  QS_AMPLITUDE_MIQAE,
  QS_AMPLITUDE_FIXED_POINT,
  QS_AMPLITUDE_FASTER,
} QsAmplitudeMethod;
#define QS_N_AMPLITUDE_METHODS 7

/**
 * QsAmplitudeOptions:
 * @epsilon: wanted half-width of the interval
 * @level: of the interval, such as 0.95
 * @n_shots: per circuit; 0 for what suits the method; %QS_AMPLITUDE_FASTER takes at least
 * what its bounds need
 * @seed: of the outcomes
 * @replicate: independent outcomes of one seed
 * @max_calls: uses of A and A† after which a method stops
 * @expected: expected counts in place of drawn ones, for tests
 * @fits_decay: whether %QS_AMPLITUDE_MLAE fits how fast the device forgets, and chooses
 * its depth by it; the other methods trust the device
 * @fits_blank: and what the flag is in the end; one half if not
 * @readout: known probabilities of reading 0 as 1 and 1 as 0, of such a fit
 */
typedef struct {
  QsAmplitudeMethod method;
  double            epsilon;
  double            level;
  guint             n_shots;
  guint64           seed;
  guint32           replicate;
  guint64           max_calls;
  gboolean          expected;
  gboolean          fits_decay;
  gboolean          fits_blank;
  double            readout[2];
} QsAmplitudeOptions;

typedef enum {
  QS_AMPLITUDE_REACHED, /* the half-width is at most epsilon */
  QS_AMPLITUDE_WIDER,   /* done as planned, but the half-width is larger */
  QS_AMPLITUDE_CAPPED,  /* stopped at the most calls allowed */
} QsAmplitudeVerdict;

/**
 * QsAmplitudeResult:
 * @n_calls: uses of A and of A†, each counted once: 2k + 1 for a shot of Q^k A
 * @n_shots: circuits run
 * @n_rounds: times that outcomes were looked at
 * @max_power: the highest k
 * @decay: fitted, per use of A or A†; NaN where none was
 */
typedef struct {
  double             estimate;
  double             lower;
  double             upper;
  guint64            n_calls;
  guint64            n_shots;
  guint              n_rounds;
  guint              max_power;
  double             decay;
  QsAmplitudeVerdict verdict;
} QsAmplitudeResult;

QsAmplitudeOptions qs_amplitude_options_default (QsAmplitudeMethod method);
gboolean qs_amplitude_options_validate (const QsAmplitudeOptions *self, GError **error);
const char *qs_amplitude_method_name (QsAmplitudeMethod method);
const char *qs_amplitude_verdict_name (QsAmplitudeVerdict verdict);
gboolean    qs_amplitude_estimate (QsOracle                 *oracle,
                                   const QsAmplitudeOptions *options,
                                   QsRun                    *run,
                                   QsAmplitudeResult        *result,
                                   GError                  **error);

G_END_DECLS
