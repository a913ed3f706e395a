/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_DOSES 101
#define LEVEL 0.95

static double
response (const QsPredictor *predictor, double dose_mg, double bw_kg, guint comed)
{
  const double time_h = 0.0;
  double       response_ng_ml;

  predictor->klass->trajectory (predictor, dose_mg / bw_kg, comed, &time_h, 1,
                                &response_ng_ml);
  return response_ng_ml;
}

/* The quantiles of the parameter draws at one dose; NaN without draws. */
static void
find_band (const QsModel *model,
           double         dose_mg,
           double         bw_kg,
           guint          comed,
           double        *low,
           double        *high)
{
  const guint        n = model->draws->len;
  g_autofree double *values = g_new (double, n);

  for (guint i = 0; i < n; i++)
    values[i] = response (model->draws->pdata[i], dose_mg, bw_kg, comed);
  if (n > 0)
    qs_sort (values, n);
  *low = qs_quantile_sorted (values, n, 0.5 * (1.0 - LEVEL));
  *high = qs_quantile_sorted (values, n, 0.5 * (1.0 + LEVEL));
}

static void
add_curve (QusopPlotSpec *spec, const QsModel *model, double bw_kg, guint comed)
{
  const char    *name = !model->facts.has_comed ? N_ ("Emax model")
                        : comed                 ? N_ ("Emax model, with co-medication")
                                                : N_ ("Emax model, no co-medication");
  const QusopInk ink = comed ? QUSOP_INK_SECONDARY : QUSOP_INK_PRIMARY;
  const char    *band_form =
      !model->facts.has_comed ? N_ ("95 %% parameter uncertainty (%u parameter draws)")
         : comed
             ? N_ ("95 %% parameter uncertainty (%u parameter draws), with co-medication")
             : N_ ("95 %% parameter uncertainty (%u parameter draws), no co-medication");
  g_autofree char *band_name = g_strdup_printf (band_form, model->draws->len);
  g_autofree char *band = g_strdup_printf (_ (band_form), model->draws->len);
  double           dose_mg[N_DOSES], mean[N_DOSES], low[N_DOSES], high[N_DOSES];

  for (gsize i = 0; i < N_DOSES; i++) {
    dose_mg[i] = 1.1 * model->facts.highest_dose_mg * (double) i / (N_DOSES - 1);
    mean[i] = response (model->estimate, dose_mg[i], bw_kg, comed);
    find_band (model, dose_mg[i], bw_kg, comed, &low[i], &high[i]);
  }

  if (model->draws->len > 0)
    qusop_plot_spec_add_series (spec, QUSOP_SERIES_BAND, band, band_name, ink, comed,
                                N_DOSES, dose_mg, low, high);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ (name), name, ink, comed,
                              N_DOSES, dose_mg, mean, NULL);
}

/**
 * qusop_figure_emax:
 * @model: (nullable): of kind %QS_MODEL_EMAX
 * @reason: (nullable): why there is no @model
 *
 * Dose and response: each subject's mean biomarker of the last dosing window, and the
 * inhibitory Emax model at the median body weight of the study.
 */
QusopPlotSpec *
qusop_figure_emax (const QsDataset *dataset,
                   const QsModel   *model,
                   const char      *reason,
                   gboolean         logarithmic)
{
  QusopPlotSpec *spec =
      qusop_plot_spec_new (_ ("Dose and response, inhibitory Emax model"));
  gsize            n_weights;
  const double    *weights_kg = qs_dataset_sorted_weights (dataset, &n_weights);
  const double     bw_kg = qs_quantile_sorted (weights_kg, n_weights, 0.5);
  g_autofree char *weight = qusop_word_number (bw_kg);
  g_autofree char *note = NULL;

  qusop_plot_spec_set_x_axis (spec, _ ("Dose (mg)"), "dose_mg", 0.0, 0.0, FALSE);
  qusop_plot_spec_set_y_axis (spec,
                              _ ("Mean biomarker of the last dosing window (ng/mL)"),
                              "window_mean_ng_ml", 0.0, 0.0, logarithmic);
  qusop_plot_spec_set_empty_reason (
      spec, reason != NULL ? reason : _ ("The model is being fitted."));
  if (model != NULL) {
    add_curve (spec, model, bw_kg, 0);
    if (model->facts.has_comed)
      add_curve (spec, model, bw_kg, 1);
  }
  qusop_add_window_means (spec, dataset);

  note =
      model != NULL
          ? g_strdup_printf (_ ("Points: geometric mean of each subject. Curves at the "
                                "median body weight, %s kg."),
                             weight)
          : g_strdup_printf (_ ("Points: geometric mean of each subject. No curve: %s"),
                             reason != NULL ? reason : _ ("the model is being fitted."));
  qusop_plot_spec_set_note (spec, note);
  qusop_plot_spec_set_description (
      spec,
      _ ("Mean biomarker of the last dosing window against dose, with the curve of the "
         "inhibitory Emax model."));
  return spec;
}
