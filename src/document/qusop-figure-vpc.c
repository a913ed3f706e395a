/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-diagnostics-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const char *const percentile_names[QS_VPC_N_PERCENTILES] = { "p05", "p50", "p95" };

static void
add_simulated (const QsVpc *vpc, guint p, QusopPlotSpec *panel)
{
  const gboolean   middle = p == 1;
  g_autofree char *band_name =
      g_strdup_printf ("95 %% interval of simulated %s", percentile_names[p]);
  g_autofree char *line_name = g_strdup_printf ("simulated %s", percentile_names[p]);
  g_autoptr (QusopPoints) band = qusop_points_new ();
  g_autoptr (QusopPoints) line = qusop_points_new ();

  for (guint b = 0; b < vpc->n_bins; b++) {
    const QsVpcBin *bin = &vpc->bins[b];

    qusop_points_add_range (band, bin->time_h, bin->simulated[p].low,
                            bin->simulated[p].high);
    qusop_points_add (line, bin->time_h, bin->simulated[p].median);
  }
  qusop_points_add_to (band, panel, QUSOP_SERIES_BAND,
                       middle ? /* xgettext:no-c-format */
                           _ ("95 % interval of the simulated median")
                              : /* xgettext:no-c-format */
                           _ ("95 % interval of simulated 5th, 95th percentile"),
                       band_name, middle ? QUSOP_INK_SECONDARY : QUSOP_INK_NEUTRAL,
                       FALSE);
  qusop_points_add_to (line, panel, QUSOP_SERIES_LINE,
                       middle ? _ ("simulated median")
                              : _ ("simulated 5th, 95th percentile"),
                       line_name, middle ? QUSOP_INK_SECONDARY : QUSOP_INK_NEUTRAL, TRUE);
}

static void
add_observed (const QsVpc *vpc, guint p, QusopPlotSpec *panel)
{
  g_autofree char        *name = g_strdup_printf ("observed %s", percentile_names[p]);
  g_autoptr (QusopPoints) line = qusop_points_new ();

  for (guint b = 0; b < vpc->n_bins; b++)
    qusop_points_add (line, vpc->bins[b].time_h, vpc->bins[b].observed[p]);
  qusop_points_add_to (line, panel, QUSOP_SERIES_LINE,
                       _ ("observed 5th, 50th, 95th percentile"), name, QUSOP_INK_PRIMARY,
                       FALSE);
}

static char *
title_of (const QsVpc *vpc)
{
  if (vpc->corrected)
    return g_strdup (_ (_ ("All arms, prediction-corrected")));
  if (isnan (vpc->dose_mg))
    return g_strdup ("All arms");

  return qusop_arm_label (vpc->dose_mg);
}

static QusopPlotSpec *
draw_percentiles (const QusopDiagnosis *self, const QsVpc *vpc)
{
  g_autofree char *title = title_of (vpc);
  const char      *axis = qusop_endpoint_axis (vpc->endpoint);
  g_autofree char *label = vpc->corrected
                               ? g_strdup_printf (_ ("Prediction-corrected: %s"), axis)
                               : g_strdup (axis);
  QusopPlotSpec   *panel = qusop_plot_spec_new (title);

  qusop_plot_spec_set_x_axis (panel, _ ("Time since the first dose (h)"), "time_h", 0.0,
                              0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, label, qusop_endpoint_csv_name (vpc->endpoint), 0.0,
                              0.0, self->view->logarithmic);
  qusop_plot_spec_set_empty_reason (panel, _ ("Every percentile lies below the limit of "
                                              "quantification."));
  if (isfinite (vpc->lloq))
    qusop_plot_spec_add_mark (panel, QUSOP_MARK_HORIZONTAL, _ ("LLOQ"), QUSOP_INK_NEUTRAL,
                              vpc->lloq, 0.0);
  /* The interval of the median lies on top of the others. */
  add_simulated (vpc, 0, panel);
  add_simulated (vpc, 2, panel);
  add_simulated (vpc, 1, panel);
  for (guint p = 0; p < QS_VPC_N_PERCENTILES; p++)
    add_observed (vpc, p, panel);
  return panel;
}

static QusopPlotSpec *
draw_below (const QsVpc *vpc)
{
  g_autofree char        *arm = title_of (vpc);
  g_autofree char        *title = g_strdup_printf (_ ("%s, below LLOQ"), arm);
  QusopPlotSpec          *panel = qusop_plot_spec_new (title);
  g_autoptr (QusopPoints) band = qusop_points_new ();
  g_autoptr (QusopPoints) line = qusop_points_new ();
  g_autoptr (QusopPoints) simulated = qusop_points_new ();

  for (guint b = 0; b < vpc->n_bins; b++) {
    const QsVpcBin *bin = &vpc->bins[b];

    qusop_points_add_range (band, bin->time_h, bin->simulated_below.low,
                            bin->simulated_below.high);
    qusop_points_add (simulated, bin->time_h, bin->simulated_below.median);
    qusop_points_add (line, bin->time_h, bin->observed_below);
  }
  qusop_plot_spec_set_x_axis (panel, _ ("Time since the first dose (h)"), "time_h", 0.0,
                              0.0, FALSE);
  qusop_plot_spec_set_y_axis (panel, _ ("Below the limit of quantification (%)"),
                              "share_below", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_y_percent (panel, TRUE);
  qusop_points_add_to (band, panel, QUSOP_SERIES_BAND,
                       /* xgettext:no-c-format */
                       _ ("95 % interval of the simulated share"),
                       "95 % interval of the simulated share", QUSOP_INK_ARM_3, FALSE);
  qusop_points_add_to (simulated, panel, QUSOP_SERIES_LINE, _ ("simulated share"),
                       "simulated share", QUSOP_INK_ARM_3, TRUE);
  qusop_points_add_to (line, panel, QUSOP_SERIES_LINE, _ ("observed share"),
                       "observed share", QUSOP_INK_NEUTRAL, FALSE);
  return panel;
}

/* Arms apart, or all together with and without correction. */
static gboolean
belongs (const QsVpc *vpc, QsEndpoint endpoint, gboolean by_arm)
{
  return vpc->endpoint == endpoint && by_arm != isnan (vpc->dose_mg);
}

/* Panels of the checks by arm: twice as many where values lie below the limit. */
guint
qusop_n_vpc_panels (const QsDiagnostics *diagnostics, QsEndpoint endpoint)
{
  guint n = 0;

  for (guint i = 0; i < diagnostics->vpcs->len; i++)
    n += belongs (&g_array_index (diagnostics->vpcs, QsVpc, i), endpoint, TRUE);

  return qs_diagnostics_has_below (diagnostics, endpoint) ? 2 * n : n;
}

static void
set_note (const QusopDiagnosis *self, const QsVpc *vpc, QusopPlotSpec *figure)
{
  const QsDiagnosticsOptions *options = &self->diagnostics->options;
  g_autofree char            *n = qusop_word_count (options->n_simulations);
  g_autofree char            *note = g_strdup_printf (
                 "%s simulated studies of the same subjects, doses and times, with residual error, "
                            "%s; seed %" G_GUINT64_FORMAT ". Bins: %s. Percentiles below the limit of "
                            "quantification are not drawn.",
                 n,
      options->parameter_uncertainty ? _ ("each from one of the model's parameter draws")
                                                : _ ("all from the point estimate"),
                 options->seed,
      vpc->nominal ? _ ("one per planned time")
                              : _ ("about equal numbers of observations"));

  qusop_plot_spec_set_note (figure, note);
}

/**
 * qusop_draw_vpc:
 * @corrected: all arms together, prediction-corrected (Bergstrand et al. 2011) and plain;
 * else arm by arm
 */
void
qusop_draw_vpc (const QusopDiagnosis *self, gboolean corrected, QusopPlotSpec *figure)
{
  const QsEndpoint endpoint = self->view->endpoint;
  const gboolean   below = qs_diagnostics_has_below (self->diagnostics, endpoint);
  const guint      first = corrected ? 0 : self->view->page * QUSOP_PANELS_PER_PAGE;
  guint            n = 0;

  for (guint i = 0; i < self->diagnostics->vpcs->len; i++) {
    const QsVpc *vpc = &g_array_index (self->diagnostics->vpcs, QsVpc, i);

    if (!belongs (vpc, endpoint, !corrected))
      continue;
    set_note (self, vpc, figure);
    if (n >= first && n < first + QUSOP_PANELS_PER_PAGE)
      qusop_plot_spec_add_panel (figure, draw_percentiles (self, vpc));
    n++;
    if (!below || vpc->corrected)
      continue;
    if (n >= first && n < first + QUSOP_PANELS_PER_PAGE)
      qusop_plot_spec_add_panel (figure, draw_below (vpc));
    n++;
  }
}
