/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_DENSITY 257

static gboolean
is_better (double value, double best)
{
  return isfinite (value) && !(value >= best);
}

static double
loss_at (const QsLossPoint *point)
{
  return isfinite (point->validation) ? point->validation : point->train;
}

static void
describe_loss (QusopPlotSpec *spec, const QsLossPoint *points, gsize n, guint best_epoch)
{
  g_autofree char *train = qusop_word_number (points[n - 1].train);
  g_autofree char *best =
      qusop_word_number (best_epoch < n ? loss_at (&points[best_epoch]) : NAN);
  g_autofree char *label = g_strdup_printf (_ ("best epoch %u"), best_epoch + 1);
  g_autofree char *text = g_strdup_printf (
      _ ("Learning curve: after %u epochs the training loss is %s; the best epoch is %u "
         "with a loss of %s."),
      (guint) n, train, best_epoch + 1, best);

  qusop_plot_spec_set_description (spec, text);
  if (best_epoch < n)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_VERTICAL, label, QUSOP_INK_TARGET,
                              best_epoch + 1.0, loss_at (&points[best_epoch]));
}

/**
 * qusop_figure_loss:
 * @points: (array length=n_points): one per epoch
 * @n_points: may be 0 before training begins
 * @best_epoch: counted from 0; not below @n_points for none yet
 */
QusopPlotSpec *
qusop_figure_loss (const QsLossPoint *points, gsize n_points, guint best_epoch)
{
  QusopPlotSpec     *spec = qusop_plot_spec_new (_ ("Learning curve"));
  g_autofree double *epoch = g_new (double, n_points);
  g_autofree double *train = g_new (double, n_points);
  g_autofree double *validation = g_new (double, n_points);
  double             best = NAN;

  for (gsize i = 0; i < n_points; i++) {
    epoch[i] = i + 1.0;
    train[i] = points[i].train;
    validation[i] = points[i].validation;
    if (is_better (validation[i], best))
      best = validation[i];
  }

  qusop_plot_spec_set_empty_reason (spec,
                                    _ ("The curve appears with the first epoch of the "
                                       "training."));
  qusop_plot_spec_set_x_axis (spec, _ ("Epoch"), "epoch", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec, _ ("Loss (logarithmic scale)"), "loss", 0.0, 0.0,
                              TRUE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ ("training subjects"),
                              "train_loss", QUSOP_INK_PRIMARY, FALSE, n_points, epoch,
                              train, NULL);
  if (isfinite (best))
    qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ ("validation subjects"),
                                "validation_loss", QUSOP_INK_SECONDARY, TRUE, n_points,
                                epoch, validation, NULL);
  if (n_points > 0)
    describe_loss (spec, points, n_points, best_epoch);
  return spec;
}

/**
 * qusop_figure_prior:
 *
 * The density of body weight, for a miniature beside its sliders as well.
 */
QusopPlotSpec *
qusop_figure_prior (const QsPrior *prior)
{
  QusopPlotSpec   *spec = qusop_plot_spec_new (_ ("Body weight of the patients"));
  g_autofree char *words = qusop_word_prior (prior);
  g_autofree char *description = g_strdup_printf (_ ("Body weight: %s."), words);
  double           x[N_DENSITY], zero[N_DENSITY], density[N_DENSITY];
  double           low, high, air;

  qs_prior_range (prior, &low, &high);
  air = 0.12 * (high - low);
  for (gsize i = 0; i < N_DENSITY; i++) {
    x[i] = low - air + i * (high - low + 2.0 * air) / (N_DENSITY - 1);
    density[i] = x[i] > 0.0 ? qs_prior_density (prior, x[i]) : 0.0;
    zero[i] = 0.0;
  }

  qusop_plot_spec_set_x_axis (spec, _ ("Body weight (kg)"), "body_weight_kg", 0.0, 0.0,
                              FALSE);
  qusop_plot_spec_set_y_axis (spec, _ ("Density (1/kg)"), "density_per_kg", 0.0, 0.0,
                              FALSE);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_BAND, NULL, "density_per_kg",
                              QUSOP_INK_PRIMARY, FALSE, N_DENSITY, x, zero, density);
  qusop_plot_spec_set_description (spec, description);
  return spec;
}
