/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-emax.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-windows.h"
#include "study-csv.h"

static const QsEmaxParameters truth = {
  .r0_ng_ml = 9.0,
  .beta_comed = -0.3,
  .imax = 0.9,
  .u50_mg_per_kg = 0.03,
  .omega = 0.25,
  .sigma = 0.1,
};

static double
true_log_response (double dose_mg_per_kg, guint comed)
{
  return log (truth.r0_ng_ml) + comed * truth.beta_comed +
         log (1.0 - truth.imax * dose_mg_per_kg / (truth.u50_mg_per_kg + dose_mg_per_kg));
}

static QsDataset *
simulate (guint n_per_arm, guint64 seed)
{
  const StudyOptions options = {
    .n_per_arm = n_per_arm,
    .n_points = 6,
    .log_response = true_log_response,
    .omega = truth.omega,
    .sigma = truth.sigma,
    .has_comed = TRUE,
    .seed = seed,
  };

  return study_new (&options);
}

static QsModel *
fit (const QsDataset *dataset, guint n_bootstrap, guint n_threads)
{
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError) error = NULL;
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_EMAX);
  QsModel           *model;

  options.n_bootstrap = n_bootstrap;
  model = qs_emax_fit (dataset, &options, run, &error);
  g_assert_no_error (error);

  return model;
}

static double
metric (const QsModel *model, const char *name)
{
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *entry = &g_array_index (model->metrics, QsMetric, i);

    if (g_str_equal (entry->name, name))
      return entry->value;
  }

  g_error ("There is no metric %s", name);
}

/* The oracle: every subject's covariance as a full matrix and its Cholesky factor. Column
 * 0 of a subject's rows is the residual, the others are the derivatives of the mean. */
#define N_MEAN 4

static double
log_mean (const QsEmaxParameters *p, const QsSubject *subject)
{
  const double u = subject->dose_mg / subject->bw_kg;

  return log (p->r0_ng_ml) + p->beta_comed * subject->comed +
         log (1.0 - p->imax * u / (p->u50_mg_per_kg + u));
}

static gsize
subject_rows (const QsSubject        *subject,
              const QsEmaxParameters *p,
              double                  rows[32][1 + N_MEAN])
{
  const double     h = 1e-5;
  QsEmaxParameters moved[N_MEAN] = { *p, *p, *p, *p };
  QsWindowPoint    points[32];
  const gsize      n = qs_window_points (subject, points, 32);

  moved[0].r0_ng_ml *= 1.0 + h;
  moved[1].beta_comed += h;
  moved[2].imax *= 1.0 + h;
  moved[3].u50_mg_per_kg *= 1.0 + h;
  for (gsize i = 0; i < n; i++) {
    rows[i][0] = log (points[i].response_ng_ml) - log_mean (p, subject);
    for (guint j = 0; j < N_MEAN; j++)
      rows[i][1 + j] = (log_mean (&moved[j], subject) - log_mean (p, subject)) / h;
  }

  return n;
}

/* Turns rows into those of independent unit noise; returns log det of the covariance. */
static double
whiten (double rows[32][1 + N_MEAN], gsize n, double omega, double sigma)
{
  double l[32][32] = { { 0.0 } }, log_det = 0.0;

  for (gsize i = 0; i < n; i++) {
    for (gsize j = 0; j <= i; j++) {
      double sum = omega * omega + (i == j ? sigma * sigma : 0.0);

      for (gsize k = 0; k < j; k++)
        sum -= l[i][k] * l[j][k];
      l[i][j] = i == j ? sqrt (sum) : sum / l[j][j];
    }
    for (guint c = 0; c <= N_MEAN; c++) {
      for (gsize k = 0; k < i; k++)
        rows[i][c] -= l[i][k] * rows[k][c];
      rows[i][c] /= l[i][i];
    }
    log_det += 2.0 * log (l[i][i]);
  }

  return log_det;
}

/* log det by elimination. */
static double
log_det_of (double m[N_MEAN][N_MEAN])
{
  double log_det = 0.0;

  for (guint k = 0; k < N_MEAN; k++) {
    log_det += log (m[k][k]);
    for (guint i = k + 1; i < N_MEAN; i++) {
      const double factor = m[i][k] / m[k][k];

      for (guint j = k; j < N_MEAN; j++)
        m[i][j] -= factor * m[k][j];
    }
  }

  return log_det;
}

/* −2 log likelihood; with @restricted, that of the variances given a fitted mean. */
static double
oracle_deviance (const QsDataset *dataset, const QsEmaxParameters *p, gboolean restricted)
{
  double m[N_MEAN][N_MEAN] = { { 0.0 } }, value = 0.0;

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    double      rows[32][1 + N_MEAN];
    const gsize n = subject_rows (qs_dataset_subject (dataset, i), p, rows);

    value += whiten (rows, n, p->omega, p->sigma);
    for (gsize k = 0; k < n; k++) {
      value += rows[k][0] * rows[k][0] + log (2.0 * G_PI);
      for (guint j = 0; j < N_MEAN; j++)
        for (guint c = 0; c < N_MEAN; c++)
          m[j][c] += rows[k][1 + j] * rows[k][1 + c];
    }
  }

  return restricted ? value + log_det_of (m) : value;
}

/* The variances that the oracle likes best, by a search that halves its steps. */
static QsEmaxParameters
oracle_variances (const QsDataset *dataset, QsEmaxParameters p, gboolean restricted)
{
  double best = oracle_deviance (dataset, &p, restricted);

  for (double step = 0.1; step > 1e-9; step *= 0.5) {
    for (guint turn = 0; turn < 8; turn++) {
      QsEmaxParameters moved = p;
      double          *value = turn % 2 != 0 ? &moved.omega : &moved.sigma;
      double           deviance;

      *value *= turn % 4 < 2 ? 1.0 + step : 1.0 / (1.0 + step);
      deviance = oracle_deviance (dataset, &moved, restricted);
      if (deviance < best) {
        best = deviance;
        p = moved;
      }
    }
  }

  return p;
}

static void
test_likelihood_agrees_with_dense_covariance (void)
{
  g_autoptr (QsDataset)   dataset = simulate (12, 1);
  g_autoptr (QsModel)     model = fit (dataset, 0, 1);
  const QsEmaxParameters *p = qs_emax_parameters (model->estimate);
  const QsEmaxParameters  best = oracle_variances (dataset, *p, FALSE);

  g_assert_cmpfloat_with_epsilon (metric (model, "-2LL"),
                                  oracle_deviance (dataset, &best, FALSE), 1e-6);
}

static void
test_variances_are_those_of_restricted_likelihood (void)
{
  g_autoptr (QsDataset)   dataset = simulate (12, 1);
  g_autoptr (QsModel)     model = fit (dataset, 0, 1);
  const QsEmaxParameters *p = qs_emax_parameters (model->estimate);
  const QsEmaxParameters  best = oracle_variances (dataset, *p, TRUE);

  g_assert_cmpfloat_with_epsilon (p->omega, best.omega, 1e-5 * best.omega);
  g_assert_cmpfloat_with_epsilon (p->sigma, best.sigma, 1e-5 * best.sigma);
}

/* No parameter can be moved, alone or with others, without losing likelihood. */
static void
test_estimate_is_the_maximum (void)
{
  const QsRngKey          key = { .seed = 2, .stream = QS_RNG_TEST };
  g_autoptr (QsDataset)   dataset = simulate (12, 1);
  g_autoptr (QsModel)     model = fit (dataset, 0, 1);
  const QsEmaxParameters *fitted = qs_emax_parameters (model->estimate);
  const QsEmaxParameters  p = oracle_variances (dataset, *fitted, FALSE);
  const double            best = oracle_deviance (dataset, &p, FALSE);

  for (guint i = 0; i < 2000; i++) {
    const double     size = i % 2 != 0 ? 0.2 : 0.003;
    QsEmaxParameters moved = p;

    moved.r0_ng_ml *= exp (size * qs_rng_normal (&key, i, 0));
    moved.beta_comed += size * qs_rng_normal (&key, i, 1);
    moved.imax = 1.0 - (1.0 - p.imax) * exp (-size * fabs (qs_rng_normal (&key, i, 2)));
    moved.u50_mg_per_kg *= exp (size * qs_rng_normal (&key, i, 3));
    moved.omega *= exp (size * qs_rng_normal (&key, i, 4));
    moved.sigma *= exp (size * qs_rng_normal (&key, i, 5));
    g_assert_cmpfloat (oracle_deviance (dataset, &moved, FALSE), >, best - 1e-7);
  }
}

static void
test_known_truth_is_recovered (void)
{
  g_autoptr (QsDataset)   dataset = simulate (500, 3);
  g_autoptr (QsModel)     model = fit (dataset, 0, 1);
  const QsEmaxParameters *p = qs_emax_parameters (model->estimate);

  /* Four standard errors, measured over 20 other seeds. */
  g_assert_cmpfloat_with_epsilon (log (p->r0_ng_ml / truth.r0_ng_ml), 0.0, 0.041);
  g_assert_cmpfloat_with_epsilon (p->beta_comed, truth.beta_comed, 0.053);
  g_assert_cmpfloat_with_epsilon (p->imax, truth.imax, 0.031);
  g_assert_cmpfloat_with_epsilon (log (p->u50_mg_per_kg / truth.u50_mg_per_kg), 0.0,
                                  0.21);
  g_assert_cmpfloat_with_epsilon (p->omega, truth.omega, 0.018);
  g_assert_cmpfloat_with_epsilon (p->sigma, truth.sigma, 0.0023);
}

static void
test_draws_do_not_depend_on_threads (void)
{
  g_autoptr (QsDataset) dataset = simulate (12, 1);
  g_autoptr (QsModel)   one = fit (dataset, 40, 1);
  g_autoptr (QsModel)   eight = fit (dataset, 40, 8);

  g_assert_cmpuint (one->draws->len, ==, 40);
  g_assert_cmpuint (eight->draws->len, ==, 40);
  for (guint i = 0; i < 40; i++) {
    const QsEmaxParameters *a = qs_emax_parameters (one->draws->pdata[i]);
    const QsEmaxParameters *b = qs_emax_parameters (eight->draws->pdata[i]);

    g_assert_cmpmem (a, sizeof *a, b, sizeof *b);
  }
}

/* The bootstrap must spread about as far as the estimate does from study to study. */
static void
test_draws_spread_like_the_estimate (void)
{
  g_autoptr (QsDataset) dataset = simulate (12, 1);
  g_autoptr (QsModel)   model = fit (dataset, 200, 2);
  double                between[40], within[200];

  for (guint i = 0; i < G_N_ELEMENTS (between); i++) {
    g_autoptr (QsDataset) other = simulate (12, 100 + i);
    g_autoptr (QsModel)   other_model = fit (other, 0, 1);

    between[i] = log (qs_emax_parameters (other_model->estimate)->r0_ng_ml);
  }
  for (guint i = 0; i < G_N_ELEMENTS (within); i++)
    within[i] = log (qs_emax_parameters (model->draws->pdata[i])->r0_ng_ml);

  /* A variance ratio with 39 degrees of freedom lies in [0.4, 2.5] all but always. */
  g_assert_cmpfloat (qs_variance (within, 200) / qs_variance (between, 40), >, 0.4);
  g_assert_cmpfloat (qs_variance (within, 200) / qs_variance (between, 40), <, 2.5);
}

static void
test_missing_comed_drops_its_effect (void)
{
  const StudyOptions options = {
    .n_per_arm = 10,
    .n_points = 4,
    .log_response = true_log_response,
    .omega = 0.2,
    .sigma = 0.1,
    .seed = 6,
  };
  g_autoptr (QsDataset) dataset = study_new (&options);
  g_autoptr (QsModel)   model = fit (dataset, 0, 1);

  g_assert_cmpfloat (qs_emax_parameters (model->estimate)->beta_comed, ==, 0.0);
}

/* The score, the shift and the level must say what the model says. */
static void
test_success_is_that_of_the_equation (void)
{
  static const double     z[] = { -2.0, -0.3, 0.0, 1.1 };
  const QsCriterion       below = { .success = QS_SUCCESS_BELOW };
  const QsCriterion       above = { .success = QS_SUCCESS_ABOVE };
  g_autoptr (QsPredictor) self = qs_emax_new (&truth, 24.0);

  for (guint i = 0; i < 40; i++) {
    const double u = 0.01 * i;
    const guint8 comed = i % 2;
    double       score[2], typical;

    self->klass->score (self, &below, 1, &u, &comed, &score[0]);
    self->klass->score (self, &above, 1, &u, &comed, &score[1]);
    self->klass->trajectory (self, u, comed, (const double[]){ 3.0 }, 1, &typical);
    g_assert_cmpfloat_with_epsilon (typical, exp (true_log_response (u, comed)), 1e-12);

    for (guint k = 0; k < G_N_ELEMENTS (z); k++) {
      const double b = truth.omega * z[k];

      g_assert_cmpint (score[0] + self->klass->shift (self, QS_SUCCESS_BELOW, z[k]) <=
                           self->klass->level (self, QS_SUCCESS_BELOW, 3.3),
                       ==, typical * exp (b) <= 3.3);
      /* A positive latent value raises the biomarker, whichever side is success. */
      g_assert_cmpint (score[1] + self->klass->shift (self, QS_SUCCESS_ABOVE, z[k]) <=
                           self->klass->level (self, QS_SUCCESS_ABOVE, 3.3),
                       ==, typical * exp (b) >= 3.3);
    }
  }
}

static void
test_other_regimen_is_refused (void)
{
  g_autoptr (QsPredictor) self = qs_emax_new (&truth, 24.0);
  g_autoptr (GError)      error = NULL;

  g_assert_true (self->klass->answers (self, QS_REGIMEN_QD, NULL));
  g_assert_false (self->klass->answers (self, QS_REGIMEN_QW, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_REFUSED);
}

static void
assert_too_few (const StudyOptions *options)
{
  g_autoptr (QsDataset) dataset = study_new (options);
  g_autoptr (GError)    error = NULL;
  const QsFitOptions    settings = qs_fit_options_default (QS_MODEL_EMAX);

  g_assert_null (qs_emax_fit (dataset, &settings, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
}

static void
test_too_few_data_are_refused (void)
{
  const StudyOptions few_subjects = {
    .n_per_arm = 1,
    .n_points = 5,
    .log_response = true_log_response,
    .sigma = 0.1,
    .has_comed = TRUE,
    .seed = 1,
  };
  StudyOptions single_points = few_subjects, washout_only = few_subjects;

  single_points.n_per_arm = washout_only.n_per_arm = 12;
  single_points.n_points = 1;
  washout_only.n_points = 0;

  assert_too_few (&few_subjects);
  assert_too_few (&single_points);
  assert_too_few (&washout_only);
}

static void
test_cancelled_fit_ends (void)
{
  g_autoptr (QsDataset) dataset = simulate (12, 1);
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;
  const QsFitOptions    options = qs_fit_options_default (QS_MODEL_EMAX);

  qs_run_cancel (run);
  g_assert_null (qs_emax_fit (dataset, &options, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

static void
test_foreign_parameters_are_refused (void)
{
  QsEmaxParameters bad[6] = { truth, truth, truth, truth, truth, truth };

  g_assert_true (qs_emax_parameters_validate (&truth, NULL));
  bad[0].r0_ng_ml = 0.0;
  bad[1].beta_comed = NAN;
  bad[2].imax = 1.0;
  bad[3].u50_mg_per_kg = -1.0;
  bad[4].omega = NAN;
  bad[5].sigma = INFINITY;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (qs_emax_parameters_validate (&bad[i], &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_MODEL);
  }
}

/* p(d) of the base population, by integration over body weight. */
static double
base_success (const QsEmaxParameters *p, double dose_mg)
{
  double sum = 0.0;

  for (guint i = 0; i < 1000; i++) {
    const double u = dose_mg / (50.0 + 50.0 * (i + 0.5) / 1000.0);

    for (guint comed = 0; comed < 2; comed++)
      sum += qs_normal_cdf ((log (3.3 / p->r0_ng_ml) - comed * p->beta_comed -
                             log (1.0 - p->imax * u / (p->u50_mg_per_kg + u))) /
                            p->omega);
  }

  return sum / 2000.0;
}

static double
base_crossing (const QsEmaxParameters *p, double target)
{
  double low = 0.0, high = 1000.0;

  for (guint i = 0; i < 60; i++) {
    const double middle = 0.5 * (low + high);

    if (base_success (p, middle) < target)
      low = middle;
    else
      high = middle;
  }

  return high;
}

/* The real study, where the machine has it: the figures that the documents quote. */
static void
test_real_study_gives_a_plausible_dose (void)
{
  const char             *path = g_getenv ("QUSOP_ESTDATA");
  g_autoptr (QsDataset)   dataset = NULL;
  g_autoptr (QsModel)     model = NULL;
  const QsEmaxParameters *p;

  if (path == NULL) {
    g_test_skip ("QUSOP_ESTDATA is not set");
    return;
  }

  dataset = qs_dataset_load (path, NULL, NULL, NULL);
  g_assert_nonnull (dataset);
  model = fit (dataset, 200, 2);
  p = qs_emax_parameters (model->estimate);

  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *entry = &g_array_index (model->metrics, QsMetric, i);

    g_test_message ("%s %.6g %s", entry->name, entry->value, entry->unit);
  }
  g_test_message ("base QD: 90 %% at %.3f mg, 75 %% at %.3f mg; fit %.3f s",
                  base_crossing (p, 0.9), base_crossing (p, 0.75), model->elapsed_s);

  g_assert_cmpfloat (base_crossing (p, 0.9), >, 4.0);
  g_assert_cmpfloat (base_crossing (p, 0.9), <, 12.0);
  g_assert_cmpuint (model->draws->len, ==, 200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/analysis/emax/likelihood-agrees-with-dense-covariance",
                   test_likelihood_agrees_with_dense_covariance);
  g_test_add_func ("/analysis/emax/estimate-is-the-maximum",
                   test_estimate_is_the_maximum);
  g_test_add_func ("/analysis/emax/variances-are-those-of-restricted-likelihood",
                   test_variances_are_those_of_restricted_likelihood);
  g_test_add_func ("/analysis/emax/known-truth-is-recovered",
                   test_known_truth_is_recovered);
  g_test_add_func ("/analysis/emax/draws-do-not-depend-on-threads",
                   test_draws_do_not_depend_on_threads);
  g_test_add_func ("/analysis/emax/draws-spread-like-the-estimate",
                   test_draws_spread_like_the_estimate);
  g_test_add_func ("/analysis/emax/missing-comed-drops-its-effect",
                   test_missing_comed_drops_its_effect);
  g_test_add_func ("/analysis/emax/success-is-that-of-the-equation",
                   test_success_is_that_of_the_equation);
  g_test_add_func ("/analysis/emax/other-regimen-is-refused",
                   test_other_regimen_is_refused);
  g_test_add_func ("/analysis/emax/too-few-data-are-refused",
                   test_too_few_data_are_refused);
  g_test_add_func ("/analysis/emax/cancelled-fit-ends", test_cancelled_fit_ends);
  g_test_add_func ("/analysis/emax/foreign-parameters-are-refused",
                   test_foreign_parameters_are_refused);
  g_test_add_func ("/analysis/emax/real-study-gives-a-plausible-dose",
                   test_real_study_gives_a_plausible_dose);
  return g_test_run ();
}
