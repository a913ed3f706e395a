/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-logistic.h"

#include "core/qs-error.h"

#include <math.h>

typedef struct {
  QsPredictor          base;
  QsLogisticParameters parameters;
  double               interval_h;
} Logistic;

static gboolean
logistic_answers (const QsPredictor *predictor, QsRegimen regimen, GError **error)
{
  const Logistic *self = (const Logistic *) predictor;

  if (fabs (qs_regimen_interval_h (regimen) - self->interval_h) < 1e-6)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
               "The logistic link was fitted to doses every %g h and knows no time "
               "course, so it cannot speak about doses every %g h",
               self->interval_h, qs_regimen_interval_h (regimen));
  return FALSE;
}

static void
logistic_score (const QsPredictor *predictor,
                const QsCriterion *criterion,
                gsize              n,
                const double      *dose_mg_per_kg,
                const guint8      *comed,
                double            *score)
{
  const QsLogisticParameters *p = &((const Logistic *) predictor)->parameters;

  for (gsize i = 0; i < n; i++)
    score[i] = -(p->intercept + p->slope * log1p (dose_mg_per_kg[i] / p->u0_mg_per_kg) +
                 (comed[i] != 0 ? p->beta_comed : 0.0));
}

/* The logistic quantile of Φ(z): success, −eta + shift <= 0, then has the probability
 * 1 / (1 + exp (−eta)). Both tails are taken from erfc, so neither loses its digits. */
static double
logistic_shift (const QsPredictor *predictor, QsSuccess success, double z)
{
  return log (erfc (-z * M_SQRT1_2)) - log (erfc (z * M_SQRT1_2));
}

static gboolean
is_fitted_threshold (const QsLogisticParameters *p,
                     QsSuccess                   success,
                     double                      threshold_ng_ml)
{
  return success == p->success &&
         fabs (threshold_ng_ml - p->threshold_ng_ml) <= 1e-9 * p->threshold_ng_ml;
}

static double
logistic_level (const QsPredictor *predictor, QsSuccess success, double threshold_ng_ml)
{
  const Logistic *self = (const Logistic *) predictor;

  return is_fitted_threshold (&self->parameters, success, threshold_ng_ml) ? 0.0 : NAN;
}

static const char *
side (QsSuccess success)
{
  return success == QS_SUCCESS_BELOW ? "at or below" : "at or above";
}

static gboolean
logistic_judges (const QsPredictor *predictor,
                 const QsCriterion *criterion,
                 double             threshold_ng_ml,
                 GError           **error)
{
  const Logistic             *self = (const Logistic *) predictor;
  const QsLogisticParameters *p = &self->parameters;
  const gboolean              whole_interval =
      criterion->window_from_h <= 0.0 &&
      (criterion->window_to_h <= 0.0 || criterion->window_to_h >= self->interval_h);

  if (is_fitted_threshold (p, criterion->success, threshold_ng_ml) && whole_interval)
    return TRUE;

  if (!whole_interval)
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The logistic link was fitted to the whole dosing interval and cannot "
                 "judge a part of it: choose the Emax model or a network");
  else
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The logistic link was fitted to a biomarker %s %g ng/mL and cannot "
                 "judge %s %g ng/mL: fit it again with that threshold, or choose "
                 "another model",
                 side (p->success), p->threshold_ng_ml, side (criterion->success),
                 threshold_ng_ml);
  return FALSE;
}

static void
logistic_free (QsPredictor *predictor)
{
  g_free (predictor);
}

static const QsPredictorClass logistic_class = {
  .name = "logistic",
  .answers = logistic_answers,
  .score = logistic_score,
  .shift = logistic_shift,
  .level = logistic_level,
  .judges = logistic_judges,
  .free = logistic_free,
};

static gboolean
check (const char *name, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
               "Logistic link: %s is %g, must lie in [%g, %g]", name, value, low, high);
  return FALSE;
}

/**
 * qs_logistic_parameters_validate:
 * @self: parameters from outside the program
 * @error: return location for %QS_ERROR_MODEL
 */
gboolean
qs_logistic_parameters_validate (const QsLogisticParameters *self, GError **error)
{
  return check ("the intercept", self->intercept, -1e6, 1e6, error) &&
         check ("the slope", self->slope, -1e6, 1e6, error) &&
         check ("the effect of COMED", self->beta_comed, -1e6, 1e6, error) &&
         check ("u0 (mg/kg)", self->u0_mg_per_kg, 1e-12, 1e12, error) &&
         check ("the threshold (ng/mL)", self->threshold_ng_ml, 1e-9, 1e9, error) &&
         check ("the side of success", self->success, QS_SUCCESS_BELOW, QS_SUCCESS_ABOVE,
                error);
}

/**
 * qs_logistic_new:
 * @parameters: valid parameters
 * @interval_h: dosing interval of the study, h; the model answers no other
 *
 * Success as a logistic regression on dose and co-medication. It has no biomarker, hence
 * no trajectory, and judges one threshold alone. Its labels are observed maxima, so it
 * speaks of the observed biomarker, noise included.
 *
 * Returns: (transfer full): a predictor
 */
QsPredictor *
qs_logistic_new (const QsLogisticParameters *parameters, double interval_h)
{
  Logistic *self = g_new0 (Logistic, 1);

  qs_predictor_init (&self->base, &logistic_class);
  self->base.has_subject_effect = TRUE;
  self->parameters = *parameters;
  self->interval_h = interval_h;

  return &self->base;
}

/**
 * qs_logistic_parameters:
 *
 * Returns: (transfer none) (nullable): the parameters, %NULL if @predictor is another
 * model
 */
const QsLogisticParameters *
qs_logistic_parameters (const QsPredictor *predictor)
{
  return predictor->klass == &logistic_class ? &((const Logistic *) predictor)->parameters
                                             : NULL;
}
