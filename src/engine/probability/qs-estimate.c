/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-estimate.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "probability/qs-bins.h"
#include "probability/qs-control.h"
#include "probability/qs-oracle-circuit.h"
#include "probability/qs-people.h"
#include "probability/qs-register.h"

#include <math.h>

/* Replicates of a randomised sample, whose scatter is its error. */
#define N_REPLICATES 16
/* Points of a replicate that a sample begins with, and their blocks. */
#define FIRST_POINTS 64

static const char *const names[QS_N_ESTIMATORS] = {
  "mc",   "qmc",  "stratified", "qrng",        "control", "canonical",
  "mlae", "iqae", "miqae",      "fixed-point", "faster",
};

QsEstimateOptions
qs_estimate_options_default (void)
{
  return (QsEstimateOptions){
    .estimator = QS_ESTIMATOR_IQAE,
    .epsilon = 0.01,
    .level = 0.95,
    .n_qubits = 10,
    .seed = 1,
    .max_calls = 10000000,
    .subject_effect = TRUE,
  };
}

const char *
qs_estimator_name (QsEstimator estimator)
{
  return names[estimator];
}

static double
seconds_since (gint64 start_us)
{
  return (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;
}

/* Successes of points @first … @first + @n − 1 of a replicate. */
static gboolean
count (const QsSource  *source,
       const QsSampler *sampler,
       guint32          replicate,
       gsize            first,
       gsize            n,
       double          *n_successes,
       QsRun           *run,
       GError         **error)
{
  guint8 success[QS_SOURCE_BLOCK];

  for (gsize done = 0; done < n; done += QS_SOURCE_BLOCK) {
    const gsize size = MIN (QS_SOURCE_BLOCK, n - done);

    if (!qs_source_successes (source, sampler, replicate, first + done, size, success,
                              run, error))
      return FALSE;
    for (gsize i = 0; i < size; i++)
      *n_successes += success[i];
  }

  return TRUE;
}

/* Independent points: Clopper–Pearson, of as many as make the widest interval narrow
 * enough. */
static gboolean
sample_alone (const QsSource          *source,
              QsSampler               *sampler,
              const QsEstimateOptions *options,
              QsRun                   *run,
              QsEstimate              *estimate,
              GError                 **error)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * options->level);
  const double needed =
      ceil (pow (0.5 * z / options->epsilon, 2.0) + 1.0 / options->epsilon);
  double n_successes = 0.0;

  sampler->n_points = (gsize) MIN (needed, (double) options->max_calls);
  if (!qs_sampler_validate (sampler, 1, error) ||
      !count (source, sampler, 0, 0, sampler->n_points, &n_successes, run, error))
    return FALSE;

  estimate->n_calls = sampler->n_points;
  estimate->dose.probability = n_successes / (double) sampler->n_points;
  qs_clopper_pearson (n_successes, (double) sampler->n_points, options->level,
                      &estimate->dose.mc_lower, &estimate->dose.mc_upper);
  if ((double) sampler->n_points < needed)
    estimate->verdict = QS_AMPLITUDE_CAPPED;
  return TRUE;
}

/* Quantile (1 + @level) / 2 of Student's distribution. */
static double
student_quantile (double level, double freedom)
{
  const double x = qs_beta_quantile (1.0 - level, 0.5 * freedom, 0.5);

  return sqrt (freedom * (1.0 - x) / x);
}

/* Mean and half-width over the replicates' shares. Where all are the same, none shows an
 * error, but points that all succeed do not make success certain: then the interval is
 * that of independent points. */
static void
take_replicates (const double            *n_successes,
                 gsize                    n_points,
                 const QsEstimateOptions *options,
                 QsEstimate              *estimate)
{
  double shares[N_REPLICATES], half;

  for (guint r = 0; r < N_REPLICATES; r++)
    shares[r] = n_successes[r] / (double) n_points;

  half = student_quantile (options->level, N_REPLICATES - 1) *
         sqrt (qs_variance (shares, N_REPLICATES) / N_REPLICATES);
  estimate->n_calls = N_REPLICATES * (guint64) n_points;
  estimate->dose.probability = qs_mean (shares, N_REPLICATES);
  estimate->dose.mc_lower = MAX (estimate->dose.probability - half, 0.0);
  estimate->dose.mc_upper = MIN (estimate->dose.probability + half, 1.0);
  if (half == 0.0)
    qs_clopper_pearson (estimate->dose.probability * (double) estimate->n_calls,
                        (double) estimate->n_calls, options->level,
                        &estimate->dose.mc_lower, &estimate->dose.mc_upper);
}

/* Dependent points: twice as many until the replicates agree well enough. A sequence
 * goes on where it was; strata are drawn anew. */
static gboolean
sample_together (const QsSource          *source,
                 QsSampler               *sampler,
                 const QsEstimateOptions *options,
                 QsRun                   *run,
                 QsEstimate              *estimate,
                 GError                 **error)
{
  const gboolean goes_on = sampler->kind == QS_SAMPLER_SOBOL;
  double         n_successes[N_REPLICATES] = { 0.0 };
  gsize          first = 0;

  for (gsize n = FIRST_POINTS;; n *= 2) {
    if ((guint64) n * N_REPLICATES > options->max_calls) {
      estimate->verdict = QS_AMPLITUDE_CAPPED;
      return TRUE;
    }

    sampler->n_points = n;
    for (guint32 r = 0; r < N_REPLICATES; r++) {
      n_successes[r] = goes_on ? n_successes[r] : 0.0;
      if (!count (source, sampler, r, first, n - first, &n_successes[r], run, error))
        return FALSE;
    }

    take_replicates (n_successes, n, options, estimate);
    if (estimate->dose.mc_upper - estimate->dose.mc_lower <= 2.0 * options->epsilon)
      return TRUE;
    first = goes_on ? n : 0;
  }
}

/* A surrogate whose probability is known is asked beside the model. */
static gboolean
sample_controlled (const QsSource          *source,
                   QsSampler               *sampler,
                   const QsEstimateOptions *options,
                   QsRun                   *run,
                   QsEstimate              *estimate,
                   GError                 **error)
{
  const QsControlOptions control = { options->epsilon, options->level,
                                     options->max_calls };
  QsControlResult        found;

  if (!qs_control_estimate (source, sampler, &control, run, &found, error))
    return FALSE;

  estimate->n_calls = found.n_calls;
  estimate->dose.probability = found.estimate;
  estimate->dose.mc_lower = found.lower;
  estimate->dose.mc_upper = found.upper;
  if (found.capped)
    estimate->verdict = QS_AMPLITUDE_CAPPED;
  return TRUE;
}

typedef gboolean (*Sampling) (const QsSource *,
                              QsSampler *,
                              const QsEstimateOptions *,
                              QsRun *,
                              QsEstimate *,
                              GError **);

static gboolean
sample (const QsSource          *source,
        const QsEstimateOptions *options,
        QsRun                   *run,
        QsEstimate              *estimate,
        GError                 **error)
{
  static const struct {
    QsSamplerKind kind;
    const char   *words;
    Sampling      func;
  } ways[] = {
    { QS_SAMPLER_PHILOX, "pseudo-random", sample_alone },
    { QS_SAMPLER_SOBOL, "scrambled Sobol'", sample_together },
    { QS_SAMPLER_STRATIFIED, "stratified", sample_together },
    { QS_SAMPLER_QRNG, "simulated quantum bits", sample_alone },
    { QS_SAMPLER_PHILOX, "pseudo-random with a control variate", sample_controlled },
  };
  g_autoptr (QsQrng) simulated = NULL;
  QsSampler          sampler = {
             .kind = ways[options->estimator].kind,
             .seed = options->seed,
             .qrng = options->estimator == QS_ESTIMATOR_QRNG ? options->bits : NULL,
             .n_dimensions = source->people != NULL ? qs_people_n_dimensions (source->people) : 1,
  };
  const gint64 start_us = g_get_monotonic_time ();

  if (options->estimator == QS_ESTIMATOR_QRNG && options->bits == NULL)
    sampler.qrng = simulated = qs_qrng_new_simulated (options->seed);

  estimate->backend = sampler.qrng != NULL && options->bits != NULL
                          ? "recorded quantum bits"
                          : ways[options->estimator].words;
  if (!ways[options->estimator].func (source, &sampler, options, run, estimate, error))
    return FALSE;

  estimate->n_shots = estimate->n_calls;
  estimate->timed = TRUE;
  estimate->elapsed_s = seconds_since (start_us);
  return TRUE;
}

static double
sum_of_successes (gsize n, const double *weights, const guint8 *success)
{
  double sum = 0.0;

  for (gsize i = 0; i < n; i++)
    sum += success[i] ? weights[i] : 0.0;

  return CLAMP (sum, 0.0, 1.0);
}

/* The device that is simulated: a register, its gates where those are noisy, or the
 * rotation they amount to. */
static QsOracle *
device_new (gsize                    n,
            const double            *weights,
            const guint8            *success,
            const QsEstimateOptions *options,
            QsRun                   *run,
            QsEstimate              *estimate,
            GError                 **error)
{
  const gboolean       gates = qs_noise_of_gates (&options->noise);
  g_autoptr (QsOracle) oracle = qs_oracle_new_register (n, weights, success, error);

  if (oracle == NULL)
    return NULL;
  if (gates && options->backend == QS_BACKEND_EMULATED) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "Noise of single gates is not emulated: choose the state vector, or a "
                 "decay per circuit");
    return NULL;
  }

  estimate->n_qubits = qs_register_n_qubits (oracle);
  if (gates || options->backend == QS_BACKEND_EMULATED) {
    qs_oracle_free (oracle);
    oracle =
        gates ? qs_oracle_new_circuit (n, weights, success, &options->noise, run, error)
              : qs_oracle_new_emulated (estimate->exact);
  }
  if (oracle == NULL || qs_noise_none (&options->noise))
    return g_steal_pointer (&oracle);

  return qs_oracle_new_noisy (g_steal_pointer (&oracle), &options->noise);
}

/* The oracle of a table, and amplitude estimation on it. */
static gboolean
amplify (gsize                    n,
         const double            *weights,
         const guint8            *success,
         const QsEstimateOptions *options,
         QsRun                   *run,
         QsEstimate              *estimate,
         GError                 **error)
{
  const QsAmplitudeOptions amplitude = {
    .method = QS_AMPLITUDE_CANONICAL + (options->estimator - QS_ESTIMATOR_CANONICAL),
    .epsilon = options->epsilon,
    .level = options->level,
    .n_shots = options->n_shots,
    .seed = options->seed,
    .max_calls = options->max_calls,
    .fits_decay = !qs_noise_none (&options->noise),
    .fits_blank = qs_noise_of_gates (&options->noise),
    .readout = { options->noise.readout[0], options->noise.readout[1] },
  };
  const gint64         start_us = g_get_monotonic_time ();
  g_autoptr (QsOracle) oracle =
      device_new (n, weights, success, options, run, estimate, error);
  QsAmplitudeResult result;

  if (oracle == NULL)
    return FALSE;
  if (!qs_amplitude_estimate (oracle, &amplitude, run, &result, error))
    return FALSE;

  estimate->dose.probability = result.estimate;
  estimate->dose.mc_lower = result.lower;
  estimate->dose.mc_upper = result.upper;
  estimate->n_calls = result.n_calls;
  estimate->n_shots = result.n_shots;
  estimate->max_power = result.max_power;
  estimate->noisy = amplitude.fits_decay;
  estimate->decay = result.decay;
  estimate->backend = oracle->klass->name;
  estimate->timed = oracle->klass->timed;
  estimate->elapsed_s = seconds_since (start_us);
  estimate->verdict = result.verdict;
  return TRUE;
}

static gboolean
begin (const QsEstimateOptions *options,
       double                   dose_mg,
       QsEstimate              *estimate,
       GError                 **error)
{
  const QsAmplitudeOptions common = {
    .epsilon = options->epsilon,
    .level = options->level,
    .n_shots = options->n_shots,
    .max_calls = options->max_calls,
  };

  *estimate = (QsEstimate){
    .dose = { dose_mg, 0.5, NAN, NAN, 0.0, 1.0, NAN, NAN },
    .estimator = options->estimator,
    .level = options->level,
    .exact = NAN,
    .reference = NAN,
    .discretisation = NAN,
    .decay = NAN,
  };
  if (!qs_noise_validate (&options->noise, error) ||
      !qs_amplitude_options_validate (&common, error))
    return FALSE;
  if (options->n_qubits >= 3 && options->n_qubits <= QS_REGISTER_N_QUBITS_MAX)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
               "The number of qubits is %u, must lie in [3, %u]", options->n_qubits,
               QS_REGISTER_N_QUBITS_MAX);
  return FALSE;
}

/* The one rule for all: is the interval as narrow as was asked? */
static gboolean
end (const QsEstimateOptions *options, QsEstimate *estimate)
{
  if (estimate->verdict != QS_AMPLITUDE_CAPPED)
    estimate->verdict =
        estimate->dose.mc_upper - estimate->dose.mc_lower <= 2.0 * options->epsilon
            ? QS_AMPLITUDE_REACHED
            : QS_AMPLITUDE_WIDER;
  return TRUE;
}

/**
 * qs_estimate_table:
 * @weights: (array length=n): adding up to 1 within 1e-9
 * @success: (array length=n): 0 or 1
 * @error: return location for %QS_ERROR_SCENARIO, %QS_ERROR_DATA, %QS_ERROR_RESOURCE,
 * %QS_ERROR_TOO_FEW or %QS_ERROR_CANCELLED
 *
 * The probability of a table: rows drawn by a sampler, or its oracle's amplitude.
 */
gboolean
qs_estimate_table (gsize                    n,
                   const double            *weights,
                   const guint8            *success,
                   const QsEstimateOptions *options,
                   QsRun                   *run,
                   QsEstimate              *estimate,
                   GError                 **error)
{
  g_autoptr (QsOracle) checked = NULL;
  g_autofree double   *sums = NULL;
  double               sum = 0.0;

  if (!begin (options, NAN, estimate, error))
    return FALSE;
  checked = qs_oracle_new_register (n, weights, success, error);
  if (checked == NULL)
    return FALSE;

  estimate->exact = sum_of_successes (n, weights, success);
  if (options->estimator >= QS_ESTIMATOR_CANONICAL)
    return amplify (n, weights, success, options, run, estimate, error) &&
           end (options, estimate);

  sums = g_new (double, n);
  for (gsize i = 0; i < n; i++)
    sums[i] = sum += weights[i];

  const QsSource source = { .sums = sums, .success = success, .n_rows = n };
  return sample (&source, options, run, estimate, error) && end (options, estimate);
}

static gboolean
check_model (const QsModel    *model,
             const QsScenario *scenario,
             double            dose_mg,
             GError          **error)
{
  const QsPredictor *predictor = model->estimate;
  const QsCriterion  criterion = qs_scenario_criterion (scenario);

  if (!(dose_mg >= 0.0 && dose_mg <= 1e6)) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The dose is %g mg, must lie in [0, 1e+06]", dose_mg);
    return FALSE;
  }
  if (scenario->biomarker == QS_BIOMARKER_OBSERVED &&
      predictor->klass->observed_dose == NULL) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The %s model cannot tell the observed biomarker from the true one",
                 predictor->klass->name);
    return FALSE;
  }

  return qs_scenario_validate (scenario, error) &&
         qs_predictor_answers (predictor, scenario, error) &&
         qs_predictor_judges (predictor, &criterion, scenario->threshold_ng_ml, error);
}

/**
 * qs_estimate:
 * @dose_mg: not negative
 * @error: return location for %QS_ERROR_SCENARIO, %QS_ERROR_REFUSED, %QS_ERROR_TOO_FEW,
 * %QS_ERROR_NUMERIC, %QS_ERROR_RESOURCE or %QS_ERROR_CANCELLED
 *
 * The probability of success of a dose, at the point estimate of the model: by virtual
 * people that a sampler draws, or by amplitude estimation on an oracle of bins.
 */
gboolean
qs_estimate (const QsModel           *model,
             const QsScenario        *scenario,
             double                   dose_mg,
             const QsEstimateOptions *options,
             QsRun                   *run,
             QsEstimate              *estimate,
             GError                 **error)
{
  const QsPeople people = {
    .predictor = model->estimate,
    .scenario = scenario,
    .dose_mg = dose_mg,
    .effect = options->subject_effect && model->estimate->has_subject_effect,
  };
  const QsSource     source = { .people = &people };
  const gint64       start_us = g_get_monotonic_time ();
  g_autoptr (QsBins) bins = NULL;

  if (!begin (options, dose_mg, estimate, error) ||
      !check_model (model, scenario, dose_mg, error))
    return FALSE;
  if (options->estimator < QS_ESTIMATOR_CANONICAL)
    return sample (&source, options, run, estimate, error) && end (options, estimate);

  bins = qs_bins_new (&people, options->seed, options->n_qubits, run, error);
  if (bins == NULL)
    return FALSE;

  estimate->exact = sum_of_successes (bins->n, bins->weights, bins->success);
  estimate->reference = bins->reference;
  estimate->discretisation = bins->discretisation;
  estimate->tabulated = bins->n_asked;
  estimate->tabulation_s = seconds_since (start_us);
  return amplify (bins->n, bins->weights, bins->success, options, run, estimate, error) &&
         end (options, estimate);
}
