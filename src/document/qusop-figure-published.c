/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <math.h>

/* Half the distance between the two windows of an arm, and how far its subjects spread.
 */
#define APART 0.2
#define SPREAD 0.28
#define GOLDEN 0.6180339887498949

static const QusopInk inks[QS_N_WINDOWS] = {
  [QS_WINDOW_PUBLISHED] = QUSOP_INK_SECONDARY,
  [QS_WINDOW_LAST_DOSE] = QUSOP_INK_PRIMARY,
};

static char *
window_label (const QsPublished *published, QsPublishedWindow window)
{
  const QsPublishedView *view = &published->views[window];

  return g_strdup_printf ("%g–%g h%s: %u of %u succeed", view->from_h, view->to_h,
                          window == QS_WINDOW_LAST_DOSE ? " (last dosing interval)"
                          : view->from_h > published->last_dose_h ? " (washout)"
                                                                  : "",
                          view->n_attained, view->n);
}

static void
add_labels (QusopPlotSpec     *spec,
            const QsPublished *published,
            const QsDataset   *dataset,
            QsPublishedWindow  window,
            const double      *doses_mg,
            guint              n_arms)
{
  const QsPublishedView  *view = &published->views[window];
  g_autoptr (QusopPoints) points = qusop_points_new ();
  g_autofree char        *label = window_label (published, window);
  const double            side = window == QS_WINDOW_PUBLISHED ? APART : -APART;

  for (guint arm = 0; arm < n_arms; arm++) {
    for (guint i = 0, k = 0; i < view->n; i++) {
      const QsPublishedLabel *point = &view->labels[i];
      double                  whole;

      if (qs_dataset_subject (dataset, point->subject)->dose_mg == doses_mg[arm])
        qusop_points_add (points,
                          arm + side + SPREAD * (modf (GOLDEN * k++, &whole) - 0.5),
                          point->peak_ng_ml);
    }
  }
  qusop_points_add_to (points, spec, QUSOP_SERIES_POINTS, label, label, inks[window],
                       window == QS_WINDOW_PUBLISHED);
}

/**
 * qusop_figure_published_labels:
 *
 * Why the published figures are wrong, at one glance: each subject's highest biomarker in
 * the published window, hollow, beside that in the last dosing interval.
 */
QusopPlotSpec *
qusop_figure_published_labels (const QsPublished *published, const QsDataset *dataset)
{
  QusopPlotSpec   *spec = qusop_plot_spec_new ("Which window the labels come from");
  g_autofree char *number = qusop_word_number (published->options.threshold_ng_ml);
  g_autofree char *mark = g_strconcat (number, " ng/mL", NULL);
  double           doses_mg[QUSOP_MAX_ARMS];
  const guint      n = qusop_arms_of (dataset, doses_mg);
  char            *names[QUSOP_MAX_ARMS + 1] = { NULL };

  for (guint i = 0; i < n; i++)
    names[i] = qusop_arm_label (doses_mg[i]);
  qusop_plot_spec_set_x_categories (spec, (const char *const *) names);
  qusop_plot_spec_set_x_axis (spec, "Arm", "arm", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "Highest biomarker of the window (ng/mL)",
                              "peak_ng_ml", 0.0, 0.0, TRUE);
  add_labels (spec, published, dataset, QS_WINDOW_LAST_DOSE, doses_mg, n);
  add_labels (spec, published, dataset, QS_WINDOW_PUBLISHED, doses_mg, n);
  qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, mark, QUSOP_INK_TARGET,
                            published->options.threshold_ng_ml,
                            published->options.threshold_ng_ml);
  qusop_plot_spec_set_note (spec, "One point per subject, filled in the last dosing "
                                  "interval, hollow in the published window.");
  qusop_plot_spec_set_description (spec, published->reasons[0]);
  for (guint i = 0; i < n; i++)
    g_free (names[i]);

  return spec;
}

static void
add_curve (QusopPlotSpec          *spec,
           const char             *label,
           const QsPublishedCurve *curve,
           QusopInk                ink,
           gboolean                dashed)
{
  const double       step_mg = qs_regimen_grid_step_mg (curve->regimen);
  g_autofree double *doses = g_new (double, curve->n_doses);

  for (gsize i = 0; i < curve->n_doses; i++)
    doses[i] = (double) (i + 1) * step_mg;
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, label, label, ink, dashed,
                              curve->n_doses, doses, curve->p, NULL);
}

static void
add_answer (QusopPlotSpec *spec, const QsModel *model, const QsResult *result)
{
  g_autofree double *doses = g_new (double, result->n_estimates + 1);
  g_autofree double *p = g_new (double, result->n_estimates + 1);
  const char        *name = qs_model_kind_name (model->kind);

  for (gsize i = 0; i < result->n_estimates; i++) {
    doses[i] = result->estimates[i].dose_mg;
    p[i] = result->estimates[i].probability;
  }
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, name, name, QUSOP_INK_ARM_3, FALSE,
                              result->n_estimates, doses, p, NULL);
}

/**
 * qusop_figure_published_curves:
 * @model: (nullable): whose answer stands beside
 * @result: (nullable): its daily one
 *
 * The published success curve of the logistic link, the same from the right window, and
 * the model's where there is one.
 */
QusopPlotSpec *
qusop_figure_published_curves (const QsPublished *published,
                               const QsModel     *model,
                               const QsResult    *result)
{
  const QsPublishedView *views = published->views;
  QusopPlotSpec *spec = qusop_plot_spec_new ("As published, and what the data say");
  const double   end_mg = views[QS_WINDOW_PUBLISHED].logistic.doses[2].curve_mg;

  qusop_plot_spec_set_x_axis (spec, "Daily dose (mg)", "dose_mg", 0.0,
                              isfinite (end_mg) ? 1.5 * end_mg : 100.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, "Share of patients who succeed (%)", "p", 0.0, 1.0,
                              FALSE);
  qusop_plot_spec_set_y_percent (spec, TRUE);
  add_curve (spec, "as published: logistic link, washout labels",
             &views[QS_WINDOW_PUBLISHED].logistic, QUSOP_INK_SECONDARY, TRUE);
  add_curve (spec, "the same, labels of the last dosing interval",
             &views[QS_WINDOW_LAST_DOSE].logistic, QUSOP_INK_PRIMARY, FALSE);
  if (result != NULL)
    add_answer (spec, model, result);
  qusop_plot_spec_set_note (spec, "Never advice: the published curve counts who is more "
                                  "likely than not to succeed in washout.");
  qusop_plot_spec_set_description (
      spec, "Success against the daily dose: the published logistic link, the same link "
            "fitted to the last dosing interval, and the model.");

  return spec;
}
