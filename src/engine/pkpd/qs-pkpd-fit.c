/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-fit.h"

#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-convergence.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-pkpd-search.h"
#include "pkpd/qs-pkpd-uncertainty.h"
#include "pkpd/qs-pkpd-words.h"

#include <math.h>

static const char *
coordinate_unit (QsPkpdCoordinate at)
{
  switch (at.kind) {
  case QS_COORDINATE_BETA_COMED:
    return "log ratio";
  case QS_COORDINATE_THETA:
    return qs_pkpd_parameter_unit (at.index);
  case QS_COORDINATE_LOG_SIGMA_ADD:
    return at.index == QS_ENDPOINT_PK ? "mg/L" : "ng/mL";
  case QS_COORDINATE_BETA_BW:
  case QS_COORDINATE_BETA_EFFECT:
  case QS_COORDINATE_LOG_OMEGA2:
  case QS_COORDINATE_CORRELATION:
  case QS_COORDINATE_LOG_SIGMA_PROP:
  default:
    return "";
  }
}

/* The value on the scale people read, and how fast it moves with the coordinate. */
static double
natural_value (const QsPkpdStructure *structure,
               QsPkpdCoordinate       at,
               double                 coordinate,
               double                *slope)
{
  double value;

  switch (at.kind) {
  case QS_COORDINATE_THETA:
    value = qs_pkpd_value (structure, at.index, coordinate);
    *slope = at.index == QS_PKPD_IMAX && !qs_pkpd_stimulates (structure)
                 ? value * (1.0 - value)
                 : value;
    return value;
  case QS_COORDINATE_BETA_COMED:
  case QS_COORDINATE_BETA_BW:
  case QS_COORDINATE_BETA_EFFECT:
    *slope = 1.0;
    return coordinate;
  case QS_COORDINATE_CORRELATION:
    value = tanh (coordinate);
    *slope = 1.0 - value * value;
    return value;
  case QS_COORDINATE_LOG_OMEGA2:
  case QS_COORDINATE_LOG_SIGMA_PROP:
  case QS_COORDINATE_LOG_SIGMA_ADD:
  default:
    return *slope = exp (coordinate);
  }
}

static void
add_metric (QsModel    *model,
            const char *name,
            const char *what,
            double      value,
            const char *unit)
{
  g_autofree char *full = g_strconcat (name, what, NULL);

  qs_model_add_metric (model, g_intern_string (full), value, unit);
}

/* From the curvature of the likelihood, or from how much the refits of a bootstrap
 * differ. */
static double
standard_error (const QsPkpdEstimate    *estimate,
                const QsPkpdUncertainty *uncertainty,
                guint                    j)
{
  const QsPkpdCoordinate at = estimate->coordinates[j];
  const guint            n = uncertainty->draws->len;
  g_autofree double     *values = g_new (double, n + 1);
  double                 slope;

  if (estimate->covariance != NULL && !isnan (uncertainty->effective_size)) {
    natural_value (&estimate->structure, at,
                   qs_pkpd_coordinate_get (&estimate->population, at), &slope);
    return slope * qs_pkpd_estimate_se (estimate, j);
  }

  for (guint i = 0; i < n; i++)
    values[i] =
        natural_value (&estimate->structure, at,
                       qs_pkpd_coordinate_get (
                           &g_array_index (uncertainty->draws, QsPkpdPopulation, i), at),
                       &slope);
  return n > 1 ? sqrt (qs_variance (values, n)) : NAN;
}

/* The parameter table: each with its standard error, relative standard error and, for
 * what varies, shrinkage. */
static void
add_parameters (QsModel                 *model,
                const QsPkpdDonors      *donors,
                const QsPkpdEstimate    *estimate,
                const QsPkpdUncertainty *uncertainty)
{
  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    g_autofree char *name = qs_pkpd_coordinate_name (&estimate->structure, donors, at);
    const char      *unit = coordinate_unit (at);
    double           slope;
    const double     value =
        natural_value (&estimate->structure, at,
                       qs_pkpd_coordinate_get (&estimate->population, at), &slope);
    const double se = standard_error (estimate, uncertainty, j);

    add_metric (model, name, "", value, unit);
    add_metric (model, name, " SE", se, unit);
    add_metric (model, name, " RSE", 100.0 * fabs (se / value), "%");
    if (at.kind == QS_COORDINATE_LOG_OMEGA2)
      add_metric (model, qs_pkpd_parameter_name (at.index), " shrinkage",
                  100.0 * estimate->shrinkage[at.index], "%");
  }
}

/* How far the estimate is from the maximum, in standard errors. */
static double
largest_gradient (const QsPkpdEstimate *estimate, const QsPkpdUncertainty *uncertainty)
{
  double largest = 0.0;

  if (estimate->covariance != NULL)
    return estimate->gradient_size;

  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    double                 slope;

    natural_value (&estimate->structure, at,
                   qs_pkpd_coordinate_get (&estimate->population, at), &slope);
    largest = MAX (largest, fabs (estimate->gradient[j]) *
                                standard_error (estimate, uncertainty, j) / slope);
  }

  return uncertainty->draws->len > 1 ? largest : NAN;
}

static void
add_metrics (QsModel                 *model,
             const QsPkpdDonors      *donors,
             const QsPkpdEstimate    *estimate,
             const QsPkpdUncertainty *uncertainty)
{
  qs_model_add_metric (model, "-2LL", estimate->minus2ll, "");
  qs_model_add_metric (model, "-2LL MC error", estimate->minus2ll_mc_error, "");
  qs_model_add_metric (model, "AIC", estimate->aic, "");
  qs_model_add_metric (model, "BIC", estimate->bic, "");
  qs_model_add_metric (model, "Compartments", estimate->structure.n_compartments, "");
  add_parameters (model, donors, estimate, uncertainty);
  qs_model_add_metric (model, "Largest gradient",
                       largest_gradient (estimate, uncertainty), "SE");
  if (!isnan (uncertainty->effective_size)) {
    g_autofree char *of = g_strdup_printf ("of %u", uncertainty->n_proposals);

    qs_model_add_metric (model, QS_METRIC_SIR_SIZE, uncertainty->effective_size,
                         g_intern_string (of));
  }
}

/* A covariate that the study does not have is told before the search, not after. */
static gboolean
check_request (const QsPkpdStudy        *study,
               const QsStructureOptions *options,
               GError                  **error)
{
  QsPkpdStructure any = qs_pkpd_structure_default ();

  return options->others[0] == '\0' ||
         qs_pkpd_donors_find (study->donors, options->others, &any, error);
}

static void
add_draws (QsModel *model, const QsPkpdStructure *structure, const GArray *draws)
{
  for (guint i = 0; i < draws->len; i++)
    g_ptr_array_add (
        model->draws,
        qs_pkpd_predictor_new (structure, &g_array_index (draws, QsPkpdPopulation, i)));
}

/* The estimate and the draws, those of the chosen structure first. The estimate has the
 * covariates of the subjects too where some draws alone need them: its file keeps them
 * for all. */
static void
add_predictors (QsModel                 *model,
                const QsPkpdStudy       *study,
                const QsPkpdEstimate    *estimate,
                const QsPkpdUncertainty *uncertainty)
{
  gboolean has_effects = estimate->structure.n_effects > 0;

  model->estimate = qs_pkpd_predictor_new (&estimate->structure, &estimate->population);
  add_draws (model, &estimate->structure, uncertainty->draws);
  for (guint k = 0; k < uncertainty->shares->len; k++) {
    const QsPkpdShare *share = &g_array_index (uncertainty->shares, QsPkpdShare, k);

    add_draws (model, &share->structure, share->draws);
    has_effects |= share->structure.n_effects > 0;
  }
  if (!has_effects)
    return;

  qs_pkpd_predictor_set_donors (model->estimate, study->donors);
  for (guint i = 0; i < model->draws->len; i++)
    qs_pkpd_predictor_set_donors (model->draws->pdata[i], study->donors);
}

static void
add_search (QsModel *model, QsPkpdSearch *search, const QsPkpdUncertainty *uncertainty)
{
  g_array_append_vals (model->candidates, search->candidates->data,
                       search->candidates->len);
  g_array_index (model->candidates, QsCandidate, search->chosen).n_draws =
      uncertainty->draws->len;
  for (guint k = 0; k < uncertainty->shares->len; k++) {
    const QsPkpdShare *share = &g_array_index (uncertainty->shares, QsPkpdShare, k);

    g_array_index (model->candidates, QsCandidate, share->candidate).n_draws =
        share->draws->len;
  }
  model->explanation = g_steal_pointer (&search->sentence);
}

/**
 * qs_pkpd_fit:
 * @dataset: a study with concentrations and biomarker values
 * @options: settings of kind %QS_MODEL_PKPD
 * @error: return location for %QS_ERROR_TOO_FEW, %QS_ERROR_DATA, %QS_ERROR_NUMERIC or
 * %QS_ERROR_CANCELLED
 *
 * Fits the structure that was asked for, or that a search chooses, to the whole record,
 * and draws parameters for the intervals.
 *
 * Returns: (transfer full): the model
 */
QsModel *
qs_pkpd_fit (const QsDataset    *dataset,
             const QsFitOptions *options,
             QsRun              *run,
             GError            **error)
{
  const gint64                  begin_us = g_get_monotonic_time ();
  QsPkpdStructure               structure = qs_pkpd_structure_default ();
  QsSaemOptions                 saem = qs_saem_options_default ();
  g_autoptr (QsPkpdStudy)       study = qs_pkpd_study_new (dataset, error);
  g_autoptr (QsPkpdSearch)      search = NULL;
  g_autoptr (QsPkpdConvergence) convergence = NULL;
  const QsPkpdEstimate         *estimate;
  g_autoptr (QsPkpdUncertainty) uncertainty = NULL;
  g_autoptr (QsModel)           model = NULL;

  if (study == NULL)
    return NULL;

  saem.seed = options->seed;
  structure.route = study->route;
  structure.comed = study->has_comed ? structure.comed : 0;
  if (!check_request (study, &options->structure, error))
    return NULL;
  if (options->structure.search) {
    search = qs_pkpd_search (study, &options->structure, options->seed, run, error);
    if (search == NULL)
      return NULL;
    structure = search->structure;
  }
  structure.correlated = options->structure.correlated;
  convergence = qs_pkpd_converge (study, &structure, &saem, run, error);
  if (convergence == NULL)
    return NULL;

  estimate = convergence->estimate;
  uncertainty = qs_pkpd_uncertainty_new (
      study, estimate, structure.correlated ? NULL : search, options->uncertainty,
      options->n_bootstrap, options->seed, run, error);
  if (uncertainty == NULL)
    return NULL;

  model = qs_model_new (QS_MODEL_PKPD);
  model->facts = qs_dataset_facts (dataset);
  model->options = *options;
  model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));
  add_predictors (model, study, estimate, uncertainty);
  add_metrics (model, study->donors, estimate, uncertainty);
  model->verdict =
      qs_pkpd_convergence_judge (convergence, study->donors, &model->convergence);
  model->uncertainty = g_steal_pointer (&uncertainty->sentence);
  if (search != NULL)
    add_search (model, search, uncertainty);
  model->elapsed_s = (double) (g_get_monotonic_time () - begin_us) * 1e-6;

  return g_steal_pointer (&model);
}
