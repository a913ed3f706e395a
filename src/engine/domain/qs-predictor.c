/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-predictor.h"

#include "core/qs-error.h"

/* For the constructors of the models. */
void
qs_predictor_init (QsPredictor *self, const QsPredictorClass *klass)
{
  self->klass = klass;
  self->n_refs = 1;
}

QsPredictor *
qs_predictor_ref (QsPredictor *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_predictor_unref (QsPredictor *self)
{
  if (self != NULL && g_atomic_int_dec_and_test (&self->n_refs))
    self->klass->free (self);
}

/**
 * qs_scenario_criterion:
 *
 * Returns: what is judged of a scenario; an end of the window at or after that of the
 * interval is written as 0, so that equal questions have equal criteria
 */
QsCriterion
qs_scenario_criterion (const QsScenario *self)
{
  const gboolean whole = self->window_to_h >= qs_scenario_interval_h (self);

  return (QsCriterion){
    .success = self->success,
    .window_from_h = self->window_from_h,
    .window_to_h = whole ? 0.0 : self->window_to_h,
    .schedule = self->schedule,
  };
}

gboolean
qs_criterion_equal (const QsCriterion *a, const QsCriterion *b)
{
  return a->success == b->success && a->window_from_h == b->window_from_h &&
         a->window_to_h == b->window_to_h &&
         g_str_equal (a->schedule.text, b->schedule.text);
}

double
qs_criterion_interval_h (const QsCriterion *self, QsRegimen regimen)
{
  return regimen == QS_REGIMEN_SCHEDULE ? self->schedule.interval_h
                                        : qs_regimen_interval_h (regimen);
}

/**
 * qs_predictor_begins:
 *
 * Returns: whether @success begins at some dose and holds above it, as it does below a
 * threshold for a biomarker that falls with the dose; else it ends at some dose
 */
gboolean
qs_predictor_begins (const QsPredictor *self, QsSuccess success)
{
  return (success == QS_SUCCESS_BELOW) != self->rises;
}

/**
 * qs_predictor_answers:
 * @error: return location for %QS_ERROR_REFUSED
 *
 * Returns: whether @self can speak about the regimen of @scenario: about schedules only
 * models with concentrations can
 */
gboolean
qs_predictor_answers (const QsPredictor *self, const QsScenario *scenario, GError **error)
{
  if (scenario->regimen != QS_REGIMEN_SCHEDULE)
    return self->klass->answers (self, scenario->regimen, error);

  if (self->klass->critical_dose == NULL) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The %s model knows the regimen of its study alone: ask the pkpd model "
                 "about the schedule \"%s\"",
                 self->klass->name, scenario->schedule.text);
    return FALSE;
  }
  if (scenario->biomarker == QS_BIOMARKER_OBSERVED && !qs_scenario_is_steady (scenario)) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "The observed biomarker is judged over one interval at steady state, "
                 "and the schedule \"%s\" is not: judge success on the true biomarker",
                 scenario->schedule.text);
    return FALSE;
  }

  return self->klass->answers (self, scenario->regimen, error);
}

/**
 * qs_predictor_judges:
 * @self: the model
 * @criterion: the judged part of the interval
 * @threshold_ng_ml: the threshold
 * @error: return location for %QS_ERROR_REFUSED
 *
 * To be asked before level() and score() are believed: a model of one threshold says no
 * to every other.
 *
 * Returns: whether @self can speak about this question
 */
gboolean
qs_predictor_judges (const QsPredictor *self,
                     const QsCriterion *criterion,
                     double             threshold_ng_ml,
                     GError           **error)
{
  return self->klass->judges == NULL ||
         self->klass->judges (self, criterion, threshold_ng_ml, error);
}
