/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-predictor.h"
#include "qusop-diagnostics-parts.h"

#include <math.h>
#include <string.h>

/* The sample study with the model it was made from. */
typedef struct {
  QsDataset     *dataset;
  QsDiagnostics *diagnostics;
} Fixture;

static QsPredictor *
truth (void)
{
  static const double theta[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 0.6,    [QS_PKPD_CL] = 0.05,   [QS_PKPD_V] = 2.4,
    [QS_PKPD_Q] = 0.08,    [QS_PKPD_V2] = 3.0,    [QS_PKPD_R0] = 9.6,
    [QS_PKPD_KOUT] = 0.02, [QS_PKPD_IMAX] = 0.95, [QS_PKPD_IC50] = 1.3,
  };
  QsPkpdStructure  structure = qs_pkpd_structure_default ();
  QsPkpdPopulation population = { .sigma_prop = { 0.18, 0.12 } };

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    if (theta[i] > 0.0)
      population.theta[i] = qs_pkpd_transform (i, theta[i]);
    if (qs_pkpd_varies (&structure, i))
      population.omega2[i] = 0.05;
  }
  population.beta_comed[QS_PKPD_R0] = -0.3;

  return qs_pkpd_predictor_new (&structure, &population);
}

static void
fixture_init (Fixture *self, QsModelKind kind)
{
  QsDiagnosticsOptions options = qs_diagnostics_options_default ();
  g_autoptr (GError)   error = NULL;
  g_autoptr (QsModel)  model = NULL;

  options.n_simulations = 100;
  self->dataset = qs_dataset_load (g_getenv ("QUSOP_SAMPLE"), NULL, NULL, &error);
  g_assert_no_error (error);
  if (kind == QS_MODEL_PKPD) {
    model = qs_model_new (kind);
    model->data_sha256 = g_strdup (qs_dataset_sha256 (self->dataset));
    model->estimate = truth ();
  } else {
    QsFitOptions fit = qs_fit_options_default (kind);

    fit.n_bootstrap = 0;
    model = qs_fit (self->dataset, &fit, NULL, &error);
    g_assert_no_error (error);
  }
  self->diagnostics = qs_diagnose (self->dataset, model, &options, NULL, &error);
  g_assert_no_error (error);
}

static void
fixture_clear (Fixture *self)
{
  qs_diagnostics_unref (self->diagnostics);
  qs_dataset_unref (self->dataset);
}

static char *
csv_of (const Fixture              *self,
        QusopDiagnosticsChart       chart,
        const QusopDiagnosticsView *view)
{
  g_autoptr (QusopPlotSpec) figure =
      qusop_diagnostics_draw (self->diagnostics, self->dataset, chart, view);
  g_autoptr (GBytes) bytes = qusop_plot_to_csv (figure);
  gsize              size;
  const char        *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data, size);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
    n++;

  return n;
}

static void
test_every_figure_has_its_panels (void)
{
  static const guint panels[QUSOP_N_DIAGNOSTICS_CHARTS] = { 4, 4, 6, 3, 2, 5, 6, 2 };
  Fixture            fixture;

  fixture_init (&fixture, QS_MODEL_PKPD);
  for (guint chart = 0; chart < QUSOP_N_DIAGNOSTICS_CHARTS; chart++) {
    const QusopDiagnosticsView view = { .endpoint = QS_ENDPOINT_PK,
                                        .highlighted = G_MAXUINT };
    g_autoptr (QusopPlotSpec)  figure =
        qusop_diagnostics_draw (fixture.diagnostics, fixture.dataset, chart, &view);

    g_assert_cmpuint (qusop_plot_spec_n_panels (figure), ==, panels[chart]);
    g_assert_cmpstr (qusop_plot_spec_description (figure), !=, "");
  }
  fixture_clear (&fixture);
}

/* Leafing through all pages shows every observation of the endpoint once. */
static void
test_pages_show_everybody_once (void)
{
  Fixture fixture;

  fixture_init (&fixture, QS_MODEL_PKPD);
  for (guint endpoint = 0; endpoint < 2; endpoint++) {
    QusopDiagnosticsView view = { .endpoint = endpoint, .highlighted = G_MAXUINT };
    const guint          n_pages = qusop_diagnostics_n_pages (
                 fixture.diagnostics, fixture.dataset, QUSOP_DIAGNOSTICS_INDIVIDUALS, &view);
    guint n = 0;

    for (view.page = 0; view.page < n_pages; view.page++) {
      g_autofree char *csv = csv_of (&fixture, QUSOP_DIAGNOSTICS_INDIVIDUALS, &view);

      n += count (csv, ",observation,");
    }
    g_assert_cmpuint (n_pages, ==, endpoint == QS_ENDPOINT_PK ? 6 : 8);
    g_assert_cmpuint (n, ==, qs_dataset_n_observations (fixture.dataset, endpoint));
  }
  fixture_clear (&fixture);
}

static void
test_the_selected_subject_is_on_its_page (void)
{
  Fixture              fixture;
  QusopDiagnosticsView view = { .endpoint = QS_ENDPOINT_PK, .highlighted = 40 };
  g_autofree char     *fits = NULL, *gof = NULL, *name = NULL;

  fixture_init (&fixture, QS_MODEL_PKPD);
  view.page =
      qusop_diagnostics_page_of (fixture.diagnostics, view.endpoint, view.highlighted);
  fits = csv_of (&fixture, QUSOP_DIAGNOSTICS_INDIVIDUALS, &view);
  name = g_strdup_printf ("ID %s · ", qs_dataset_subject (fixture.dataset, 40)->id);
  g_assert_cmpuint (count (fits, name), >, 0);
  g_assert_cmpuint (count (fits, "selected"), >, 0);

  g_free (name);
  name = g_strdup_printf (",ID %s,", qs_dataset_subject (fixture.dataset, 40)->id);
  gof = csv_of (&fixture, QUSOP_DIAGNOSTICS_FIT, &view);
  g_assert_cmpuint (count (gof, name), ==,
                    4 * fixture.diagnostics->individuals[40].n -
                        4 * 25); /* all but the biomarker */
  fixture_clear (&fixture);
}

static void
test_checks_name_their_percentiles (void)
{
  const QusopDiagnosticsView view = { .endpoint = QS_ENDPOINT_PD,
                                      .highlighted = G_MAXUINT };
  Fixture                    fixture;
  g_autofree char           *csv = NULL;

  fixture_init (&fixture, QS_MODEL_PKPD);
  csv = csv_of (&fixture, QUSOP_DIAGNOSTICS_CORRECTED_VPC, &view);
  g_assert_cmpuint (count (csv, ",observed p05,"), ==, 2 * 25);
  g_assert_cmpuint (count (csv, ",simulated p95,"), ==, 2 * 25);
  g_assert_cmpuint (count (csv, ",95 % interval of simulated p50,"), ==, 2 * 25);
  fixture_clear (&fixture);
}

static void
test_what_is_not_applicable_is_said (void)
{
  Fixture fixture;

  fixture_init (&fixture, QS_MODEL_EMAX);
  for (guint chart = 0; chart < QUSOP_N_DIAGNOSTICS_CHARTS; chart++) {
    const QusopDiagnosticsView view = { .endpoint = QS_ENDPOINT_PD,
                                        .highlighted = G_MAXUINT };
    g_autoptr (QusopPlotSpec)  figure =
        qusop_diagnostics_draw (fixture.diagnostics, fixture.dataset, chart, &view);

    /* Standardised residuals are all that there is. */
    g_assert_cmpuint (qusop_plot_spec_n_panels (figure), ==,
                      chart == QUSOP_DIAGNOSTICS_FIT ? 3 : 0);
    if (chart != QUSOP_DIAGNOSTICS_FIT)
      g_assert_true (g_str_has_prefix (qusop_plot_spec_description (figure),
                                       "Not applicable to this model. The emax model"));
  }
  fixture_clear (&fixture);
}

static void
test_trend_of_a_line_is_the_line (void)
{
  g_autoptr (QusopPlotSpec) spec = qusop_plot_spec_new (NULL);
  g_autoptr (QusopPoints)   points = qusop_points_new ();
  g_autoptr (GBytes)        bytes = NULL;
  g_auto (GStrv)            lines = NULL;

  for (guint i = 0; i < 30; i++)
    qusop_points_add (points, i * i, 2.0 + 3.0 * i * i);
  qusop_add_trend (spec, points, FALSE, FALSE);
  bytes = qusop_plot_to_csv (spec);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\r\n", 43);

  g_assert_cmpuint (g_strv_length (lines), >=, 42);
  for (guint i = 1; i <= 41; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], ",", -1);
    const double   x = g_ascii_strtod (cells[0], NULL);

    g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[1], NULL), 2.0 + 3.0 * x, 1e-5);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/diagnostics/every-figure-has-its-panels",
                   test_every_figure_has_its_panels);
  g_test_add_func ("/document/diagnostics/pages-show-everybody-once",
                   test_pages_show_everybody_once);
  g_test_add_func ("/document/diagnostics/the-selected-subject-is-on-its-page",
                   test_the_selected_subject_is_on_its_page);
  g_test_add_func ("/document/diagnostics/checks-name-their-percentiles",
                   test_checks_name_their_percentiles);
  g_test_add_func ("/document/diagnostics/what-is-not-applicable-is-said",
                   test_what_is_not_applicable_is_said);
  g_test_add_func ("/document/diagnostics/trend-of-a-line-is-the-line",
                   test_trend_of_a_line_is_the_line);
  return g_test_run ();
}
