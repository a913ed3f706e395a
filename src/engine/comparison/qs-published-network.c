/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-published-parts.h"
#include "core/qs-rng.h"
#include "data/qs-split.h"
#include "nn/qs-lstm-kernel.h"
#include "nn/qs-window-trainer.h"

#include <math.h>

/* Doses per body weight at which the network is asked; between them its peak is linear.
 */
#define N_KNOTS 1024
/* Hours of a week: the points of the weekly grid. */
#define N_STEPS_QW 168

typedef struct {
  double end_mg_per_kg;
  double threshold_ng_ml;
  double peaks[2][N_KNOTS + 1]; /* by co-medication */
} Table;

static void
rule (gconstpointer data,
      double        bw_kg,
      guint         comed,
      double        step_mg,
      gsize         n_doses,
      guint32      *successes)
{
  const Table  *table = data;
  const double *peaks = table->peaks[comed];
  const double  scale = N_KNOTS * step_mg / (bw_kg * table->end_mg_per_kg);

  for (gsize i = 0; i < n_doses; i++) {
    const double place = scale * (double) (i + 1);
    const gsize  knot = MIN ((gsize) place, N_KNOTS - 1);
    const double peak =
        peaks[knot] + (place - (double) knot) * (peaks[knot + 1] - peaks[knot]);

    successes[i] += peak <= table->threshold_ng_ml;
  }
}

/* The peak over the window of a network, whose time runs over @n_steps points as a share
 * of the window: a week is to it a day with more points. */
static void
tabulate (Table *table, const QsWindowTrained *trained, guint n_steps)
{
  const QsLstmScaler      *scaler = &trained->scaler;
  g_autofree double       *times = g_new (double, n_steps);
  g_autoptr (QsLstmKernel) kernel = NULL;
  double                   doses[N_KNOTS + 1], comeds[N_KNOTS + 1];

  for (guint step = 0; step < n_steps; step++)
    times[step] = (step / (n_steps - 1.0) - scaler->mean[0]) / scaler->sd[0];
  kernel =
      qs_lstm_kernel_new ((const QsLstmParams *) (gconstpointer) trained->network->params,
                          times, n_steps, QS_LSTM_KERNEL_AUTO);

  for (guint comed = 0; comed < 2; comed++) {
    for (gsize i = 0; i <= N_KNOTS; i++) {
      doses[i] =
          qs_lstm_scaler_dose (scaler, table->end_mg_per_kg * (double) i / N_KNOTS);
      comeds[i] = qs_lstm_scaler_comed (scaler, comed);
    }
    qs_lstm_kernel_peaks (kernel, N_KNOTS + 1, doses, comeds, 0, n_steps,
                          table->peaks[comed], NULL);
    for (gsize i = 0; i <= N_KNOTS; i++)
      table->peaks[comed][i] =
          qs_lstm_scaler_log_response (scaler, table->peaks[comed][i]);
  }
}

/* Linear between points, constant outside. */
static double
interpolate (const GArray *points, double time_h)
{
  const QsWindowPoint *p = (const QsWindowPoint *) (gconstpointer) points->data;
  guint                next = 0;

  while (next < points->len && p[next].time_h <= time_h)
    next++;
  if (next == 0 || next == points->len)
    return p[next == 0 ? 0 : next - 1].response_ng_ml;

  return p[next - 1].response_ng_ml +
         (p[next].response_ng_ml - p[next - 1].response_ng_ml) *
             (time_h - p[next - 1].time_h) / (p[next].time_h - p[next - 1].time_h);
}

/* The biomarker itself, not its logarithm, on 24 points of the window. */
static void
fill_curve (QsLstmCurve *curve, const QsSubject *subject, QsPublishedWindow window)
{
  double             from_h, to_h;
  g_autoptr (GArray) points = qs_published_points (subject, window, &from_h, &to_h);

  curve->dose_mg_per_kg = subject->dose_mg / subject->bw_kg;
  curve->comed = subject->comed;
  for (guint step = 0; step < QS_LSTM_N_STEPS; step++)
    curve->log_response[step] =
        interpolate (points, (to_h - from_h) * step / (QS_LSTM_N_STEPS - 1.0));
}

static QsWindowTrained *
train (const QsPublishedView    *view,
       const QsDataset          *dataset,
       QsPublishedWindow         window,
       const QsPublishedOptions *options,
       guint64                   seed,
       QsRun                    *run,
       GError                  **error)
{
  QsFitOptions            fit = qs_fit_options_default (QS_MODEL_LSTM);
  g_autofree QsLstmCurve *curves = g_new0 (QsLstmCurve, view->n);
  g_autofree guint       *training = g_new (guint, view->n);
  g_autofree guint       *validation = g_new (guint, view->n);
  g_autofree gboolean    *aside = g_new0 (gboolean, qs_dataset_n_subjects (dataset));
  QsLesson                lesson = {
                   .training = training,
                   .validation = validation,
                   .stage = QS_STAGE_TRAIN,
  };

  fit.seed = seed;
  fit.n_epochs = options->n_epochs;
  fit.learning_rate = 1e-3;
  qs_split_validation (dataset, fit.validation_share, seed, 0, aside);
  for (guint i = 0; i < view->n; i++) {
    const guint subject = view->labels[i].subject;

    fill_curve (&curves[i], qs_dataset_subject (dataset, subject), window);
    if (aside[subject])
      validation[lesson.n_validation++] = i;
    else
      training[lesson.n_training++] = i;
  }

  return qs_window_train (curves, 0.0, &lesson, &fit, run, error);
}

/* Trains a network on the biomarker of the window and adds its daily and weekly curve:
 * inputs (t/τ, d/BW, COMED), squared error, no effect of the subject. */
gboolean
qs_published_add_network (QsPublishedView          *view,
                          const QsDataset          *dataset,
                          QsPublishedWindow         window,
                          const QsPublishedOptions *options,
                          guint                     network,
                          QsRun                    *run,
                          GError                  **error)
{
  g_autoptr (QsWindowTrained) trained =
      train (view, dataset, window, options, options->seed + network, run, error);
  g_autofree Table *table = g_new0 (Table, 1);

  if (trained == NULL)
    return FALSE;

  table->threshold_ng_ml = options->threshold_ng_ml;
  for (guint regimen = QS_REGIMEN_QD; regimen <= QS_REGIMEN_QW; regimen++) {
    QsPublishedCurve curve = { 0 };

    table->end_mg_per_kg =
        QS_PUBLISHED_N_DOSES * qs_regimen_grid_step_mg (regimen) / QS_PUBLISHED_BW_LOW_KG;
    tabulate (table, trained, regimen == QS_REGIMEN_QD ? QS_LSTM_N_STEPS : N_STEPS_QW);
    if (!qs_published_curve (&curve, dataset, regimen, rule, table, options, run, error))
      return FALSE;
    g_array_append_val (view->networks, curve);
  }

  return TRUE;
}
