/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "nn/qs-lstm-predictor.h"
#include "report/qs-onnx.h"
#include "report/qs-report.h"

#define N_STEPS QS_LSTM_N_STEPS
#define N_INPUTS QS_LSTM_N_INPUTS
#define N_UNITS QS_LSTM_N_UNITS
#define N_GATES QS_LSTM_N_GATES
#define N_DENSE QS_LSTM_N_DENSE

/* ONNX has the gates in the order input, output, forget, candidate; we have input,
 * forget, candidate, output. */
static const guint gate_of_onnx[] = { 0, 3, 1, 2 };

static void
add_node2 (QsOnnx *onnx, const char *op, const char *a, const char *b, const char *output)
{
  const char *const inputs[] = { a, b, NULL };

  qs_onnx_add_node (onnx, op, inputs, output);
}

/* One column of the study, n values, as n sequences of 24 equal standardised inputs. */
static void
add_input (QsOnnx *onnx, const char *name, double scale, double mean, double sd)
{
  const gint64      rows[] = { -1 };
  g_autofree char  *value = g_strconcat (name, "_column", NULL);
  g_autofree char  *centred = g_strconcat (name, "_centred", NULL);
  g_autofree char  *standard = g_strconcat (name, "_standardised", NULL);
  g_autofree char  *steps = g_strconcat (name, "_steps", NULL);
  g_autofree char  *ratio = g_strconcat (name, "_ratio", NULL);
  g_autofree char  *plus = g_strconcat (name, "_plus_1", NULL);
  g_autofree char  *logarithm = g_strconcat (name, "_log", NULL);
  g_autofree char  *mean_name = g_strconcat (name, "_mean", NULL);
  g_autofree char  *sd_name = g_strconcat (name, "_sd", NULL);
  g_autofree char  *scale_name = g_strconcat (name, "_scale", NULL);
  const char *const inputs[] = { plus, NULL };

  qs_onnx_add_input (onnx, name, 1, rows);
  add_node2 (onnx, "Reshape", name, "column", value);
  if (scale > 0.0) {
    qs_onnx_add_float (onnx, scale_name, scale);
    add_node2 (onnx, "Div", value, scale_name, ratio);
    add_node2 (onnx, "Add", ratio, "one", plus);
    qs_onnx_add_node (onnx, "Log", inputs, logarithm);
  }
  qs_onnx_add_float (onnx, mean_name, mean);
  qs_onnx_add_float (onnx, sd_name, sd);
  add_node2 (onnx, "Sub", scale > 0.0 ? logarithm : value, mean_name, centred);
  add_node2 (onnx, "Div", centred, sd_name, standard);
  add_node2 (onnx, "Mul", standard, "every_step", steps);
}

static void
add_inputs (QsOnnx *onnx, const QsLstmScaler *scaler)
{
  static const gint64 column[] = { 1, -1, 1 }, per_step[] = { N_STEPS, 1, 1 };
  const char *const   inputs[] = { "time", "dose_mg_per_kg_steps", "comed_steps", NULL };
  double              ones[N_STEPS], times[N_STEPS];

  for (guint t = 0; t < N_STEPS; t++) {
    ones[t] = 1.0;
    times[t] = qs_lstm_scaler_time (scaler, t);
  }
  qs_onnx_add_ints (onnx, "column", 3, column);
  qs_onnx_add_float (onnx, "one", 1.0);
  qs_onnx_add_float (onnx, "zero", 0.0);
  qs_onnx_add_floats (onnx, "every_step", 3, per_step, ones);
  qs_onnx_add_floats (onnx, "time_of_step", 3, per_step, times);

  add_input (onnx, "dose_mg_per_kg", scaler->dose_scale_mg_per_kg, scaler->mean[1],
             scaler->sd[1]);
  add_input (onnx, "comed", 0.0, scaler->mean[2], scaler->sd[2]);
  /* As many times as there are rows. */
  add_node2 (onnx, "Mul", "comed_steps", "zero", "no_time");
  add_node2 (onnx, "Add", "no_time", "time_of_step", "time");
  qs_onnx_add_node (onnx, "Concat", inputs, "sequences");
  qs_onnx_set_int (onnx, "axis", 2);
}

/* [direction][gate row][column], rows in the order of ONNX. */
static void
add_lstm (QsOnnx *onnx, const QsLstmParams *params)
{
  static const gint64 input_dims[] = { 2, N_GATES, N_INPUTS };
  static const gint64 recurrent_dims[] = { 2, N_GATES, N_UNITS };
  static const gint64 bias_dims[] = { 2, 2 * N_GATES };
  const char *const   inputs[] = { "sequences", "W", "R", "B", NULL };
  g_autofree double  *w = g_new (double, 2 * N_GATES * N_INPUTS);
  g_autofree double  *r = g_new (double, 2 * N_GATES * N_UNITS);
  g_autofree double  *b = g_new0 (double, 2 * 2 * N_GATES);

  for (guint d = 0; d < 2; d++) {
    const QsLstmDirection *side = &params->direction[d];

    for (guint row = 0; row < N_GATES; row++) {
      const guint ours = gate_of_onnx[row / N_UNITS] * N_UNITS + row % N_UNITS;

      for (guint k = 0; k < N_INPUTS; k++)
        w[(d * N_GATES + row) * N_INPUTS + k] = side->input[ours][k];
      for (guint k = 0; k < N_UNITS; k++)
        r[(d * N_GATES + row) * N_UNITS + k] = side->recurrent[ours][k];
      b[d * 2 * N_GATES + row] = side->bias[ours];
    }
  }
  qs_onnx_add_floats (onnx, "W", 3, input_dims, w);
  qs_onnx_add_floats (onnx, "R", 3, recurrent_dims, r);
  qs_onnx_add_floats (onnx, "B", 2, bias_dims, b);
  qs_onnx_add_node (onnx, "LSTM", inputs, "states");
  qs_onnx_set_int (onnx, "hidden_size", N_UNITS);
  qs_onnx_set_string (onnx, "direction", "bidirectional");
}

static void
add_head (QsOnnx *onnx, const QsLstmParams *params, const QsLstmScaler *scaler)
{
  static const gint64 dense_dims[] = { 2 * N_UNITS, N_DENSE };
  static const gint64 vector_dims[] = { N_DENSE }, output_dims[] = { N_DENSE, 1 };
  static const gint64 both[] = { N_STEPS, -1, 2 * N_UNITS }, table[] = { -1, N_STEPS };
  static const gint64 side_last[] = { 0, 2, 1, 3 }, row_first[] = { 1, 0, 2 };
  static const gint64 answer_dims[] = { -1, N_STEPS };
  const char *const states[] = { "states", NULL }, *const biased[] = { "biased", NULL };
  const char *const  logs[] = { "log_biomarker", NULL };
  const char *const  by_step[] = { "by_step", NULL };
  g_autofree double *dense = g_new (double, 2 * N_UNITS * N_DENSE);

  for (guint d = 0; d < 2; d++) {
    for (guint k = 0; k < N_UNITS; k++) {
      for (guint j = 0; j < N_DENSE; j++)
        dense[(d * N_UNITS + k) * N_DENSE + j] = params->direction[d].dense[j][k];
    }
  }
  qs_onnx_add_ints (onnx, "both_sides", 3, both);
  qs_onnx_add_ints (onnx, "table", 2, table);
  qs_onnx_add_floats (onnx, "dense", 2, dense_dims, dense);
  qs_onnx_add_floats (onnx, "dense_bias", 1, vector_dims, params->dense_bias);
  qs_onnx_add_floats (onnx, "output", 2, output_dims, params->output);
  qs_onnx_add_float (onnx, "output_bias", params->output_bias);
  qs_onnx_add_float (onnx, "log_biomarker_sd", scaler->response_sd);
  qs_onnx_add_float (onnx, "log_biomarker_mean", scaler->response_mean);

  qs_onnx_add_node (onnx, "Transpose", states, "by_side");
  qs_onnx_set_ints (onnx, "perm", 4, side_last);
  add_node2 (onnx, "Reshape", "by_side", "both_sides", "features");
  add_node2 (onnx, "MatMul", "features", "dense", "summed");
  add_node2 (onnx, "Add", "summed", "dense_bias", "biased");
  qs_onnx_add_node (onnx, "Relu", biased, "hidden");
  add_node2 (onnx, "MatMul", "hidden", "output", "weighed");
  add_node2 (onnx, "Add", "weighed", "output_bias", "standardised");
  add_node2 (onnx, "Mul", "standardised", "log_biomarker_sd", "scaled");
  add_node2 (onnx, "Add", "scaled", "log_biomarker_mean", "log_biomarker");
  qs_onnx_add_node (onnx, "Exp", logs, "by_step");
  qs_onnx_add_node (onnx, "Transpose", by_step, "by_row");
  qs_onnx_set_ints (onnx, "perm", 3, row_first);
  add_node2 (onnx, "Reshape", "by_row", "table", "biomarker_ng_ml");
  qs_onnx_add_output (onnx, "biomarker_ng_ml", 2, answer_dims);
}

static void
add_number (QsOnnx *onnx, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  qs_onnx_add_note (onnx, key, g_ascii_dtostr (text, sizeof text, value));
}

/**
 * qs_report_onnx:
 * @model: a network of the LSTM kind
 *
 * The network as an ONNX file in single precision: n doses per body weight (mg/kg) and n
 * co-medications (0 or 1) in, the typical biomarker (ng/mL) at 24 evenly spaced points of
 * the dosing interval, both ends included, out. What else the model knows (the interval,
 * the variability between subjects) is in the file's metadata.
 *
 * Returns: (transfer full): the file; NULL with #QS_ERROR_REFUSED for another kind
 */
GBytes *
qs_report_onnx (const QsModel *model, GError **error)
{
  g_autoptr (QsOnnx) onnx = NULL;

  if (model->kind != QS_MODEL_LSTM) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "Only a network of kind lstm can be written as ONNX; this model is %s",
                 qs_model_kind_name (model->kind));
    return NULL;
  }

  onnx = qs_onnx_new ("qusop_lstm");
  add_inputs (onnx, qs_lstm_predictor_scaler (model->estimate));
  add_lstm (onnx, qs_lstm_predictor_params (model->estimate));
  add_head (onnx, qs_lstm_predictor_params (model->estimate),
            qs_lstm_predictor_scaler (model->estimate));
  qs_onnx_add_note (onnx, "data_sha256", model->data_sha256);
  add_number (onnx, "interval_h", qs_lstm_predictor_interval_h (model->estimate));
  add_number (onnx, "omega", qs_lstm_predictor_omega (model->estimate));
  add_number (onnx, "sigma", qs_lstm_predictor_sigma (model->estimate));

  return qs_onnx_write (onnx, QS_VERSION,
                        "Typical biomarker over one dosing interval. Research and "
                        "education; not for treating patients.");
}
