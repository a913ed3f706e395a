/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-batch.h"

#include "quantum/qs-batch-kernels.h"

#include <math.h>
#include <string.h>

/**
 * Step:
 * @constant: α = constant + by_parameter θ[parameter] + by_input x[input]
 * @parameter: or −1
 * @input: or −1
 * @qubits: all that it has to do with
 * @target: the bit of the one it turns, 0 for a phase
 * @naming: which naming of the rows @qubits and @target belong to
 * @first: where its rows begin
 * @n_rows: how many it turns; of a pair both count and lie side by side
 *
 * A turn of rows by an angle α.
 */
typedef struct {
  QsBatchForm form;
  double      constant;
  double      by_parameter;
  double      by_input;
  int         parameter;
  int         input;
  gsize       qubits;
  gsize       target;
  guint       naming;
  guint       first;
  guint       n_rows;
} Step;

struct _QsBatch {
  QsBatchProgram        program;
  const QsBatchKernels *kernels;
  guint                 n_parameters;
  guint                 n_inputs;
  gboolean              ready; /* whether the parameters are set */

  /* While the circuit is translated. */
  guint16 *row_of; /* amplitude → row */
  guint8  *filled; /* rows that may be other than zero */
  guint    naming; /* how often rows were renamed */

  GArray *steps;  /* of Step */
  GArray *passes; /* of QsBatchPass */
  GArray *rows;   /* of guint16 */
  guint8 *negative;

  /* All vectors of a block: [what][sample]. */
  double *base;  /* step's angle without the input; one value each */
  double *turns; /* [step][cosine, sine] */
  double *ket;
  double *bra;
  double *input;
  double *input_slope;
  double *output;
  double *step_slope;
  double *theta_slope;
};

static const QsBatchKernels *
kernels_of (QsQuantumPath path)
{
#ifdef __x86_64__
  if (path == QS_QUANTUM_PATH_AVX512)
    return &qs_batch_kernels_avx512;
  if (path == QS_QUANTUM_PATH_AVX2)
    return &qs_batch_kernels_avx2;
#endif
  return &qs_batch_kernels_plain;
}

static Step *
step_at (const QsBatch *self, guint i)
{
  return &g_array_index (self->steps, Step, i);
}

static guint16
row_at (const QsBatch *self, guint i)
{
  return g_array_index (self->rows, guint16, i);
}

/* Whether each @a_stride-th row of step @a, from @a_offset on, is what each @b_stride-th
 * of step @b is, from @b_offset on. */
static gboolean
rows_match (const QsBatch *self,
            const Step    *a,
            guint          a_offset,
            guint          a_stride,
            const Step    *b,
            guint          b_offset,
            guint          b_stride)
{
  if (a->n_rows / a_stride != b->n_rows / b_stride)
    return FALSE;

  for (guint k = 0; k < a->n_rows / a_stride; k++)
    if (row_at (self, a->first + a_offset + a_stride * k) !=
        row_at (self, b->first + b_offset + b_stride * k))
      return FALSE;

  return TRUE;
}

/* Whether @next turns the pairs of @last with the rows of each exchanged. */
static gboolean
pairs_exchanged (const QsBatch *self, const Step *last, const Step *next)
{
  return last->form == next->form && next->form != QS_BATCH_PHASE &&
         rows_match (self, last, 0, 2, next, 1, 2) &&
         rows_match (self, last, 1, 2, next, 0, 2);
}

static gboolean
may_add (const Step *step, const Step *next)
{
  return !(step->parameter >= 0 && next->parameter >= 0) &&
         !(step->input >= 0 && next->input >= 0);
}

/* Turns @step further, by the angle of @next. */
static void
add_angle (Step *step, const Step *next, double sign)
{
  step->constant += sign * next->constant;
  if (next->parameter >= 0) {
    step->parameter = next->parameter;
    step->by_parameter = sign * next->by_parameter;
  }
  if (next->input >= 0) {
    step->input = next->input;
    step->by_input = sign * next->by_input;
  }
}

/* A turn joins an earlier one of the same qubits if all between have to do with others; a
 * real turn whose pairs were exchanged since, as after a Hadamard gate, joins backwards.
 * Returns FALSE where @next is a step of its own. */
static gboolean
try_merge (QsBatch *self, const Step *next)
{
  for (guint i = self->steps->len; i-- > 0;) {
    Step *step = step_at (self, i);

    if (step->naming != next->naming) {
      if (i + 1 < self->steps->len || !pairs_exchanged (self, step, next) ||
          !may_add (step, next))
        return FALSE;

      add_angle (step, next, next->form == QS_BATCH_REAL ? -1.0 : 1.0);
      return TRUE;
    }

    if (step->form == next->form && step->qubits == next->qubits &&
        step->target == next->target && may_add (step, next)) {
      add_angle (step, next, 1.0);
      return TRUE;
    }

    if (step->qubits & next->qubits)
      return FALSE;
  }

  return FALSE;
}

static void
add_row (QsBatch *self, guint16 row)
{
  g_array_append_val (self->rows, row);
  self->filled[row] = TRUE;
}

/* A turn of the rows of all amplitudes with all of @qubits 1; with @target, which is none
 * of them, of the pairs that it tells apart. α is @factor times @angle. Rows that are
 * zero so far are left out, of the way back too: what the bra holds there is never asked
 * for. */
static void
add_step (QsBatch       *self,
          QsBatchForm    form,
          gsize          qubits,
          gsize          target,
          const QsAngle *angle,
          double         factor)
{
  Step step = {
    .form = form,
    .constant = factor * angle->offset,
    .by_parameter = factor,
    .by_input = factor * angle->scale,
    .parameter = angle->parameter,
    .input = angle->input,
    .qubits = qubits | target,
    .target = target,
    .naming = self->naming,
    .first = self->rows->len,
  };

  for (gsize i = 0; i < self->program.n_rows; i++) {
    const guint16 row = self->row_of[i], other = self->row_of[i | target];

    if ((i & qubits) != qubits || i & target ||
        !(self->filled[row] || self->filled[other]))
      continue;

    add_row (self, row);
    if (target != 0)
      add_row (self, other);
  }

  step.n_rows = self->rows->len - step.first;
  if (try_merge (self, &step))
    g_array_set_size (self->rows, step.first);
  else
    g_array_append_val (self->steps, step);
}

static void
add_phase (QsBatch *self, gsize qubits, double angle)
{
  add_step (self, QS_BATCH_PHASE, qubits, 0, &QS_ANGLE_CONSTANT (angle), 1.0);
}

/* Swaps the amplitudes that have all of @ones, differ in @flipped and have of it but the
 * bit @lower: no more than other names for rows. */
static void
rename_rows (QsBatch *self, gsize ones, gsize flipped, gsize lower)
{
  self->naming++;
  for (gsize i = 0; i < self->program.n_rows; i++) {
    if ((i & ones) == ones && (i & flipped) == lower) {
      const guint16 row = self->row_of[i];

      self->row_of[i] = self->row_of[i ^ flipped];
      self->row_of[i ^ flipped] = row;
    }
  }
}

/* Phases common to all amplitudes are left out: no output and no slope knows of them. */
static void
add_gate (QsBatch *self, const QsCircuitGate *gate)
{
  const gsize target = (gsize) 1 << gate->target, other = (gsize) 1 << gate->other;
  const gsize controls = gate->controls, all = controls | target;

  switch (gate->kind) {
  case QS_GATE_X:
    rename_rows (self, controls, target, 0);
    break;
  case QS_GATE_Y: /* i X Z */
    add_phase (self, all, G_PI);
    rename_rows (self, controls, target, 0);
    if (controls != 0)
      add_phase (self, controls, 0.5 * G_PI);
    break;
  case QS_GATE_Z:
    add_phase (self, all, G_PI);
    break;
  case QS_GATE_H: /* X RY (π / 2) */
    add_step (self, QS_BATCH_REAL, controls, target, &QS_ANGLE_CONSTANT (0.5 * G_PI),
              0.5);
    rename_rows (self, controls, target, 0);
    break;
  case QS_GATE_S:
    add_phase (self, all, 0.5 * G_PI);
    break;
  case QS_GATE_T:
    add_phase (self, all, 0.25 * G_PI);
    break;
  case QS_GATE_PHASE:
    add_step (self, QS_BATCH_PHASE, all, 0, &gate->angle[0], 1.0);
    break;
  case QS_GATE_RX:
    add_step (self, QS_BATCH_IMAGINARY, controls, target, &gate->angle[0], 0.5);
    break;
  case QS_GATE_RY:
    add_step (self, QS_BATCH_REAL, controls, target, &gate->angle[0], 0.5);
    break;
  case QS_GATE_RZ:
    add_step (self, QS_BATCH_PHASE, all, 0, &gate->angle[0], 1.0);
    if (controls != 0)
      add_step (self, QS_BATCH_PHASE, controls, 0, &gate->angle[0], -0.5);
    break;
  case QS_GATE_U3: /* P (φ) RY (θ) P (λ) */
    add_step (self, QS_BATCH_PHASE, all, 0, &gate->angle[2], 1.0);
    add_step (self, QS_BATCH_REAL, controls, target, &gate->angle[0], 0.5);
    add_step (self, QS_BATCH_PHASE, all, 0, &gate->angle[1], 1.0);
    break;
  case QS_GATE_SWAP:
    rename_rows (self, controls, target | other, target);
    break;
  default:
    g_assert_not_reached ();
  }
}

/* Whether step @i is a phase of the second row of each pair of @pairs. */
static gboolean
is_phase_of (const QsBatch *self, guint i, const Step *pairs)
{
  return i < self->steps->len && step_at (self, i)->form == QS_BATCH_PHASE &&
         rows_match (self, pairs, 1, 2, step_at (self, i), 0, 1);
}

/* Phases right before and after a real turn of the same qubit join its way through the
 * rows: a general gate of one qubit is one pass. */
static void
find_passes (QsBatch *self)
{
  for (guint i = 0; i < self->steps->len; i++) {
    const Step *step = step_at (self, i), *next = step;
    QsBatchPass pass = { .step = i };

    if (step->form == QS_BATCH_PHASE && i + 1 < self->steps->len) {
      next = step_at (self, i + 1);
      pass.before = next->form == QS_BATCH_REAL && is_phase_of (self, i, next);
    }
    if (pass.before) {
      pass.step = ++i;
      step = next;
    }
    if (step->form == QS_BATCH_REAL && is_phase_of (self, i + 1, step)) {
      pass.after = TRUE;
      i++;
    }

    pass.form = step->form;
    pass.first = step->first;
    pass.n_rows = step->n_rows;
    g_array_append_val (self->passes, pass);
  }
}

static void
find_signs (QsBatch *self, const QsCircuit *circuit)
{
  QsBatchProgram *program = &self->program;

  self->negative = g_new (guint8, MAX (1, program->n_outputs * program->n_rows));
  for (guint k = 0; k < program->n_outputs; k++)
    for (gsize i = 0; i < program->n_rows; i++)
      self->negative[program->n_rows * k + self->row_of[i]] =
          (guint8) __builtin_parityll (i & qs_circuit_output (circuit, k));
  program->negative = self->negative;
}

static double *
vectors_new (gsize n)
{
  return g_aligned_alloc0 (MAX (n, 1), QS_BATCH_BLOCK * sizeof (double), 64);
}

/**
 * qs_batch_new:
 * @circuit: of at most %QS_BATCH_MAX_QUBITS qubits; not kept
 *
 * Returns: (transfer full): a batch whose parameters have to be set, if there are any
 */
QsBatch *
qs_batch_new (const QsCircuit *circuit)
{
  QsBatch        *self;
  QsBatchProgram *program;

  g_return_val_if_fail (qs_circuit_n_qubits (circuit) <= QS_BATCH_MAX_QUBITS, NULL);

  self = g_new0 (QsBatch, 1);
  program = &self->program;
  self->kernels = kernels_of (qs_quantum_path_best ());
  self->n_parameters = qs_circuit_n_parameters (circuit);
  self->n_inputs = qs_circuit_n_inputs (circuit);
  program->n_rows = 1u << qs_circuit_n_qubits (circuit);
  program->n_outputs = qs_circuit_n_outputs (circuit);

  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  self->passes = g_array_new (FALSE, FALSE, sizeof (QsBatchPass));
  self->rows = g_array_new (FALSE, FALSE, sizeof (guint16));
  self->row_of = g_new (guint16, program->n_rows);
  self->filled = g_new0 (guint8, program->n_rows);
  self->filled[0] = TRUE;
  for (guint i = 0; i < program->n_rows; i++)
    self->row_of[i] = (guint16) i;
  for (guint i = 0; i < qs_circuit_n_gates (circuit); i++)
    add_gate (self, qs_circuit_gate (circuit, i));
  find_signs (self, circuit);
  find_passes (self);

  program->n_passes = self->passes->len;
  program->passes = (const QsBatchPass *) (const void *) self->passes->data;
  program->rows = (const guint16 *) (const void *) self->rows->data;

  self->base = g_new0 (double, MAX (1, self->steps->len));
  self->turns = vectors_new (2 * self->steps->len);
  self->ket = vectors_new (2 * program->n_rows);
  self->bra = vectors_new (2 * program->n_rows);
  self->input = vectors_new (self->n_inputs);
  self->input_slope = vectors_new (self->n_inputs);
  self->output = vectors_new (program->n_outputs);
  self->step_slope = vectors_new (self->steps->len);
  self->theta_slope = vectors_new (self->n_parameters);

  if (self->n_parameters == 0)
    qs_batch_set_parameters (self, NULL);

  return self;
}

void
qs_batch_free (QsBatch *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->steps);
  g_array_unref (self->rows);
  g_array_unref (self->passes);
  g_free (self->row_of);
  g_free (self->filled);
  g_free (self->negative);
  g_free (self->base);
  g_aligned_free (self->turns);
  g_aligned_free (self->ket);
  g_aligned_free (self->bra);
  g_aligned_free (self->input);
  g_aligned_free (self->input_slope);
  g_aligned_free (self->output);
  g_aligned_free (self->step_slope);
  g_aligned_free (self->theta_slope);
  g_free (self);
}

/**
 * qs_batch_set_path:
 * @path: a supported path; all give the same bits. The parameters have to be set again
 */
void
qs_batch_set_path (QsBatch *self, QsQuantumPath path)
{
  g_return_if_fail (qs_quantum_path_supported (path));

  self->kernels = kernels_of (path);
}

/**
 * qs_batch_set_parameters:
 * @theta: (nullable): the circuit's parameters, for all samples until the next call
 */
void
qs_batch_set_parameters (QsBatch *self, const double *theta)
{
  static const double none[QS_BATCH_BLOCK];

  for (guint i = 0; i < self->steps->len; i++) {
    const Step *step = step_at (self, i);

    self->base[i] = step->constant;
    if (step->parameter >= 0)
      self->base[i] += step->by_parameter * theta[step->parameter];
    self->kernels->turn (self->base[i], 0.0, none, self->turns + QS_BATCH_ROW * i);
  }

  self->ready = TRUE;
}

/* Up to a block of samples, from @first on, of an array [value][sample] whose rows are
 * @n_samples long. What is missing to a block is zero. */
static void
gather (double *block, guint n_values, const double *from, gsize n_samples, gsize first)
{
  const gsize n = MIN (QS_BATCH_BLOCK, n_samples - first);

  if (n < QS_BATCH_BLOCK)
    memset (block, 0, n_values * QS_BATCH_BLOCK * sizeof (double));
  for (guint k = 0; k < n_values; k++)
    memcpy (block + QS_BATCH_BLOCK * k, from + n_samples * k + first,
            n * sizeof (double));
}

static void
scatter_added (const double *block,
               guint         n_values,
               double       *to,
               gsize         n_samples,
               gsize         first)
{
  const gsize n = MIN (QS_BATCH_BLOCK, n_samples - first);

  for (guint k = 0; k < n_values; k++)
    for (gsize i = 0; i < n; i++)
      to[n_samples * k + first + i] += block[QS_BATCH_BLOCK * k + i];
}

static void
scatter (const double *block, guint n_values, double *to, gsize n_samples, gsize first)
{
  const gsize n = MIN (QS_BATCH_BLOCK, n_samples - first);

  for (guint k = 0; k < n_values; k++)
    memcpy (to + n_samples * k + first, block + QS_BATCH_BLOCK * k, n * sizeof (double));
}

static void
run_block (QsBatch *self, const double *x, gsize n_samples, gsize first)
{
  gather (self->input, self->n_inputs, x, n_samples, first);

  for (guint i = 0; i < self->steps->len; i++) {
    const Step *step = step_at (self, i);

    if (step->input >= 0)
      self->kernels->turn (self->base[i], step->by_input,
                           self->input + QS_BATCH_BLOCK * step->input,
                           self->turns + QS_BATCH_ROW * i);
  }

  self->kernels->forward (&self->program, self->turns, self->ket);
}

/**
 * qs_batch_forward:
 * @x: (nullable) (array): [input][sample]
 * @output: (out) (array): [output][sample]
 *
 * A sample's outputs do not depend on the others in the call.
 */
void
qs_batch_forward (QsBatch *self, gsize n_samples, const double *x, double *output)
{
  g_return_if_fail (self->ready);

  for (gsize first = 0; first < n_samples; first += QS_BATCH_BLOCK) {
    run_block (self, x, n_samples, first);
    self->kernels->measure (&self->program, self->ket, self->bra, self->output);
    scatter (self->output, self->program.n_outputs, output, n_samples, first);
  }
}

static void
collect_slopes (QsBatch *self)
{
  memset (self->input_slope, 0, self->n_inputs * QS_BATCH_BLOCK * sizeof (double));

  for (guint i = 0; i < self->steps->len; i++) {
    const Step   *step = step_at (self, i);
    const double *slope = self->step_slope + QS_BATCH_BLOCK * i;

    for (guint k = 0; step->parameter >= 0 && k < QS_BATCH_BLOCK; k++)
      self->theta_slope[QS_BATCH_BLOCK * step->parameter + k] +=
          step->by_parameter * slope[k];
    for (guint k = 0; step->input >= 0 && k < QS_BATCH_BLOCK; k++)
      self->input_slope[QS_BATCH_BLOCK * step->input + k] += step->by_input * slope[k];
  }
}

/**
 * qs_batch_backward:
 * @x: (nullable) (array): [input][sample]
 * @output_slope: (array): [output][sample]: the derivatives of the loss
 * @theta_slope: (inout) (nullable) (array): the derivatives by the parameters, summed
 * over the samples, are added
 * @x_slope: (inout) (nullable) (array): [input][sample]: those by the inputs are added
 *
 * Runs the circuit and takes it back, as #QsAdjoint does.
 */
void
qs_batch_backward (QsBatch      *self,
                   gsize         n_samples,
                   const double *x,
                   const double *output_slope,
                   double       *theta_slope,
                   double       *x_slope)
{
  g_return_if_fail (self->ready);

  memset (self->theta_slope, 0, self->n_parameters * QS_BATCH_BLOCK * sizeof (double));

  for (gsize first = 0; first < n_samples; first += QS_BATCH_BLOCK) {
    run_block (self, x, n_samples, first);
    gather (self->output, self->program.n_outputs, output_slope, n_samples, first);
    self->kernels->backward (&self->program, self->turns, self->output, self->ket,
                             self->bra, self->step_slope);
    collect_slopes (self);
    if (x_slope != NULL)
      scatter_added (self->input_slope, self->n_inputs, x_slope, n_samples, first);
  }

  for (guint k = 0; theta_slope != NULL && k < self->n_parameters; k++) {
    const double *s = self->theta_slope + QS_BATCH_BLOCK * k;

    theta_slope[k] += ((s[0] + s[1]) + (s[2] + s[3])) + ((s[4] + s[5]) + (s[6] + s[7]));
  }
}
