/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static QusopPlotSpec *
draw_arms (const QusopDiagnosis *self)
{
  const GArray           *checks = self->diagnostics->attainment;
  QusopPlotSpec          *panel = qusop_plot_spec_new (_ ("By arm"));
  g_autoptr (GPtrArray)   names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QusopPoints) interval = qusop_points_new ();
  g_autoptr (QusopPoints) mean = qusop_points_new ();
  g_autoptr (QusopPoints) observed = qusop_points_new ();

  for (guint i = 0; i < checks->len; i++) {
    const QsAttainmentCheck *check = &g_array_index (checks, QsAttainmentCheck, i);

    g_ptr_array_add (names, qusop_arm_label (check->dose_mg));
    qusop_points_add_range (interval, i, check->low / check->n, check->high / check->n);
    qusop_points_add (mean, i, check->mean / check->n);
    qusop_points_add (observed, i, check->observed / (double) check->n);
  }
  g_ptr_array_add (names, NULL);

  qusop_plot_spec_set_empty_reason (panel, _ ("No arm has biomarker values in its last "
                                              "dosing window."));
  if (checks->len > 0)
    qusop_plot_spec_set_x_categories (panel, (const char *const *) names->pdata);
  qusop_plot_spec_set_x_axis (panel, _ ("Arm"), "arm", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, _ ("Attained (%)"), "attained_share", 0.0, 1.0,
                              FALSE);
  qusop_plot_spec_set_y_percent (panel, TRUE);
  qusop_points_add_to (interval, panel, QUSOP_SERIES_INTERVALS,
                       /* xgettext:no-c-format */
                       _ ("95 % prediction interval"), "95 % prediction interval",
                       QUSOP_INK_SECONDARY, FALSE);
  qusop_points_add_to (mean, panel, QUSOP_SERIES_POINTS, _ ("predicted mean"),
                       "predicted_mean", QUSOP_INK_SECONDARY, FALSE);
  qusop_points_add_to (observed, panel, QUSOP_SERIES_POINTS, _ ("observed"), "observed",
                       QUSOP_INK_TARGET, FALSE);
  return panel;
}

/* Arms that lie upon each other are told apart by their names. */
static void
name_arm (QusopPlotSpec *panel, const QsCalibrationPoint *arm)
{
  g_autofree char *name = qusop_arm_label (arm->dose_mg);
  g_autofree char *label =
      g_strdup_printf ("%s: %.0f/%u", name, arm->observed * arm->n, arm->n);

  qusop_plot_spec_add_mark (panel, QUSOP_MARK_TEXT, label, QUSOP_INK_PRIMARY,
                            arm->predicted, arm->high);
}

/* Observed against predicted shares, of arms and of subjects of similar probability. */
static QusopPlotSpec *
draw_calibration (const QusopDiagnosis *self)
{
  const GArray           *groups = self->diagnostics->calibration;
  QusopPlotSpec          *panel = qusop_plot_spec_new (_ ("Calibration"));
  g_autoptr (QusopPoints) interval = qusop_points_new ();
  g_autoptr (QusopPoints) arms = qusop_points_new ();
  g_autoptr (QusopPoints) points = qusop_points_new ();
  g_autoptr (QusopPoints) ends = qusop_points_new ();

  for (guint i = 0; i < groups->len; i++) {
    const QsCalibrationPoint *group = &g_array_index (groups, QsCalibrationPoint, i);

    qusop_points_add_range (interval, group->predicted, group->low, group->high);
    qusop_points_add (isnan (group->dose_mg) ? points : arms, group->predicted,
                      group->observed);
    if (!isnan (group->dose_mg))
      name_arm (panel, group);
  }
  qusop_points_add (ends, 0.0, 0.0);
  qusop_points_add (ends, 1.0, 1.0);

  qusop_plot_spec_set_x_axis (panel, _ ("Predicted probability (%)"), "predicted", 0.0,
                              1.0, FALSE);
  qusop_plot_spec_set_x_percent (panel, TRUE);
  qusop_plot_spec_set_y_axis (panel, _ ("Observed share (%)"), "observed_share", 0.0, 1.0,
                              FALSE);
  qusop_plot_spec_set_y_percent (panel, TRUE);
  qusop_add_identity (panel, ends);
  qusop_points_add_to (interval, panel, QUSOP_SERIES_INTERVALS,
                       /* xgettext:no-c-format */
                       _ ("95 % Clopper–Pearson interval"),
                       "95 % Clopper–Pearson interval", QUSOP_INK_NEUTRAL, FALSE);
  qusop_points_add_to (points, panel, QUSOP_SERIES_POINTS,
                       _ ("subjects of like probability"), "observed_group",
                       QUSOP_INK_TARGET, FALSE);
  qusop_points_add_to (arms, panel, QUSOP_SERIES_POINTS, _ ("arms"), "observed_arm",
                       QUSOP_INK_PRIMARY, FALSE);
  return panel;
}

/* Attainment of the arms against its predictive distribution, and its calibration. */
void
qusop_draw_attainment (const QusopDiagnosis *self, QusopPlotSpec *figure)
{
  const QsDiagnosticsOptions *options = &self->diagnostics->options;
  const QsScenario            scenario = { .success = options->success,
                                           .threshold_ng_ml = options->threshold_ng_ml };
  g_autofree char            *words = qusop_word_success (&scenario);
  g_autofree char            *n = qusop_word_count (options->n_simulations);
  g_autofree char            *note = g_strdup_printf (
                 "Attained: every biomarker value of the last dosing window %s. Predictions from %s "
                            "simulated studies at the observed times, with residual error; seed "
                            "%" G_GUINT64_FORMAT ".",
                 words, n, options->seed);

  qusop_plot_spec_set_note (figure, note);
  qusop_plot_spec_add_panel (figure, draw_arms (self));
  qusop_plot_spec_add_panel (figure, draw_calibration (self));
}
