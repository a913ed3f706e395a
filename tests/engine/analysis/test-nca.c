/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-nca.h"

#include "analysis/qs-nca-profile.h"
#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <math.h>
#include <string.h>

#define HEADER "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"

static void
assert_close (double found, double wanted, double tolerance)
{
  g_assert_cmpfloat (fabs (found - wanted), <=, tolerance * fabs (wanted));
}

static QsDataset *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (qs_dataset_is_usable (dataset));
  return dataset;
}

static QsNca *
analyse (const char *text)
{
  g_autoptr (QsDataset) dataset = parse (text);
  g_autoptr (GError)    error = NULL;
  QsNca                *nca = qs_nca_new (dataset, NULL, &error);

  g_assert_no_error (error);
  return nca;
}

/* Up by the trapezoid, down by the logarithm: 0.5·2·10, then 2·(10−5)/ln 2. */
static void
test_areas_are_linear_up_and_logarithmic_down (void)
{
  const QsNcaPoint points[] = { { 0.0, 0.0 }, { 2.0, 10.0 }, { 4.0, 5.0 }, { 6.0, 0.0 } };

  assert_close (qs_nca_auc (points, 2), 10.0, 1e-15);
  assert_close (qs_nca_auc (points + 1, 2), 10.0 / G_LN2, 1e-15);
  /* No logarithm of 0: a straight line. */
  assert_close (qs_nca_auc (points + 2, 2), 5.0, 1e-15);
  assert_close (qs_nca_between (points[0], points[1], 1.0), 5.0, 1e-15);
  assert_close (qs_nca_between (points[1], points[2], 3.0), sqrt (50.0), 1e-15);
}

static void
test_values_below_the_limit_follow_their_place (void)
{
  QsNcaPoint points[] = { { 0.0, 0.0 }, { 1.0, 4.0 }, { 2.0, 0.0 },
                          { 3.0, 2.0 }, { 4.0, 0.0 }, { 5.0, 0.0 } };

  g_assert_cmpuint (qs_nca_clean (points, G_N_ELEMENTS (points)), ==, 5);
  g_assert_cmpfloat (points[0].value_mg_l, ==, 0.0);
  g_assert_cmpfloat (points[2].time_h, ==, 3.0);
  g_assert_cmpfloat (points[4].time_h, ==, 5.0);
}

/* The obvious version: every line by itself, in two passes. */
static gboolean
slow_slope (const QsNcaPoint *points, gsize n, QsNcaSlope *best)
{
  QsNcaSlope lines[64];
  gsize      n_lines = 0, peak = 0;
  double     top = -INFINITY;
  gboolean   found = FALSE;

  for (gsize i = 1; i < n; i++)
    peak = points[i].value_mg_l > points[peak].value_mg_l ? i : peak;

  for (gsize first = peak + 1; first + 3 <= n; first++) {
    const double m = (double) (n - first);
    double       mt = 0.0, my = 0.0, tt = 0.0, ty = 0.0, yy = 0.0;

    for (gsize i = first; i < n; i++) {
      mt += points[i].time_h / m;
      my += log (points[i].value_mg_l) / m;
    }
    for (gsize i = first; i < n; i++) {
      const double t = points[i].time_h - mt, y = log (points[i].value_mg_l) - my;

      tt += t * t;
      ty += t * y;
      yy += y * y;
    }
    lines[n_lines].lambda_z = -ty / tt;
    lines[n_lines].r2_adjusted =
        1.0 - (1.0 - ty * ty / (tt * yy)) * (m - 1.0) / (m - 2.0);
    lines[n_lines].n_points = n - first;
    top = fmax (top, lines[n_lines++].r2_adjusted);
  }
  for (gsize i = 0; i < n_lines; i++) {
    const gboolean good =
        lines[i].lambda_z > 0.0 && lines[i].r2_adjusted > top - QS_NCA_R2_TOLERANCE;

    if (good && (!found || lines[i].n_points > best->n_points)) {
      *best = lines[i];
      found = TRUE;
    }
  }

  return found;
}

static void
test_the_slope_agrees_with_the_obvious_search (void)
{
  const QsRngKey key = { .seed = 7, .stream = QS_RNG_TEST };
  guint          n_found = 0, n_short = 0;

  for (guint k = 0; k < 500; k++) {
    const gsize n = 4 + k % 14;
    QsNcaPoint  points[20];
    QsNcaSlope  fast = { 0 }, slow = { 0 };
    gboolean    found;

    for (gsize i = 0; i < n; i++) {
      const double t = 12.0 * (double) i;

      points[i] = (QsNcaPoint){ 480.0 + t,
                                (exp (-t / 20.0) + 0.3 * exp (-t / 90.0)) *
                                    exp (0.02 * (k % 9) * qs_rng_normal (&key, k, i)) };
    }
    found = qs_nca_slope (points, n, &fast);
    g_assert_cmpint (found, ==, slow_slope (points, n, &slow));
    n_found += found;
    n_short += found && fast.n_points < n - 1;
    g_assert_cmpuint (fast.n_points, ==, slow.n_points);
    if (found)
      assert_close (fast.lambda_z, slow.lambda_z, 1e-9);
  }
  /* The cases are not all alike. */
  g_assert_cmpuint (n_found, >, 300);
  g_assert_cmpuint (n_short, >, 100);
}

static void
test_a_rising_end_has_no_slope (void)
{
  const QsNcaPoint points[] = { { 0, 9 }, { 1, 1 }, { 2, 2 }, { 3, 4 }, { 4, 8 } };
  QsNcaSlope       slope;

  g_assert_false (qs_nca_slope (points, G_N_ELEMENTS (points), &slope));
  g_assert_false (qs_nca_slope (points, 0, &slope));
}

/* By hand: a single 10 mg dose; C = 8 e^(−0.1 t) from 1 h on. */
static void
test_a_single_dose_by_hand (void)
{
  g_autoptr (QsNca) nca = NULL;
  GString          *csv = g_string_new (HEADER "1,70,10,0,.,1,1,10,1,0\n");
  const double      times_h[] = { 1.0, 2.0, 4.0, 8.0, 12.0, 24.0 };
  const double      first = 8.0 * exp (-0.1), last = 8.0 * exp (-2.4);
  const double      auc_last = 0.5 * first + (first - last) / 0.1;

  for (gsize i = 0; i < G_N_ELEMENTS (times_h); i++)
    g_string_append_printf (csv, "1,70,10,%g,%.12f,0,0,0,2,1\n", times_h[i],
                            8.0 * exp (-0.1 * times_h[i]));
  nca = analyse (csv->str);
  g_string_free (csv, TRUE);

  assert_close (qs_nca_value (nca, 0, QS_NCA_CMAX), first, 1e-9);
  assert_close (qs_nca_value (nca, 0, QS_NCA_TMAX), 1.0, 1e-12);
  assert_close (qs_nca_value (nca, 0, QS_NCA_LAMBDA_Z), 0.1, 1e-9);
  assert_close (qs_nca_value (nca, 0, QS_NCA_HALF_LIFE), 6.931471806, 1e-9);
  assert_close (qs_nca_value (nca, 0, QS_NCA_N_POINTS), 5.0, 0.0);
  assert_close (qs_nca_value (nca, 0, QS_NCA_AUC_LAST), auc_last, 1e-9);
  assert_close (qs_nca_value (nca, 0, QS_NCA_AUC_INF), auc_last + last / 0.1, 1e-9);
  assert_close (qs_nca_value (nca, 0, QS_NCA_CL_INF), 10.0 / (auc_last + last / 0.1),
                1e-9);
  assert_close (qs_nca_value (nca, 0, QS_NCA_VZ), 100.0 / (auc_last + last / 0.1), 1e-9);
  g_assert_true (isnan (qs_nca_value (nca, 0, QS_NCA_AUC_TAU)));
  g_assert_cmpstr (qs_nca_note (nca, 0), ==, "");
}

/* One compartment, oral, every 24 h: the sum over all doses given so far. */
static double
oral (double t_h, guint n_doses, double dose_mg, double ka, double ke, double v_l)
{
  double sum = 0.0;

  for (guint i = 0; i < n_doses && t_h >= 24.0 * i; i++) {
    const double s = t_h - 24.0 * i;

    sum += dose_mg / v_l * ka / (ka - ke) * (exp (-ke * s) - exp (-ka * s));
  }

  return sum;
}

/* Twenty-one doses of 3 mg at CL 0.5 L/h, V 10 L: quarter-hourly samples, so that the
 * trapezoids are nearly exact. */
static char *
rich_study (void)
{
  GString *csv = g_string_new (HEADER);

  g_string_append (csv, "1,70,3,0,.,1,1,3,1,0\n");
  for (guint i = 1; i <= 96; i++)
    g_string_append_printf (csv, "1,70,3,%g,%.12f,0,0,0,2,1\n", 0.25 * i,
                            oral (0.25 * i, 1, 3.0, 1.0, 0.05, 10.0));
  for (guint i = 1; i < 21; i++)
    g_string_append_printf (csv, "1,70,3,%u,.,1,1,3,1,0\n", 24 * i);
  for (guint i = 0; i <= 96 * 3; i++)
    g_string_append_printf (csv, "1,70,3,%g,%.12f,0,0,0,2,1\n", 480.0 + 0.25 * i,
                            i == 0 ? oral (480.0, 20, 3.0, 1.0, 0.05, 10.0)
                                   : oral (480.0 + 0.25 * i, 21, 3.0, 1.0, 0.05, 10.0));
  return g_string_free (csv, FALSE);
}

static void
test_one_compartment_at_steady_state (void)
{
  g_autofree char  *csv = rich_study ();
  g_autoptr (QsNca) nca = analyse (csv);
  const double      e = exp (-0.05 * 24.0), a = exp (-24.0);
  const double      trough = 0.3 / 0.95 * (e / (1.0 - e) - a / (1.0 - a));

  assert_close (qs_nca_value (nca, 0, QS_NCA_CL_TAU), 0.5, 1e-3);
  assert_close (qs_nca_value (nca, 0, QS_NCA_AUC_TAU), 6.0, 1e-3);
  assert_close (qs_nca_value (nca, 0, QS_NCA_CAVG), 0.25, 1e-3);
  /* What R² may lose lets the end of the absorption in. */
  assert_close (qs_nca_value (nca, 0, QS_NCA_HALF_LIFE), G_LN2 / 0.05, 3e-3);
  assert_close (qs_nca_value (nca, 0, QS_NCA_VZ), 10.0, 3e-3);
  assert_close (qs_nca_value (nca, 0, QS_NCA_CTROUGH), trough, 1e-6);
  assert_close (qs_nca_value (nca, 0, QS_NCA_CMIN), trough, 1e-6);
  g_assert_cmpfloat (qs_nca_value (nca, 0, QS_NCA_TMAX), >=, 2.5);
  g_assert_cmpfloat (qs_nca_value (nca, 0, QS_NCA_TMAX), <=, 3.5);
  assert_close (qs_nca_value (nca, 0, QS_NCA_STEADY_STATE), 100.0, 1e-3);
  /* AUC over the first interval: dose/CL less what is left over at its end. */
  assert_close (qs_nca_value (nca, 0, QS_NCA_ACCUMULATION),
                6.0 / (6.0 - 0.3 / 0.95 * (e / 0.05 - a)), 2e-3);
  g_assert_true (isnan (qs_nca_value (nca, 0, QS_NCA_AUC_INF)));
}

/* Without the samples at 480 h and 504 h: the lowest value of the interval starts it, the
 * slope of the washout carries it on. */
static void
test_missing_ends_of_the_interval_are_bridged (void)
{
  g_autoptr (QsNca) nca = NULL;
  GString          *csv = g_string_new (HEADER);
  double            area;

  for (guint i = 0; i < 3; i++)
    g_string_append_printf (csv, "1,70,3,%u,.,1,1,3,1,0\n", 24 * i);
  for (guint t = 2; t <= 20; t += 6)
    g_string_append_printf (csv, "1,70,3,%u,%.12f,0,0,0,2,1\n", 48 + t,
                            4.0 * exp (-0.05 * t));
  nca = analyse (csv->str);
  g_string_free (csv, TRUE);

  area = 0.5 * 2.0 * 4.0 * (exp (-1.0) + exp (-0.1)) + 80.0 * (exp (-0.1) - exp (-1.2));
  assert_close (qs_nca_value (nca, 0, QS_NCA_AUC_TAU), area, 1e-9);
  g_assert_true (isnan (qs_nca_value (nca, 0, QS_NCA_CTROUGH)));
}

static void
test_who_cannot_be_analysed_is_told_why (void)
{
  g_autoptr (QsNca) nca = analyse (HEADER "1,70,0,1,9,0,0,0,3,2\n"
                                          "2,70,3,0,.,1,1,3,1,0\n"
                                          "2,70,3,5,9,0,0,0,3,2\n"
                                          "3,70,3,0,.,1,1,3,1,0\n"
                                          "3,70,3,1,4,0,0,0,2,1\n"
                                          "3,70,3,2,2,0,0,0,2,1\n");

  g_assert_cmpstr (qs_nca_note (nca, 0), ==, "no active dose");
  g_assert_cmpstr (qs_nca_note (nca, 1), ==,
                   "no quantified concentration after the last dose");
  g_assert_cmpstr (qs_nca_note (nca, 2), ==,
                   "no terminal slope of at least 3 points after tmax");
  assert_close (qs_nca_value (nca, 2, QS_NCA_CMAX), 4.0, 0.0);
  g_assert_true (isnan (qs_nca_value (nca, 1, QS_NCA_CMAX)));
}

/* Three single doses with Cmax 1, 2 and 4: geometric mean 2, logarithms ln 2 apart. */
static void
test_an_arm_is_summarised (void)
{
  g_autoptr (QsNca) nca = NULL;
  GString          *csv = g_string_new (HEADER);
  QsNcaSummary      cmax, tmax;

  for (guint id = 1; id <= 3; id++)
    g_string_append_printf (csv,
                            "%u,70,5,0,.,1,1,5,1,0\n%u,70,5,%u,%u,0,0,0,2,1\n"
                            "%u,70,5,9,0.1,0,0,0,2,1\n",
                            id, id, id, 1u << (id - 1), id);
  nca = analyse (csv->str);
  g_string_free (csv, TRUE);

  cmax = qs_nca_summary (nca, 0, QS_NCA_CMAX);
  g_assert_cmpuint (qs_nca_n_arms (nca), ==, 1);
  g_assert_cmpuint (cmax.n, ==, 3);
  assert_close (cmax.geometric_mean, 2.0, 1e-12);
  assert_close (cmax.geometric_cv_percent, 100.0 * sqrt (expm1 (G_LN2 * G_LN2)), 1e-12);
  assert_close (cmax.median, 2.0, 0.0);
  assert_close (cmax.low, 1.0, 0.0);
  assert_close (cmax.high, 4.0, 0.0);
  tmax = qs_nca_summary (nca, 0, QS_NCA_TMAX);
  g_assert_true (isnan (tmax.geometric_mean));
  assert_close (tmax.median, 2.0, 0.0);
  g_assert_cmpuint (qs_nca_summary (nca, 0, QS_NCA_HALF_LIFE).n, ==, 0);
}

static void
test_it_can_be_cancelled (void)
{
  g_autoptr (QsDataset) dataset = parse (HEADER "1,70,3,0,.,1,1,3,1,0\n"
                                                "1,70,3,1,4,0,0,0,2,1\n");
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;

  qs_run_cancel (run);
  g_assert_null (qs_nca_new (dataset, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nca/areas-are-linear-up-and-logarithmic-down",
                   test_areas_are_linear_up_and_logarithmic_down);
  g_test_add_func ("/nca/values-below-the-limit-follow-their-place",
                   test_values_below_the_limit_follow_their_place);
  g_test_add_func ("/nca/the-slope-agrees-with-the-obvious-search",
                   test_the_slope_agrees_with_the_obvious_search);
  g_test_add_func ("/nca/a-rising-end-has-no-slope", test_a_rising_end_has_no_slope);
  g_test_add_func ("/nca/a-single-dose-by-hand", test_a_single_dose_by_hand);
  g_test_add_func ("/nca/one-compartment-at-steady-state",
                   test_one_compartment_at_steady_state);
  g_test_add_func ("/nca/missing-ends-of-the-interval-are-bridged",
                   test_missing_ends_of_the_interval_are_bridged);
  g_test_add_func ("/nca/who-cannot-be-analysed-is-told-why",
                   test_who_cannot_be_analysed_is_told_why);
  g_test_add_func ("/nca/an-arm-is-summarised", test_an_arm_is_summarised);
  g_test_add_func ("/nca/it-can-be-cancelled", test_it_can_be_cancelled);
  return g_test_run ();
}
