/* SPDX-License-Identifier: Apache-2.0 */
/* Doses into a vein: at once, or over a time. */
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-estimate.h"
#include "pkpd/qs-pkpd-person.h"

#include <math.h>
#include <string.h>

static const QsPkParameters drug[2] = {
  { .n_compartments = 1, .route = QS_ROUTE_BOLUS, .cl = 0.4, .v = 5.0 },
  { .n_compartments = 2,
    .route = QS_ROUTE_BOLUS,
    .cl = 0.4,
    .v = 5.0,
    .q = 0.7,
    .v2 = 9.0 },
};
static const QsPdParameters biomarker = { .kind = QS_RESPONSE_INHIBITS_PRODUCTION,
                                          .r0 = 10.0,
                                          .kout = 0.05,
                                          .imax = 0.9,
                                          .ic50 = 0.7,
                                          .gamma = 1.0 };

/* Gibaldi & Perrier (1982), equations 1.5 and 1.25. */
static void
test_one_compartment_has_its_textbook_course (void)
{
  enum { N = 40 };
  const double k = drug[0].cl / drug[0].v;
  const QsDose bolus = { .time_h = 1.0, .dose_mg = 20.0 };
  const QsDose infusion[] = { { .time_h = 1.0, .dose_mg = 5.0, .kind = QS_DOSE_RATE },
                              { .time_h = 5.0, .dose_mg = -5.0, .kind = QS_DOSE_RATE } };
  double       times_h[N], c[N], r[N];

  for (guint i = 0; i < N; i++)
    times_h[i] = 0.75 * i;

  qs_pkpd_simulate (&drug[0], &biomarker, &bolus, 1, times_h, N, c, r);
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (
        c[i], times_h[i] < 1.0 ? 0.0 : 4.0 * exp (-k * (times_h[i] - 1.0)), 1e-12);

  qs_pkpd_simulate (&drug[0], &biomarker, infusion, 2, times_h, N, c, r);
  for (guint i = 0; i < N; i++) {
    const double on_h = CLAMP (times_h[i] - 1.0, 0.0, 4.0);

    g_assert_cmpfloat_with_epsilon (c[i],
                                    5.0 / drug[0].cl * -expm1 (-k * on_h) *
                                        exp (-k * MAX (0.0, times_h[i] - 5.0)),
                                    1e-12);
  }
}

/* An infusion is the limit of many small doses; two may run at once. */
static void
test_infusions_are_many_small_doses (void)
{
  enum { N_PARTS = 4000, N = 30 };
  static const double spans_h[][3] = { { 0.0, 6.0, 30.0 }, /* from, to, mg */
                                       { 4.0, 5.0, 8.0 },  /* while the first goes on */
                                       { 24.0, 30.0, 30.0 } };
  g_autofree QsDose  *parts = g_new0 (QsDose, 3 * N_PARTS);

  for (guint p = 0; p < 2; p++) {
    double              times_h[N], c[N], r[N], c0[N], r0[N];
    static const QsDose rates[] = {
      { 0.0, 5.0, QS_DOSE_RATE, 0.0 },  { 4.0, 8.0, QS_DOSE_RATE, 0.0 },
      { 5.0, -8.0, QS_DOSE_RATE, 0.0 }, { 6.0, -5.0, QS_DOSE_RATE, 0.0 },
      { 24.0, 5.0, QS_DOSE_RATE, 0.0 }, { 30.0, -5.0, QS_DOSE_RATE, 0.0 },
    };
    gsize n = 0;

    /* By time: the first two overlap, so their parts are merged. */
    for (guint k = 0; k < N_PARTS; k++)
      for (guint s = 0; s < 3; s++) {
        const double share = (k + 0.5) / N_PARTS;
        const QsDose part = { .time_h =
                                  spans_h[s][0] + share * (spans_h[s][1] - spans_h[s][0]),
                              .dose_mg = spans_h[s][2] / N_PARTS };

        parts[n++] = part;
      }
    for (gsize i = 1; i < n; i++) {
      const QsDose part = parts[i];
      gsize        at = i;

      for (; at > 0 && parts[at - 1].time_h > part.time_h; at--)
        parts[at] = parts[at - 1];
      parts[at] = part;
    }

    for (guint i = 0; i < N; i++)
      times_h[i] = 0.21 + 1.7 * i;
    qs_pkpd_simulate (&drug[p], &biomarker, rates, G_N_ELEMENTS (rates), times_h, N, c,
                      r);
    qs_pkpd_simulate (&drug[p], &biomarker, parts, n, times_h, N, c0, r0);
    for (guint i = 0; i < N; i++) {
      g_assert_cmpfloat_with_epsilon (c[i] / c0[i], 1.0, 2e-3);
      g_assert_cmpfloat_with_epsilon (r[i] / r0[i], 1.0, 1e-5);
    }
  }
}

/* Rows of a study: ten days of daily doses of @n people, infused over @hours or at once,
 * concentrations at three times after the first and the last one, biomarker every day. */
static QsDataset *
study (guint n, double hours)
{
  enum { N_DOSES = 10, N_TIMES = 9 };
  static const double arms_mg[] = { 4.0, 12.0, 36.0 };
  static const double times_h[N_TIMES] = { 1.5, 6, 20, 47, 119, 217.5, 222, 236, 300 };
  const QsRngKey      key = { .seed = 9, .stream = QS_RNG_TEST };
  GString *rows = g_string_new ("ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID,RATE\n");
  g_autoptr (GError) error = NULL;

  for (guint32 i = 0; i < n; i++) {
    const double   dose_mg = arms_mg[i % 3];
    QsPkParameters pk = drug[0];
    QsPdParameters pd = biomarker;
    QsDose         doses[2 * N_DOSES];
    double         c[N_TIMES], r[N_TIMES];
    gsize          n_doses = 0;

    pk.cl *= exp (0.2 * qs_rng_normal (&key, i, 0));
    pk.v *= exp (0.2 * qs_rng_normal (&key, i, 1));
    pd.r0 *= exp (0.2 * qs_rng_normal (&key, i, 2));
    pd.ic50 *= exp (0.2 * qs_rng_normal (&key, i, 3));
    for (guint k = 0; k < N_DOSES; k++) {
      const double time_h = 24.0 * k, rate = hours > 0.0 ? dose_mg / hours : 0.0;

      g_string_append_printf (rows, "%u,70,%u,%g,%g,.,1,1,%g,2,.,%.10g\n", i + 1, i % 2,
                              dose_mg, time_h, dose_mg, rate);
      if (hours > 0.0) {
        doses[n_doses++] = (QsDose){ time_h, rate, QS_DOSE_RATE, 0.0 };
        doses[n_doses++] = (QsDose){ time_h + hours, -rate, QS_DOSE_RATE, 0.0 };
      } else {
        doses[n_doses++] = (QsDose){ .time_h = time_h, .dose_mg = dose_mg };
      }
    }
    qs_pkpd_simulate (&pk, &pd, doses, n_doses, times_h, N_TIMES, c, r);
    for (guint k = 0; k < N_TIMES; k++) {
      g_string_append_printf (rows, "%u,70,%u,%g,%g,%.8g,0,0,.,central,1,0\n", i + 1,
                              i % 2, dose_mg, times_h[k],
                              c[k] * exp (0.1 * qs_rng_normal (&key, i, 10 + k)));
      g_string_append_printf (rows, "%u,70,%u,%g,%g,%.8g,0,0,.,3,2,0\n", i + 1, i % 2,
                              dose_mg, times_h[k],
                              r[k] * exp (0.1 * qs_rng_normal (&key, i, 30 + k)));
    }
  }

  /* By time within a subject, as a study has it. */
  g_autofree char *text = g_string_free (rows, FALSE);
  g_auto (GStrv)   lines = g_strsplit (g_strstrip (text), "\n", -1);
  GString         *sorted = g_string_new (NULL);

  for (guint i = 1; lines[i] != NULL; i++)
    for (guint k = i; k > 1; k--) {
      g_auto (GStrv) a = g_strsplit (lines[k - 1], ",", -1);
      g_auto (GStrv) b = g_strsplit (lines[k], ",", -1);
      char          *line = lines[k];

      if (strcmp (a[0], b[0]) != 0 ||
          g_ascii_strtod (a[4], NULL) <= g_ascii_strtod (b[4], NULL))
        break;
      lines[k] = lines[k - 1];
      lines[k - 1] = line;
    }
  for (guint i = 0; lines[i] != NULL; i++)
    g_string_append_printf (sorted, "%s\n", lines[i]);

  g_autoptr (GBytes) bytes = g_string_free_to_bytes (sorted);
  QsDataset         *dataset = qs_dataset_parse (bytes, "rows.csv", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_no_error ((qs_dataset_require (dataset, &error), error));
  return dataset;
}

/* What a study of known truth gives back, to about two standard errors. */
static void
assert_truth_is_found (guint n, double hours)
{
  static const struct {
    QsPkpdParameter parameter;
    double          value;
    double          tolerance;
  } truth[] = { { QS_PKPD_CL, 0.4, 0.12 },
                { QS_PKPD_V, 5.0, 0.12 },
                { QS_PKPD_R0, 10.0, 0.12 },
                { QS_PKPD_KOUT, 0.05, 0.15 } };
  g_autoptr (QsDataset)      dataset = study (n, hours);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdStudy)    persons = qs_pkpd_study_new (dataset, &error);
  g_autoptr (QsPkpdEstimate) estimate = NULL;
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  QsPkpdStructure            structure = qs_pkpd_structure_default ();
  QsSaemOptions              quick = qs_saem_options_default ();

  g_assert_no_error (error);
  g_assert_cmpint (persons->route, ==, QS_ROUTE_BOLUS);
  structure.n_compartments = 1;
  structure.route = persons->route;
  structure.comed = 0;
  quick.n_chains = 1;
  quick.n_explore = 60;
  quick.n_smooth = 40;
  estimate = qs_pkpd_estimate (persons, &structure, &quick, run, &error);
  g_assert_no_error (error);

  for (guint j = 0; j < estimate->n_coordinates; j++)
    g_assert_true (estimate->coordinates[j].kind != QS_COORDINATE_THETA ||
                   estimate->coordinates[j].index != QS_PKPD_KA);
  for (guint i = 0; i < G_N_ELEMENTS (truth); i++) {
    const double found = exp (estimate->population.theta[truth[i].parameter]);

    g_test_message ("%s: %.4g, truth %.4g", qs_pkpd_parameter_name (truth[i].parameter),
                    found, truth[i].value);
    g_assert_cmpfloat_with_epsilon (log (found / truth[i].value), 0.0,
                                    truth[i].tolerance);
  }
}

static void
test_a_study_of_boluses_is_fitted (void)
{
  assert_truth_is_found (24, 0.0);
}

static void
test_a_study_of_infusions_is_fitted (void)
{
  assert_truth_is_found (12, 3.0);
}

/* What was given for so long that nothing changes any more, against all of it written
 * out; then a dose less, so that a start in the wrong state would show. */
static void
test_steady_states_are_many_doses (void)
{
  enum { N_BEFORE = 400, N = 40 };
  static const struct {
    double duration_h;
    double interval_h;
  } given[] = { { 0.0, 24.0 }, { 3.0, 24.0 }, { 24.0, 24.0 }, { 1.5, 8.0 } };
  QsPkParameters people[3] = { drug[0], drug[1], drug[1] };
  double         worst = 0.0;

  people[2].route = QS_ROUTE_ORAL;
  people[2].ka = 0.8;
  people[2].tlag_h = 0.5;
  for (guint p = 0; p < G_N_ELEMENTS (people); p++) {
    for (guint g = 0; g < G_N_ELEMENTS (given); g++) {
      const double       duration_h = given[g].duration_h, tau_h = given[g].interval_h;
      const QsDose       steady = { .dose_mg = 10.0,
                                    .kind = QS_DOSE_STEADY,
                                    .interval_h = tau_h,
                                    .duration_h = duration_h };
      g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (QsDose));
      g_autoptr (GArray) brief = g_array_new (FALSE, FALSE, sizeof (QsDose));
      const double       begin_h = N_BEFORE * tau_h;
      double             times_h[N], c[N], r[N], c0[N], r0[N];

      if (duration_h > 0.0 && people[p].route == QS_ROUTE_ORAL)
        continue;
      g_array_append_val (brief, steady);
      for (guint k = 0; k <= N_BEFORE; k++) {
        QsDose dose = { .time_h = k * tau_h, .dose_mg = 10.0 };
        QsDose end = { .time_h = k * tau_h + duration_h, .kind = QS_DOSE_RATE };

        if (duration_h > 0.0) {
          dose.kind = QS_DOSE_RATE;
          dose.dose_mg /= duration_h;
          end.dose_mg = -dose.dose_mg;
        }
        g_array_append_val (all, dose);
        if (duration_h > 0.0)
          g_array_append_val (all, end);
        if (k < N_BEFORE)
          continue;
        dose.time_h -= begin_h;
        end.time_h -= begin_h;
        g_array_append_val (brief, dose);
        if (duration_h > 0.0)
          g_array_append_val (brief, end);
      }

      for (guint i = 0; i < N; i++)
        times_h[i] = 0.1 + 2.3 * i;
      qs_pkpd_simulate (&people[p], &biomarker, (QsDose *) (gpointer) brief->data,
                        brief->len, times_h, N, c, r);
      for (guint i = 0; i < N; i++)
        times_h[i] += begin_h;
      qs_pkpd_simulate (&people[p], &biomarker, (QsDose *) (gpointer) all->data, all->len,
                        times_h, N, c0, r0);
      for (guint i = 0; i < N; i++)
        worst = MAX (worst, MAX (fabs (c[i] / c0[i] - 1.0), fabs (r[i] / r0[i] - 1.0)));
    }
  }

  g_test_message ("largest relative difference %.2g", worst);
  g_assert_cmpfloat (worst, <, 2e-6);
}

/* The same from the rows of a file. */
static void
test_a_row_says_that_infusions_are_steady (void)
{
  static const char   text[] = "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID,RATE,SS,II\n"
                               "1,70,12,0,.,1,1,12,1,.,4,1,24\n"
                               "1,70,12,2,1,0,0,.,2,1,.,.,.\n"
                               "1,70,12,4,5,0,0,.,3,2,.,.,.\n";
  static const double times_h[] = { 2.0, 12.0, 30.0 };
  const QsDose        doses[] = {
           { .dose_mg = 12.0, .kind = QS_DOSE_STEADY, .interval_h = 24.0, .duration_h = 3.0 },
           { .dose_mg = 4.0, .kind = QS_DOSE_RATE },
           { .time_h = 3.0, .dose_mg = -4.0, .kind = QS_DOSE_RATE },
  };
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "rows.csv", NULL, NULL, &error);
  g_autoptr (QsPkpdCourse) course = NULL;
  double                   c[3], r[3], c0[3], r0[3];

  g_assert_no_error (error);
  g_assert_true (qs_dataset_is_usable (dataset));
  course = qs_pkpd_subject_course (qs_dataset_subject (dataset, 0), times_h, 3);
  qs_pkpd_course_predict (course, &drug[1], &biomarker, c, r);
  qs_pkpd_simulate (&drug[1], &biomarker, doses, G_N_ELEMENTS (doses), times_h, 3, c0,
                    r0);
  for (guint i = 0; i < 3; i++) {
    g_assert_cmpfloat_with_epsilon (c[i] / c0[i], 1.0, 1e-9);
    g_assert_cmpfloat_with_epsilon (r[i] / r0[i], 1.0, 1e-9);
  }
}

/* A reset ends what is being infused. */
static void
test_a_reset_ends_an_infusion (void)
{
  static const char     text[] = "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID,RATE\n"
                                 "1,70,8,0,.,1,1,8,1,.,1\n"
                                 "1,70,8,2,1,0,0,.,2,1,.\n"
                                 "1,70,8,3,.,3,1,.,1,.,.\n"
                                 "1,70,8,4,5,0,0,.,3,2,.\n";
  static const double   times_h[] = { 2.0, 4.0, 12.0 };
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "rows.csv", NULL, NULL, &error);
  g_autoptr (QsPkpdCourse) course = NULL;
  double                   c[3], r[3];

  g_assert_no_error (error);
  course = qs_pkpd_subject_course (qs_dataset_subject (dataset, 0), times_h, 3);
  qs_pkpd_course_predict (course, &drug[0], &biomarker, c, r);
  g_assert_cmpfloat_with_epsilon (c[0], 1.0 / 0.4 * -expm1 (-0.08 * 2.0), 1e-12);
  g_assert_cmpfloat (c[1], ==, 0.0);
  g_assert_cmpfloat (c[2], ==, 0.0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/routes/textbook", test_one_compartment_has_its_textbook_course);
  g_test_add_func ("/routes/small-doses", test_infusions_are_many_small_doses);
  g_test_add_func ("/routes/steady", test_steady_states_are_many_doses);
  g_test_add_func ("/routes/steady-row", test_a_row_says_that_infusions_are_steady);
  g_test_add_func ("/routes/reset", test_a_reset_ends_an_infusion);
  g_test_add_func ("/routes/boluses", test_a_study_of_boluses_is_fitted);
  g_test_add_func ("/routes/infusions", test_a_study_of_infusions_is_fitted);
  return g_test_run ();
}
