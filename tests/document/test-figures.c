/* SPDX-License-Identifier: Apache-2.0 */
#include "samples.h"

#include <math.h>
#include <string.h>

static char *
csv_of (const QusopPlotSpec *spec)
{
  g_autoptr (GBytes) bytes = qusop_plot_to_csv (spec);
  gsize              size;
  const char        *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data, size);
}

static char *
first_line (const char *text)
{
  return g_strndup (text, strcspn (text, "\r\n"));
}

static void
test_bands_are_named_in_the_csv (void)
{
  const QsStudyFacts        facts = sample_facts ();
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QusopPlotSpec) spec = qusop_figure_dose_success (
      result, &facts, NULL, QUSOP_BAND_PARAMETER | QUSOP_BAND_MONTE_CARLO);
  g_autofree char *csv = csv_of (spec);
  g_autofree char *header = first_line (csv);

  g_assert_cmpstr (
      header, ==,
      "dose_mg,\"95 % parameter uncertainty (20 parameter draws), lower\","
      "\"95 % parameter uncertainty (20 parameter draws), upper\","
      "\"95 % Monte Carlo error (480,000 virtual patients), lower\","
      "\"95 % Monte Carlo error (480,000 virtual patients), upper\",success_probability");
}

static void
test_csv_holds_every_dose (void)
{
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QusopPlotSpec) spec = qusop_figure_dose_success (result, NULL, NULL, 0);
  g_autofree char          *csv = csv_of (spec);
  g_auto (GStrv)            lines = g_strsplit (csv, "\r\n", -1);

  /* Header, placebo, the grid, and nothing after the last line's end. */
  g_assert_cmpuint (g_strv_length (lines), ==, 1 + 1 + result->n_estimates + 1);
  g_assert_cmpstr (lines[1], ==, "0,0");
  g_assert_true (g_str_has_prefix (lines[13], "6,0.906"));
}

/* A week's dose stands where a seventh of it would be taken every day. */
static void
test_scenarios_share_the_dose_of_a_day (void)
{
  g_autoptr (QsResult)      daily = sample_result ();
  g_autoptr (QsResult)      weekly = sample_result ();
  const QusopAnswer         rows[] = { { "Daily", daily, TRUE, FALSE, 1 },
                                       { "Weekly", weekly, FALSE, TRUE, 2 },
                                       { "Unanswered", NULL, FALSE, FALSE, 3 } };
  g_autoptr (QusopPlotSpec) overlay = NULL, tornado = NULL;
  g_autofree char          *curves = NULL, *bars = NULL, *point = NULL;

  weekly->scenario.regimen = QS_REGIMEN_QW;
  weekly->decision.dose_mg = 70.0;
  overlay = qusop_figure_overlay (rows, G_N_ELEMENTS (rows));
  tornado = qusop_figure_tornado (rows, G_N_ELEMENTS (rows));
  curves = csv_of (overlay);
  bars = csv_of (tornado);

  g_assert_true (g_str_has_prefix (curves, "series,dose_per_day,success_probability"));
  g_assert_nonnull (strstr (curves, "Weekly,"));
  g_assert_null (strstr (curves, "Unanswered"));
  point = g_strdup_printf ("Weekly: mean dose,%g,0\r\n", 10.0);
  g_assert_nonnull (strstr (bars, point));
  g_assert_nonnull (strstr (qusop_plot_spec_description (tornado), "Weekly +4"));
}

static void
test_a_tornado_needs_a_base (void)
{
  g_autoptr (QsResult)      result = sample_result ();
  const QusopAnswer         rows[] = { { "Base", NULL, TRUE, FALSE, 1 },
                                       { "Other", result, FALSE, FALSE, 2 } };
  g_autoptr (QusopPlotSpec) spec = qusop_figure_tornado (rows, G_N_ELEMENTS (rows));

  g_assert_nonnull (
      strstr (qusop_plot_spec_description (spec), "needs an answered base"));
}

static void
test_description_states_the_result (void)
{
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QusopPlotSpec) spec = qusop_figure_dose_success (result, NULL, NULL, 0);

  g_assert_cmpstr (qusop_plot_spec_description (spec), ==,
                   "Dose–success curve: 6 mg once daily keeps 90.7 % of patients at or "
                   "below 3.3 ng/mL, the target being 90 %; the assured dose is 7.5 mg.");
}

static void
test_description_admits_failure (void)
{
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QusopPlotSpec) spec = NULL;

  result->decision.status = QS_STATUS_NOT_REACHED;
  result->decision.max_p = 0.84;
  result->decision.dose_mg = NAN;
  result->decision.assured_dose_mg = NAN;
  spec = qusop_figure_dose_success (result, NULL, NULL, 0);
  g_assert_cmpstr (qusop_plot_spec_description (spec), ==,
                   "Dose–success curve: no dose once daily keeps 90 % of patients at or "
                   "below 3.3 ng/mL; the most reached is 84 %.");
}

static void
test_refusal_gives_its_reason (void)
{
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QusopPlotSpec) spec = NULL;
  double                    box[4];

  result->n_estimates = 0;
  result->decision.status = QS_STATUS_REFUSED;
  g_strfreev (result->warnings);
  result->warnings = g_strdupv ((char *[]){ "Weekly is unknown to it.", NULL });
  spec = qusop_figure_dose_success (result, NULL, NULL, QUSOP_BAND_PARAMETER);
  g_assert_cmpstr (qusop_plot_spec_description (spec), ==, "Weekly is unknown to it.");
  g_assert_false (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
}

/* The right end of the axis: data under the last pixel. */
static double
axis_end (const QusopPlotSpec *spec)
{
  double box[4], x, y;

  g_assert_true (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
  g_assert_true (qusop_plot_locate (spec, 640.0, 420.0, 1.0, box[0] + box[2] - 1e-6,
                                    box[1] + 1.0, &x, &y));
  return x;
}

static void
test_axis_rests_while_the_answer_moves (void)
{
  const QsStudyFacts        facts = sample_facts ();
  g_autoptr (QsResult)      result = sample_result ();
  g_autoptr (QusopPlotSpec) near = NULL;
  g_autoptr (QusopPlotSpec) far = NULL;

  near = qusop_figure_dose_success (result, &facts, NULL, 0);
  g_assert_cmpfloat_with_epsilon (axis_end (near), 20.0, 1e-3);
  result->decision.assured_dose_mg = 22.0;
  far = qusop_figure_dose_success (result, &facts, NULL, 0);
  g_assert_cmpfloat_with_epsilon (axis_end (far), 30.0, 1e-3);
}

static void
test_loss_of_no_epoch_is_empty (void)
{
  g_autoptr (QusopPlotSpec) spec = qusop_figure_loss (NULL, 0, 0);
  double                    box[4];

  g_assert_false (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
}

static void
test_loss_names_the_best_epoch (void)
{
  g_autoptr (GArray)        history = sample_history ();
  g_autoptr (QusopPlotSpec) spec =
      qusop_figure_loss ((const QsLossPoint *) history->data, history->len, 212);

  g_assert_nonnull (strstr (qusop_plot_spec_description (spec), "epoch is 213"));
}

/* Two chains of CL and V, and one of a parameter that is not shown. */
static QusopPlotSpec *
traces_figure (void)
{
  static const QsTracePoint points[] = {
    { "CL", 0, 1, 0.10 },   { "V", 0, 1, 60.0 },  { "CL", 1, 1, 77.0 },
    { "gamma", 0, 1, 1.0 }, { "CL", 0, 2, 0.04 }, { "V", 0, 2, 3.0 },
    { "CL", 0, 3, 0.05 },   { "V", 0, 3, 2.0 },   { "CL", 1, 3, 99.0 },
  };

  return qusop_figure_traces (points, G_N_ELEMENTS (points));
}

static void
test_traces_are_relative_to_the_latest_value (void)
{
  g_autoptr (QusopPlotSpec) spec = traces_figure ();
  g_autofree char          *csv = csv_of (spec);

  /* V began thirty times too high and is drawn at five; the other chain is left out. */
  g_assert_cmpstr (csv, ==,
                   "iteration,CL_relative,V_relative\r\n"
                   "1,2,5\r\n"
                   "2,0.8,1.5\r\n"
                   "3,1,1\r\n");
  g_assert_cmpstr (qusop_plot_spec_description (spec), ==,
                   "Traces of the estimation, iteration 3: CL 0.05, V 2.");
}

static void
test_traces_of_no_iteration_are_empty (void)
{
  g_autoptr (QusopPlotSpec) spec = qusop_figure_traces (NULL, 0);
  double                    box[4];

  g_assert_false (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
}

static QusopPlotSpec *
course_figure (double threshold_ng_ml)
{
  double   times_h[] = { 0.0, 12.0, 24.0 };
  QsSpread spreads[] = { { 1.0, 2.0, 3.0 }, { 1.5, 2.5, 4.0 }, { 1.0, 2.0, 3.0 } };
  QsCourse course = { .scenario = qs_scenario_default (),
                      .dose_mg = 6.0,
                      .n_patients = 1000,
                      .n_times = 3,
                      .times_h = times_h,
                      .response_ng_ml = spreads,
                      .concentration_mg_l = spreads };

  course.scenario.threshold_ng_ml = threshold_ng_ml;
  return qusop_figure_course (&course);
}

static void
test_course_holds_its_percentiles (void)
{
  g_autoptr (QusopPlotSpec) spec = course_figure (3.3);
  g_autofree char          *csv = csv_of (spec);

  g_assert_cmpstr (csv, ==,
                   "time_h,\"p5_p95_ng_ml, lower\",\"p5_p95_ng_ml, upper\",p50_ng_ml\r\n"
                   "0,1,3,2\r\n"
                   "12,1.5,4,2.5\r\n"
                   "24,1,3,2\r\n");
  g_assert_nonnull (strstr (qusop_plot_spec_description (spec),
                            "1000 virtual patients at 6 mg over 24 h"));
}

/* The line that decides must be in sight, however far it lies from the patients. */
static void
test_course_has_room_for_the_threshold (void)
{
  static const double thresholds[] = { 0.5, 3.3, 40.0 };

  for (gsize i = 0; i < G_N_ELEMENTS (thresholds); i++) {
    g_autoptr (QusopPlotSpec) spec = course_figure (thresholds[i]);
    double                    box[4], x, low, high;

    g_assert_true (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
    g_assert_true (qusop_plot_locate (spec, 640.0, 420.0, 1.0, box[0] + 1.0,
                                      box[1] + 1e-6, &x, &high));
    g_assert_true (qusop_plot_locate (spec, 640.0, 420.0, 1.0, box[0] + 1.0,
                                      box[1] + box[3] - 1e-6, &x, &low));
    g_assert_cmpfloat (low, <, 0.01);
    g_assert_cmpfloat (high, >, MAX (4.0, thresholds[i]));
  }
}

static void
test_prior_integrates_to_one (void)
{
  const QsPrior             prior = qs_prior_uniform (50.0, 100.0);
  g_autoptr (QusopPlotSpec) spec = qusop_figure_prior (&prior);
  g_autofree char          *csv = csv_of (spec);
  g_auto (GStrv)            lines = g_strsplit (csv, "\r\n", -1);
  double                    sum = 0.0;
  double                    step = 0.0;

  for (guint i = 1; lines[i][0] != '\0'; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);

    sum += g_ascii_strtod (cells[2], NULL);
    if (i == 2)
      step = g_ascii_strtod (cells[0], NULL) - g_ascii_strtod (lines[1], NULL);
  }
  /* The rectangle rule misses up to one step at the two jumps. */
  g_assert_cmpfloat_with_epsilon (sum * step, 1.0, 2.0 * step / 50.0);
}

/* Both regimens on one axis: a week's dose stands at its seventh, with its own band. */
static void
test_twins_share_the_dose_of_a_day (void)
{
  const QsStudyFacts        facts = sample_facts ();
  g_autoptr (QsResult)      daily = sample_result ();
  g_autoptr (QsResult)      weekly = sample_result ();
  g_autoptr (QusopPlotSpec) spec = NULL;
  g_autofree char          *csv = NULL;

  weekly->scenario.regimen = QS_REGIMEN_QW;
  weekly->decision.assured_dose_mg = 28.0;
  spec = qusop_figure_twin (daily, weekly, &facts, QUSOP_BAND_PARAMETER);
  csv = csv_of (spec);

  g_assert_nonnull (strstr (csv, "dose_mg_per_day"));
  g_assert_nonnull (strstr (csv, "parameter_uncertainty_weekly,0.07142857143,"));
  g_assert_cmpfloat (weekly->estimates[55].dose_mg, ==, 28.0);
  g_assert_nonnull (
      strstr (qusop_plot_spec_description (spec),
              "7.5 mg once daily, 7.5 mg per day; 28 mg once weekly, 4 mg per day"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/figures/bands-are-named-in-the-csv",
                   test_bands_are_named_in_the_csv);
  g_test_add_func ("/document/figures/csv-holds-every-dose", test_csv_holds_every_dose);
  g_test_add_func ("/document/figures/scenarios-share-the-dose-of-a-day",
                   test_scenarios_share_the_dose_of_a_day);
  g_test_add_func ("/document/figures/twins-share-the-dose-of-a-day",
                   test_twins_share_the_dose_of_a_day);
  g_test_add_func ("/document/figures/a-tornado-needs-a-base",
                   test_a_tornado_needs_a_base);
  g_test_add_func ("/document/figures/description-states-the-result",
                   test_description_states_the_result);
  g_test_add_func ("/document/figures/description-admits-failure",
                   test_description_admits_failure);
  g_test_add_func ("/document/figures/refusal-gives-its-reason",
                   test_refusal_gives_its_reason);
  g_test_add_func ("/document/figures/axis-rests-while-the-answer-moves",
                   test_axis_rests_while_the_answer_moves);
  g_test_add_func ("/document/figures/loss-of-no-epoch-is-empty",
                   test_loss_of_no_epoch_is_empty);
  g_test_add_func ("/document/figures/loss-names-the-best-epoch",
                   test_loss_names_the_best_epoch);
  g_test_add_func ("/document/figures/traces-are-relative-to-the-latest-value",
                   test_traces_are_relative_to_the_latest_value);
  g_test_add_func ("/document/figures/traces-of-no-iteration-are-empty",
                   test_traces_of_no_iteration_are_empty);
  g_test_add_func ("/document/figures/course-holds-its-percentiles",
                   test_course_holds_its_percentiles);
  g_test_add_func ("/document/figures/course-has-room-for-the-threshold",
                   test_course_has_room_for_the_threshold);
  g_test_add_func ("/document/figures/prior-integrates-to-one",
                   test_prior_integrates_to_one);
  return g_test_run ();
}
