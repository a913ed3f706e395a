/* SPDX-License-Identifier: Apache-2.0 */
#include "plots/qusop-plot.h"

#include <locale.h>
#include <math.h>
#include <string.h>

static const double x[] = { 0.0, 0.5, 1.0 };
static const double y[] = { 0.0, 0.125, 1.0 / 3.0 };
static const double low[] = { NAN, 0.1, 0.25 };
static const double high[] = { NAN, 0.2, INFINITY };

static void
assert_csv (const QusopPlotSpec *spec, const char *expected)
{
  g_autoptr (GBytes) bytes = qusop_plot_to_csv (spec);
  gsize              size;
  const char        *data = g_bytes_get_data (bytes, &size);
  g_autofree char   *text = g_strndup (data, size);

  g_assert_cmpstr (text, ==, expected);
}

static QusopPlotSpec *
make_curve (void)
{
  QusopPlotSpec *spec = qusop_plot_spec_new ("Curve");

  qusop_plot_spec_set_x_axis (spec, "Dose (mg)", "dose_mg", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "Share (%)", "share", 0.0, 1.0, FALSE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, "estimate", "p", QUSOP_INK_PRIMARY,
                              FALSE, 3, x, y, NULL);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_BAND, "band",
                              "95 % parameter uncertainty (20 \"fits\")",
                              QUSOP_INK_PRIMARY, FALSE, 3, x, low, high);
  return spec;
}

static void
test_shared_x_makes_columns (void)
{
  g_autoptr (QusopPlotSpec) spec = make_curve ();

  assert_csv (spec, "dose_mg,p,\"95 % parameter uncertainty (20 \"\"fits\"\"), lower\","
                    "\"95 % parameter uncertainty (20 \"\"fits\"\"), upper\"\r\n"
                    "0,0,,\r\n0.5,0.125,0.1,0.2\r\n1,0.3333333333,0.25,Inf\r\n");
}

static void
test_own_x_makes_rows (void)
{
  g_autoptr (QusopPlotSpec) spec = make_curve ();

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_POINTS, NULL, "=seen, once",
                              QUSOP_INK_ARM_1, FALSE, 1, x + 1, y + 1, NULL);
  assert_csv (spec, "series,dose_mg,share,upper\r\n"
                    "p,0,0,\r\np,0.5,0.125,\r\np,1,0.3333333333,\r\n"
                    "\"95 % parameter uncertainty (20 \"\"fits\"\")\",0,,\r\n"
                    "\"95 % parameter uncertainty (20 \"\"fits\"\")\",0.5,0.1,0.2\r\n"
                    "\"95 % parameter uncertainty (20 \"\"fits\"\")\",1,0.25,Inf\r\n"
                    "\"'=seen, once\",0.5,0.125,\r\n");
}

static void
test_categories_are_written_by_name (void)
{
  const char *const         names[] = { "placebo", "1 mg", NULL };
  const double              at[] = { 0.0, 1.0 };
  const double              share[] = { 0.0, 0.5 };
  g_autoptr (QusopPlotSpec) spec = qusop_plot_spec_new ("Arms");

  qusop_plot_spec_set_x_axis (spec, "Arm", "arm", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_x_categories (spec, names);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_BARS, "share", "share",
                              QUSOP_INK_PRIMARY, FALSE, 2, at, share, NULL);
  assert_csv (spec, "arm,share\r\nplacebo,0\r\n1 mg,0.5\r\n");
}

static void
test_locale_does_not_matter (void)
{
  g_autoptr (QusopPlotSpec) spec = make_curve ();
  g_autoptr (GBytes)        before = qusop_plot_to_csv (spec);
  g_autoptr (GBytes)        after = NULL;

  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL &&
      setlocale (LC_ALL, "fr_FR.UTF-8") == NULL) {
    g_test_skip ("no locale with a decimal comma is installed");
    return;
  }
  after = qusop_plot_to_csv (spec);
  setlocale (LC_ALL, "C");
  g_assert_true (g_bytes_equal (before, after));
}

static void
test_panels_are_named_in_every_row (void)
{
  g_autoptr (QusopPlotSpec) figure = qusop_plot_spec_new ("Two");

  qusop_plot_spec_add_panel (figure, make_curve ());
  qusop_plot_spec_add_panel (figure, qusop_plot_spec_new ("None"));
  g_assert_cmpuint (qusop_plot_spec_n_panels (figure), ==, 2);
  assert_csv (
      figure,
      "panel,x_name,y_name,series,x,y,upper\r\n"
      "Curve,dose_mg,share,p,0,0,\r\nCurve,dose_mg,share,p,0.5,0.125,\r\n"
      "Curve,dose_mg,share,p,1,0.3333333333,\r\n"
      "Curve,dose_mg,share,\"95 % parameter uncertainty (20 \"\"fits\"\")\",0,,\r\n"
      "Curve,dose_mg,share,\"95 % parameter uncertainty (20 \"\"fits\"\")\",0.5,0.1,"
      "0.2\r\n"
      "Curve,dose_mg,share,\"95 % parameter uncertainty (20 \"\"fits\"\")\",1,0.25,"
      "Inf\r\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plots/csv/shared-x-makes-columns", test_shared_x_makes_columns);
  g_test_add_func ("/plots/csv/own-x-makes-rows", test_own_x_makes_rows);
  g_test_add_func ("/plots/csv/categories-are-written-by-name",
                   test_categories_are_written_by_name);
  g_test_add_func ("/plots/csv/locale-does-not-matter", test_locale_does_not_matter);
  g_test_add_func ("/plots/csv/panels-are-named-in-every-row",
                   test_panels_are_named_in_every_row);
  return g_test_run ();
}
