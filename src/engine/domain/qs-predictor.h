/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-exposure.h"
#include "domain/qs-scenario.h"

G_BEGIN_DECLS

/**
 * QsCriterion:
 *
 * What is judged within a dosing interval, or in several of a schedule's; the threshold
 * is apart, because moving it must not cost a new table.
 */
typedef struct {
  QsSuccess success;
  double    window_from_h;
  double    window_to_h; /* 0 for the end of the interval */
  QsDosing  schedule;    /* of %QS_REGIMEN_SCHEDULE: what is judged are its intervals */
} QsCriterion;

QsCriterion qs_scenario_criterion (const QsScenario *self);
gboolean    qs_criterion_equal (const QsCriterion *a, const QsCriterion *b);
double      qs_criterion_interval_h (const QsCriterion *self, QsRegimen regimen);

typedef struct _QsPredictor QsPredictor;

/**
 * QsPredictorClass:
 * @name: "lstm", "logistic", "emax"
 * @answers: whether the model can speak about @regimen; else %QS_ERROR_REFUSED with the
 * reason; to be asked by qs_predictor_answers()
 * @score: for @n pairs of dose per body weight (mg/kg) and co-medication, the quantity
 * that decides: a subject with latent value z succeeds if and only if score + shift (z)
 * <= level (threshold)
 * @shift: what a subject's standard normal latent value z adds to the score
 * @level: the threshold on the scale of the score
 * @trajectory: (nullable): typical biomarker in ng/mL, without the subject's latent
 * value, at @n_times hours after the dose; %NULL for models without a time course
 * @judges: (nullable): whether the model can judge @criterion at @threshold_ng_ml; else
 * %QS_ERROR_REFUSED with the reason. %NULL for models that judge any. Where it refuses,
 * level () is NaN.
 * @n_latent: standard normal values that a virtual subject of critical_dose() has
 * @critical_dose: (nullable): for @n virtual subjects of given body weight, co-medication
 * and @n_latent latent values each, the maintenance dose in mg at which success begins
 * (see
 * qs_predictor_begins(): doses at or above succeed; 0 for who needs none, +infinity for
 * who never does) or ends (doses at or below succeed; +infinity where none is too high,
 * −1 where even none is). A model has either this or @score, @shift and @level.
 * @observed_dose: (nullable): as @critical_dose for the observed biomarker, with
 * %QS_N_LOOKS standard normal values per subject in @noise; %NULL for models that cannot
 * tell it from the true one
 * @shape_size: (nullable): numbers that shape_make() stores per virtual subject; 0 where
 * this model has no shapes, and critical_dose() must be asked anew for every scenario
 * @shape_lanes: people whose shapes stand side by side: number k of person i is at
 * (i / lanes × size + k) × lanes + i % lanes, so arrays have room for a multiple of it
 * @shape_make: what of a subject depends on neither threshold nor body weight within
 * [low, high] nor co-medication
 * @shape_place: from shapes, aligned to 16 bytes, for one threshold, the logarithm of the
 * critical dose; @where is the place of log body weight in [low, high], from −1 to 1.
 * −infinity where critical_dose() is 0 or −1, +infinity where that is.
 * @exposure: (nullable): %QS_N_EXPOSURE_FIGURES figures of each of @n virtual subjects
 * under @dose, which is in the scenario's unit; %NULL for models without concentrations
 * @course: (nullable): concentration in mg/L and biomarker in ng/mL of each of @n virtual
 * subjects at @n_times increasing hours after a dose at steady state, or after the first
 * dose of a schedule that is not, one subject after the other; %NULL likewise
 * @free: ends it
 *
 * A model as the population sees it. All functions are pure and may run on several
 * threads. Window models depend on dose/BW and co-medication alone, which is why the
 * population can tabulate them.
 */
typedef struct {
  const char *name;
  gboolean (*answers) (const QsPredictor *self, QsRegimen regimen, GError **error);
  void (*score) (const QsPredictor *self,
                 const QsCriterion *criterion,
                 gsize              n,
                 const double      *dose_mg_per_kg,
                 const guint8      *comed,
                 double            *score);
  double (*shift) (const QsPredictor *self, QsSuccess success, double z);
  double (*level) (const QsPredictor *self, QsSuccess success, double threshold_ng_ml);
  void (*trajectory) (const QsPredictor *self,
                      double             dose_mg_per_kg,
                      guint              comed,
                      const double      *times_h,
                      gsize              n_times,
                      double            *response_ng_ml);
  gboolean (*judges) (const QsPredictor *self,
                      const QsCriterion *criterion,
                      double             threshold_ng_ml,
                      GError           **error);
  guint n_latent;
  void (*critical_dose) (const QsPredictor *self,
                         const QsCriterion *criterion,
                         QsRegimen          regimen,
                         double             threshold_ng_ml,
                         gsize              n,
                         const float       *bw_kg,
                         const guint8      *comed,
                         const float       *latent,
                         float             *dose_mg);
  void (*observed_dose) (const QsPredictor *self,
                         const QsCriterion *criterion,
                         QsRegimen          regimen,
                         double             threshold_ng_ml,
                         gsize              n,
                         const float       *bw_kg,
                         const guint8      *comed,
                         const float       *latent,
                         const float       *noise,
                         float             *dose_mg);
  gsize (*shape_size) (const QsPredictor *self);
  gsize shape_lanes;
  void (*shape_make) (const QsPredictor *self,
                      const QsCriterion *criterion,
                      QsRegimen          regimen,
                      double             low_kg,
                      double             high_kg,
                      gsize              n,
                      const float       *latent,
                      float             *shape);
  void (*shape_place) (const QsPredictor *self,
                       double             threshold_ng_ml,
                       gsize              n,
                       const float       *shape,
                       const guint8      *comed,
                       const float       *where,
                       float             *place);
  void (*exposure) (const QsPredictor *self,
                    const QsScenario  *scenario,
                    double             dose,
                    gsize              n,
                    const float       *bw_kg,
                    const guint8      *comed,
                    const float       *latent,
                    double            *figures);
  void (*course) (const QsPredictor *self,
                  const QsScenario  *scenario,
                  double             dose,
                  gsize              n,
                  const float       *bw_kg,
                  const guint8      *comed,
                  const float       *latent,
                  gsize              n_times,
                  const double      *times_h,
                  double            *concentration_mg_l,
                  double            *response_ng_ml);
  void (*free) (QsPredictor *self);
} QsPredictorClass;

/**
 * QsPredictor:
 *
 * First member of every model's struct. Immutable once made, reference-counted.
 */
struct _QsPredictor {
  const QsPredictorClass *klass;
  int                     n_refs;
  gboolean                has_subject_effect;
  gboolean                rises; /* the biomarker, with the dose; else it falls */
};

void         qs_predictor_init (QsPredictor *self, const QsPredictorClass *klass);
QsPredictor *qs_predictor_ref (QsPredictor *self);
void         qs_predictor_unref (QsPredictor *self);
gboolean     qs_predictor_begins (const QsPredictor *self, QsSuccess success);
gboolean     qs_predictor_answers (const QsPredictor *self,
                                   const QsScenario  *scenario,
                                   GError           **error);
gboolean     qs_predictor_judges (const QsPredictor *self,
                                  const QsCriterion *criterion,
                                  double             threshold_ng_ml,
                                  GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPredictor, qs_predictor_unref)

G_END_DECLS
