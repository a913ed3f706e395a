/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-predictor.h"

#include "core/qs-error.h"
#include "pkpd/qs-pkpd-exposure.h"
#include "pkpd/qs-pkpd-linear.h"
#include "pkpd/qs-pkpd-observed.h"
#include "pkpd/qs-pkpd-schedule.h"
#include "pkpd/qs-pkpd-shape.h"
#include "pkpd/qs-pkpd-steady.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS

typedef struct {
  QsPredictor      base;
  QsPkpdStructure  structure;
  QsPkpdPopulation population;
  double           omega[N]; /* 0 for what does not vary */
  guint            varying[N];
  guint            n_varying;
  double           factor[N * N]; /* Cholesky's, of correlated effects */
  QsPkpdDonors    *donors;        /* (nullable): for the effects of further covariates */
  guint            picks; /* the latent value that picks one: no parameter needs it */
} Pkpd;

/* Mechanism knows every schedule. */
static gboolean
pkpd_answers (const QsPredictor *predictor, QsRegimen regimen, GError **error)
{
  return TRUE;
}

/* Of a schedule that has no steady state, or leaves it. */
static void
schedule_dose (const QsPredictor *predictor,
               const QsCriterion *criterion,
               double             threshold_ng_ml,
               gsize              n,
               const float       *bw_kg,
               const guint8      *comed,
               const float       *latent,
               float             *dose_mg)
{
  g_auto (QsPkpdSchedule) course = { 0 };

  for (gsize i = 0; i < n; i++) {
    QsPkParameters pk;
    QsPdParameters pd;

    qs_pkpd_predictor_person (predictor, bw_kg[i], comed[i], latent + i * N, &pk, &pd);
    qs_pkpd_schedule_prepare (&course, &pk, &pd, criterion);
    dose_mg[i] =
        (float) qs_pkpd_schedule_critical (&course, criterion->success, threshold_ng_ml);
  }
}

static void
pkpd_critical_dose (const QsPredictor *predictor,
                    const QsCriterion *criterion,
                    QsRegimen          regimen,
                    double             threshold_ng_ml,
                    gsize              n,
                    const float       *bw_kg,
                    const guint8      *comed,
                    const float       *latent,
                    float             *dose_mg)
{
  const double interval_h = qs_criterion_interval_h (criterion, regimen);

  if (!qs_dosing_is_steady (&criterion->schedule)) {
    schedule_dose (predictor, criterion, threshold_ng_ml, n, bw_kg, comed, latent,
                   dose_mg);
    return;
  }

  for (gsize i = 0; i < n; i++) {
    QsPkParameters pk;
    QsPdParameters pd;
    QsPkpdSteady   steady;

    qs_pkpd_predictor_person (predictor, bw_kg[i], comed[i], latent + i * N, &pk, &pd);
    qs_pkpd_steady_prepare (&steady, &pk, &pd, criterion, interval_h);
    dose_mg[i] =
        (float) qs_pkpd_steady_critical (&steady, criterion->success, threshold_ng_ml);
  }
}

static void
pkpd_observed_dose (const QsPredictor *predictor,
                    const QsCriterion *criterion,
                    QsRegimen          regimen,
                    double             threshold_ng_ml,
                    gsize              n,
                    const float       *bw_kg,
                    const guint8      *comed,
                    const float       *latent,
                    const float       *noise,
                    float             *dose_mg)
{
  const Pkpd  *self = (const Pkpd *) predictor;
  const double interval_h = qs_criterion_interval_h (criterion, regimen);
  const double to_h = criterion->window_to_h > 0.0 ? criterion->window_to_h : interval_h;

  for (gsize i = 0; i < n; i++) {
    double         looks_h[QS_N_LOOKS], levels[QS_N_LOOKS];
    QsPkParameters pk;
    QsPdParameters pd;
    QsPkpdSteady   steady;

    qs_pkpd_predictor_person (predictor, bw_kg[i], comed[i], latent + i * N, &pk, &pd);
    qs_pkpd_steady_prepare (&steady, &pk, &pd, criterion, interval_h);
    for (guint k = 0; k < QS_N_LOOKS; k++) {
      const double share = k / (QS_N_LOOKS - 1.0);
      const double time_h =
          criterion->window_from_h + share * (to_h - criterion->window_from_h);

      /* The steps begin with absorption. */
      looks_h[k] = fmod (time_h + interval_h - fmod (pk.tlag_h, interval_h), interval_h);
      levels[k] = qs_pkpd_observed_level (&self->population, threshold_ng_ml,
                                          (double) noise[i * QS_N_LOOKS + k]);
    }
    dose_mg[i] =
        (float) qs_pkpd_observed_critical (&steady, criterion->success, looks_h, levels);
  }
}

static void
pkpd_exposure (const QsPredictor *predictor,
               const QsScenario  *scenario,
               double             dose,
               gsize              n,
               const float       *bw_kg,
               const guint8      *comed,
               const float       *latent,
               double            *figures)
{
  for (gsize i = 0; i < n; i++) {
    const double   dose_mg = dose * qs_scenario_weight_factor (scenario, bw_kg[i]);
    double        *mine = figures + i * QS_N_EXPOSURE_FIGURES;
    QsPkParameters pk;
    QsPdParameters pd;

    qs_pkpd_predictor_person (predictor, bw_kg[i], comed[i], latent + i * N, &pk, &pd);
    qs_pkpd_exposure (&pk, &pd, qs_scenario_interval_h (scenario), dose_mg,
                      scenario->threshold_ng_ml, mine);
    /* Of a start that differs from the maintenance dose nothing is known here. */
    if (!qs_scenario_is_steady (scenario))
      mine[QS_EXPOSURE_TARGET] = NAN;
  }
}

static void
pkpd_course (const QsPredictor *predictor,
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
  const double       interval_h = qs_scenario_interval_h (scenario);
  g_autoptr (GArray) doses = g_array_new (FALSE, FALSE, sizeof (QsDose));

  for (gsize i = 0; i < n; i++) {
    const double dose_mg = dose * qs_scenario_weight_factor (scenario, bw_kg[i]);
    double      *c = concentration_mg_l + i * n_times, *r = response_ng_ml + i * n_times;
    QsPkParameters pk;
    QsPdParameters pd;

    qs_pkpd_predictor_person (predictor, bw_kg[i], comed[i], latent + i * N, &pk, &pd);
    if (qs_scenario_is_steady (scenario)) {
      qs_pkpd_steady_state (&pk, &pd, dose_mg, interval_h, times_h, n_times, c, r);
      continue;
    }

    qs_pkpd_schedule_doses (&scenario->schedule, dose_mg, doses);
    qs_pkpd_simulate (&pk, &pd, (const QsDose *) (gpointer) doses->data, doses->len,
                      times_h, n_times, c, r);
  }
}

static void
pkpd_free (QsPredictor *predictor)
{
  qs_pkpd_donors_unref (((Pkpd *) predictor)->donors);
  g_free (predictor);
}

static const QsPredictorClass pkpd_class = {
  .name = "pkpd",
  .answers = pkpd_answers,
  .n_latent = N,
  .critical_dose = pkpd_critical_dose,
  .observed_dose = pkpd_observed_dose,
  .shape_size = qs_pkpd_shape_size,
  .shape_make = qs_pkpd_shape_make,
  .shape_lanes = QS_PKPD_SHAPE_LANES,
  .shape_place = qs_pkpd_shape_place,
  .exposure = pkpd_exposure,
  .course = pkpd_course,
  .free = pkpd_free,
};

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, QS_ERROR, QS_ERROR_MODEL, "PK/PD model: %s", what);
  return FALSE;
}

/**
 * qs_pkpd_structure_validate:
 * @structure: from outside the program
 * @error: return location for %QS_ERROR_MODEL
 */
gboolean
qs_pkpd_structure_validate (const QsPkpdStructure *structure, GError **error)
{
  const guint all = (1u << N) - 1;

  if (structure->n_compartments < 1 || structure->n_compartments > 2)
    return refuse (error, "the number of compartments must be 1 or 2");
  if ((guint) structure->route > QS_ROUTE_BOLUS)
    return refuse (error, "doses are given in a way that is not known");
  if ((guint) structure->response >= QS_PKPD_N_RESPONSES)
    return refuse (error, "the drug does something that is not known");
  if ((structure->eta & ~all) || (structure->comed & ~all) || (structure->bw & ~all))
    return refuse (error, "an effect acts on a parameter that does not exist");
  if (structure->n_effects > QS_PKPD_MAX_EFFECTS)
    return refuse (error, "too many effects of covariates");
  for (guint e = 0; e < structure->n_effects; e++)
    if (structure->effects[e].parameter >= N ||
        structure->effects[e].regressor >= QS_PKPD_MAX_REGRESSORS)
      return refuse (error, "an effect acts on a parameter that does not exist");
  if (structure->n_effects > 0 && (structure->eta & all) == all)
    return refuse (error, "with effects of covariates one parameter must not vary");

  return TRUE;
}

static gboolean
correlations_agree (const QsPkpdStructure *structure, const QsPkpdPopulation *population)
{
  double      omega[N * N], nothing[N] = { 0.0 };
  guint       varying[N];
  const guint n = qs_pkpd_varying (structure, varying);

  qs_pkpd_omega (population, varying, n, omega);
  return qs_pkpd_solve_spd (omega, nothing, n);
}

/**
 * qs_pkpd_population_validate:
 * @population: from outside the program, for a valid @structure
 * @error: return location for %QS_ERROR_MODEL
 */
gboolean
qs_pkpd_population_validate (const QsPkpdStructure  *structure,
                             const QsPkpdPopulation *population,
                             GError                **error)
{
  for (guint i = 0; i < N; i++) {
    if (!(fabs (population->theta[i]) <= 50.0))
      return refuse (error, "a typical value lies outside of all reason");
    if (!(fabs (population->beta_comed[i]) <= 20.0 &&
          fabs (population->beta_bw[i]) <= 20.0))
      return refuse (error, "the effect of a covariate must lie in [-20, 20]");
    if (!(population->omega2[i] >= 0.0 && population->omega2[i] <= 100.0))
      return refuse (error, "the variance of an effect must lie in [0, 100]");
  }

  if (structure->correlated && !correlations_agree (structure, population))
    return refuse (error, "the correlations of its effects contradict each other");

  for (guint e = 0; e < structure->n_effects; e++)
    if (!(fabs (population->beta[e]) <= 1000.0))
      return refuse (error, "the effect of a covariate must lie in [-1000, 1000]");

  for (guint i = 0; i < 2; i++)
    if (!(population->sigma_prop[i] >= 0.0 && population->sigma_prop[i] <= 100.0 &&
          population->sigma_add[i] >= 0.0 && population->sigma_add[i] <= 1e9))
      return refuse (error, "a residual deviation lies outside of all reason");

  return TRUE;
}

/**
 * qs_pkpd_predictor_new:
 * @structure: a valid structure
 * @population: valid parameters
 *
 * Returns: (transfer full): the population model as virtual subjects see it
 */
QsPredictor *
qs_pkpd_predictor_new (const QsPkpdStructure  *structure,
                       const QsPkpdPopulation *population)
{
  Pkpd *self = g_new0 (Pkpd, 1);

  qs_predictor_init (&self->base, &pkpd_class);
  self->base.has_subject_effect = structure->eta != 0;
  self->base.rises = qs_response_rises (structure->response);
  self->structure = *structure;
  self->population = *population;
  for (guint i = 0; i < N; i++)
    if (qs_pkpd_varies (structure, i))
      self->omega[i] = sqrt (population->omega2[i]);
  self->n_varying = qs_pkpd_varying (structure, self->varying);
  if (structure->correlated) {
    double nothing[N] = { 0.0 };

    qs_pkpd_omega (population, self->varying, self->n_varying, self->factor);
    qs_pkpd_solve_spd (self->factor, nothing, self->n_varying);
  }
  while (self->picks < N - 1 && qs_pkpd_varies (structure, self->picks))
    self->picks++;

  return &self->base;
}

/**
 * qs_pkpd_predictor_set_donors:
 * @predictor: just made, and used by nobody yet
 * @donors: whose covariates virtual subjects take
 *
 * Without donors everybody is at the reference.
 */
void
qs_pkpd_predictor_set_donors (QsPredictor *predictor, QsPkpdDonors *donors)
{
  Pkpd *self = (Pkpd *) predictor;

  qs_pkpd_donors_unref (self->donors);
  self->donors = qs_pkpd_donors_ref (donors);
}

/* As qs_pkpd_predictor_structure(). */
const QsPkpdDonors *
qs_pkpd_predictor_donors (const QsPredictor *predictor)
{
  return predictor->klass == &pkpd_class ? ((const Pkpd *) predictor)->donors : NULL;
}

/**
 * qs_pkpd_predictor_structure:
 *
 * Returns: (transfer none) (nullable): the structure, %NULL if @predictor is another
 * model
 */
const QsPkpdStructure *
qs_pkpd_predictor_structure (const QsPredictor *predictor)
{
  return predictor->klass == &pkpd_class ? &((const Pkpd *) predictor)->structure : NULL;
}

/* As qs_pkpd_predictor_structure(). */
const QsPkpdPopulation *
qs_pkpd_predictor_population (const QsPredictor *predictor)
{
  return predictor->klass == &pkpd_class ? &((const Pkpd *) predictor)->population : NULL;
}

/**
 * qs_pkpd_predictor_person:
 * @latent: (array length=QS_PKPD_N_PARAMETERS): standard normal values
 *
 * The parameters of one virtual subject.
 */
void
qs_pkpd_predictor_person (const QsPredictor *predictor,
                          double             bw_kg,
                          guint              comed,
                          const float       *latent,
                          QsPkParameters    *pk,
                          QsPdParameters    *pd)
{
  const Pkpd   *self = (const Pkpd *) predictor;
  const double *regressors = NULL;
  double        transformed[N];

  if (self->structure.n_effects > 0 && self->donors != NULL)
    regressors = qs_pkpd_donors_pick (self->donors, (double) latent[self->picks]);
  qs_pkpd_typical (&self->structure, &self->population, bw_kg, comed, regressors,
                   transformed);
  for (guint i = 0; i < N && !self->structure.correlated; i++)
    transformed[i] += self->omega[i] * (double) latent[i];
  for (guint j = 0; j < self->n_varying && self->structure.correlated; j++)
    for (guint k = 0; k <= j; k++)
      transformed[self->varying[j]] +=
          self->factor[j * self->n_varying + k] * (double) latent[self->varying[k]];
  qs_pkpd_individual (&self->structure, transformed, pk, pd);
}
