/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-emax.h"

#include "core/qs-error.h"

#include <math.h>

typedef struct {
  QsPredictor      base;
  QsEmaxParameters parameters;
  double           interval_h;
} Emax;

static double
log_response (const QsEmaxParameters *p, double dose_mg_per_kg, guint comed)
{
  const double effect = p->imax * dose_mg_per_kg / (p->u50_mg_per_kg + dose_mg_per_kg);

  return log (p->r0_ng_ml) + (comed != 0 ? p->beta_comed : 0.0) + log1p (-effect);
}

static gboolean
emax_answers (const QsPredictor *predictor, QsRegimen regimen, GError **error)
{
  const Emax *self = (const Emax *) predictor;

  if (fabs (qs_regimen_interval_h (regimen) - self->interval_h) < 1e-6)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
               "The Emax model was fitted to doses every %g h and knows no time course, "
               "so it cannot speak about doses every %g h",
               self->interval_h, qs_regimen_interval_h (regimen));
  return FALSE;
}

/* The model is flat within the window, so its maximum, its minimum and its value at any
 * time are one. */
static void
emax_score (const QsPredictor *predictor,
            const QsCriterion *criterion,
            gsize              n,
            const double      *dose_mg_per_kg,
            const guint8      *comed,
            double            *score)
{
  const Emax  *self = (const Emax *) predictor;
  const double sign = criterion->success == QS_SUCCESS_BELOW ? 1.0 : -1.0;

  for (gsize i = 0; i < n; i++)
    score[i] = sign * log_response (&self->parameters, dose_mg_per_kg[i], comed[i]);
}

static double
emax_shift (const QsPredictor *predictor, QsSuccess success, double z)
{
  const Emax *self = (const Emax *) predictor;

  return (success == QS_SUCCESS_BELOW ? z : -z) * self->parameters.omega;
}

static double
emax_level (const QsPredictor *predictor, QsSuccess success, double threshold_ng_ml)
{
  return success == QS_SUCCESS_BELOW ? log (threshold_ng_ml) : -log (threshold_ng_ml);
}

static void
emax_trajectory (const QsPredictor *predictor,
                 double             dose_mg_per_kg,
                 guint              comed,
                 const double      *times_h,
                 gsize              n_times,
                 double            *response_ng_ml)
{
  const Emax *self = (const Emax *) predictor;

  for (gsize i = 0; i < n_times; i++)
    response_ng_ml[i] = exp (log_response (&self->parameters, dose_mg_per_kg, comed));
}

static void
emax_free (QsPredictor *predictor)
{
  g_free (predictor);
}

static const QsPredictorClass emax_class = {
  .name = "emax",
  .answers = emax_answers,
  .score = emax_score,
  .shift = emax_shift,
  .level = emax_level,
  .trajectory = emax_trajectory,
  .free = emax_free,
};

static gboolean
check (const char *name, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
               "Emax model: %s is %g, must lie in [%g, %g]", name, value, low, high);
  return FALSE;
}

/**
 * qs_emax_parameters_validate:
 * @self: parameters from outside the program
 * @error: return location for %QS_ERROR_MODEL
 */
gboolean
qs_emax_parameters_validate (const QsEmaxParameters *self, GError **error)
{
  return check ("R0 (ng/mL)", self->r0_ng_ml, 1e-9, 1e9, error) &&
         check ("the effect of COMED", self->beta_comed, -20.0, 20.0, error) &&
         check ("Imax", self->imax, 0.0, 1.0 - 1e-9, error) &&
         check ("u50 (mg/kg)", self->u50_mg_per_kg, 1e-12, 1e12, error) &&
         check ("omega", self->omega, 0.0, 20.0, error) &&
         check ("sigma", self->sigma, 0.0, 20.0, error);
}

/**
 * qs_emax_new:
 * @parameters: valid parameters
 * @interval_h: dosing interval of the study, h; the model answers no other
 *
 * The quantity judged is the maximum of the true biomarker over the window. This model is
 * flat within the window, so it judges the window's mean instead and is too hopeful where
 * the biomarker swings between doses.
 *
 * Returns: (transfer full): a predictor
 */
QsPredictor *
qs_emax_new (const QsEmaxParameters *parameters, double interval_h)
{
  Emax *self = g_new0 (Emax, 1);

  qs_predictor_init (&self->base, &emax_class);
  self->base.has_subject_effect = TRUE;
  self->parameters = *parameters;
  self->interval_h = interval_h;

  return &self->base;
}

/**
 * qs_emax_parameters:
 *
 * Returns: (transfer none) (nullable): the parameters, %NULL if @predictor is another
 * model
 */
const QsEmaxParameters *
qs_emax_parameters (const QsPredictor *predictor)
{
  return predictor->klass == &emax_class ? &((const Emax *) predictor)->parameters : NULL;
}
