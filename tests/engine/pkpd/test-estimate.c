/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-estimate.h"
#include "pkpd/qs-pkpd-modes.h"

#include "rising-study.h"
#include "sample-study.h"

#include <math.h>
#include <string.h>

/* Short runs: the Newton steps at the end make up for it. */
static const QsSaemOptions quick = { .seed = 1,
                                     .n_chains = 2,
                                     .n_explore = 80,
                                     .n_smooth = 40 };

static double
truth (QsPkpdCoordinate at)
{
  static const double theta[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 0.6,    [QS_PKPD_CL] = 0.05,   [QS_PKPD_V] = 2.4,
    [QS_PKPD_Q] = 0.08,    [QS_PKPD_V2] = 3.0,    [QS_PKPD_R0] = 9.6,
    [QS_PKPD_KOUT] = 0.02, [QS_PKPD_IMAX] = 0.95, [QS_PKPD_IC50] = 1.3,
  };
  static const double omega2[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 0.09, [QS_PKPD_CL] = 0.05,   [QS_PKPD_V] = 0.03,
    [QS_PKPD_R0] = 0.04, [QS_PKPD_IC50] = 0.06,
  };

  switch (at.kind) {
  case QS_COORDINATE_THETA:
    return qs_pkpd_transform (at.index, theta[at.index]);
  case QS_COORDINATE_BETA_COMED:
    return -0.3;
  case QS_COORDINATE_LOG_OMEGA2:
    return log (omega2[at.index]);
  case QS_COORDINATE_LOG_SIGMA_PROP:
    return log (at.index == QS_ENDPOINT_PK ? 0.18 : 0.12);
  case QS_COORDINATE_BETA_BW:
  case QS_COORDINATE_LOG_SIGMA_ADD:
  default:
    g_assert_not_reached ();
  }
}

static void
test_recovers_a_known_truth (void)
{
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  const QsPkpdStructure      structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdEstimate) estimate =
      qs_pkpd_estimate (study, &structure, &quick, run, &error);
  double sum = 0.0;

  g_assert_no_error (error);
  g_assert_nonnull (estimate->covariance);

  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    const double z = (qs_pkpd_coordinate_get (&estimate->population, at) - truth (at)) /
                     qs_pkpd_estimate_se (estimate, j);

    g_test_message ("coordinate %u/%u: z = %.2f", at.kind, at.index, z);
    g_assert_cmpfloat (fabs (z), <, 4.0);
    sum += z * z;
  }
  /* χ² with 17 degrees of freedom exceeds 41 once in a thousand studies. */
  g_assert_cmpfloat (sum, <, 41.0);

  /* Rich data shrink little; a quarter of the subjects, on placebo, tells nothing of the
   * absorption and must not count. */
  g_test_message ("shrinkage of ka %.3f", estimate->shrinkage[QS_PKPD_KA]);
  g_assert_cmpfloat (estimate->shrinkage[QS_PKPD_KA], <, 0.2);
}

static void
test_recovers_what_stimulates (void)
{
  static const struct {
    QsPkpdParameter parameter;
    double          value;
  } wanted[] = {
    { QS_PKPD_CL, 0.2 },    { QS_PKPD_V, 5.0 },    { QS_PKPD_R0, 8.0 },
    { QS_PKPD_KOUT, 0.05 }, { QS_PKPD_IMAX, 2.0 }, { QS_PKPD_IC50, 1.0 },
  };
  g_autoptr (QsPkpdStudy)    study = rising_study ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  QsPkpdStructure            structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdEstimate) estimate = NULL;

  structure.n_compartments = 1;
  structure.response = QS_RESPONSE_STIMULATES_PRODUCTION;
  structure.comed = 0;
  estimate = qs_pkpd_estimate (study, &structure, &quick, run, &error);
  g_assert_no_error (error);

  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    const double found = qs_pkpd_value (&structure, wanted[i].parameter,
                                        estimate->population.theta[wanted[i].parameter]);

    g_test_message ("%s %.3f", qs_pkpd_parameter_name (wanted[i].parameter), found);
    g_assert_cmpfloat (fabs (log (found / wanted[i].value)), <, log (1.2));
  }
}

static QsSaemFit *
fit_sample (const QsPkpdStudy *study, guint n_threads)
{
  g_autoptr (QsRun)      run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError)     error = NULL;
  const QsPkpdStructure  structure = qs_pkpd_structure_default ();
  const QsPkpdPopulation start = qs_pkpd_start (study, &structure);
  const QsSaemOptions    options = {
       .seed = 5, .n_chains = 2, .n_explore = 25, .n_smooth = 10
  };
  QsSaemFit *fit = qs_saem_fit (study, &structure, &start, &options, run, &error);

  g_assert_no_error (error);
  return fit;
}

/* The last point heard of every parameter's trace, and how many. */
typedef struct {
  guint  n_points[QS_PKPD_N_PARAMETERS];
  double last[QS_PKPD_N_PARAMETERS];
} Traces;

static void
trace_cb (const QsEvent *event, gpointer data)
{
  Traces *traces = data;

  if (event->curve != QS_CURVE_PARAMETER)
    return;

  g_assert_cmpuint (event->chain, ==, 3);
  g_assert_cmpstr (event->text, ==, qs_pkpd_parameter_name (event->series));
  g_assert_cmpfloat (event->x, ==, ++traces->n_points[event->series]);
  traces->last[event->series] = event->y;
}

static void
test_traces_end_at_the_estimate (void)
{
  Traces                  traces = { { 0 } };
  g_autoptr (QsPkpdStudy) study = sample_study ();
  g_autoptr (QsRun)       run = qs_run_new (2, trace_cb, &traces);
  const QsPkpdStructure   structure = qs_pkpd_structure_default ();
  const QsPkpdPopulation  start = qs_pkpd_start (study, &structure);
  const QsSaemOptions     options = {
        .seed = 5, .n_chains = 1, .n_explore = 3, .n_smooth = 2, .chain = 3
  };
  g_autoptr (QsSaemFit) fit =
      qs_saem_fit (study, &structure, &start, &options, run, NULL);

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    const gboolean used = qs_pkpd_uses (&structure, i);

    g_assert_cmpuint (traces.n_points[i], ==, used ? 5 : 0);
    g_assert_cmpfloat (traces.last[i], ==,
                       used ? qs_pkpd_back_transform (i, fit->population.theta[i]) : 0.0);
  }
}

static void
test_threads_do_not_change_a_bit (void)
{
  g_autoptr (QsPkpdStudy) study = sample_study ();
  g_autoptr (QsSaemFit)   one = fit_sample (study, 1);
  g_autoptr (QsSaemFit)   eight = fit_sample (study, 8);

  g_assert_cmpmem (&one->population, sizeof one->population, &eight->population,
                   sizeof eight->population);
}

static QsPkpdMarginal *
sample_modes (const QsPkpdStudy *study, QsSaemFit *fit, guint n, QsRun *run)
{
  qs_pkpd_modes (study, fit, run);
  return qs_pkpd_marginal_new (study, fit, n, n, 1, run, NULL);
}

/* The information comes from scores alone; here it is held against second differences of
 * the likelihood itself. For what acts on the predictions it is the expected information
 * of the observations, hence the looser bound there. */
static void
test_information_is_the_curvature (void)
{
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  g_autoptr (QsSaemFit)      fit = fit_sample (study, 2);
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsPkpdMarginal) marginal = sample_modes (study, fit, 256, run);
  QsPkpdCoordinate           at[QS_PKPD_MAX_COORDINATES];
  const guint        n = qs_pkpd_coordinates (&fit->structure, &fit->population, at);
  g_autofree double *gradient = g_new (double, n);
  g_autofree double *information = g_new (double, n *n);
  const double centre = qs_pkpd_marginal_minus2ll (marginal, &fit->population, run, NULL);

  qs_pkpd_marginal_information (marginal, run, gradient, information);

  for (guint j = 0; j < n; j++) {
    const double     h = 0.1 / sqrt (information[j * n + j]);
    const double     x = qs_pkpd_coordinate_get (&fit->population, at[j]);
    const double     tolerance = at[j].kind <= QS_COORDINATE_LOG_OMEGA2 &&
                                     (fit->structure.eta & (1u << at[j].index))
                                     ? 0.01
                                     : 0.2;
    QsPkpdPopulation moved = fit->population;
    double           above, below;

    qs_pkpd_coordinate_set (&moved, at[j], x + h);
    above = qs_pkpd_marginal_minus2ll (marginal, &moved, run, NULL);
    qs_pkpd_coordinate_set (&moved, at[j], x - h);
    below = qs_pkpd_marginal_minus2ll (marginal, &moved, run, NULL);

    g_assert_cmpfloat_with_epsilon (-0.25 * (above - below) / h, gradient[j],
                                    0.02 * fabs (gradient[j]) + 0.01 / h);
    g_assert_cmpfloat_with_epsilon (0.5 * (above - 2.0 * centre + below) / (h * h),
                                    information[j * n + j],
                                    tolerance * information[j * n + j]);
  }
}

static void
test_censoring_is_the_probability_below_the_limit (void)
{
  QsPkpdPopulation population = { .sigma_add = { 0.5, 0.0 }, .sigma_prop = { 0.1, 0.2 } };
  const QsPkpdLook below = { .endpoint = QS_ENDPOINT_PK,
                             .value = 2.0,
                             .below_limit = TRUE };
  const double     f = 3.0, sd = sqrt (0.25 + 0.09), h = 1e-3;
  double           sum = 0.0;

  /* The oracle: the density added up from far below to the limit. */
  for (double y = f - 10.0; y < 2.0; y += h) {
    const QsPkpdLook look = { .endpoint = QS_ENDPOINT_PK, .value = y + 0.5 * h };

    sum += h * exp (qs_pkpd_log_density (&population, &look, f));
  }

  g_assert_cmpfloat_with_epsilon (qs_pkpd_residual_sd (&population, QS_ENDPOINT_PK, f),
                                  sd, 1e-12);
  g_assert_cmpfloat_with_epsilon (exp (qs_pkpd_log_density (&population, &below, f)), sum,
                                  1e-6);
}

/* Gives the sample study's subjects new observations: the same kinetics, additive errors
 * of the biomarker and combined ones of concentrations, nothing seen below @limit_mg_l.
 */
static guint
observe_anew (QsPkpdStudy *study, const QsPkpdStructure *structure, double limit_mg_l)
{
  const QsRngKey   key = { .seed = 12, .stream = QS_RNG_TEST };
  QsPkpdPopulation population = { .sigma_prop = { 0.1, 0.0 }, .sigma_add = { 0.1, 0.5 } };
  guint            n_below = 0;

  for (guint i = 0; i < study->n_persons; i++) {
    QsPkpdPerson      *person = &study->persons[i];
    g_autofree double *predicted = g_new0 (double, 2 * study->max_times);
    double             own[QS_PKPD_N_PARAMETERS];

    for (guint j = 0; j < QS_PKPD_N_PARAMETERS; j++) {
      const QsPkpdCoordinate theta = { QS_COORDINATE_THETA, j };
      const QsPkpdCoordinate omega2 = { QS_COORDINATE_LOG_OMEGA2, j };

      if (!qs_pkpd_uses (structure, j))
        continue;
      population.theta[j] = truth (theta);
      population.omega2[j] = qs_pkpd_varies (structure, j) ? exp (truth (omega2)) : 0.0;
    }
    population.beta_comed[QS_PKPD_R0] = -0.3;
    qs_pkpd_typical (structure, &population, person->bw_kg, person->comed, NULL, own);
    for (guint j = 0; j < QS_PKPD_N_PARAMETERS; j++)
      own[j] += sqrt (population.omega2[j]) * qs_rng_normal (&key, i, j);
    qs_pkpd_person_log_likelihood (person, structure, &population, own, predicted,
                                   predicted + study->max_times);

    for (guint k = 0; k < person->n_looks; k++) {
      QsPkpdLook  *look = &person->looks[k];
      const double f =
          predicted[look->at + (look->endpoint == QS_ENDPOINT_PD ? study->max_times : 0)];

      look->value = f + qs_pkpd_residual_sd (&population, look->endpoint, f) *
                            qs_rng_normal (&key, i, 20 + k);
      look->below_limit = look->endpoint == QS_ENDPOINT_PK && look->value < limit_mg_l;
      look->value = look->below_limit ? limit_mg_l : look->value;
      n_below += look->below_limit && person->dose_mg > 0.0;
    }
  }

  return n_below;
}

/* With many concentrations censored the parameters without variability rest on them too:
 * Q and V2 are learnt from the late, low ones. */
static void
test_recovers_other_errors_from_a_censored_study (void)
{
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdEstimate) estimate = NULL;
  QsPkpdStructure            structure = qs_pkpd_structure_default ();

  structure.error[QS_ENDPOINT_PK] = QS_PKPD_ERROR_COMBINED;
  structure.error[QS_ENDPOINT_PD] = QS_PKPD_ERROR_ADDITIVE;
  g_assert_cmpuint (observe_anew (study, &structure, 0.8), >, 100);
  estimate = qs_pkpd_estimate (study, &structure, &quick, run, &error);
  g_assert_no_error (error);
  g_assert_nonnull (estimate->covariance);
  g_assert_cmpfloat (estimate->population.sigma_prop[QS_ENDPOINT_PD], ==, 0.0);

  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    const double           wanted = at.kind == QS_COORDINATE_LOG_SIGMA_PROP ? log (0.1)
                                    : at.kind == QS_COORDINATE_LOG_SIGMA_ADD
                                        ? log (at.index == QS_ENDPOINT_PK ? 0.1 : 0.5)
                                        : truth (at);
    const double z = (qs_pkpd_coordinate_get (&estimate->population, at) - wanted) /
                     qs_pkpd_estimate_se (estimate, j);

    g_test_message ("coordinate %u/%u: z = %.2f", at.kind, at.index, z);
    g_assert_cmpfloat (fabs (z), <, 4.0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/estimate/recovers-a-known-truth", test_recovers_a_known_truth);
  g_test_add_func ("/pkpd/estimate/recovers-what-stimulates",
                   test_recovers_what_stimulates);
  g_test_add_func ("/pkpd/estimate/traces-end-at-the-estimate",
                   test_traces_end_at_the_estimate);
  g_test_add_func ("/pkpd/estimate/threads-do-not-change-a-bit",
                   test_threads_do_not_change_a_bit);
  g_test_add_func ("/pkpd/estimate/information-is-the-curvature",
                   test_information_is_the_curvature);
  g_test_add_func ("/pkpd/estimate/censoring-is-the-probability-below-the-limit",
                   test_censoring_is_the_probability_below_the_limit);
  g_test_add_func ("/pkpd/estimate/recovers-other-errors-from-a-censored-study",
                   test_recovers_other_errors_from_a_censored_study);
  return g_test_run ();
}
