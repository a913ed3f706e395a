/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnostics/qs-diagnose.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-windows.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>
#include <string.h>

/**
 * qs_diagnose_omega:
 * @omega: (out) (array): covariance of the effects that vary, n_effects × n_effects
 */
void
qs_diagnose_omega (const QsDiagnosis      *self,
                   const QsPkpdPopulation *population,
                   double                 *omega)
{
  qs_pkpd_omega (population, self->effects, self->n_effects, omega);
}

/**
 * qs_diagnose_quantile:
 * @sorted: (array length=n): increasing, may begin with −∞ for values of which only an
 * upper limit is known
 *
 * Returns: the quantile of R's type 7; −∞ where it rests on a value that is not known
 */
double
qs_diagnose_quantile (const double *sorted, gsize n, double p)
{
  const double place = p * ((double) n - 1.0);
  const gsize  below = (gsize) place;
  const double part = place - (double) below;

  if (n == 0)
    return NAN;
  if (isinf (sorted[below]) || part == 0.0)
    return sorted[below];

  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

static double
time_after_dose (const QsSubject *subject, gsize record)
{
  double dose_h = NAN;

  for (gsize i = 0; i < record; i++)
    if (subject->records[i].kind == QS_RECORD_DOSE && subject->records[i].value > 0.0 &&
        subject->records[i].time_h < subject->records[record].time_h)
      dose_h = subject->records[i].time_h;

  return subject->records[record].time_h - dose_h;
}

/* The observations of the data, with nothing said of them yet. */
static void
list_observations (const QsDataset *dataset, QsDiagnostics *result)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (QsResidual));

  for (guint i = 0; i < result->n_subjects; i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    for (gsize r = 0; r < subject->n_records; r++) {
      const QsRecord  *record = &subject->records[r];
      const QsResidual residual = {
        .subject = i,
        .endpoint = record->endpoint,
        .time_h = record->time_h,
        .tad_h = time_after_dose (subject, r),
        .dv = record->value,
        .below_limit = record->below_limit,
        .pred = NAN,
        .ipred = NAN,
        .ires = NAN,
        .iwres = NAN,
        .cwres = NAN,
        .npde = NAN,
        .standardised = NAN,
      };

      if (record->kind == QS_RECORD_OBSERVATION)
        g_array_append_val (list, residual);
    }
  }

  result->n_residuals = list->len;
  result->residuals = (QsResidual *) (gpointer) g_array_free (list, FALSE);
}

/* Residuals of models that know a typical course after a dose, within the last dosing
 * window: on the logarithmic scale, over their own SD. */
static void
standardise (const QsDataset   *dataset,
             const QsPredictor *predictor,
             QsDiagnostics     *result)
{
  g_autofree double *values = g_new (double, result->n_residuals + 1);
  gsize              n = 0;
  double             sd;

  if (predictor->klass->trajectory == NULL)
    return;

  for (gsize i = 0; i < result->n_residuals; i++) {
    QsResidual      *residual = &result->residuals[i];
    const QsSubject *subject = qs_dataset_subject (dataset, residual->subject);
    double           from_h, to_h, after_h;

    if (residual->endpoint != QS_ENDPOINT_PD || !qs_window_of (subject, &from_h, &to_h) ||
        residual->time_h < from_h || residual->time_h > to_h)
      continue;

    after_h = residual->time_h - from_h;
    predictor->klass->trajectory (predictor, subject->dose_mg / subject->bw_kg,
                                  subject->comed, &after_h, 1, &residual->pred);
    if (!residual->below_limit && residual->dv > 0.0 && residual->pred > 0.0)
      values[n++] = residual->standardised = log (residual->dv / residual->pred);
  }

  sd = n > 1 ? sqrt (qs_variance (values, n)) : NAN;
  for (gsize i = 0; i < result->n_residuals; i++)
    result->residuals[i].standardised /= sd;
}

static void
explain (QsDiagnostics *result)
{
  gboolean standardised = FALSE;

  for (gsize i = 0; i < result->n_residuals; i++)
    standardised |= isfinite (result->residuals[i].standardised);

  result->not_applicable = g_strdup_printf (
      "The %s model has no random effects fitted to subjects' whole records, hence no "
      "individual predictions (IPRED), conditional weighted residuals (CWRES), shrinkage "
      "or visual predictive checks. %s",
      qs_model_kind_name (result->kind),
      standardised ? "Shown are standardised residuals of the last dosing window: the "
                     "logarithm of observed over predicted biomarker, over its standard "
                     "deviation."
                   : "It predicts no single observations either.");
}

static void
measure_limits (QsDiagnosis *self)
{
  self->lloq[0] = self->lloq[1] = NAN;
  for (gsize i = 0; i < self->result->n_residuals; i++) {
    const QsResidual *residual = &self->result->residuals[i];

    if (residual->below_limit)
      self->lloq[residual->endpoint] =
          fmax (self->lloq[residual->endpoint], residual->dv);
  }
}

/* The same file read with another mapping may have other covariates. */
static gboolean
check_covariates (const QsPkpdDonors *model, const QsPkpdDonors *study, GError **error)
{
  gboolean same = model == NULL || model->n == study->n;

  for (guint r = 0; model != NULL && same && r < model->n; r++)
    same = strcmp (model->names[r], study->names[r]) == 0;
  if (!same)
    g_set_error_literal (error, QS_ERROR, QS_ERROR_REFUSED,
                         "The model was fitted to other covariates than this study has: "
                         "read it with the mapping of the fit");
  return same;
}

/* A model may have draws of other structures beside its own. */
static void
find_draws (QsDiagnosis *self)
{
  const GPtrArray *draws = self->model->draws;

  self->draws = g_ptr_array_new ();
  for (guint i = 0; i < draws->len; i++) {
    const QsPkpdStructure *structure = qs_pkpd_predictor_structure (draws->pdata[i]);

    if (structure != NULL && memcmp (structure, self->structure, sizeof *structure) == 0)
      g_ptr_array_add (self->draws,
                       (gpointer) qs_pkpd_predictor_population (draws->pdata[i]));
  }
}

static gboolean
diagnose_mixed_effects (QsDiagnosis *self, GError **error)
{
  self->structure = qs_pkpd_predictor_structure (self->model->estimate);
  self->population = qs_pkpd_predictor_population (self->model->estimate);
  find_draws (self);
  self->study = qs_pkpd_study_new (self->dataset, error);
  if (self->study == NULL ||
      !check_covariates (qs_pkpd_predictor_donors (self->model->estimate),
                         self->study->donors, error))
    return FALSE;

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_varies (self->structure, i))
      self->effects[self->n_effects++] = i;
  qs_diagnose_omega (self, self->population, self->omega);
  measure_limits (self);

  return qs_diagnose_subjects (self, error) && qs_diagnose_simulate (self, error) &&
         qs_diagnose_npde (self, error) && qs_diagnose_vpc (self, error) &&
         qs_diagnose_attainment (self, error);
}

/**
 * qs_diagnose:
 * @dataset: a usable study
 * @model: any fitted model
 * @options: valid options
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_MODEL where the model belongs to other data,
 * %QS_ERROR_SCENARIO, %QS_ERROR_TOO_FEW, %QS_ERROR_REFUSED, %QS_ERROR_RESOURCE or
 * %QS_ERROR_CANCELLED
 *
 * How well @model describes @dataset. For the population PK/PD model: empirical Bayes
 * estimates, residuals, visual predictive checks and attainment. Other models have no
 * random effects of this kind; the result says what is missing and why.
 *
 * Returns: (transfer full): the diagnostics
 */
QsDiagnostics *
qs_diagnose (const QsDataset            *dataset,
             const QsModel              *model,
             const QsDiagnosticsOptions *options,
             QsRun                      *run,
             GError                    **error)
{
  g_autoptr (QsDiagnostics) result = NULL;
  QsDiagnosis               self = { .dataset = dataset, .model = model, .run = run };
  gboolean                  good;

  if (!qs_diagnostics_options_validate (options, error) ||
      !qs_dataset_require (dataset, error) ||
      !(options->other_data ||
        qs_model_require_data (model, "The model", qs_dataset_path (dataset),
                               qs_dataset_sha256 (dataset), error)))
    return NULL;

  result = qs_diagnostics_new (model->kind, options, qs_dataset_n_subjects (dataset));
  list_observations (dataset, result);

  if (qs_pkpd_predictor_structure (model->estimate) == NULL) {
    standardise (dataset, model->estimate, result);
    explain (result);
    return g_steal_pointer (&result);
  }

  self.result = result;
  self.n_simulations = options->n_simulations;
  good = diagnose_mixed_effects (&self, error);
  g_clear_pointer (&self.study, qs_pkpd_study_free);
  g_clear_pointer (&self.draws, g_ptr_array_unref);
  g_free (self.simulated);

  return good ? g_steal_pointer (&result) : NULL;
}
