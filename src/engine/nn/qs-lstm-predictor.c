/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-predictor.h"

#include "core/qs-error.h"
#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-lstm-kernel.h"
#include "nn/qs-window-net.h"

#include <math.h>

#define N_STEPS QS_LSTM_N_STEPS

/* Trajectories per turn of the score, so that its working memory stays on the stack. */
#define CHUNK 256

typedef struct {
  QsPredictor   base;
  QsNetShape    shape;
  double       *params; /* owned: what was trained */
  gsize         n_params;
  QsLstmParams *weights; /* owned; NULL where gates are quantum */
  QsLstmKernel *kernel;  /* owned; NULL where there is none for the shape */
  QsLstmScaler  scaler;
  double        interval_h;
  double        omega;
  double        sigma;
} Predictor;

static gboolean
answers (const QsPredictor *base, QsRegimen regimen, GError **error)
{
  const Predictor *self = (const Predictor *) base;
  const double     asked_h = qs_regimen_interval_h (regimen);

  if (fabs (asked_h - self->interval_h) < 1e-6)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
               "This network saw one dosing interval of %g h, whose time it knows as a "
               "share of the interval; it cannot know what a %g h interval does. Use a "
               "model with exposure as input",
               self->interval_h, asked_h);
  return FALSE;
}

/* The judged part of the interval, as nodes inside it and its ends between nodes. */
typedef struct {
  guint  first_node;
  guint  end_node;
  guint  n_ends;
  double ends[2]; /* in steps */
} Window;

static Window
window_of (const Predictor *self, const QsCriterion *criterion)
{
  const double to_h = criterion->window_to_h > 0.0 ? criterion->window_to_h : G_MAXDOUBLE;
  const double scale = (N_STEPS - 1) / self->interval_h;
  const double from = CLAMP (criterion->window_from_h * scale, 0.0, N_STEPS - 1);
  const double to = CLAMP (to_h * scale, from, N_STEPS - 1);
  Window       window = { .first_node = ceil (from), .end_node = floor (to) + 1 };

  if (from != floor (from))
    window.ends[window.n_ends++] = from;
  if (to != floor (to) && to > from)
    window.ends[window.n_ends++] = to;

  return window;
}

/* The highest and lowest outputs among the nodes from @from up to @to; all is
 * standardised. */
static void
find_peaks (const Predictor *self,
            gsize            n,
            const double    *doses,
            const double    *comeds,
            guint            from,
            guint            to,
            double          *highest,
            double          *lowest)
{
  g_autofree QsLstmTrajectory *outputs = NULL;
  QsLstmScaler                 unit = { .sd = { self->scaler.sd[0], 1.0, 1.0 } };

  if (self->kernel != NULL) {
    qs_lstm_kernel_peaks (self->kernel, n, doses, comeds, from, to, highest, lowest);
    return;
  }

  unit.mean[0] = self->scaler.mean[0];
  unit.response_sd = 1.0;
  outputs = g_new (QsLstmTrajectory, n);
  qs_window_evaluate (&self->shape, self->params, &unit, n, doses, comeds, outputs);

  /* Written so that NaN stays. */
  for (gsize i = 0; i < n; i++) {
    double high = outputs[i][from], low = high;

    for (guint t = from + 1; t < to; t++) {
      high = outputs[i][t] <= high ? high : outputs[i][t];
      low = outputs[i][t] >= low ? low : outputs[i][t];
    }
    if (highest != NULL)
      highest[i] = high;
    if (lowest != NULL)
      lowest[i] = low;
  }
}

/* Raises @score to the highest signed output among @n_nodes nodes from @node on. */
static void
raise_score (const Predictor *self,
             gsize            n,
             const double    *doses,
             const double    *comeds,
             guint            node,
             guint            n_nodes,
             double           sign,
             double          *score)
{
  double extremes[CHUNK];

  find_peaks (self, n, doses, comeds, node, node + n_nodes, sign > 0.0 ? extremes : NULL,
              sign > 0.0 ? NULL : extremes);

  /* Written so that NaN stays. */
  for (gsize i = 0; i < n; i++)
    score[i] = sign * extremes[i] <= score[i] ? score[i] : sign * extremes[i];
}

/* The signed output at a place between nodes, which the network joins linearly. */
static void
raise_score_at (const Predictor *self,
                gsize            n,
                const double    *doses,
                const double    *comeds,
                double           place,
                double           sign,
                double          *score)
{
  const guint  below = (guint) place;
  const double part = place - below;
  double       low[CHUNK], high[CHUNK];

  find_peaks (self, n, doses, comeds, below, below + 1, low, NULL);
  find_peaks (self, n, doses, comeds, below + 1, below + 2, high, NULL);

  for (gsize i = 0; i < n; i++) {
    const double value = sign * ((1.0 - part) * low[i] + part * high[i]);

    score[i] = value <= score[i] ? score[i] : value;
  }
}

static void
score_chunk (const Predictor *self,
             const Window    *window,
             double           sign,
             gsize            n,
             const double    *dose_mg_per_kg,
             const guint8    *comed,
             double          *score)
{
  double doses[CHUNK], comeds[CHUNK];

  for (gsize i = 0; i < n; i++) {
    doses[i] = qs_lstm_scaler_dose (&self->scaler, dose_mg_per_kg[i]);
    comeds[i] = qs_lstm_scaler_comed (&self->scaler, comed[i]);
    score[i] = -INFINITY;
  }

  if (window->first_node < window->end_node)
    raise_score (self, n, doses, comeds, window->first_node,
                 window->end_node - window->first_node, sign, score);
  for (guint e = 0; e < window->n_ends; e++)
    raise_score_at (self, n, doses, comeds, window->ends[e], sign, score);

  /* score = sign * log R at its worst, and log R is linear in the output. */
  for (gsize i = 0; i < n; i++)
    score[i] = sign * self->scaler.response_mean + self->scaler.response_sd * score[i];
}

static void
score (const QsPredictor *base,
       const QsCriterion *criterion,
       gsize              n,
       const double      *dose_mg_per_kg,
       const guint8      *comed,
       double            *out)
{
  const Predictor *self = (const Predictor *) base;
  const Window     window = window_of (self, criterion);
  const double     sign = criterion->success == QS_SUCCESS_BELOW ? 1.0 : -1.0;

  for (gsize begin = 0; begin < n; begin += CHUNK)
    score_chunk (self, &window, sign, MIN (CHUNK, n - begin), dose_mg_per_kg + begin,
                 comed + begin, out + begin);
}

static double
shift (const QsPredictor *base, QsSuccess success, double z)
{
  const Predictor *self = (const Predictor *) base;

  return success == QS_SUCCESS_BELOW ? self->omega * z : -self->omega * z;
}

static double
level (const QsPredictor *base, QsSuccess success, double threshold_ng_ml)
{
  return success == QS_SUCCESS_BELOW ? log (threshold_ng_ml) : -log (threshold_ng_ml);
}

static void
trajectory (const QsPredictor *base,
            double             dose_mg_per_kg,
            guint              comed,
            const double      *times_h,
            gsize              n_times,
            double            *response_ng_ml)
{
  const Predictor *self = (const Predictor *) base;
  const double     second = comed;
  QsLstmTrajectory log_response;

  if (self->weights != NULL)
    qs_lstm_evaluate (self->weights, &self->scaler, 1, &dose_mg_per_kg, &second,
                      &log_response);
  else
    qs_window_evaluate (&self->shape, self->params, &self->scaler, 1, &dose_mg_per_kg,
                        &second, &log_response);

  for (gsize i = 0; i < n_times; i++)
    response_ng_ml[i] =
        exp (qs_lstm_trajectory_at (log_response, times_h[i] / self->interval_h));
}

static void
predictor_free (QsPredictor *base)
{
  Predictor *self = (Predictor *) base;

  g_clear_pointer (&self->kernel, qs_lstm_kernel_free);
  g_free (self->params);
  g_free (self->weights);
  g_free (self);
}

#define NETWORK_CLASS(network_name)                                           \
  {                                                                           \
    .name = network_name, .answers = answers, .score = score, .shift = shift, \
    .level = level, .trajectory = trajectory, .free = predictor_free,         \
  }

static const QsPredictorClass classes[QS_MODEL_N_KINDS] = {
  [QS_MODEL_LSTM] = NETWORK_CLASS ("lstm"),
  [QS_MODEL_QLSTM] = NETWORK_CLASS ("qlstm"),
  [QS_MODEL_QTLSTM] = NETWORK_CLASS ("qtlstm"),
  [QS_MODEL_QKLSTM] = NETWORK_CLASS ("qklstm"),
};

static gboolean
check_positive (const char *name, double value, GError **error)
{
  if (value > 0.0 && value < INFINITY)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_MODEL, "%s is %g, must be positive and finite",
               name, value);
  return FALSE;
}

static gboolean
check_not_negative (const char *name, double value, GError **error)
{
  if (value >= 0.0 && value < INFINITY)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
               "%s is %g, must be finite and not negative", name, value);
  return FALSE;
}

static gboolean
check_finite (const char *name, const double *values, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++) {
    if (isfinite (values[i]))
      continue;

    g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
                 "Value %" G_GSIZE_FORMAT " of %s is %g, must be finite", i, name,
                 values[i]);
    return FALSE;
  }

  return TRUE;
}

static gboolean
check_scaler (const QsLstmScaler *scaler, GError **error)
{
  if (!check_not_negative ("The dose scale (mg/kg)", scaler->dose_scale_mg_per_kg,
                           error) ||
      !check_finite ("the input means", scaler->mean, QS_LSTM_N_INPUTS, error) ||
      !check_finite ("the response mean", &scaler->response_mean, 1, error))
    return FALSE;

  for (guint k = 0; k < QS_LSTM_N_INPUTS; k++) {
    if (!check_positive ("An input's standard deviation", scaler->sd[k], error))
      return FALSE;
  }

  return check_positive ("The response's standard deviation", scaler->response_sd, error);
}

/**
 * qs_window_predictor_new:
 * @options: what was trained: its kind and cells
 * @params: (array length=n_params): what was trained; copied
 * @interval_h: dosing interval of the study
 * @omega: standard deviation of the subject effect on log biomarker; 0 for none
 * @sigma: residual standard deviation of log biomarker
 * @error: %QS_ERROR_MODEL where sizes or values are impossible, as in a damaged file
 *
 * A trained network as the population sees it. Its score is the highest log biomarker
 * over the judged window (with success above: minus the lowest); between its 24 points
 * the network is linear. The LSTM, also one that Quantum-Train has made, is computed in
 * single precision by the throughput kernel, and so is a QLSTM of four qubits, whose
 * circuits the kernel runs; other networks with quantum gates are computed in double.
 *
 * Returns: (transfer full): the predictor
 */
QsPredictor *
qs_window_predictor_new (const QsFitOptions *options,
                         const QsLstmScaler *scaler,
                         const double       *params,
                         gsize               n_params,
                         double              interval_h,
                         double              omega,
                         double              sigma,
                         GError            **error)
{
  const QsNetShape shape = qs_window_shape (options);
  const gsize      n_expected = qs_net_shape_layout (&shape).n_params;
  Predictor       *self;
  double           times[N_STEPS];

  if (n_params != n_expected) {
    g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
                 "The network has %" G_GSIZE_FORMAT
                 " parameters, must have %" G_GSIZE_FORMAT,
                 n_params, n_expected);
    return NULL;
  }

  if (!check_finite ("the parameters", params, n_params, error) ||
      !check_scaler (scaler, error) ||
      !check_positive ("The dosing interval (h)", interval_h, error) ||
      !check_not_negative ("The subject effect's standard deviation", omega, error) ||
      !check_not_negative ("The residual standard deviation", sigma, error))
    return NULL;

  self = g_new0 (Predictor, 1);
  qs_predictor_init (&self->base, &classes[options->kind]);
  self->base.has_subject_effect = omega > 0.0;
  self->shape = shape;
  self->params = g_memdup2 (params, n_params * sizeof *params);
  self->n_params = n_params;
  self->weights = qs_window_weights (&shape, params);
  self->scaler = *scaler;
  self->interval_h = interval_h;
  self->omega = omega;
  self->sigma = sigma;

  for (guint step = 0; step < N_STEPS; step++)
    times[step] = qs_lstm_scaler_time (scaler, step);
  if (self->weights != NULL)
    self->kernel =
        qs_lstm_kernel_new (self->weights, times, N_STEPS, QS_LSTM_KERNEL_AUTO);
  else if (qs_lstm_kernel_supports (&shape))
    self->kernel = qs_lstm_kernel_new_for (&shape, self->params, times, N_STEPS,
                                           QS_LSTM_KERNEL_AUTO);

  return &self->base;
}

/* As qs_window_predictor_new(), of the LSTM: #QsLstmParams. */
QsPredictor *
qs_lstm_predictor_new (const QsLstmScaler *scaler,
                       const double       *params,
                       gsize               n_params,
                       double              interval_h,
                       double              omega,
                       double              sigma,
                       GError            **error)
{
  const QsFitOptions options = qs_fit_options_default (QS_MODEL_LSTM);

  return qs_window_predictor_new (&options, scaler, params, n_params, interval_h, omega,
                                  sigma, error);
}

/* What was trained; laid out as the layout of its kind's shape says. */
const double *
qs_window_predictor_params (const QsPredictor *self, gsize *n_params)
{
  *n_params = ((const Predictor *) self)->n_params;
  return ((const Predictor *) self)->params;
}

const QsLstmParams *
qs_lstm_predictor_params (const QsPredictor *self)
{
  return ((const Predictor *) self)->weights;
}

const QsLstmScaler *
qs_lstm_predictor_scaler (const QsPredictor *self)
{
  return &((const Predictor *) self)->scaler;
}

double
qs_lstm_predictor_interval_h (const QsPredictor *self)
{
  return ((const Predictor *) self)->interval_h;
}

double
qs_lstm_predictor_omega (const QsPredictor *self)
{
  return ((const Predictor *) self)->omega;
}

double
qs_lstm_predictor_sigma (const QsPredictor *self)
{
  return ((const Predictor *) self)->sigma;
}

/**
 * qs_lstm_predictor_add_metrics:
 * @model: a model whose estimate is a network
 * @out_of_bag: whether the residuals are those of networks that did not see the subject
 *
 * Adds the subject effect and the noise. The effect is named after its residuals:
 * in-sample ones make it too small, which the answers of the model then say.
 */
void
qs_lstm_predictor_add_metrics (QsModel *model, gboolean out_of_bag)
{
  qs_model_add_metric (
      model, out_of_bag ? QS_METRIC_OMEGA_OUT_OF_BAG : QS_METRIC_OMEGA_IN_SAMPLE,
      qs_lstm_predictor_omega (model->estimate), "SD of log R");
  qs_model_add_metric (model, "sigma", qs_lstm_predictor_sigma (model->estimate),
                       "SD of log R");
}
