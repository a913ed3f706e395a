/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Bars of a histogram, half an ω wide, over ±3 ω. */
#define N_BARS 13
#define N_DENSITY 61

static void
add_density (double sd, QusopPlotSpec *panel)
{
  g_autoptr (QusopPoints) line = qusop_points_new ();

  for (guint i = 0; i < N_DENSITY; i++) {
    const double z = -3.5 + 7.0 * i / (N_DENSITY - 1);

    qusop_points_add (line, z * sd, exp (-0.5 * z * z) / (sd * sqrt (2.0 * G_PI)));
  }
  qusop_points_add_to (line, panel, QUSOP_SERIES_LINE,
                       _ ("density of the population, N (0, ω²)"), "population_density",
                       QUSOP_INK_SECONDARY, FALSE);
}

static QusopPlotSpec *
draw_histogram (const QusopDiagnosis *self, guint effect)
{
  const QsEffect  *info = &self->diagnostics->effects[effect];
  const double     width = 0.5 * info->sd;
  g_autofree char *shrinkage = qusop_word_percent (info->shrinkage);
  g_autofree char *title =
      g_strdup_printf (_ (_ ("η of %s, shrinkage %s")), info->name, shrinkage);
  g_autofree char        *label = g_strdup_printf ("η of %s", info->name);
  QusopPlotSpec          *panel = qusop_plot_spec_new (title);
  g_autoptr (QusopPoints) bars = qusop_points_new ();
  g_autoptr (QusopPoints) own = qusop_points_new ();
  double                  counts[N_BARS] = { 0.0 };

  for (guint i = 0; i < self->diagnostics->n_subjects; i++) {
    const QsIndividual *individual = &self->diagnostics->individuals[i];
    const double        eta = individual->eta[effect];
    const int bar = (int) CLAMP (floor (eta / width + 0.5 * N_BARS), 0.0, N_BARS - 1.0);

    if (!individual->informed[effect])
      continue;
    counts[bar] += 1.0;
    if (i == self->view->highlighted)
      qusop_points_add (own, eta, 0.0);
  }
  for (guint b = 0; b < N_BARS; b++)
    qusop_points_add (bars, (b - 0.5 * (N_BARS - 1)) * width,
                      counts[b] / (MAX (1, info->n_informed) * width));

  qusop_plot_spec_set_x_axis (panel, label, "eta", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, _ ("Density"), "density", 0.0, 0.0, FALSE);
  qusop_points_add_to (bars, panel, QUSOP_SERIES_BARS, _ ("empirical Bayes estimates"),
                       "estimates", QUSOP_INK_PRIMARY, FALSE);
  add_density (info->sd, panel);
  qusop_points_add_to (own, panel, QUSOP_SERIES_POINTS, _ ("selected subject"),
                       "selected", QUSOP_INK_TARGET, FALSE);
  return panel;
}

void
qusop_draw_effects (const QusopDiagnosis *self, QusopPlotSpec *figure)
{
  const guint first = self->view->page * QUSOP_PANELS_PER_PAGE;

  for (guint j = first;
       j < MIN (first + QUSOP_PANELS_PER_PAGE, self->diagnostics->n_effects); j++)
    qusop_plot_spec_add_panel (figure, draw_histogram (self, j));
}

/* The covariates of a study: body weight, co-medication, then the others of the file. */
static guint
n_covariates (const QsDataset *dataset)
{
  return 1 + (qs_dataset_facts (dataset).has_comed ? 1 : 0) +
         qs_dataset_n_covariates (dataset);
}

guint
qusop_n_covariate_panels (const QsDiagnostics *diagnostics, const QsDataset *dataset)
{
  return diagnostics->n_effects * n_covariates (dataset);
}

typedef struct {
  const char *name;
  char       *levels[12]; /* owned; of a category */
  guint       n_levels;
  guint       other; /* number among the file's others */
  gboolean    is_comed;
  gboolean    is_bw;
} Covariate;

static Covariate
covariate_at (const QsDataset *dataset, guint at)
{
  const guint before = qs_dataset_facts (dataset).has_comed ? 2 : 1;
  Covariate   covariate = { .name = _ ("Body weight (kg)"), .is_bw = at == 0 };

  if (at == 0)
    return covariate;
  if (at < before) {
    covariate.name = _ ("Co-medication");
    covariate.is_comed = TRUE;
    covariate.levels[0] = g_strdup (_ (_ ("without")));
    covariate.levels[1] = g_strdup ("with");
    covariate.n_levels = 2;
    return covariate;
  }

  covariate.other = at - before;
  covariate.name = qs_dataset_covariate_name (dataset, covariate.other);
  for (guint level = 0; qs_dataset_covariate_is_categorical (dataset, covariate.other) &&
                        level < G_N_ELEMENTS (covariate.levels) - 1;
       level++) {
    const char *text = qs_dataset_covariate_level (dataset, covariate.other, level);

    if (text == NULL)
      break;
    covariate.levels[covariate.n_levels++] = g_strdup (text);
  }
  /* More categories than there are places for are drawn by number. */
  if (covariate.n_levels == G_N_ELEMENTS (covariate.levels) - 1)
    while (covariate.n_levels > 0)
      g_clear_pointer (&covariate.levels[--covariate.n_levels], g_free);

  return covariate;
}

static double
covariate_value (const QsDataset *dataset, const Covariate *covariate, guint subject)
{
  const QsSubject *who = qs_dataset_subject (dataset, subject);

  return covariate->is_bw ? who->bw_kg
         : covariate->is_comed
             ? (who->comed != 0 ? 1.0 : 0.0)
             : qs_dataset_covariate (dataset, covariate->other, subject);
}

static QusopPlotSpec *
draw_covariate (const QusopDiagnosis *self, guint effect, guint at)
{
  const QsEffect  *info = &self->diagnostics->effects[effect];
  Covariate        covariate = covariate_at (self->dataset, at);
  g_autofree char *title =
      g_strdup_printf (_ (_ ("η of %s, %s")), info->name, covariate.name);
  g_autofree char        *label = g_strdup_printf ("η of %s", info->name);
  QusopPlotSpec          *panel = qusop_plot_spec_new (title);
  g_autoptr (QusopPoints) points = qusop_points_new ();
  g_autoptr (QusopPoints) own = qusop_points_new ();

  for (guint i = 0; i < self->diagnostics->n_subjects; i++) {
    const QsIndividual *individual = &self->diagnostics->individuals[i];
    const double        x = covariate_value (self->dataset, &covariate, i);

    if (!individual->informed[effect] || !isfinite (x))
      continue;
    qusop_points_add (points, x, individual->eta[effect]);
    if (i == self->view->highlighted)
      qusop_points_add (own, x, individual->eta[effect]);
  }

  if (covariate.n_levels > 0)
    qusop_plot_spec_set_x_categories (panel, (const char *const *) covariate.levels);
  qusop_plot_spec_set_x_axis (panel, covariate.name, "covariate", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, label, "eta", 0.0, 0.0, FALSE);
  qusop_plot_spec_add_mark (panel, QUSOP_MARK_HORIZONTAL, NULL, QUSOP_INK_NEUTRAL, 0.0,
                            0.0);
  qusop_points_add_to (points, panel, QUSOP_SERIES_POINTS, _ ("subject"), "subject",
                       QUSOP_INK_PRIMARY, FALSE);
  if (covariate.n_levels == 0)
    qusop_add_trend (panel, points, FALSE, FALSE);
  qusop_points_add_to (own, panel, QUSOP_SERIES_POINTS, _ ("selected subject"),
                       "selected", QUSOP_INK_TARGET, FALSE);

  for (guint level = 0; level < covariate.n_levels; level++)
    g_free (covariate.levels[level]);
  return panel;
}

void
qusop_draw_covariates (const QusopDiagnosis *self, QusopPlotSpec *figure)
{
  const guint n_each = n_covariates (self->dataset);
  const guint first = self->view->page * QUSOP_PANELS_PER_PAGE;
  const guint n = qusop_n_covariate_panels (self->diagnostics, self->dataset);

  for (guint i = first; i < MIN (first + QUSOP_PANELS_PER_PAGE, n); i++)
    qusop_plot_spec_add_panel (figure, draw_covariate (self, i / n_each, i % n_each));
}
