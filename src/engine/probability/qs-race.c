/* SPDX-License-Identifier: Apache-2.0 */
#include "probability/qs-race.h"

#include "core/qs-stats.h"
#include "probability/qs-bins.h"
#include "probability/qs-oracle-circuit.h"

#include <math.h>

/* Runs that a point of a curve is the mean of. */
#define N_RUNS 20
/* Half-widths that the curves ask for, the widest first, and what they cost at most. */
static const double  widest = 0.05, ratio = 2.0;
static const guint64 most_calls = 3000000;

/* Codes of the circuit that is drawn. */
#define N_DRAWN 8

QsRace *
qs_race_ref (QsRace *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_race_unref (QsRace *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->circuit);
  g_free (self->bits_sha256);
  g_free (self);
}

/* Returns: (transfer none): the method of a curve, as qs_estimator_name() has it */
const char *
qs_race_curve_name (guint curve)
{
  return curve < QS_N_AMPLITUDE_METHODS ? qs_amplitude_method_name (curve)
                                        : qs_estimator_name (QS_ESTIMATOR_QMC);
}

static gboolean
add_point (QsRace  *self,
           guint    curve,
           double   calls,
           double   half_width,
           QsRun   *run,
           GError **error)
{
  QsRaceCurve *at = &self->curves[curve];
  const guint  n_points = QS_RACE_N_CURVES * QS_RACE_N_POINTS;

  at->calls[at->n] = calls;
  at->half_width[at->n] = half_width;
  at->n++;

  const QsEvent event = {
    .stage = QS_STAGE_SIMULATE,
    .fraction = (curve * QS_RACE_N_POINTS + at->n) / (double) n_points,
    .curve = QS_CURVE_HALF_WIDTH,
    .series = curve,
    .x = calls,
    .y = half_width,
  };

  return qs_run_step (run, &event, error);
}

/* A method on the emulated device, as precise as the calls allow. */
static gboolean
run_device (QsRace                  *self,
            QsAmplitudeMethod        method,
            const QsEstimateOptions *options,
            QsRun                   *run,
            GError                 **error)
{
  g_autoptr (QsRun)    quiet = qs_run_new_quiet (run);
  g_autoptr (QsOracle) oracle = qs_oracle_new_noisy (
      qs_oracle_new_emulated (self->estimate.exact), &options->noise);
  QsAmplitudeOptions amplitude = qs_amplitude_options_default (method);

  amplitude.epsilon = widest;
  amplitude.level = options->level;
  amplitude.seed = options->seed;
  amplitude.max_calls = most_calls;
  amplitude.fits_decay = !qs_noise_none (&options->noise);
  amplitude.readout[0] = options->noise.readout[0];
  amplitude.readout[1] = options->noise.readout[1];
  for (guint i = 0; i < QS_RACE_N_POINTS; i++) {
    double   calls = 0.0, half_width = 0.0;
    gboolean capped = FALSE;

    for (guint r = 0; r < N_RUNS; r++) {
      QsAmplitudeResult result;

      amplitude.replicate = r;
      if (!qs_amplitude_estimate (oracle, &amplitude, quiet, &result, error))
        return FALSE;
      calls += (double) result.n_calls / N_RUNS;
      half_width += 0.5 * (result.upper - result.lower) / N_RUNS;
      capped = capped || result.verdict == QS_AMPLITUDE_CAPPED;
    }

    if (capped)
      break;
    if (!add_point (self, method, calls, half_width, run, error))
      return FALSE;
    amplitude.epsilon /= ratio;
  }

  return TRUE;
}

/* Quasi-Monte Carlo has no device: it asks the model. */
static gboolean
run_sequence (QsRace                  *self,
              const QsModel           *model,
              const QsScenario        *scenario,
              const QsEstimateOptions *given,
              QsRun                   *run,
              GError                 **error)
{
  g_autoptr (QsRun) quiet = qs_run_new_quiet (run);
  QsEstimateOptions options = *given;

  options.estimator = QS_ESTIMATOR_QMC;
  options.epsilon = widest;
  options.max_calls = 65536;
  for (guint i = 0; i < QS_RACE_N_POINTS; i++) {
    QsEstimate found;

    if (!qs_estimate (model, scenario, self->estimate.dose.dose_mg, &options, quiet,
                      &found, error))
      return FALSE;
    if (found.verdict == QS_AMPLITUDE_CAPPED)
      break;
    if (!add_point (self, QS_N_AMPLITUDE_METHODS, (double) found.n_calls,
                    0.5 * (found.dose.mc_upper - found.dose.mc_lower), run, error))
      return FALSE;
    options.epsilon /= ratio;
  }

  return TRUE;
}

static QsBaseline
baseline_of (const QsEstimate *estimate)
{
  return (QsBaseline){ estimate->n_calls,
                       0.5 * (estimate->dose.mc_upper - estimate->dose.mc_lower),
                       estimate->elapsed_s };
}

static QsBaseline
add_up (const QsBins *bins)
{
  const gint64    start_us = g_get_monotonic_time ();
  volatile double sum = 0.0;
  double          so_far = 0.0;

  for (gsize i = 0; i < bins->n; i++)
    so_far += bins->success[i] ? bins->weights[i] : 0.0;
  sum = so_far;
  (void) sum;

  return (QsBaseline){ bins->n, 0.0,
                       (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC };
}

/* The same oracle on few qubits, for a picture: a code succeeds where most of its bins
 * do. Where all codes would be of one kind but not all bins are, the least sure one is of
 * the other, as the flag would not depend on them. */
static char *
draw_circuit (const QsBins *bins)
{
  const gsize           n = MIN (N_DRAWN, bins->n), per_code = bins->n / n;
  double                weights[N_DRAWN] = { 0.0 }, good[N_DRAWN] = { 0.0 };
  guint8                success[N_DRAWN];
  gsize                 n_good = 0, least_sure = 0;
  g_autoptr (QsCircuit) circuit = NULL;

  for (gsize i = 0; i < bins->n; i++) {
    weights[i / per_code] += bins->weights[i];
    good[i / per_code] += bins->success[i] ? bins->weights[i] : 0.0;
  }
  for (gsize i = 0; i < n; i++) {
    good[i] = weights[i] > 0.0 ? good[i] / weights[i] : 0.0;
    success[i] = good[i] >= 0.5;
    n_good += success[i];
    if (fabs (good[i] - 0.5) < fabs (good[least_sure] - 0.5))
      least_sure = i;
  }
  if (n_good % n == 0 && good[least_sure] > 0.0 && good[least_sure] < 1.0)
    success[least_sure] = !success[least_sure];

  circuit = qs_oracle_circuit_new (n, weights, success);
  return qs_circuit_draw (circuit);
}

static gboolean
run_baselines (QsRace                  *self,
               const QsModel           *model,
               const QsScenario        *scenario,
               double                   dose_mg,
               const QsEstimateOptions *given,
               QsRun                   *run,
               GError                 **error)
{
  const QsPeople people = {
    .predictor = model->estimate,
    .scenario = scenario,
    .dose_mg = dose_mg,
    .effect = given->subject_effect && model->estimate->has_subject_effect,
  };
  g_autoptr (QsRun)  quiet = qs_run_new_quiet (run);
  g_autoptr (QsBins) bins = NULL;
  QsEstimateOptions  options = *given;
  QsEstimate         sampled;
  gint64             start_us;

  options.estimator = QS_ESTIMATOR_MC;
  if (!qs_estimate (model, scenario, dose_mg, &options, quiet, &sampled, error))
    return FALSE;
  self->baselines[QS_BASELINE_MODEL] = baseline_of (&sampled);

  start_us = g_get_monotonic_time ();
  bins = qs_bins_new (&people, given->seed, given->n_qubits, quiet, error);
  if (bins == NULL)
    return FALSE;
  self->tabulation_s = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC;

  if (!qs_estimate_table (bins->n, bins->weights, bins->success, &options, quiet,
                          &sampled, error))
    return FALSE;
  if (given->estimator >= QS_ESTIMATOR_CANONICAL) {
    if (!qs_estimate_table (bins->n, bins->weights, bins->success, given, quiet,
                            &self->estimate, error))
      return FALSE;
  } else {
    /* There is no device to be noisy. */
    options = *given;
    options.noise = (QsNoise){ 0 };
    if (!qs_estimate (model, scenario, dose_mg, &options, quiet, &self->estimate, error))
      return FALSE;
    self->estimate.exact = sampled.exact;
  }

  self->baselines[QS_BASELINE_TABLE] = baseline_of (&sampled);
  self->baselines[QS_BASELINE_SUM] = add_up (bins);
  self->estimate.dose.dose_mg = dose_mg;
  self->estimate.reference = bins->reference;
  self->estimate.discretisation = bins->discretisation;
  self->estimate.tabulated = bins->n_asked;
  self->estimate.tabulation_s = self->tabulation_s;
  self->circuit = draw_circuit (bins);
  return qs_run_step (run, NULL, error);
}

/**
 * qs_race_new:
 * @options: its estimator runs on the register if it is one of amplitude estimation, and
 * asks the model if it samples; its noise of whole circuits and of readout, not of gates
 * @error: as qs_estimate()
 *
 * Every point of a curve is told to @run as %QS_CURVE_HALF_WIDTH.
 *
 * Returns: (transfer full): the comparison, or %NULL
 */
QsRace *
qs_race_new (const QsModel           *model,
             const QsScenario        *scenario,
             double                   dose_mg,
             const QsEstimateOptions *options,
             QsRun                   *run,
             GError                 **error)
{
  g_autoptr (QsRace) self = g_new0 (QsRace, 1);

  g_return_val_if_fail (!qs_noise_of_gates (&options->noise), NULL);

  self->n_refs = 1;
  self->noise = options->noise;
  if (options->estimator == QS_ESTIMATOR_QRNG && options->bits != NULL)
    self->bits_sha256 = g_strdup (qs_qrng_sha256 (options->bits));
  if (!run_baselines (self, model, scenario, dose_mg, options, run, error))
    return NULL;
  for (guint method = 0; method < QS_N_AMPLITUDE_METHODS; method++)
    if (!run_device (self, method, options, run, error))
      return NULL;
  if (!run_sequence (self, model, scenario, options, run, error))
    return NULL;

  for (guint c = 0; c < QS_RACE_N_CURVES; c++) {
    QsRaceCurve *curve = &self->curves[c];

    curve->slope =
        curve->n >= 2 ? qs_log_slope (curve->calls, curve->half_width, curve->n) : NAN;
  }
  return g_steal_pointer (&self);
}
