/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-explore.h"
#include "samples.h"

#include <math.h>
#include <string.h>

static const QusopExploreView plain = { .success = QS_SUCCESS_BELOW,
                                        .threshold_ng_ml = 3.3,
                                        .arm_mg = NAN,
                                        .highlighted = G_MAXUINT };

static char *
csv_of (const QusopPlotSpec *spec)
{
  g_autoptr (GBytes) bytes = qusop_plot_to_csv (spec);
  gsize              size;
  const char        *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data, size);
}

static char *
csv_of_chart (QusopExploreChart chart, const QusopExploreView *view)
{
  g_autoptr (QsDataset)     dataset = sample_study ();
  g_autoptr (QusopPlotSpec) spec = qusop_explore_draw (dataset, chart, view);

  return csv_of (spec);
}

static void
test_every_chart_has_axes_with_units_and_a_description (void)
{
  g_autoptr (QsDataset) dataset = sample_study ();

  for (guint chart = 0; chart < QUSOP_N_EXPLORE_CHARTS; chart++) {
    QusopExploreView view = plain;

    for (int scale = 0; scale <= qusop_explore_has_scales (chart); scale++) {
      g_autoptr (QusopPlotSpec) spec = NULL;
      double                    box[4];

      view.logarithmic = scale;
      spec = qusop_explore_draw (dataset, chart, &view);
      g_assert_true (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
      g_assert_cmpstr (qusop_plot_spec_description (spec), !=,
                       qusop_plot_spec_title (spec));
    }
  }
}

static void
test_a_study_without_concentrations_says_so (void)
{
  static const char     text[] = "ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n"
                                 "1,70,3,0,.,1,1,3,1,0\n1,70,3,1,9,0,0,0,3,2\n"
                                 "2,70,3,0,.,1,1,3,1,0\n2,70,3,2,8,0,0,0,3,2\n";
  g_autoptr (GBytes)    bytes = g_bytes_new_static (text, sizeof text - 1);
  g_autoptr (QsDataset) dataset = qs_dataset_parse (bytes, "s.csv", NULL, NULL, NULL);
  double                box[4];

  for (guint chart = 0; chart < QUSOP_N_EXPLORE_CHARTS; chart++) {
    g_autoptr (QusopPlotSpec) spec = qusop_explore_draw (dataset, chart, &plain);

    if (qusop_explore_needs (chart, QS_ENDPOINT_PK))
      g_assert_false (qusop_plot_axes_box (spec, 640.0, 420.0, 1.0, box));
  }
}

/* sample_study(): ID 3 has one value below 0.5 mg/L, at 30 h. */
static void
test_values_below_the_limit_are_apart (void)
{
  g_autofree char *csv = csv_of_chart (QUSOP_EXPLORE_CONCENTRATION, &plain);

  g_assert_nonnull (strstr (csv, "\"3 mg, ID 3, below LLOQ\",30,0.5\r\n"));
  g_assert_null (strstr (csv, "\"3 mg, ID 3\",30,"));
}

static void
test_a_highlighted_subject_is_named_and_kept_in_its_arm (void)
{
  QusopExploreView          view = plain;
  g_autoptr (QsDataset)     dataset = sample_study ();
  g_autoptr (QusopPlotSpec) spec = NULL;
  g_autofree char          *csv = NULL;
  g_autoptr (QusopPlotSpec) placebo = NULL;
  g_autofree char          *other = NULL;

  view.highlighted = 2;
  spec = qusop_explore_draw (dataset, QUSOP_EXPLORE_BIOMARKER, &view);
  csv = csv_of (spec);
  g_assert_nonnull (strstr (qusop_plot_spec_description (spec), "ID 3"));
  /* The values are in the file already. */
  g_assert_null (strstr (csv, "highlighted"));

  view.arm_mg = 0.0;
  placebo = qusop_explore_draw (dataset, QUSOP_EXPLORE_BIOMARKER, &view);
  other = csv_of (placebo);
  g_assert_null (strstr (other, "3 mg"));
  g_assert_nonnull (strstr (other, "placebo, ID 1"));
}

/* sample_study() at 24 h: 11 and 12 on placebo, 4 and 9 at 3 mg. */
static void
test_means_are_those_of_the_arm (void)
{
  QusopExploreView view = plain;
  g_autofree char *linear = csv_of_chart (QUSOP_EXPLORE_BIOMARKER_MEAN, &view);
  g_autofree char *logarithmic = NULL;

  view.logarithmic = TRUE;
  logarithmic = csv_of_chart (QUSOP_EXPLORE_BIOMARKER_MEAN, &view);
  /* SD 1/√2 and 5/√2. */
  g_assert_nonnull (strstr (linear, "\r\n24,10.79289322,12.20710678,11.5,"
                                    "2.964466094,10.03553391,6.5\r\n"));
  g_assert_nonnull (strstr (linear, "\"3 mg, mean ± SD, lower\""));
  g_assert_nonnull (strstr (logarithmic, ",6\r\n30,"));
  g_assert_nonnull (strstr (logarithmic, "\"3 mg, geometric mean\""));
}

static void
test_the_sweep_passes_through_the_attainment (void)
{
  QusopExploreView      view = plain;
  g_autoptr (QsDataset) dataset = sample_study ();
  g_autoptr (QsSweep)   near = NULL;
  g_autoptr (QsSweep)   wide = NULL;

  near = qusop_explore_sweep (dataset, &view, TRUE);
  wide = qusop_explore_sweep (dataset, &view, FALSE);
  g_assert_cmpfloat (near->thresholds_ng_ml[0], ==, 2.5);
  g_assert_cmpfloat (near->thresholds_ng_ml[near->n_thresholds - 1], ==, 4.0);
  g_assert_cmpfloat (wide->thresholds_ng_ml[0], ==, 0.0);
  for (gsize a = 0; a < wide->n_arms; a++) {
    g_assert_cmpuint (wide->attained[a], ==, 0);
    g_assert_cmpuint (wide->attained[(wide->n_thresholds - 1) * wide->n_arms + a], ==,
                      wide->n[a]);
  }
}

static void
test_the_emax_curve_is_that_of_the_model (void)
{
  const char               *path = g_getenv ("QUSOP_SAMPLE");
  QsFitOptions              options = qs_fit_options_default (QS_MODEL_EMAX);
  g_autoptr (GError)        error = NULL;
  g_autoptr (QsDataset)     dataset = qs_dataset_load (path, NULL, NULL, &error);
  g_autoptr (QsModel)       model = NULL;
  g_autoptr (QusopPlotSpec) spec = NULL;
  g_autofree char          *csv = NULL;
  g_auto (GStrv)            lines = NULL;
  double                    r0 = NAN;
  gboolean                  found = FALSE;

  g_assert_no_error (error);
  options.n_bootstrap = 20;
  model = qs_fit (dataset, &options, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *metric = &g_array_index (model->metrics, QsMetric, i);

    if (g_str_equal (metric->name, "R0"))
      r0 = metric->value;
  }

  spec = qusop_figure_emax (dataset, model, NULL, FALSE);
  csv = csv_of (spec);
  lines = g_strsplit (csv, "\r\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "\"Emax model, no co-medication\",0,")) {
      const double at_zero = g_ascii_strtod (
          lines[i] + strlen ("\"Emax model, no co-medication\",0,"), NULL);

      g_assert_cmpfloat_with_epsilon (at_zero, r0, 1e-8 * r0);
      found = TRUE;
    }
  }
  g_assert_true (found);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/explore/every-chart-has-axes-and-a-description",
                   test_every_chart_has_axes_with_units_and_a_description);
  g_test_add_func ("/document/explore/a-study-without-concentrations-says-so",
                   test_a_study_without_concentrations_says_so);
  g_test_add_func ("/document/explore/values-below-the-limit-are-apart",
                   test_values_below_the_limit_are_apart);
  g_test_add_func ("/document/explore/a-highlighted-subject-is-named",
                   test_a_highlighted_subject_is_named_and_kept_in_its_arm);
  g_test_add_func ("/document/explore/means-are-those-of-the-arm",
                   test_means_are_those_of_the_arm);
  g_test_add_func ("/document/explore/the-sweep-passes-through-the-attainment",
                   test_the_sweep_passes_through_the_attainment);
  g_test_add_func ("/document/explore/the-emax-curve-is-that-of-the-model",
                   test_the_emax_curve_is_that_of_the_model);
  return g_test_run ();
}
