/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-published-parts.h"
#include "core/qs-error.h"

#include <math.h>
#include <string.h>

static QsDataset *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_load (path, NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static QsDataset *
sample (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                 "sample-study.csv", NULL);

  return load (path);
}

static QsPublished *
reproduce (const QsDataset *dataset,
           guint            n_replicates,
           guint            n_networks,
           guint            n_epochs,
           guint            n_threads)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  QsPublishedOptions options = qs_published_options_default ();
  QsPublished       *published;

  options.n_replicates = n_replicates;
  options.n_networks = n_networks;
  options.n_epochs = n_epochs;
  published = qs_reproduce (dataset, &options, run, &error);
  g_assert_no_error (error);

  return published;
}

static void
test_the_window_lies_behind_the_last_dose_in_washout_only (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "data", "good", "steady-state.csv", NULL);
  g_autoptr (QsDataset) washout = sample ();
  g_autoptr (QsDataset) treated = load (path);
  double                from_h, to_h;

  g_assert_true (qs_published_window (washout, &from_h, &to_h));
  g_assert_cmpfloat (from_h, ==, 1008.0);
  g_assert_cmpfloat (to_h, ==, 1176.0);
  g_assert_false (qs_published_window (treated, &from_h, &to_h));
}

/* Ridge, balance and intercept, written from their definition: the gradient of the
 * penalised likelihood vanishes at the coefficients, and it does so at one place only. */
static void
test_the_logistic_link_is_at_its_optimum (void)
{
  g_autoptr (QsDataset)   dataset = sample ();
  g_autoptr (QsPublished) published = reproduce (dataset, 1, 0, 1, 1);
  const QsPublishedView  *view = &published->views[QS_WINDOW_LAST_DOSE];
  const double           *beta = view->coefficients;
  double                  x[3][64], mean[3] = { 0 }, sd[3] = { 0 }, sum[4] = { 0 };

  g_assert_cmpuint (view->n, ==, 48);
  for (guint i = 0; i < view->n; i++) {
    const QsSubject *s = qs_dataset_subject (dataset, view->labels[i].subject);

    x[0][i] = s->bw_kg;
    x[1][i] = s->comed;
    x[2][i] = s->dose_mg / s->bw_kg;
    for (guint k = 0; k < 3; k++)
      mean[k] += x[k][i] / view->n;
  }
  for (guint k = 0; k < 3; k++) {
    for (guint i = 0; i < view->n; i++)
      sd[k] += (x[k][i] - mean[k]) * (x[k][i] - mean[k]) / view->n;
    sd[k] = sqrt (sd[k]);
  }

  for (guint i = 0; i < view->n; i++) {
    const gboolean y = view->labels[i].attained;
    const double   weight =
        view->n / (2.0 * (y ? view->n_attained : view->n - view->n_attained));
    double eta = beta[QS_PUBLISHED_INTERCEPT], miss;

    for (guint k = 0; k < 3; k++)
      eta += beta[k + 1] * x[k][i];
    miss = weight * (y - 1.0 / (1.0 + exp (-eta)));
    sum[3] += miss;
    for (guint k = 0; k < 3; k++)
      sum[k] += miss * (x[k][i] - mean[k]) / sd[k];
  }

  g_assert_cmpfloat_with_epsilon (sum[3], 0.0, 1e-9);
  for (guint k = 0; k < 3; k++)
    g_assert_cmpfloat_with_epsilon (sum[k], beta[k + 1] * sd[k], 1e-9);
  g_assert_cmpfloat (beta[QS_PUBLISHED_DOSE], >, 0.0);
}

/* Who weighs more needs more: 0.1 mg per kg, 30 % less with co-medication. */
static double
needed_mg (double bw_kg, guint comed)
{
  return 0.1 * bw_kg * (comed ? 0.7 : 1.0);
}

static void
known_rule (gconstpointer data,
            double        bw_kg,
            guint         comed,
            double        step_mg,
            gsize         n_doses,
            guint32      *successes)
{
  for (gsize i = 0; i < n_doses; i++)
    successes[i] += (double) (i + 1) * step_mg >= needed_mg (bw_kg, comed);
}

/* For such a rule the share of successes is known without virtual patients: an integral
 * over the jitter of every subject's weight. */
static double
expected_share (const QsDataset *dataset, double dose_mg)
{
  const double share = qs_dataset_facts (dataset).comed_share;
  const guint  n = qs_dataset_n_subjects (dataset);
  double       sum = 0.0;

  for (guint i = 0; i < n; i++) {
    for (guint comed = 0; comed < 2; comed++) {
      const double bw_kg = qs_dataset_subject (dataset, i)->bw_kg;
      const double limit_kg = dose_mg / needed_mg (1.0, comed);
      const double p = limit_kg < 35.0 ? 0.0
                       : limit_kg >= 120.0
                           ? 1.0
                           : 0.5 * erfc (-log (limit_kg / bw_kg) / 0.1 * M_SQRT1_2);

      sum += (comed ? share : 1.0 - share) * p / n;
    }
  }

  return sum;
}

static void
test_the_population_gives_a_known_curve (void)
{
  g_autoptr (QsDataset) dataset = sample ();
  g_autoptr (GError)    error = NULL;
  QsPublishedOptions    options = qs_published_options_default ();
  QsPublishedCurve      curve = { 0 };

  options.n_replicates = 400;
  g_assert_true (qs_published_curve (&curve, dataset, QS_REGIMEN_QD, known_rule, NULL,
                                     &options, NULL, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < curve.n_doses; i++) {
    const double expected = expected_share (dataset, 0.5 * (double) (i + 1));

    /* 400 × 480 virtual patients: five standard errors. */
    g_assert_cmpfloat_with_epsilon (curve.p[i], expected, 5.0 * 0.5 / sqrt (192000.0));
    g_assert_cmpfloat (curve.lower[i], <=, curve.p[i]);
    g_assert_cmpfloat (curve.upper[i], >=, curve.p[i]);
  }
  for (guint t = 0; t < QS_PUBLISHED_N_TARGETS; t++) {
    const QsPublishedDose *dose = &curve.doses[t];
    const gsize            above = (gsize) ceil (dose->curve_mg / 0.5) - 1;

    g_assert_cmpfloat (curve.p[above], >=, qs_published_targets[t]);
    g_assert_cmpfloat (curve.p[above - 1], <, qs_published_targets[t]);
    /* Quantiles lie on the grid, the mean does not. */
    g_assert_cmpfloat (dose->low_mg, <, dose->mean_mg + 0.5);
    g_assert_cmpfloat (dose->high_mg, >, dose->mean_mg - 0.5);
    g_assert_cmpfloat (dose->decision_mg, >=, dose->curve_mg);
  }

  g_free (curve.p);
  g_free (curve.lower);
  g_free (curve.upper);
}

static void
test_threads_do_not_change_a_bit (void)
{
  g_autoptr (QsDataset)   dataset = sample ();
  g_autoptr (QsPublished) one = reproduce (dataset, 20, 1, 4, 1);
  g_autoptr (QsPublished) three = reproduce (dataset, 20, 1, 4, 3);

  for (guint w = 0; w < QS_N_WINDOWS; w++) {
    g_assert_cmpuint (one->views[w].networks->len, ==, 2);
    for (guint i = 0; i < 2; i++) {
      const QsPublishedCurve *a =
          &g_array_index (one->views[w].networks, QsPublishedCurve, i);
      const QsPublishedCurve *b =
          &g_array_index (three->views[w].networks, QsPublishedCurve, i);

      g_assert_cmpmem (a->p, a->n_doses * sizeof (double), b->p,
                       b->n_doses * sizeof (double));
    }
    g_assert_cmpmem (one->views[w].logistic.p, sizeof (double) * QS_PUBLISHED_N_DOSES,
                     three->views[w].logistic.p, sizeof (double) * QS_PUBLISHED_N_DOSES);
  }
}

static void
test_the_published_window_is_the_week_before_the_last_visit (void)
{
  g_autoptr (QsDataset)   dataset = sample ();
  g_autoptr (QsPublished) published = reproduce (dataset, 1, 0, 1, 1);
  const QsPublishedView  *washout = &published->views[QS_WINDOW_PUBLISHED];
  const QsPublishedView  *right = &published->views[QS_WINDOW_LAST_DOSE];

  g_assert_cmpfloat (right->from_h, ==, 480.0);
  g_assert_cmpfloat (right->to_h, ==, 504.0);
  g_assert_cmpfloat (washout->from_h, >, published->last_dose_h);
  g_assert_cmpfloat (washout->to_h - washout->from_h, ==, 168.0);
  g_assert_nonnull (strstr (published->reasons[0], "washing out"));
}

static void
test_a_cancelled_run_gives_nothing (void)
{
  g_autoptr (QsDataset)    dataset = sample ();
  g_autoptr (QsRun)        run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)       error = NULL;
  const QsPublishedOptions options = qs_published_options_default ();

  qs_run_cancel (run);
  g_assert_null (qs_reproduce (dataset, &options, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

/* The figures that the paper prints, from its own study. */
static void
test_the_real_study_gives_the_printed_figures (void)
{
  const char             *path = g_getenv ("QUSOP_ESTDATA");
  g_autoptr (QsDataset)   dataset = NULL;
  g_autoptr (QsPublished) published = NULL;
  const QsPublishedView  *washout;
  const QsPublishedDose  *doses;

  if (path == NULL) {
    g_test_skip ("QUSOP_ESTDATA is not set");
    return;
  }

  dataset = load (path);
  published = reproduce (dataset, 1000, 0, 1, 2);
  washout = &published->views[QS_WINDOW_PUBLISHED];
  doses = washout->logistic.doses;
  g_assert_cmpfloat (washout->from_h, ==, 1008.0);
  g_assert_cmpfloat (washout->to_h, ==, 1176.0);
  g_assert_cmpuint (washout->n_attained, ==, 1);
  g_assert_cmpuint (published->views[QS_WINDOW_LAST_DOSE].n_attained, ==, 17);

  /* Five standard errors of means over 1000 replicates on both sides, and one step of the
   * grid for their quantiles. */
  g_test_message ("60 %%: %.3f [%g, %g], 90 %%: %.3f [%g, %g], curve %.3f and %.3f",
                  doses[0].mean_mg, doses[0].low_mg, doses[0].high_mg, doses[2].mean_mg,
                  doses[2].low_mg, doses[2].high_mg, doses[2].curve_mg,
                  doses[1].curve_mg);
  g_assert_cmpfloat_with_epsilon (doses[0].mean_mg, 12.04, 0.05);
  g_assert_cmpfloat_with_epsilon (doses[0].low_mg, 11.5, 0.5);
  g_assert_cmpfloat_with_epsilon (doses[0].high_mg, 12.5, 0.5);
  g_assert_cmpfloat_with_epsilon (doses[2].mean_mg, 19.22, 0.08);
  g_assert_cmpfloat_with_epsilon (doses[2].low_mg, 18.5, 0.5);
  g_assert_cmpfloat_with_epsilon (doses[2].high_mg, 20.0, 0.5);
  g_assert_cmpfloat_with_epsilon (doses[2].curve_mg, 19.02, 0.08);
  g_assert_cmpfloat_with_epsilon (doses[1].curve_mg, 14.27, 0.05);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/published/logistic", test_the_logistic_link_is_at_its_optimum);
  g_test_add_func ("/published/population", test_the_population_gives_a_known_curve);
  g_test_add_func ("/published/threads", test_threads_do_not_change_a_bit);
  g_test_add_func ("/published/washout",
                   test_the_window_lies_behind_the_last_dose_in_washout_only);
  g_test_add_func ("/published/window",
                   test_the_published_window_is_the_week_before_the_last_visit);
  g_test_add_func ("/published/cancel", test_a_cancelled_run_gives_nothing);
  g_test_add_func ("/published/real-study",
                   test_the_real_study_gives_the_printed_figures);

  return g_test_run ();
}
