/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "nn/qs-lstm-evaluate.h"
#include "nn/qs-lstm-network.h"
#include "nn/qs-net-circuit.h"
#include "nn/qs-sequence.h"
#include "quantum/qs-batch.h"
#include "quantum/qs-kernel.h"

#include <math.h>
#include <string.h>

#define N_SEQUENCES 19
#define MAX_STEPS 11
#define MAX_INPUTS 4

/* Sequences of 3 to 11 time points, of which about two in three have a label. */
typedef struct {
  double     inputs[N_SEQUENCES][MAX_STEPS * MAX_INPUTS];
  double     labels[N_SEQUENCES][MAX_STEPS];
  double     weights[N_SEQUENCES][MAX_STEPS];
  QsSequence sequences[N_SEQUENCES];
  guint      members[N_SEQUENCES];
} Material;

static double
draw (guint32 item, guint32 dimension)
{
  const QsRngKey key = { 11, QS_RNG_TEST, 0 };

  return qs_rng_normal (&key, item, dimension);
}

static void
material_init (Material *self, guint n_inputs)
{
  for (guint i = 0; i < N_SEQUENCES; i++) {
    const guint n_steps = 3 + 5 * i % 9;

    for (guint t = 0; t < n_steps; t++) {
      double *inputs = &self->inputs[i][t * n_inputs];

      for (guint k = 0; k < n_inputs; k++)
        inputs[k] = draw (i, 16 * t + k);
      self->labels[i][t] = tanh (inputs[0] - 0.5 * inputs[1]) + 0.1 * t;
      self->weights[i][t] = (t + i) % 3 == 1 ? 0.0 : 1.0 - 0.25 * (t % 2);
    }
    self->sequences[i] = (QsSequence){
      .n_steps = n_steps,
      .inputs = self->inputs[i],
      .labels = self->labels[i],
      .weights = self->weights[i],
    };
    self->members[i] = i;
  }
}

typedef struct {
  const char *name;
  QsNetShape  shape;
} Case;

/* Small networks of all kinds. */
static const Case cases[] = {
  { "lstm", { QS_NET_LSTM, FALSE, 4, 5, 3 } },
  { "lstm-both-ways", { QS_NET_LSTM, TRUE, 4, 5, 3 } },
  { "qlstm", { QS_NET_QLSTM, FALSE, 4, 5, 3, .n_qubits = 4, .n_layers = 1 } },
  { "qlstm-both-ways", { QS_NET_QLSTM, TRUE, 2, 4, 3, .n_qubits = 3, .n_layers = 2 } },
  { "qlstm-that-replaces",
    { QS_NET_QLSTM, FALSE, 3, 5, 3, .n_qubits = 2, .n_layers = 2, .replaces = TRUE } },
  { "qtlstm", { QS_NET_QTLSTM, TRUE, 2, 3, 6, .n_layers = 2 } },
  { "qklstm", { QS_NET_QKLSTM, FALSE, 4, 5, 6, 3, 1, .n_references = 6 } },
  { "qklstm-uploading-twice", { QS_NET_QKLSTM, TRUE, 2, 4, 6, 3, 2, .n_references = 5 } },
};

/* Mean loss of a few sequences; with their slopes where @gradient is not NULL. */
static double
loss_of (QsNet *net, const Material *material, const double *params, double *gradient)
{
  const QsSequence *panel[7];
  double            loss;

  for (guint i = 0; i < G_N_ELEMENTS (panel); i++)
    panel[i] = &material->sequences[i];
  qs_net_set_params (net, NULL, params);
  qs_net_forward (net, G_N_ELEMENTS (panel), panel);
  loss = qs_net_loss (net, 1.0 / G_N_ELEMENTS (panel)) / G_N_ELEMENTS (panel);
  if (gradient == NULL)
    return loss;

  qs_net_backward (net);
  qs_net_take_gradient (net, NULL, gradient);

  return loss;
}

static void
test_gradient_is_that_of_differences (gconstpointer data)
{
  const QsNetShape   shape = ((const Case *) data)->shape;
  g_autoptr (QsNet)  net = qs_net_new (&shape);
  const QsNetLayout *layout = qs_net_layout (net);
  g_autofree double *params = g_new (double, layout->n_params);
  g_autofree double *gradient = g_new0 (double, layout->n_params);
  double             largest = 0.0;
  Material           material;

  material_init (&material, shape.n_inputs);
  qs_net_shape_init (&shape, 3, 0, params);
  loss_of (net, &material, params, gradient);
  for (gsize i = 0; i < layout->n_params; i++)
    largest = fmax (largest, fabs (gradient[i]));

  /* Fourth order; a longer step would meet the kinks of the dense layer. Of the
   * generator's map, 17 thousand parameters, some are asked. */
  for (gsize i = 0; i < layout->n_params;
       i += i < layout->n_quantum || layout->n_params < 5000 ? 1 : 499) {
    const double step = 1e-4, at = params[i];
    double       values[4], slope;

    for (guint k = 0; k < 4; k++) {
      params[i] = at + step * (double[]){ -2.0, -1.0, 1.0, 2.0 }[k];
      values[k] = loss_of (net, &material, params, NULL);
    }
    params[i] = at;
    slope = (values[0] - 8.0 * values[1] + 8.0 * values[2] - values[3]) / (12.0 * step);
    g_assert_cmpfloat_with_epsilon (gradient[i], slope, 1e-6 * largest);
  }
}

/* Angles that no probability depends on: λ of the first block's U3, which act on |0⟩, and
 * φ of the last block's controlled U3 but the first, after which only gates follow that
 * commute with it. */
static gsize
n_idle (const QsNetShape *shape, const QsNetLayout *layout)
{
  const gsize n_qubits = layout->views[0].n_columns / 6;

  return shape->kind == QS_NET_QTLSTM ? n_qubits + n_qubits - 1 : 0;
}

/* A frozen quantum parameter, or one that the optimiser does not see, is a defect. */
static void
test_every_quantum_parameter_has_a_slope (gconstpointer data)
{
  const QsNetShape   shape = ((const Case *) data)->shape;
  g_autoptr (QsNet)  net = qs_net_new (&shape);
  const QsNetLayout *layout = qs_net_layout (net);
  g_autofree double *params = g_new (double, layout->n_params);
  g_autofree double *gradient = g_new0 (double, layout->n_params);
  gsize              n_quantum = 0, n_without = 0;
  Material           material;

  material_init (&material, shape.n_inputs);
  qs_net_shape_init (&shape, 3, 0, params);
  loss_of (net, &material, params, gradient);

  for (guint v = 0; v < layout->n_views; v++) {
    const QsLstmView *view = &layout->views[v];

    for (gsize i = 0; view->angles && i < view->n_rows * view->n_columns; i++) {
      n_quantum++;
      n_without += !(fabs (gradient[view->offset + i]) > 1e-12);
    }
  }
  g_assert_cmpuint (n_without, ==, n_idle (&shape, layout));
  g_assert_cmpuint (n_quantum, ==, layout->n_quantum);
  g_assert_true ((n_quantum > 0) == (shape.kind != QS_NET_LSTM));
}

static void
test_agrees_with_the_windows_network (void)
{
  QsNetShape               shape = qs_net_shape_default (QS_NET_LSTM, QS_LSTM_N_INPUTS);
  g_autofree QsLstmParams *params = g_new (QsLstmParams, 1);
  QsLstmParams            *same;
  QsLstmScaler             scaler = { .sd = { 1.0, 1.0, 1.0 }, .response_sd = 1.0 };
  const double             dose = 0.3, comed = 1.0;
  QsLstmTrajectory         expected;
  double                   inputs[QS_LSTM_N_STEPS][QS_LSTM_N_INPUTS];
  double                   found[QS_LSTM_N_STEPS];
  double *const            outputs[] = { found };
  const QsSequence         sequence = { .n_steps = QS_LSTM_N_STEPS, .inputs = inputs[0] };

  shape.bidirectional = TRUE;
  qs_lstm_params_init (params, 5, 2);
  same = g_new (QsLstmParams, 1);
  qs_net_shape_init (&shape, 5, 2, (double *) same);
  g_assert_cmpuint (qs_net_shape_layout (&shape).n_params, ==, QS_LSTM_N_PARAMS);
  g_assert_cmpmem (params, sizeof *params, same, sizeof *same);
  g_free (same);

  for (guint t = 0; t < QS_LSTM_N_STEPS; t++) {
    inputs[t][0] = qs_lstm_scaler_time (&scaler, t);
    inputs[t][1] = dose;
    inputs[t][2] = comed;
  }
  qs_sequence_evaluate (&shape, (const double *) params, 1, &sequence, outputs);
  qs_lstm_evaluate (params, &scaler, 1, &dose, &comed, &expected);
  for (guint t = 0; t < QS_LSTM_N_STEPS; t++)
    g_assert_cmpfloat_with_epsilon (found[t], expected[t], 1e-12);
}

static void
test_a_sequence_does_not_see_the_others (gconstpointer data)
{
  const QsNetShape   shape = ((const Case *) data)->shape;
  const QsNetLayout  layout = qs_net_shape_layout (&shape);
  g_autofree double *params = g_new (double, layout.n_params);
  double             together[N_SEQUENCES][MAX_STEPS], alone[MAX_STEPS];
  double *outputs[N_SEQUENCES], *const one[] = { alone };
  Material material;

  material_init (&material, shape.n_inputs);
  qs_net_shape_init (&shape, 3, 0, params);
  for (guint i = 0; i < N_SEQUENCES; i++)
    outputs[i] = together[i];
  qs_sequence_evaluate (&shape, params, N_SEQUENCES, material.sequences, outputs);

  for (guint i = 0; i < N_SEQUENCES; i++) {
    qs_sequence_evaluate (&shape, params, 1, &material.sequences[i], one);
    g_assert_cmpmem (alone, material.sequences[i].n_steps * sizeof (double), together[i],
                     material.sequences[i].n_steps * sizeof (double));
  }
}

static QsTrained *
train (const QsNetShape *shape, const Material *material, guint n_epochs, QsRun *run)
{
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (GError) error = NULL;
  const QsLesson     lesson = {
        .training = material->members,
        .n_training = 15,
        .validation = material->members + 15,
        .n_validation = N_SEQUENCES - 15,
        .stage = QS_STAGE_TRAIN,
  };
  QsTrained *trained;

  options.n_epochs = n_epochs;
  options.batch_size = 6;
  options.learning_rate = 2e-2;
  trained =
      qs_sequence_train (shape, material->sequences, &lesson, &options, run, &error);
  g_assert_no_error (error);
  return trained;
}

static void
test_learns_from_labels_alone (gconstpointer data)
{
  const QsNetShape      shape = ((const Case *) data)->shape;
  Material              material;
  g_autoptr (QsTrained) first = NULL, second = NULL;
  const QsLossPoint    *history;

  material_init (&material, shape.n_inputs);
  first = train (&shape, &material, 40, NULL);
  history = (const QsLossPoint *) (const void *) first->history->data;
  g_assert_cmpfloat (history[39].train, <, 0.7 * history[0].train);

  for (guint i = 0; i < N_SEQUENCES; i++)
    for (guint t = 0; t < material.sequences[i].n_steps; t++)
      if (material.weights[i][t] == 0.0)
        material.labels[i][t] = NAN;
  second = train (&shape, &material, 40, NULL);
  g_assert_cmpmem (first->params, first->n_params * sizeof (double), second->params,
                   second->n_params * sizeof (double));
}

static void
test_threads_never_change_a_bit (gconstpointer data)
{
  const QsNetShape      shape = ((const Case *) data)->shape;
  g_autoptr (QsRun)     one = qs_run_new (1, NULL, NULL);
  g_autoptr (QsRun)     many = qs_run_new (3, NULL, NULL);
  g_autoptr (QsTrained) first = NULL, second = NULL;
  Material              material;

  material_init (&material, shape.n_inputs);
  first = train (&shape, &material, 3, one);
  second = train (&shape, &material, 3, many);
  g_assert_cmpmem (first->params, first->n_params * sizeof (double), second->params,
                   second->n_params * sizeof (double));
}

/* With one upload the circuit has the closed form; its angles turn both states alike. */
static void
test_kernel_circuit_is_the_kernel (void)
{
  enum { N_QUBITS = 3 };
  g_autoptr (QsCircuit) circuit = qs_qklstm_circuit_new (N_QUBITS, 1);
  g_autoptr (QsBatch)   batch = qs_batch_new (circuit);
  const double          zero[N_QUBITS] = { 0.0 };
  const double          x[] = { 0.3, -1.2, 2.0, 0.9, 0.4, -0.7 };
  double                outputs[7], sum = 1.0;

  qs_batch_set_parameters (batch, zero);
  qs_batch_forward (batch, 1, x, outputs);
  for (guint k = 0; k < G_N_ELEMENTS (outputs); k++)
    sum += outputs[k];
  g_assert_cmpfloat_with_epsilon (
      sum / 8.0, qs_kernel_product (N_QUBITS, x, x + N_QUBITS, NULL), 1e-14);
}

/* The sizes that are published, and a classical twin of each. */
static void
test_counts_its_parameters (void)
{
  static const struct {
    QsNetKind kind;
    gsize     n_params;
    gsize     n_quantum;
  } expected[] = {
    { QS_NET_LSTM, 19521, 0 },
    { QS_NET_QLSTM, 20065, 16 },
    { QS_NET_QTLSTM, 18345, 1344 },
    { QS_NET_QKLSTM, 7841, 80 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const QsNetShape  shape = qs_net_shape_default (expected[i].kind, QS_LSTM_N_INPUTS);
    const QsNetShape  twin = qs_net_shape_twin (&shape);
    const QsNetLayout layout = qs_net_shape_layout (&shape);
    const double      n_twin = (double) qs_net_shape_layout (&twin).n_params;

    g_assert_cmpuint (layout.n_params, ==, expected[i].n_params);
    g_assert_cmpuint (layout.n_quantum, ==, expected[i].n_quantum);
    g_assert_cmpint (twin.kind, ==, QS_NET_LSTM);
    g_assert_cmpfloat (fabs (n_twin / (double) layout.n_params - 1.0), <, 0.03);
  }
}

/* The products and steps of every instruction set, on sizes with all kinds of ends. */
static void
test_instruction_sets_give_the_same_bits (void)
{
  enum { M = 21, N = 29, K = 13, UNITS = 3, LANES = 8 };
  const QsLstmKernels *const *kernels = qs_lstm_kernels ();
  double first[M * N], first_gates[12 * LANES], first_cell[UNITS * LANES];

  for (guint set = 0; kernels[set] != NULL; set++) {
    double a[M * K], b[K * N], c[M * N], gates[12 * LANES];
    double cell[4][UNITS * LANES] = { { 0.0 } };

    for (guint i = 0; i < M * K; i++)
      a[i] = draw (i, 0);
    for (guint i = 0; i < K * N; i++)
      b[i] = draw (i, 1);
    for (guint i = 0; i < M * N; i++)
      c[i] = draw (i, 2);
    for (guint i = 0; i < 12 * LANES; i++)
      gates[i] = draw (i, 3);
    kernels[set]->product (M, N, K, a, K, 1, b, N, c, N);
    kernels[set]->units_forward (UNITS, LANES, LANES, gates, cell[0], cell[1], cell[2],
                                 cell[3]);
    kernels[set]->units_backward (UNITS, LANES, LANES, gates, cell[0], cell[2], cell[3],
                                  cell[1]);

    if (set == 0) {
      double exact = draw (N + 2, 2);

      for (guint k = 0; k < K; k++)
        exact += a[K + k] * b[k * N + 2];
      g_assert_cmpfloat_with_epsilon (c[N + 2], exact, 1e-13);
      memcpy (first, c, sizeof c);
      memcpy (first_gates, gates, sizeof gates);
      memcpy (first_cell, cell[1], sizeof cell[1]);
    }
    g_assert_cmpmem (first, sizeof first, c, sizeof c);
    g_assert_cmpmem (first_gates, sizeof first_gates, gates, sizeof gates);
    g_assert_cmpmem (first_cell, sizeof first_cell, cell[1], sizeof cell[1]);
  }
}

static void
add_for_each (const char *claim, GTestDataFunc func)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *path = g_strdup_printf ("/nn/sequence/%s/%s", claim, cases[i].name);

    g_test_add_data_func (path, &cases[i], func);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_for_each ("gradient-is-that-of-differences", test_gradient_is_that_of_differences);
  add_for_each ("every-quantum-parameter-has-a-slope",
                test_every_quantum_parameter_has_a_slope);
  add_for_each ("a-sequence-does-not-see-the-others",
                test_a_sequence_does_not_see_the_others);
  add_for_each ("learns-from-labels-alone", test_learns_from_labels_alone);
  add_for_each ("threads-never-change-a-bit", test_threads_never_change_a_bit);
  g_test_add_func ("/nn/sequence/agrees-with-the-windows-network",
                   test_agrees_with_the_windows_network);
  g_test_add_func ("/nn/sequence/kernel-circuit-is-the-kernel",
                   test_kernel_circuit_is_the_kernel);
  g_test_add_func ("/nn/sequence/counts-its-parameters", test_counts_its_parameters);
  g_test_add_func ("/nn/sequence/instruction-sets-give-the-same-bits",
                   test_instruction_sets_give_the_same_bits);

  return g_test_run ();
}
