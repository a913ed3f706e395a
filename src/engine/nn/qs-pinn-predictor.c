/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-predictor.h"

#include "core/qs-error.h"
#include "nn/qs-pinn-kinetics.h"
#include "nn/qs-pinn-mechanism.h"
#include "pkpd/qs-pkpd-exposure.h"

#include <math.h>

/* Doses are looked at from a millionth of the largest on; between two of them false
 * position with Illinois' correction (Dowell & Jarratt 1971) finds where success begins
 * or ends. */
static const double beyond = 100.0, span = 1e6;
#define N_STEPS 14

typedef struct {
  QsPredictor     base;
  QsPinn          pinn; /* owns its parameters */
  QsPinnMechanism mechanism;
  QsPinnSettings  settings;
} Predictor;

static gboolean
answers (const QsPredictor *base, QsRegimen regimen, GError **error)
{
  return TRUE;
}

static gboolean
judges (const QsPredictor *base,
        const QsCriterion *criterion,
        double             threshold_ng_ml,
        GError           **error)
{
  if (qs_dosing_is_steady (&criterion->schedule))
    return TRUE;

  g_set_error_literal (error, QS_ERROR, QS_ERROR_REFUSED,
                       "A physics-informed network answers for the steady state of a "
                       "regimen; for other schedules use pkpd");
  return FALSE;
}

/* One person and what it shall attain. */
typedef struct {
  const QsPinnMechanism *mechanism;
  QsPinnCycle            cycle;
  QsSuccess              success;
  double                 level; /* log threshold less the person's log baseline */
} Task;

/* By how much @dose_mg succeeds, on log biomarker; negative where it fails. */
static double
margin (const Task *task, double dose_mg)
{
  const double sign = task->success == QS_SUCCESS_BELOW ? 1.0 : -1.0;
  double       relative[QS_PINN_MAX_NODES], least = INFINITY;

  qs_pinn_cycle_run (&task->cycle, task->mechanism, dose_mg, relative);
  for (guint k = 0; k < task->cycle.n_nodes; k++)
    if (task->cycle.judged[k])
      least = fmin (least, sign * (task->level - log (relative[k])));

  return least;
}

/* The dose between @low_mg and @high_mg, of which one succeeds, at which that changes; on
 * the side of success. */
static double
change_between (const Task *task,
                double      low_mg,
                double      high_mg,
                double      low_margin,
                double      high_margin)
{
  gint last = 0;

  for (guint step = 0; step < N_STEPS && high_mg > low_mg * (1.0 + 1e-7); step++) {
    const double share = low_margin / (low_margin - high_margin);
    const double dose_mg = low_mg * pow (high_mg / low_mg, CLAMP (share, 0.02, 0.98));
    const double found = margin (task, dose_mg);

    if ((found >= 0.0) == (high_margin >= 0.0)) {
      high_mg = dose_mg;
      high_margin = found;
      low_margin *= last > 0 ? 0.5 : 1.0;
      last = 1;
    } else {
      low_mg = dose_mg;
      low_margin = found;
      high_margin *= last < 0 ? 0.5 : 1.0;
      last = -1;
    }
  }

  return high_margin >= 0.0 ? high_mg : low_mg;
}

/* The effect rises with concentrations and they with the dose: there is one change. */
static double
critical_of (const Predictor *self, const Task *task)
{
  const gboolean begins = task->success == QS_SUCCESS_BELOW;
  const double   high_mg = beyond * self->settings.highest_mg, low_mg = high_mg / span;
  const double   without = margin (task, 0.0), with = margin (task, high_mg);
  double         low;

  if (begins ? without >= 0.0 : with >= 0.0)
    return begins ? 0.0 : INFINITY;
  if (begins ? with < 0.0 : without < 0.0)
    return begins ? INFINITY : -1.0;

  low = margin (task, low_mg);
  if ((low >= 0.0) == (with >= 0.0))
    return begins ? low_mg : 0.0;
  return change_between (task, low_mg, high_mg, low, with);
}

static void
critical_dose (const QsPredictor *base,
               const QsCriterion *criterion,
               QsRegimen          regimen,
               double             threshold_ng_ml,
               gsize              n,
               const float       *bw_kg,
               const guint8      *comed,
               const float       *latent,
               float             *dose_mg)
{
  const Predictor       *self = (const Predictor *) base;
  const QsPinnMechanism *mechanism = &self->mechanism;
  const double           interval_h = qs_criterion_interval_h (criterion, regimen);
  Task                   task = { .mechanism = mechanism, .success = criterion->success };

  for (gsize i = 0; i < n; i++) {
    qs_pinn_cycle_init (&task.cycle, mechanism, criterion, interval_h, (double) bw_kg[i]);
    task.level = log (threshold_ng_ml) - mechanism->log_r0 -
                 mechanism->beta_comed * comed[i] -
                 self->settings.omega * (double) latent[i];
    dose_mg[i] = (float) critical_of (self, &task);
  }
}

/* Concentrations are those of the typical subject of that weight; of the time to the
 * target nothing is said. */
static void
exposure (const QsPredictor *base,
          const QsScenario  *scenario,
          double             dose,
          gsize              n,
          const float       *bw_kg,
          const guint8      *comed,
          const float       *latent,
          double            *figures)
{
  const Predictor     *self = (const Predictor *) base;
  const QsPdParameters pd = qs_pinn_mechanism_pd (&self->mechanism);

  for (gsize i = 0; i < n; i++) {
    const double   bw = (double) bw_kg[i];
    QsPkParameters pk = qs_pinn_mechanism_pk (&self->mechanism, bw);
    double        *mine = figures + i * QS_N_EXPOSURE_FIGURES;

    qs_pkpd_exposure (&pk, &pd, qs_scenario_interval_h (scenario),
                      dose * qs_scenario_weight_factor (scenario, bw),
                      scenario->threshold_ng_ml, mine);
    mine[QS_EXPOSURE_TARGET] = NAN;
  }
}

/* Linear between nodes. */
static double
between_nodes (const QsPinnCycle *cycle, const double *relative, double time_h)
{
  guint  next = 1;
  double share;

  while (next + 1 < cycle->n_nodes && cycle->times_h[next] < time_h)
    next++;
  share = CLAMP ((time_h - cycle->times_h[next - 1]) /
                     (cycle->times_h[next] - cycle->times_h[next - 1]),
                 0.0, 1.0);

  return (1.0 - share) * relative[next - 1] + share * relative[next];
}

static void
course (const QsPredictor *base,
        const QsScenario  *scenario,
        double             dose,
        gsize              n,
        const float       *bw_kg,
        const guint8      *comed,
        const float       *latent,
        gsize              n_times,
        const double      *times_h,
        double            *concentration_mg_l,
        double            *response_ng_ml)
{
  const Predictor       *self = (const Predictor *) base;
  const QsPinnMechanism *mechanism = &self->mechanism;
  const QsPdParameters   pd = qs_pinn_mechanism_pd (mechanism);
  const QsCriterion      criterion = qs_scenario_criterion (scenario);
  const double           interval_h = qs_scenario_interval_h (scenario);

  for (gsize i = 0; i < n; i++) {
    const double   bw = (double) bw_kg[i];
    const double   dose_mg = dose * qs_scenario_weight_factor (scenario, bw);
    const double   baseline = exp (mechanism->log_r0 + mechanism->beta_comed * comed[i] +
                                   self->settings.omega * (double) latent[i]);
    double        *r = response_ng_ml + i * n_times, relative[QS_PINN_MAX_NODES];
    QsPkParameters pk = qs_pinn_mechanism_pk (mechanism, bw);
    QsPinnCycle    cycle;

    qs_pkpd_steady_state (&pk, &pd, dose_mg, interval_h, times_h, n_times,
                          concentration_mg_l + i * n_times, r);
    qs_pinn_cycle_init (&cycle, mechanism, &criterion, interval_h, bw);
    qs_pinn_cycle_run (&cycle, mechanism, dose_mg, relative);
    for (gsize t = 0; t < n_times; t++)
      r[t] = baseline * between_nodes (&cycle, relative, times_h[t]);
  }
}

static void
predictor_free (QsPredictor *base)
{
  Predictor *self = (Predictor *) base;

  qs_pinn_mechanism_clear (&self->mechanism);
  g_free (self->pinn.params);
  g_free (self);
}

#define PINN_CLASS(pinn_name)                                               \
  {                                                                         \
    .name = pinn_name, .answers = answers, .judges = judges, .n_latent = 1, \
    .critical_dose = critical_dose, .exposure = exposure, .course = course, \
    .free = predictor_free,                                                 \
  }

static const QsPredictorClass classes[] = { PINN_CLASS ("pinn"), PINN_CLASS ("qpinn") };

static gboolean
check (const QsPinnScales   *scales,
       const QsPinn         *pinn,
       const QsPinnSettings *settings,
       GError              **error)
{
  const QsPkParameters pk = qs_pinn_kinetics_pk (pinn->params);
  const double        *turnover = qs_pinn_response_turnover (qs_pinn_response (pinn));
  const double         logs[] = { log (pk.ka),
                                  log (pk.cl),
                                  log (pk.v),
                                  log (pk.q),
                                  log (pk.v2),
                                  turnover[QS_PINN_LOG_R0],
                                  turnover[QS_PINN_BETA_COMED],
                                  turnover[QS_PINN_LOG_KOUT] };
  gboolean             sound = scales->c0_mg_l > 0.0 && isfinite (scales->c0_mg_l) &&
                   scales->u0_mg_per_kg > 0.0 && isfinite (scales->u0_mg_per_kg) &&
                   settings->highest_mg > 0.0 && settings->highest_mg <= 1e9 &&
                   settings->omega >= 0.0 && settings->omega <= 20.0 &&
                   settings->sigma >= 0.0 && settings->sigma <= 20.0;

  for (guint i = 0; i < G_N_ELEMENTS (logs); i++)
    sound = sound && fabs (logs[i]) <= 50.0;
  for (gsize i = 0; i < pinn->n_params; i++)
    sound = sound && isfinite (pinn->params[i]);
  if (!sound)
    g_set_error_literal (error, QS_ERROR, QS_ERROR_MODEL,
                         "Physics-informed network: a number lies outside of all reason");

  return sound;
}

/**
 * qs_pinn_predictor_new:
 * @params: (array length=n_params): copied
 * @error: %QS_ERROR_MODEL where sizes or values are impossible, as in a damaged file
 *
 * A trained network as the population sees it: its equations at steady state, with a
 * subject effect on the baseline, to which the biomarker is proportional.
 */
QsPredictor *
qs_pinn_predictor_new (gboolean              quantum,
                       const QsPinnScales   *scales,
                       const double         *params,
                       gsize                 n_params,
                       const QsPinnSettings *settings,
                       GError              **error)
{
  QsPinn     pinn = { quantum, *scales, n_params, NULL };
  Predictor *self;

  if (n_params != qs_pinn_n_params (quantum)) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_MODEL,
                         "Physics-informed network: the number of parameters is not its");
    return NULL;
  }

  pinn.params = g_memdup2 (params, n_params * sizeof *params);
  if (!check (scales, &pinn, settings, error)) {
    g_free (pinn.params);
    return NULL;
  }

  self = g_new0 (Predictor, 1);
  qs_predictor_init (&self->base, &classes[quantum ? 1 : 0]);
  self->base.has_subject_effect = settings->omega > 0.0;
  self->pinn = pinn;
  self->settings = *settings;
  qs_pinn_mechanism_init (&self->mechanism, &self->pinn);
  return &self->base;
}

const QsPinn *
qs_pinn_predictor_pinn (const QsPredictor *self)
{
  return &((const Predictor *) self)->pinn;
}

const QsPinnSettings *
qs_pinn_predictor_settings (const QsPredictor *self)
{
  return &((const Predictor *) self)->settings;
}
