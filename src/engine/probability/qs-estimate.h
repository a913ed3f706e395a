/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "domain/qs-result.h"
#include "probability/qs-amplitude.h"
#include "probability/qs-qrng.h"
#include "quantum/qs-noise.h"

G_BEGIN_DECLS

/**
 * QsEstimator:
 * @QS_ESTIMATOR_MC: independent people; of a table, its rows
 * @QS_ESTIMATOR_QMC: a Sobol' sequence, its error from replicates of the scrambling
 * @QS_ESTIMATOR_STRATIFIED: strata in every dimension, its error from replicates
 * @QS_ESTIMATOR_QRNG: independent people of quantum random bits
 * @QS_ESTIMATOR_CONTROL: independent people, and a surrogate of known probability as
 * control variate
 * @QS_ESTIMATOR_CANONICAL: this and what follows: #QsAmplitudeMethod on an oracle
 */
typedef enum {
  QS_ESTIMATOR_MC,
  QS_ESTIMATOR_QMC,
  QS_ESTIMATOR_STRATIFIED,
  QS_ESTIMATOR_QRNG,
  QS_ESTIMATOR_CONTROL,
  QS_ESTIMATOR_CANONICAL,
  QS_ESTIMATOR_MLAE,
  QS_ESTIMATOR_IQAE,
  QS_ESTIMATOR_MIQAE,
  QS_ESTIMATOR_FIXED_POINT,
  QS_ESTIMATOR_FASTER,
} QsEstimator;
#define QS_N_ESTIMATORS 11

typedef enum {
  QS_BACKEND_STATE_VECTOR,
  QS_BACKEND_EMULATED,
} QsBackend;

/**
 * QsEstimateOptions:
 * @epsilon: wanted half-width of the interval
 * @level: of the interval
 * @n_qubits: of an oracle's index, 3 to 24
 * @n_shots: per circuit; 0 for what suits the method
 * @max_calls: people, rows or uses of A and A† after which a method stops
 * @noise: of the device that amplitude estimation is run on. Only %QS_ESTIMATOR_MLAE
 * fits it; the others trust the device. Noise of single gates is run gate by gate, on 11
 * qubits at most
 * @bits: (nullable): recorded bits of %QS_ESTIMATOR_QRNG, borrowed; else simulated ones
 */
typedef struct {
  QsEstimator estimator;
  QsBackend   backend;
  double      epsilon;
  double      level;
  guint       n_qubits;
  guint       n_shots;
  guint64     seed;
  guint64     max_calls;
  gboolean    subject_effect;
  QsNoise     noise;

  const QsQrng *bits;
} QsEstimateOptions;

/**
 * QsEstimate:
 * @dose: the dose, the probability and its interval as Monte Carlo error: parameters are
 * those of the point estimate
 * @level: of the interval
 * @n_calls: people drawn, or uses of A and A†
 * @n_shots: circuits run; of a sampler the people, too
 * @n_qubits: of the oracle's index; 0 without an oracle
 * @backend: of the oracle, or how people were drawn
 * @exact: of a table the sum itself; NaN without one
 * @reference: the probability in the people that the table was made of; NaN without one
 * @discretisation: how far the table's probability may be from that of those people
 * @tabulated: people that were asked to make the table
 * @noisy: the device was; then @decay is what was fitted per use of A or A†, NaN where
 * the method trusts the device and its interval need not hold
 * @timed: whether @elapsed_s means anything
 * @elapsed_s: of the estimation; making the table is @tabulation_s
 */
typedef struct {
  QsDoseEstimate     dose;
  QsEstimator        estimator;
  double             level;
  guint64            n_calls;
  guint64            n_shots;
  guint              n_qubits;
  guint              max_power;
  const char        *backend;
  double             exact;
  double             reference;
  double             discretisation;
  guint64            tabulated;
  gboolean           noisy;
  double             decay;
  gboolean           timed;
  double             elapsed_s;
  double             tabulation_s;
  QsAmplitudeVerdict verdict;
} QsEstimate;

QsEstimateOptions qs_estimate_options_default (void);
const char       *qs_estimator_name (QsEstimator estimator);

/* Of a dose of a fitted model, or of a table of weights and successes. */
gboolean qs_estimate (const QsModel           *model,
                      const QsScenario        *scenario,
                      double                   dose_mg,
                      const QsEstimateOptions *options,
                      QsRun                   *run,
                      QsEstimate              *estimate,
                      GError                 **error);
gboolean qs_estimate_table (gsize                    n,
                            const double            *weights,
                            const guint8            *success,
                            const QsEstimateOptions *options,
                            QsRun                   *run,
                            QsEstimate              *estimate,
                            GError                 **error);

G_END_DECLS
