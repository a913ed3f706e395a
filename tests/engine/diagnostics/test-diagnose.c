/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-windows.h"
#include "diagnostics/qs-diagnose.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-study.h"

#include <math.h>
#include <string.h>

/* The truth of the synthetic studies, as a fitted model would hold it. */
static QsPkpdPopulation
true_population (void)
{
  static const struct {
    QsPkpdParameter parameter;
    double          value;
    double          omega2;
  } truth[] = {
    { QS_PKPD_KA, 0.6, 0.09 },   { QS_PKPD_CL, 0.05, 0.05 },  { QS_PKPD_V, 2.4, 0.03 },
    { QS_PKPD_Q, 0.08, 0.0 },    { QS_PKPD_V2, 3.0, 0.0 },    { QS_PKPD_R0, 9.6, 0.04 },
    { QS_PKPD_KOUT, 0.02, 0.0 }, { QS_PKPD_IMAX, 0.95, 0.0 }, { QS_PKPD_IC50, 1.3, 0.06 },
  };
  QsPkpdPopulation population = { .sigma_prop = { 0.18, 0.12 } };

  for (guint i = 0; i < G_N_ELEMENTS (truth); i++) {
    population.theta[truth[i].parameter] =
        qs_pkpd_transform (truth[i].parameter, truth[i].value);
    population.omega2[truth[i].parameter] = truth[i].omega2;
  }
  population.beta_comed[QS_PKPD_R0] = -0.3;

  return population;
}

static QsModel *
model_of (const QsDataset *dataset, const QsPkpdPopulation *population)
{
  const QsPkpdStructure structure = qs_pkpd_structure_default ();
  QsModel              *model = qs_model_new (QS_MODEL_PKPD);

  model->facts = qs_dataset_facts (dataset);
  model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));
  model->estimate = qs_pkpd_predictor_new (&structure, population);
  return model;
}

static QsDataset *
parse (const char *csv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (csv, strlen (csv));
  QsDataset         *dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static QsDataset *
study (guint64 seed)
{
  const QsTruth    truth = qs_truth_default ();
  g_autofree char *csv = qs_study_csv (&truth, seed);

  return parse (csv);
}

static QsDiagnostics *
diagnose (const QsDataset *dataset,
          const QsModel   *model,
          guint            n_simulations,
          guint            n_threads)
{
  g_autoptr (QsRun)    run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError)   error = NULL;
  QsDiagnosticsOptions options = qs_diagnostics_options_default ();
  QsDiagnostics       *result;

  options.n_simulations = n_simulations;
  result = qs_diagnose (dataset, model, &options, run, &error);
  g_assert_no_error (error);
  return result;
}

/* Mean and variance of what should be independent standard normal values, within four
 * standard errors. */
static void
assert_standard_normal (const char *name, const double *values, gsize n)
{
  const double mean = qs_mean (values, n), variance = qs_variance (values, n);

  g_test_message ("%s: n = %" G_GSIZE_FORMAT ", mean %.4f, SD %.4f", name, n, mean,
                  sqrt (variance));
  g_assert_cmpuint (n, >, 500);
  g_assert_cmpfloat (fabs (mean), <, 4.0 / sqrt ((double) n));
  g_assert_cmpfloat (fabs (variance - 1.0), <, 4.0 * sqrt (2.0 / (double) n));
}

static gsize
gather (const QsDiagnostics *result, QsEndpoint endpoint, gsize offset, double *values)
{
  gsize n = 0;

  for (gsize i = 0; i < result->n_residuals; i++) {
    const double value = G_STRUCT_MEMBER (double, &result->residuals[i], offset);

    if (result->residuals[i].endpoint == endpoint && isfinite (value))
      values[n++] = value;
  }

  return n;
}

static void
test_residuals_of_the_truth_are_standard_normal (void)
{
  g_autoptr (QsDataset)     dataset = study (7);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  g_autoptr (QsDiagnostics) result = diagnose (dataset, model, 1000, 2);
  g_autofree double        *values = g_new (double, result->n_residuals);
  gsize                     n;

  for (guint endpoint = 0; endpoint < 2; endpoint++) {
    n = gather (result, endpoint, G_STRUCT_OFFSET (QsResidual, cwres), values);
    assert_standard_normal (endpoint == 0 ? "CWRES, PK" : "CWRES, PD", values, n);
    n = gather (result, endpoint, G_STRUCT_OFFSET (QsResidual, npde), values);
    assert_standard_normal (endpoint == 0 ? "NPDE, PK" : "NPDE, PD", values, n);
  }
  for (guint i = 0; i < result->n_subjects; i++)
    g_assert_true (result->individuals[i].converged);
}

/* The test above can fail: a clearance that is a third too high shows. */
static void
test_residuals_of_a_wrong_model_are_not (void)
{
  g_autoptr (QsDataset)     dataset = study (7);
  QsPkpdPopulation          population = true_population ();
  g_autoptr (QsModel)       model = NULL;
  g_autoptr (QsDiagnostics) result = NULL;
  g_autofree double        *values = NULL;
  gsize                     n;

  population.theta[QS_PKPD_CL] += log (4.0 / 3.0);
  model = model_of (dataset, &population);
  result = diagnose (dataset, model, 300, 2);
  values = g_new (double, result->n_residuals);

  n = gather (result, QS_ENDPOINT_PK, G_STRUCT_OFFSET (QsResidual, npde), values);
  g_assert_cmpfloat (qs_mean (values, n), >, 4.0 / sqrt ((double) n));
  n = gather (result, QS_ENDPOINT_PK, G_STRUCT_OFFSET (QsResidual, cwres), values);
  g_assert_cmpfloat (qs_mean (values, n), >, 4.0 / sqrt ((double) n));
}

static void
test_effects_shrink_towards_the_population (void)
{
  g_autoptr (QsDataset)     dataset = study (7);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  g_autoptr (QsDiagnostics) result = diagnose (dataset, model, 100, 2);

  g_assert_cmpuint (result->n_effects, ==, 5);
  for (guint j = 0; j < result->n_effects; j++) {
    const QsEffect *effect = &result->effects[j];
    const gboolean  baseline = strcmp (effect->name, "R0") == 0;

    /* Placebo tells of the baseline alone. */
    g_assert_cmpuint (effect->n_informed, ==, baseline ? 48 : 36);
    /* An SD of 36 values has a relative SE of 12 %. */
    g_assert_cmpfloat (effect->shrinkage, >, -0.48);
    g_assert_cmpfloat (effect->shrinkage, <, 0.75);
  }
  for (guint i = 0; i < result->n_subjects; i++) {
    const QsIndividual *individual = &result->individuals[i];

    for (guint j = 0; j < result->n_effects; j++) {
      g_assert_cmpfloat (individual->eta_se[j], <=, result->effects[j].sd * 1.0001);
      if (!individual->informed[j])
        g_assert_cmpfloat_with_epsilon (individual->eta[j], 0.0, 1e-6);
    }
  }
}

/* Of 95 % intervals of the simulated medians, about 95 % hold the observed median. */
static void
test_checks_of_the_truth_hold_the_observed (void)
{
  g_autoptr (QsDataset)     dataset = study (7);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  g_autoptr (QsDiagnostics) result = diagnose (dataset, model, 500, 2);
  guint                     n = 0, inside = 0, n_corrected = 0;

  for (guint i = 0; i < result->vpcs->len; i++) {
    const QsVpc *vpc = &g_array_index (result->vpcs, QsVpc, i);

    g_assert_true (vpc->nominal);
    n_corrected += vpc->corrected;
    for (guint b = 0; b < vpc->n_bins; b++) {
      const QsVpcBin *bin = &vpc->bins[b];

      g_assert_cmpfloat (bin->from_h, ==, bin->to_h);
      for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++) {
        g_assert_cmpfloat (bin->simulated[p].low, <=, bin->simulated[p].median);
        g_assert_cmpfloat (bin->simulated[p].median, <=, bin->simulated[p].high);
      }
      n++;
      inside += bin->observed[1] >= bin->simulated[1].low &&
                bin->observed[1] <= bin->simulated[1].high;
    }
  }

  /* PK: all, corrected, three arms; PD: all, corrected, four arms. */
  g_assert_cmpuint (result->vpcs->len, ==, 11);
  g_assert_cmpuint (n_corrected, ==, 2);
  g_test_message ("%u of %u medians inside", inside, n);
  /* Bins of one study hang together, so the bound is wide. */
  g_assert_cmpfloat (inside, >=, 0.85 * n);
}

static void
test_attainment_is_held_against_its_distribution (void)
{
  g_autoptr (QsDataset)     dataset = study (7);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  g_autoptr (QsDiagnostics) result = diagnose (dataset, model, 500, 2);
  QsArm                     arms[8];
  const gsize n_arms = qs_attainment (dataset, QS_SUCCESS_BELOW, 3.3, arms, 8);
  guint       n = 0;

  g_assert_cmpuint (result->attainment->len, ==, n_arms);
  for (guint i = 0; i < n_arms; i++) {
    const QsAttainmentCheck *check =
        &g_array_index (result->attainment, QsAttainmentCheck, i);

    g_assert_cmpfloat (check->dose_mg, ==, arms[i].dose_mg);
    g_assert_cmpuint (check->n, ==, arms[i].n);
    g_assert_cmpuint (check->observed, ==, arms[i].attained);
    g_assert_cmpfloat (check->mean, >=, check->low);
    g_assert_cmpfloat (check->mean, <=, check->high);
    g_assert_cmpfloat (check->p_value, >, 0.001);
  }
  /* Every subject once in an arm, and once among its like. */
  for (guint i = 0; i < result->calibration->len; i++) {
    const QsCalibrationPoint *point =
        &g_array_index (result->calibration, QsCalibrationPoint, i);

    g_assert_true (isnan (point->dose_mg) == (i >= n_arms));
    /* Where success is rare, its mean lies above most of what is drawn. */
    g_assert_cmpfloat (point->predicted_low, >=, 0.0);
    g_assert_cmpfloat (point->predicted_low, <=, point->predicted + 0.01);
    g_assert_cmpfloat (point->predicted_high, >=, point->predicted - 0.01);
    g_assert_cmpfloat (point->predicted_high, <=, 1.0);
    g_assert_cmpfloat (point->observed, >=, point->low);
    g_assert_cmpfloat (point->observed, <=, point->high);
    if (i < n_arms)
      g_assert_cmpfloat (point->observed * point->n, ==, arms[i].attained);
    else
      n += point->n;
    if (i > n_arms) {
      g_assert_cmpuint (point->n, >=, 8);
      g_assert_cmpfloat (point->predicted, >=, point[-1].predicted);
    }
  }
  g_assert_cmpuint (n, ==, result->n_subjects);
}

static void
test_threads_do_not_change_a_bit (void)
{
  g_autoptr (QsDataset)     dataset = study (3);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  g_autoptr (QsDiagnostics) one = diagnose (dataset, model, 100, 1);
  g_autoptr (QsDiagnostics) eight = diagnose (dataset, model, 100, 8);

  g_assert_cmpmem (one->residuals, one->n_residuals * sizeof *one->residuals,
                   eight->residuals, eight->n_residuals * sizeof *eight->residuals);
  for (guint i = 0; i < one->vpcs->len; i++) {
    const QsVpc *a = &g_array_index (one->vpcs, QsVpc, i);
    const QsVpc *b = &g_array_index (eight->vpcs, QsVpc, i);

    for (guint k = 0; k < a->n_bins; k++)
      g_assert_cmpmem (&a->bins[k].simulated, sizeof a->bins[k].simulated,
                       &b->bins[k].simulated, sizeof b->bins[k].simulated);
  }
}

/* A study whose concentrations below @lloq are censored. */
static char *
censor (const char *csv, double lloq)
{
  g_auto (GStrv) lines = g_strsplit (csv, "\n", -1);
  GString       *out = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);
    const gboolean is_pk =
        i > 0 && strcmp (cells[6], "0") == 0 && strcmp (cells[10], "1") == 0;
    const gboolean below = is_pk && g_ascii_strtod (cells[5], NULL) < lloq;

    if (below) {
      g_free (cells[5]);
      cells[5] = g_strdup_printf ("%.1f", lloq);
    }
    for (guint c = 0; cells[c] != NULL; c++)
      g_string_append_printf (out, "%s,", cells[c]);
    g_string_append (out, i == 0 ? "CENS\n" : below ? "1\n" : "0\n");
  }

  return g_string_free (out, FALSE);
}

static void
test_nothing_is_drawn_below_the_limit (void)
{
  const QsTruth             truth = qs_truth_default ();
  g_autofree char          *whole = qs_study_csv (&truth, 7);
  g_autofree char          *csv = censor (whole, 0.2);
  g_autoptr (QsDataset)     dataset = parse (csv);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  g_autoptr (QsDiagnostics) result = diagnose (dataset, model, 300, 2);
  const QsVpc              *vpc = &g_array_index (result->vpcs, QsVpc, 0);
  g_autofree double        *values = g_new (double, result->n_residuals);
  guint                     n_hidden = 0;
  gsize                     n;

  g_assert_true (qs_diagnostics_has_below (result, QS_ENDPOINT_PK));
  g_assert_false (qs_diagnostics_has_below (result, QS_ENDPOINT_PD));
  g_assert_cmpfloat (vpc->lloq, ==, 0.2);
  for (guint b = 0; b < vpc->n_bins; b++) {
    const QsVpcBin *bin = &vpc->bins[b];

    for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++) {
      n_hidden += isnan (bin->observed[p]);
      g_assert_false (bin->observed[p] < 0.2);
      g_assert_false (bin->simulated[p].low < 0.2);
    }
    /* What is missing below is counted: the shares agree with the simulated ones. */
    g_assert_cmpfloat (bin->observed_below, >=, bin->simulated_below.low - 0.06);
    g_assert_cmpfloat (bin->observed_below, <=, bin->simulated_below.high + 0.06);
  }
  g_assert_cmpuint (n_hidden, >, 0);
  for (gsize i = 0; i < result->n_residuals; i++)
    if (result->residuals[i].below_limit) {
      g_assert_true (isnan (result->residuals[i].cwres));
      g_assert_true (isfinite (result->residuals[i].npde));
    }
  /* Imputed values are as normal as the others. */
  n = gather (result, QS_ENDPOINT_PK, G_STRUCT_OFFSET (QsResidual, npde), values);
  assert_standard_normal ("NPDE, PK with BLQ", values, n);
}

static void
test_quantiles_stop_at_the_unknown (void)
{
  const double values[] = { -INFINITY, -INFINITY, 1.0, 2.0, 4.0 };

  g_assert_cmpfloat (qs_diagnose_quantile (values, 5, 0.5), ==, 1.0);
  g_assert_cmpfloat (qs_diagnose_quantile (values, 5, 0.625), ==, 1.5);
  g_assert_cmpfloat (qs_diagnose_quantile (values, 5, 0.4), ==, -INFINITY);
  g_assert_cmpfloat (qs_diagnose_quantile (values, 5, 1.0), ==, 4.0);
}

static void
test_foreign_data_are_refused (void)
{
  g_autoptr (QsDataset)     own = study (3);
  g_autoptr (QsDataset)     foreign = study (4);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (own, &population);
  QsDiagnosticsOptions      options = qs_diagnostics_options_default ();
  g_autoptr (GError)        error = NULL;
  g_autoptr (QsDiagnostics) result = qs_diagnose (foreign, model, &options, NULL, &error);

  g_assert_null (result);
  g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  g_clear_error (&error);

  options.other_data = TRUE;
  options.n_simulations = 100;
  result = qs_diagnose (foreign, model, &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->attainment->len, ==, 4);
}

static void
test_options_out_of_range_are_refused (void)
{
  g_autoptr (QsDataset)     dataset = study (3);
  const QsPkpdPopulation    population = true_population ();
  g_autoptr (QsModel)       model = model_of (dataset, &population);
  QsDiagnosticsOptions      options = qs_diagnostics_options_default ();
  g_autoptr (GError)        error = NULL;
  g_autoptr (QsDiagnostics) result = NULL;

  options.n_simulations = 99;
  result = qs_diagnose (dataset, model, &options, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

static void
test_cancelling_ends_it (void)
{
  g_autoptr (QsDataset)      dataset = study (3);
  const QsPkpdPopulation     population = true_population ();
  g_autoptr (QsModel)        model = model_of (dataset, &population);
  const QsDiagnosticsOptions options = qs_diagnostics_options_default ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsDiagnostics)  result = NULL;

  qs_run_cancel (run);
  result = qs_diagnose (dataset, model, &options, run, &error);
  g_assert_null (result);
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/diagnostics/diagnose/residuals-of-the-truth-are-standard-normal",
                   test_residuals_of_the_truth_are_standard_normal);
  g_test_add_func ("/diagnostics/diagnose/residuals-of-a-wrong-model-are-not",
                   test_residuals_of_a_wrong_model_are_not);
  g_test_add_func ("/diagnostics/diagnose/effects-shrink-towards-the-population",
                   test_effects_shrink_towards_the_population);
  g_test_add_func ("/diagnostics/diagnose/checks-of-the-truth-hold-the-observed",
                   test_checks_of_the_truth_hold_the_observed);
  g_test_add_func ("/diagnostics/diagnose/attainment-is-held-against-its-distribution",
                   test_attainment_is_held_against_its_distribution);
  g_test_add_func ("/diagnostics/diagnose/threads-do-not-change-a-bit",
                   test_threads_do_not_change_a_bit);
  g_test_add_func ("/diagnostics/diagnose/nothing-is-drawn-below-the-limit",
                   test_nothing_is_drawn_below_the_limit);
  g_test_add_func ("/diagnostics/diagnose/quantiles-stop-at-the-unknown",
                   test_quantiles_stop_at_the_unknown);
  g_test_add_func ("/diagnostics/diagnose/foreign-data-are-refused",
                   test_foreign_data_are_refused);
  g_test_add_func ("/diagnostics/diagnose/options-out-of-range-are-refused",
                   test_options_out_of_range_are_refused);
  g_test_add_func ("/diagnostics/diagnose/cancelling-ends-it", test_cancelling_ends_it);
  return g_test_run ();
}
