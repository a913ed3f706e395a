/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Subjects of a category stand beside each other over this much of its width; steps of
 * the golden section keep neighbours apart. */
#define SPREAD 0.3
#define GOLDEN 0.6180339887498949

/* The geometric mean of the biomarker over the last dosing window; values of zero or less
 * have no logarithm. */
static gboolean
window_mean (const QsSubject *subject, double *mean_ng_ml)
{
  const gsize               n = qs_window_points (subject, NULL, 0);
  g_autofree QsWindowPoint *points = g_new (QsWindowPoint, n);
  double                    sum = 0.0;

  qs_window_points (subject, points, n);
  for (gsize i = 0; i < n; i++)
    sum += log (points[i].response_ng_ml);
  *mean_ng_ml = exp (sum / (double) n);

  return n > 0 && isfinite (*mean_ng_ml);
}

static double
beside (guint k)
{
  double whole;

  return SPREAD * (modf (GOLDEN * k, &whole) - 0.5);
}

static void
set_arms (QusopPlotSpec *spec, const double *doses_mg, guint n)
{
  char *names[QUSOP_MAX_ARMS + 1] = { NULL };

  for (guint i = 0; i < n; i++)
    names[i] = qusop_arm_label (doses_mg[i]);
  qusop_plot_spec_set_x_categories (spec, (const char *const *) names);
  qusop_plot_spec_set_x_axis (spec, _ ("Arm"), "arm", 0.0, 0.0, FALSE);
  for (guint i = 0; i < n; i++)
    g_free (names[i]);
}

static void
add_threshold (QusopPlotSpec *spec, double threshold_ng_ml)
{
  g_autofree char *number = qusop_word_number (threshold_ng_ml);
  g_autofree char *label = g_strconcat (number, " ng/mL", NULL);

  qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, label, QUSOP_INK_TARGET,
                            threshold_ng_ml, threshold_ng_ml);
}

/**
 * qusop_figure_extremes:
 *
 * The value of each subject's last dosing window that decides about success, by arm: the
 * highest biomarker, or the lowest where success lies above the threshold.
 */
QusopPlotSpec *
qusop_figure_extremes (const QsDataset *dataset,
                       QsSuccess        success,
                       double           threshold_ng_ml,
                       gboolean         logarithmic)
{
  const gboolean   has_comed = qs_dataset_facts (dataset).has_comed;
  g_autofree char *title = g_strdup (
      success == QS_SUCCESS_BELOW ? _ ("Highest biomarker of the last dosing window")
                                  : _ ("Lowest biomarker of the last dosing window"));
  const char      *y_label = success == QS_SUCCESS_BELOW ? _ ("Highest biomarker (ng/mL)")
                                                         : _ ("Lowest biomarker (ng/mL)");
  g_autofree char *description =
      g_strdup_printf (_ ("%s, one point per subject."), title);
  QusopPlotSpec *spec = qusop_plot_spec_new (title);
  double         doses_mg[QUSOP_MAX_ARMS];
  const guint    n = qusop_arms_of (dataset, doses_mg);

  qusop_plot_spec_set_empty_reason (
      spec, _ ("No subject has biomarker observations in its last dosing window."));
  set_arms (spec, doses_mg, n);
  qusop_plot_spec_set_y_axis (spec, y_label, "extreme_ng_ml", 0.0, 0.0, logarithmic);
  for (guint comed = 0; comed < 2; comed++) {
    g_autoptr (QusopPoints) points = qusop_points_new ();
    const char             *label = !has_comed ? _ ("one subject")
                                    : comed    ? _ ("with co-medication")
                                               : _ ("no co-medication");

    for (guint arm = 0; arm < n; arm++) {
      for (guint i = 0, k = 0; i < qs_dataset_n_subjects (dataset); i++) {
        const QsSubject *subject = qs_dataset_subject (dataset, i);
        double           extreme;

        if (subject->dose_mg == doses_mg[arm] && subject->comed == comed &&
            qs_window_extreme (subject, success, &extreme))
          qusop_points_add (points,
                            arm + (has_comed ? 0.36 * comed - 0.18 : 0.0) + beside (k++),
                            extreme);
      }
    }
    qusop_points_add_to (points, spec, QUSOP_SERIES_POINTS, label, label,
                         comed ? QUSOP_INK_ARM_2 : QUSOP_INK_ARM_1, FALSE);
  }
  add_threshold (spec, threshold_ng_ml);
  qusop_plot_spec_set_description (spec, description);
  return spec;
}

/* One arm's subjects with, or without, co-medication. */
static void
add_weights (QusopPlotSpec   *spec,
             const QsDataset *dataset,
             double           dose_mg,
             QusopInk         ink,
             guint            comed)
{
  g_autoptr (QusopPoints) points = qusop_points_new ();
  g_autofree char        *arm = qusop_arm_label (dose_mg);
  g_autofree char        *label =
      comed ? g_strconcat (arm, _ (", co-medication"), NULL) : g_strdup (arm);

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);
    double           mean_ng_ml;

    if (subject->dose_mg == dose_mg && subject->comed == comed &&
        window_mean (subject, &mean_ng_ml))
      qusop_points_add (points, subject->bw_kg, mean_ng_ml);
  }
  qusop_points_add_to (points, spec, QUSOP_SERIES_POINTS, label, label, ink, comed);
}

/**
 * qusop_figure_covariates:
 *
 * Each subject's mean biomarker of the last dosing window against body weight, hollow
 * with co-medication.
 */
QusopPlotSpec *
qusop_figure_covariates (const QsDataset *dataset, gboolean logarithmic)
{
  QusopPlotSpec *spec = qusop_plot_spec_new (_ ("Biomarker and covariates"));
  double         doses_mg[QUSOP_MAX_ARMS];
  const guint    n = qusop_arms_of (dataset, doses_mg);

  qusop_plot_spec_set_empty_reason (
      spec, _ ("No subject has biomarker observations in its last dosing window."));
  qusop_plot_spec_set_x_axis (spec, _ ("Body weight (kg)"), "body_weight_kg", 0.0, 0.0,
                              FALSE);
  qusop_plot_spec_set_y_axis (spec,
                              _ ("Mean biomarker of the last dosing window (ng/mL)"),
                              "window_mean_ng_ml", 0.0, 0.0, logarithmic);
  for (guint arm = 0; arm < n; arm++) {
    for (guint comed = 0; comed < 2; comed++)
      add_weights (spec, dataset, doses_mg[arm], qusop_arm_ink (arm), comed);
  }
  qusop_plot_spec_set_note (spec, _ ("One point per subject: the geometric mean."));
  qusop_plot_spec_set_description (
      spec, _ ("Mean biomarker of the last dosing window against body weight, by arm and "
               "co-medication, one point per subject."));
  return spec;
}

/**
 * qusop_add_window_means:
 *
 * Adds each subject's mean biomarker of the last dosing window at its dose, with and
 * without co-medication apart.
 */
void
qusop_add_window_means (QusopPlotSpec *spec, const QsDataset *dataset)
{
  const gboolean has_comed = qs_dataset_facts (dataset).has_comed;

  for (guint comed = 0; comed < 2; comed++) {
    g_autoptr (QusopPoints) points = qusop_points_new ();
    const char             *label = !has_comed ? "one subject"
                                    : comed    ? "subjects, with co-medication"
                                               : "subjects, no co-medication";

    for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
      const QsSubject *subject = qs_dataset_subject (dataset, i);
      double           mean_ng_ml;

      if (subject->comed == comed && window_mean (subject, &mean_ng_ml))
        qusop_points_add (points, subject->dose_mg, mean_ng_ml);
    }
    qusop_points_add_to (points, spec, QUSOP_SERIES_POINTS, label, label,
                         comed ? QUSOP_INK_SECONDARY : QUSOP_INK_PRIMARY, comed);
  }
}
