/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-predictor.h"

#include "core/qs-error.h"
#include "nn/qs-exposure-plan.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

#define N QS_EXPOSURE_N_INPUTS
#define N_LANES QS_NET_N_LANES

/* Latent values: those of the population model, then the subject's own effect. */
#define EFFECT QS_PKPD_N_PARAMETERS
#define N_LATENT (QS_PKPD_N_PARAMETERS + 1)

/* Doses that are looked at halve from 100 times the highest studied one; between two of
 * them false position with Illinois' correction (Dowell & Jarratt 1971) finds the one
 * where success begins or ends. */
#define N_HALVINGS 20
#define N_STEPS 7
static const double beyond = 100.0;

typedef struct {
  QsPredictor        base;
  double            *params; /* owned: what was trained */
  gsize              n_params;
  QsExposureNet      net; /* what runs: what Quantum-Train made, or the same */
  QsExposureSettings settings;
  QsPredictor       *kinetics; /* owned: a population model */
} Predictor;

/* Up to 16 people under one regimen. */
typedef struct {
  const Predictor      *self;
  const QsExposurePlan *plan;
  QsNet                *net;
  guint                 n_steps;
  guint                 n;
  double               *concentration; /* [person][step], of 1 mg */
  double               *inputs;        /* [person][step][input] */
  double                comed[N_LANES];
  double                shift[N_LANES]; /* of the subject, on log biomarker */
  QsSequence            sequences[N_LANES];
} Panel;

static void
panel_clear (Panel *self)
{
  g_clear_pointer (&self->net, qs_net_free);
  g_free (self->concentration);
  g_free (self->inputs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Panel, panel_clear)

static void
panel_init (Panel *panel, const Predictor *self, const QsExposurePlan *plan)
{
  const gsize n_steps = plan->times_h->len;

  *panel = (Panel){
    .self = self,
    .plan = plan,
    .net = qs_net_new (&self->net.shape),
    .n_steps = (guint) n_steps,
    .concentration = g_new (double, N_LANES *n_steps),
    .inputs = g_new (double, N_LANES *n_steps *N),
  };
  qs_net_set_params (panel->net, NULL, self->net.params);
}

/* Takes people on: all that does not depend on the dose. */
static void
panel_admit (Panel        *panel,
             guint         n,
             const float  *bw_kg,
             const guint8 *comed,
             const float  *latent)
{
  const Predictor *self = panel->self;
  const double    *times_h = (const double *) (gpointer) panel->plan->times_h->data;

  panel->n = n;
  for (guint p = 0; p < n; p++) {
    double        *inputs = panel->inputs + (gsize) p * panel->n_steps * N;
    const double   log_bw = log ((double) bw_kg[p] / 70.0);
    QsPkParameters pk;
    QsPdParameters pd;

    panel->comed[p] = comed[p];
    panel->shift[p] =
        self->settings.omega * (double) latent[(gsize) p * N_LATENT + EFFECT];
    qs_pkpd_predictor_person (self->kinetics, (double) bw_kg[p], comed[p],
                              latent + (gsize) p * N_LATENT, &pk, &pd);
    qs_exposure_plan_concentrations (panel->plan, &pk, times_h, panel->n_steps,
                                     panel->concentration + (gsize) p * panel->n_steps);
    for (guint t = 0; t < panel->n_steps; t++)
      qs_exposure_fill_inputs (&self->net.scales, 0.0,
                               t > 0 ? times_h[t] - times_h[t - 1] : 0.0, panel->comed[p],
                               log_bw, inputs + (gsize) t * N);
    panel->sequences[p] = (QsSequence){ .n_steps = panel->n_steps, .inputs = inputs };
  }
}

/* Runs everybody under a dose of their own. */
static void
panel_run (Panel *panel, const double *dose_mg)
{
  const QsSequence *sequences[N_LANES];

  for (guint p = 0; p < panel->n; p++) {
    const double *c = panel->concentration + (gsize) p * panel->n_steps;
    double       *inputs = panel->inputs + (gsize) p * panel->n_steps * N;

    for (guint t = 0; t < panel->n_steps; t++)
      inputs[(gsize) t * N] =
          qs_exposure_first_input (&panel->self->net.scales, dose_mg[p] * c[t]);
    sequences[p] = &panel->sequences[p];
  }
  qs_net_forward (panel->net, panel->n, sequences);
}

static double
log_response (const Panel *panel, guint person, guint step, double dose_mg)
{
  return panel->shift[person] +
         qs_exposure_log_response (
             &panel->self->net.scales,
             dose_mg * panel->concentration[(gsize) person * panel->n_steps + step],
             panel->comed[person], qs_net_output (panel->net, person, step));
}

/* By how much each succeeds, on log biomarker; negative for who fails. */
static void
margins (Panel        *panel,
         QsSuccess     success,
         double        level,
         const double *dose_mg,
         double       *out)
{
  const gboolean *judged = (const gboolean *) (gpointer) panel->plan->judged->data;
  const double    sign = success == QS_SUCCESS_BELOW ? 1.0 : -1.0;

  panel_run (panel, dose_mg);
  for (guint p = 0; p < panel->n; p++) {
    out[p] = INFINITY;
    for (guint t = 0; t < panel->n_steps; t++)
      if (judged[t])
        out[p] = fmin (out[p], sign * (level - log_response (panel, p, t, dose_mg[p])));
  }
}

/* Between a dose at which a person fails and one at which it succeeds. */
typedef struct {
  double fail_mg;
  double pass_mg;
  double fail_margin;
  double pass_margin;
  gint   last_side;
} Bracket;

static double
bracket_next (const Bracket *self)
{
  const double share = self->fail_margin / (self->fail_margin - self->pass_margin);
  const double low = log (self->fail_mg), high = log (self->pass_mg);

  return exp (low + CLAMP (share, 0.01, 0.99) * (high - low));
}

static void
bracket_narrow (Bracket *self, double dose_mg, double margin)
{
  if (margin >= 0.0) {
    self->pass_mg = dose_mg;
    self->pass_margin = margin;
    self->fail_margin *= self->last_side > 0 ? 0.5 : 1.0;
    self->last_side = 1;
  } else {
    self->fail_mg = dose_mg;
    self->fail_margin = margin;
    self->pass_margin *= self->last_side < 0 ? 0.5 : 1.0;
    self->last_side = -1;
  }
}

/* Halving doses from the far end of success to the first at which it is no more. */
static void
bracket_all (Panel    *panel,
             QsSuccess success,
             double    level,
             gboolean  begins,
             Bracket  *brackets,
             gboolean *open)
{
  const double highest_mg = beyond * panel->self->settings.highest_mg;
  double       margin[N_LANES], dose_mg[N_LANES], before[N_LANES] = { 0.0 };
  guint        n_open = panel->n;

  for (guint p = 0; p < panel->n; p++)
    open[p] = TRUE;
  for (guint k = 0; k <= N_HALVINGS && n_open > 0; k++) {
    const double dose =
        highest_mg * ldexp (1.0, begins ? -(gint) k : (gint) k - N_HALVINGS);
    const double last = begins ? 2.0 * dose : 0.5 * dose;

    for (guint p = 0; p < panel->n; p++)
      dose_mg[p] = dose;
    margins (panel, success, level, dose_mg, margin);
    for (guint p = 0; p < panel->n; p++) {
      if (open[p] && margin[p] < 0.0) {
        open[p] = FALSE;
        n_open--;
        /* Who fails at once has no dose with success. */
        brackets[p] = (Bracket){ dose, k > 0 ? last : NAN, margin[p], before[p], 0 };
      }
      before[p] = margin[p];
    }
  }
}

/* Everybody of a panel. Success at no dose that is looked at, or at all of them, is told
 * as qs_predictor_begins() says. */
static void
find_doses (Panel    *panel,
            QsSuccess success,
            double    level,
            gboolean  begins,
            float    *found_mg)
{
  Bracket  brackets[N_LANES];
  gboolean open[N_LANES];
  double   dose_mg[N_LANES], margin[N_LANES];

  bracket_all (panel, success, level, begins, brackets, open);
  for (guint step = 0; step < N_STEPS; step++) {
    for (guint p = 0; p < panel->n; p++)
      dose_mg[p] =
          open[p] || isnan (brackets[p].pass_mg) ? 0.0 : bracket_next (&brackets[p]);
    margins (panel, success, level, dose_mg, margin);
    for (guint p = 0; p < panel->n; p++)
      if (dose_mg[p] > 0.0)
        bracket_narrow (&brackets[p], dose_mg[p], margin[p]);
  }

  for (guint p = 0; p < panel->n; p++)
    found_mg[p] = open[p]                       ? (begins ? 0.0f : INFINITY)
                  : isnan (brackets[p].pass_mg) ? (begins ? INFINITY : -1.0f)
                                                : (float) brackets[p].pass_mg;
}

static gboolean
answers (const QsPredictor *base, QsRegimen regimen, GError **error)
{
  return TRUE;
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
  const Predictor           *self = (const Predictor *) base;
  const double               level = log (threshold_ng_ml);
  const gboolean             begins = qs_predictor_begins (base, criterion->success);
  g_autoptr (QsExposurePlan) plan =
      qs_exposure_plan_new (criterion, regimen, self->settings.treated_h);
  g_auto (Panel) panel;

  panel_init (&panel, self, plan);
  for (gsize first = 0; first < n; first += N_LANES) {
    panel_admit (&panel, (guint) MIN (N_LANES, n - first), bw_kg + first, comed + first,
                 latent + first * N_LATENT);
    find_doses (&panel, criterion->success, level, begins, dose_mg + first);
  }
}

/* Concentrations are those of the population model; of the time to the target it speaks
 * as itself, so that is left out. */
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
  const Predictor *self = (const Predictor *) base;

  for (gsize i = 0; i < n; i++) {
    double *mine = figures + i * QS_N_EXPOSURE_FIGURES;

    self->kinetics->klass->exposure (self->kinetics, scenario, dose, 1, bw_kg + i,
                                     comed + i, latent + i * N_LATENT, mine);
    mine[QS_EXPOSURE_TARGET] = NAN;
  }
}

/* Linear between the steps of the plan, as they are judged. */
static double
log_response_at (const Panel *panel, guint person, double dose_mg, double time_h)
{
  const double *times_h = (const double *) (gpointer) panel->plan->times_h->data;
  guint         next = 1;
  double        share;

  while (next + 1 < panel->n_steps && times_h[next] < time_h)
    next++;
  share = CLAMP ((time_h - times_h[next - 1]) / (times_h[next] - times_h[next - 1]), 0.0,
                 1.0);

  return (1.0 - share) * log_response (panel, person, next - 1, dose_mg) +
         share * log_response (panel, person, next, dose_mg);
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
  const Predictor           *self = (const Predictor *) base;
  const QsCriterion          criterion = qs_scenario_criterion (scenario);
  g_autoptr (QsExposurePlan) plan =
      qs_exposure_plan_new (&criterion, scenario->regimen, self->settings.treated_h);
  g_auto (Panel) panel;

  panel_init (&panel, self, plan);
  for (gsize i = 0; i < n; i++) {
    const double dose_mg = dose * qs_scenario_weight_factor (scenario, (double) bw_kg[i]);
    double      *r = response_ng_ml + i * n_times;

    self->kinetics->klass->course (self->kinetics, scenario, dose, 1, bw_kg + i,
                                   comed + i, latent + i * N_LATENT, n_times, times_h,
                                   concentration_mg_l + i * n_times, r);
    panel_admit (&panel, 1, bw_kg + i, comed + i, latent + i * N_LATENT);
    panel_run (&panel, &dose_mg);
    for (gsize t = 0; t < n_times; t++)
      r[t] = exp (log_response_at (&panel, 0, dose_mg, plan->begin_h + times_h[t]));
  }
}

static void
predictor_free (QsPredictor *base)
{
  Predictor *self = (Predictor *) base;

  qs_predictor_unref (self->kinetics);
  g_free (self->params);
  g_free (self->net.params);
  g_free (self);
}

#define NETWORK_CLASS(network_name)                                         \
  {                                                                         \
    .name = network_name, .answers = answers, .n_latent = N_LATENT,         \
    .critical_dose = critical_dose, .exposure = exposure, .course = course, \
    .free = predictor_free,                                                 \
  }

static const QsPredictorClass classes[QS_MODEL_N_KINDS] = {
  [QS_MODEL_LSTM] = NETWORK_CLASS ("lstm"),
  [QS_MODEL_QLSTM] = NETWORK_CLASS ("qlstm"),
  [QS_MODEL_QTLSTM] = NETWORK_CLASS ("qtlstm"),
  [QS_MODEL_QKLSTM] = NETWORK_CLASS ("qklstm"),
};

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, QS_ERROR, QS_ERROR_MODEL, "Network on exposure: %s", what);
  return FALSE;
}

static gboolean
are_finite (const double *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (values[i]))
      return FALSE;

  return TRUE;
}

static gboolean
check (const QsExposureScales *scales, const QsExposureSettings *settings, GError **error)
{
  const double base[] = { scales->base.intercept, scales->base.slope,
                          scales->base.comed };

  for (guint k = 0; k < N; k++)
    if (!(scales->sd[k] > 0.0 && isfinite (scales->sd[k])))
      return refuse (error, "an input's standard deviation must be positive and finite");
  if (!(scales->response_sd > 0.0 && isfinite (scales->response_sd)))
    return refuse (error, "the response's standard deviation must be positive");
  if (!(scales->c0_mg_l > 0.0 && isfinite (scales->c0_mg_l)) ||
      !(scales->base.c50_mg_l > 0.0 && isfinite (scales->base.c50_mg_l)))
    return refuse (error, "a concentration's scale must be positive and finite");
  if (!are_finite (scales->mean, N) || !are_finite (&scales->response_mean, 1) ||
      !are_finite (base, G_N_ELEMENTS (base)))
    return refuse (error, "means and the regression must be finite");
  if (!(settings->treated_h >= 0.0 && settings->treated_h <= 1e5) ||
      !(settings->highest_mg > 0.0 && settings->highest_mg <= 1e9))
    return refuse (error, "the study's treatment and doses lie outside of all reason");
  if (!(settings->omega >= 0.0 && settings->omega <= 20.0) ||
      !(settings->sigma >= 0.0 && settings->sigma <= 20.0))
    return refuse (error, "both deviations must lie in [0, 20]");

  return TRUE;
}

static void
set_network (Predictor *self, const QsNetShape *shape)
{
  const double     *weights = self->params;
  g_autoptr (QsNet) maker = NULL;

  self->net.shape = *shape;
  if (shape->kind == QS_NET_QTLSTM) {
    self->net.shape = qs_net_shape_generated (shape);
    maker = qs_net_new (shape);
    qs_net_set_params (maker, NULL, self->params);
    weights = qs_net_weights (maker);
  }
  self->net.params = g_memdup2 (weights, qs_net_shape_layout (&self->net.shape).n_params *
                                             sizeof *weights);
}

/**
 * qs_exposure_predictor_new:
 * @options: what was trained: its kind and cells
 * @params: (array length=n_params): copied
 * @kinetics: a population model, whose concentrations the network reads
 * @error: %QS_ERROR_MODEL where sizes or values are impossible, as in a damaged file
 *
 * A trained network as the population sees it: virtual subjects get kinetics of their
 * own, and an effect on log biomarker that kinetics do not explain.
 *
 * Returns: (transfer full): the predictor
 */
QsPredictor *
qs_exposure_predictor_new (const QsFitOptions       *options,
                           const QsExposureScales   *scales,
                           const double             *params,
                           gsize                     n_params,
                           const QsExposureSettings *settings,
                           QsPredictor              *kinetics,
                           GError                  **error)
{
  const QsNetShape shape = qs_exposure_shape (options);
  Predictor       *self;

  if (n_params != qs_net_shape_layout (&shape).n_params) {
    refuse (error, "the number of parameters is not that of this network");
    return NULL;
  }
  if (!are_finite (params, n_params)) {
    refuse (error, "a parameter is not a finite number");
    return NULL;
  }
  if (!check (scales, settings, error))
    return NULL;

  self = g_new0 (Predictor, 1);
  qs_predictor_init (&self->base, &classes[options->kind]);
  self->base.has_subject_effect = settings->omega > 0.0 || kinetics->has_subject_effect;
  self->base.rises = scales->base.slope > 0.0;
  self->params = g_memdup2 (params, n_params * sizeof *params);
  self->n_params = n_params;
  self->net.scales = *scales;
  set_network (self, &shape);
  self->settings = *settings;
  self->kinetics = qs_predictor_ref (kinetics);

  return &self->base;
}

/* Whether @self reads exposure. */
gboolean
qs_exposure_predictor_is (const QsPredictor *self)
{
  return self->klass >= classes && self->klass < classes + G_N_ELEMENTS (classes);
}

const double *
qs_exposure_predictor_params (const QsPredictor *self, gsize *n)
{
  *n = ((const Predictor *) self)->n_params;
  return ((const Predictor *) self)->params;
}

const QsExposureScales *
qs_exposure_predictor_scales (const QsPredictor *self)
{
  return &((const Predictor *) self)->net.scales;
}

const QsExposureSettings *
qs_exposure_predictor_settings (const QsPredictor *self)
{
  return &((const Predictor *) self)->settings;
}

QsPredictor *
qs_exposure_predictor_kinetics (const QsPredictor *self)
{
  return ((const Predictor *) self)->kinetics;
}
