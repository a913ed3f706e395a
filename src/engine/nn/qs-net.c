/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-generator.h"
#include "nn/qs-net-cell.h"

#include <math.h>
#include <string.h>

/* Where a side's matrices begin in the block, and its dense half. */
typedef struct {
  gboolean affine; /* whether it has the first two */
  gsize    recurrent;
  gsize    input;
  gsize    bias;
  gsize    dense;
} Places;

struct _QsNet {
  QsNetShape           shape;
  QsNetLayout          layout;    /* of what is trained */
  QsGenerator         *generator; /* owned; NULL where that is the weights themselves */
  gsize                n_weights;
  const QsLstmKernels *kernels; /* borrowed */
  guint                n_sides;
  QsNetSide            sides[2];
  Places               places[2];
  gsize                dense_bias;
  gsize                output;
  gsize                output_bias;
  double              *params; /* (array length=n_weights): the weights */
  double              *slopes; /* (array length=n_weights): by them, added up */

  guint             n; /* sequences of the panel */
  const QsSequence *sequences[QS_NET_N_LANES];
  gsize             n_columns; /* the arrays have room for */
  double           *memory;
  double *ordered; /* [unit][column]: the second side's outputs in time's order */
  double *dense;   /* [dense unit][column], activated, then its slope */
  double *out;     /* [column], then its slope */
};

static gsize
place (const QsNetLayout *layout, const char *name)
{
  const QsLstmView *view = qs_net_layout_find (layout, name);

  return view != NULL ? view->offset : 0;
}

static void
find_places (QsNet *self, const QsNetLayout *weights)
{
  static const char *const names[2][4] = {
    { "forward.recurrent", "forward.input", "forward.bias", "forward.dense" },
    { "backward.recurrent", "backward.input", "backward.bias", "backward.dense" },
  };

  for (guint d = 0; d < self->n_sides; d++)
    self->places[d] = (Places){
      .affine = qs_net_layout_find (weights, names[d][0]) != NULL,
      .recurrent = place (weights, names[d][0]),
      .input = place (weights, names[d][1]),
      .bias = place (weights, names[d][2]),
      .dense = place (weights, names[d][3]),
    };

  self->dense_bias = place (weights, "dense.bias");
  self->output = place (weights, "output");
  self->output_bias = place (weights, "output.bias");
}

static QsNetCell *
new_cell (const QsNetShape *shape, const char *direction)
{
  switch (shape->kind) {
  case QS_NET_QLSTM:
    return qs_qlstm_cell_new (shape, direction);
  case QS_NET_QKLSTM:
    return qs_qklstm_cell_new (shape, direction);
  case QS_NET_LSTM:
  case QS_NET_QTLSTM:
  default:
    return NULL;
  }
}

/**
 * qs_net_new:
 *
 * Returns: (transfer full): a network whose parameters have to be set
 */
QsNet *
qs_net_new (const QsNetShape *shape)
{
  QsNet      *self = g_new0 (QsNet, 1);
  QsNetLayout weights;

  self->shape = *shape;
  self->layout = weights = qs_net_shape_layout (shape);
  if (shape->kind == QS_NET_QTLSTM) {
    const QsNetShape generated = qs_net_shape_generated (shape);

    self->generator = qs_generator_new (shape);
    weights = qs_net_shape_layout (&generated);
  }

  self->n_weights = weights.n_params;
  self->params = g_new0 (double, self->n_weights);
  self->slopes = g_new0 (double, self->n_weights);
  self->kernels = qs_lstm_kernels ()[0];
  self->n_sides = shape->bidirectional ? 2 : 1;
  for (guint d = 0; d < self->n_sides; d++) {
    self->sides[d].kernels = self->kernels;
    self->sides[d].cell = new_cell (shape, d == 0 ? "forward" : "backward");
    self->sides[d].n_inputs = shape->n_inputs;
    self->sides[d].n_units = shape->n_units;
  }
  find_places (self, &weights);

  return self;
}

void
qs_net_free (QsNet *self)
{
  if (self == NULL)
    return;

  for (guint d = 0; d < self->n_sides; d++)
    qs_net_cell_free (self->sides[d].cell);
  qs_generator_free (self->generator);
  g_free (self->params);
  g_free (self->slopes);
  g_aligned_free (self->memory);
  g_free (self);
}

const QsNetLayout *
qs_net_layout (const QsNet *self)
{
  return &self->layout;
}

/**
 * qs_net_set_params:
 * @params: (array): laid out as qs_net_layout() says; copied
 */
void
qs_net_set_params (QsNet *self, QsRun *run, const double *params)
{
  if (self->generator != NULL)
    qs_generator_forward (self->generator, run, params, self->params);
  else
    memcpy (self->params, params, self->n_weights * sizeof *params);

  for (guint d = 0; d < self->n_sides; d++)
    if (self->sides[d].cell != NULL)
      qs_net_cell_set_params (self->sides[d].cell, self->params);
}

/* The weights as the parameters that were set make them; these themselves but for
 * %QS_NET_QTLSTM. */
const double *
qs_net_weights (const QsNet *self)
{
  return self->params;
}

/* Room for @n_columns, in all arrays. */
static void
reserve (QsNet *self, gsize n_columns)
{
  const gsize n = self->shape.n_units, n_inputs = self->shape.n_inputs;
  const gsize n_turned =
      MAX (MAX (n, self->shape.n_references), MAX (n_inputs, self->shape.n_dense));
  const gsize n_rows =
      self->n_sides * (n_inputs + 8 * n + n_turned) + n + self->shape.n_dense + 1;
  const gsize n_carried = self->n_sides * n * QS_NET_N_LANES;
  double     *next;

  if (n_columns <= self->n_columns)
    return;

  g_aligned_free (self->memory);
  self->memory = next =
      g_aligned_alloc0 (n_rows * n_columns + n_carried, sizeof (double), 64);
  self->n_columns = n_columns;

  for (guint d = 0; d < self->n_sides; d++) {
    QsNetSide *side = &self->sides[d];

    side->h = next;
    side->gates = side->h + n * n_columns;
    side->memory = side->gates + 4 * n * n_columns;
    side->memory_tanh = side->memory + n * n_columns;
    side->h_slope = side->memory_tanh + n * n_columns;
    side->turned = side->h_slope + n * n_columns;
    side->x = side->turned + n_turned * n_columns;
    side->memory_slope = side->x + n_inputs * n_columns;
    next = side->memory_slope + n * QS_NET_N_LANES;
    if (side->cell != NULL)
      qs_net_cell_reserve (side->cell, n_columns);
  }
  self->ordered = next;
  self->dense = self->ordered + n * n_columns;
  self->out = self->dense + self->shape.n_dense * n_columns;
}

/* The step of side @d at which @sequence is at time point @t; beyond its end as counted.
 */
static guint
step_of (guint d, const QsSequence *sequence, guint t)
{
  return d == 0 || t >= sequence->n_steps ? t : sequence->n_steps - 1 - t;
}

/* Lanes without a sequence and times past an end read zeros; nothing comes back there. */
static void
fill_inputs (const QsNet *self, QsNetSide *side, guint d)
{
  for (guint k = 0; k < side->n_inputs; k++)
    memset (side->x + k * side->row, 0,
            (gsize) side->n_steps * side->n_lanes * sizeof (double));

  for (guint lane = 0; lane < self->n; lane++) {
    const QsSequence *sequence = self->sequences[lane];

    for (guint t = 0; t < sequence->n_steps; t++)
      for (guint k = 0; k < side->n_inputs; k++)
        side->x[k * side->row + step_of (d, sequence, t) * side->n_lanes + lane] =
            sequence->inputs[t * side->n_inputs + k];
  }
}

/* rows[i][column] = @values[i] in all columns of the panel */
static void
fill_rows (double *rows, gsize row, gsize n_rows, gsize n_columns, const double *values)
{
  for (gsize i = 0; i < n_rows; i++)
    for (gsize k = 0; k < n_columns; k++)
      rows[i * row + k] = values[i];
}

static void
side_forward (QsNetSide *side, const Places *places, const double *params)
{
  const QsLstmKernels *kernels = side->kernels;
  const gsize          n = side->n_units, row = side->row, n_lanes = side->n_lanes;

  for (gsize unit = 0; unit < n; unit++) {
    memset (side->h + unit * row, 0, n_lanes * sizeof (double));
    memset (side->memory + unit * row, 0, n_lanes * sizeof (double));
  }
  fill_rows (side->gates, row, 4 * n, side->n_steps * n_lanes, params + places->bias);
  if (places->affine)
    kernels->product (4 * n, side->n_steps * n_lanes, side->n_inputs,
                      params + places->input, side->n_inputs, 1, side->x, row,
                      side->gates, row);

  for (guint s = 0; s < side->n_steps; s++) {
    const gsize at = s * n_lanes;

    if (places->affine && s > 0)
      kernels->product (4 * n, n_lanes, n, params + places->recurrent, n, 1, side->h + at,
                        row, side->gates + at, row);
    if (side->cell != NULL)
      qs_net_cell_forward (side->cell, side, s);
    kernels->units_forward (n, n_lanes, row, side->gates + at, side->memory + at,
                            side->memory + at + n_lanes, side->memory_tanh + at,
                            side->h + at + n_lanes);
  }
}

/* Outputs after each step, moved to where time has them. */
static void
order_in_time (QsNet *self, const QsNetSide *side)
{
  for (gsize unit = 0; unit < side->n_units; unit++) {
    const double *from = side->h + unit * side->row + side->n_lanes;
    double       *to = self->ordered + unit * side->row;

    memset (to, 0, (gsize) side->n_steps * side->n_lanes * sizeof *to);
    for (guint lane = 0; lane < self->n; lane++)
      for (guint t = 0; t < self->sequences[lane]->n_steps; t++)
        to[t * side->n_lanes + lane] =
            from[step_of (1, self->sequences[lane], t) * side->n_lanes + lane];
  }
}

/* Outputs of side @d after each time point. */
static const double *
outputs_of (const QsNet *self, guint d)
{
  return d == 0 ? self->sides[0].h + self->sides[0].n_lanes : self->ordered;
}

static void
head_forward (QsNet *self)
{
  const QsNetSide *side = &self->sides[0];
  const gsize      n_columns = (gsize) side->n_steps * side->n_lanes;
  const guint      n_dense = self->shape.n_dense;

  if (self->n_sides > 1)
    order_in_time (self, &self->sides[1]);

  fill_rows (self->dense, side->row, n_dense, n_columns, self->params + self->dense_bias);
  for (guint d = 0; d < self->n_sides; d++)
    self->kernels->product (n_dense, n_columns, side->n_units,
                            self->params + self->places[d].dense, side->n_units, 1,
                            outputs_of (self, d), side->row, self->dense, side->row);
  for (guint i = 0; i < n_dense; i++)
    for (gsize k = 0; k < n_columns; k++)
      self->dense[i * side->row + k] = fmax (self->dense[i * side->row + k], 0.0);

  fill_rows (self->out, side->row, 1, n_columns, self->params + self->output_bias);
  self->kernels->product (1, n_columns, n_dense, self->params + self->output, n_dense, 1,
                          self->dense, side->row, self->out, side->row);
}

/**
 * qs_net_forward:
 * @n: from 1 to %QS_NET_N_LANES
 * @sequences: (array length=n): borrowed until qs_net_backward()
 */
void
qs_net_forward (QsNet *self, guint n, const QsSequence *const *sequences)
{
  const guint n_lanes = (n + 7) / 8 * 8;
  guint       n_steps = 0;

  self->n = n;
  for (guint lane = 0; lane < n; lane++) {
    self->sequences[lane] = sequences[lane];
    n_steps = MAX (n_steps, sequences[lane]->n_steps);
  }
  reserve (self, (gsize) (n_steps + 1) * n_lanes);

  for (guint d = 0; d < self->n_sides; d++) {
    QsNetSide *side = &self->sides[d];

    side->n_lanes = n_lanes;
    side->n_steps = n_steps;
    side->row = (gsize) (n_steps + 1) * n_lanes;
    fill_inputs (self, side, d);
    side_forward (side, &self->places[d], self->params);
  }
  head_forward (self);
}

/**
 * qs_net_output:
 * @step: below the sequence's number of time points
 *
 * Returns: what the last forward pass gave, standardised as the labels are
 */
double
qs_net_output (const QsNet *self, guint lane, guint step)
{
  return self->out[step * self->sides[0].n_lanes + lane];
}

/**
 * qs_net_loss:
 * @factor: what each sequence's loss is multiplied by before its slopes are taken
 *
 * A sequence's loss is Σ weight × error² over the number of its labels.
 *
 * Returns: the sum of the sequences' losses; their slopes times @factor replace the
 * outputs
 */
double
qs_net_loss (QsNet *self, double factor)
{
  const gsize n_lanes = self->sides[0].n_lanes;
  double      loss = 0.0;

  for (gsize lane = 0; lane < n_lanes; lane++) {
    const QsSequence *sequence = lane < self->n ? self->sequences[lane] : NULL;
    const guint       n_steps = sequence != NULL ? sequence->n_steps : 0;
    double            sum = 0.0, n_labels = 0.0;

    for (guint t = 0; t < n_steps; t++)
      n_labels += sequence->weights == NULL || sequence->weights[t] > 0.0;

    for (guint t = 0; t < self->sides[0].n_steps; t++) {
      double *out = &self->out[t * n_lanes + lane];
      double  weight = 0.0, error = 0.0;

      if (t < n_steps)
        weight = sequence->weights == NULL ? 1.0 : sequence->weights[t];
      if (weight > 0.0)
        error = *out - sequence->labels[t];
      sum += weight * error * error;
      *out = weight > 0.0 ? 2.0 * factor * weight / n_labels * error : 0.0;
    }
    if (n_labels > 0.0)
      loss += sum / n_labels;
  }

  return loss;
}

/* turned[column][row] of @n_rows rows. */
static const double *
turn (const QsNetSide *side, const double *rows, gsize n_rows)
{
  const gsize n_columns = (gsize) side->n_steps * side->n_lanes;

  for (gsize i = 0; i < n_rows; i++)
    for (gsize k = 0; k < n_columns; k++)
      side->turned[k * n_rows + i] = rows[i * side->row + k];

  return side->turned;
}

/* gradient[i][j] += Σ over columns of slopes[i] × rows[j] */
void
qs_net_add_weights (const QsNetSide *side,
                    const double    *slopes,
                    gsize            n_slopes,
                    const double    *rows,
                    gsize            n_rows,
                    double          *gradient)
{
  side->kernels->product (n_slopes, n_rows, (gsize) side->n_steps * side->n_lanes, slopes,
                          side->row, 1, turn (side, rows, n_rows), n_rows, gradient,
                          n_rows);
}

void
qs_net_add_biases (const QsNetSide *side, const double *slopes, gsize n, double *gradient)
{
  for (gsize i = 0; i < n; i++) {
    double sum = 0.0;

    for (gsize k = 0; k < (gsize) side->n_steps * side->n_lanes; k++)
      sum += slopes[i * side->row + k];
    gradient[i] += sum;
  }
}

/* From the slopes by the outputs to those by the cells' outputs. */
static void
head_backward (QsNet *self, double *gradient)
{
  const QsNetSide *side = &self->sides[0];
  const gsize      n_columns = (gsize) side->n_steps * side->n_lanes;
  const guint      n_dense = self->shape.n_dense;

  qs_net_add_weights (side, self->out, 1, self->dense, n_dense, gradient + self->output);
  qs_net_add_biases (side, self->out, 1, gradient + self->output_bias);

  for (guint i = 0; i < n_dense; i++) {
    const double weight = self->params[self->output + i];
    double      *dense = self->dense + i * side->row;

    for (gsize k = 0; k < n_columns; k++)
      dense[k] = dense[k] > 0.0 ? weight * self->out[k] : 0.0;
  }
  qs_net_add_biases (side, self->dense, n_dense, gradient + self->dense_bias);
  for (guint d = 0; d < self->n_sides; d++)
    qs_net_add_weights (side, self->dense, n_dense, outputs_of (self, d), side->n_units,
                        gradient + self->places[d].dense);
}

/* Slopes by the outputs after each step of side @d, from those of the dense layer. */
static void
fill_slopes (QsNet *self, guint d)
{
  QsNetSide  *side = &self->sides[d];
  const gsize n = side->n_units, row = side->row, n_lanes = side->n_lanes;
  const gsize n_bytes = (gsize) side->n_steps * n_lanes * sizeof (double);
  double     *slopes = d == 0 ? side->h_slope + n_lanes : self->ordered;

  for (gsize unit = 0; unit < n; unit++)
    memset (slopes + unit * row, 0, n_bytes);
  self->kernels->product (n, side->n_steps * n_lanes, self->shape.n_dense,
                          self->params + self->places[d].dense, 1, n, self->dense, row,
                          slopes, row);

  for (gsize unit = 0; d > 0 && unit < n; unit++) {
    const double *from = slopes + unit * row;
    double       *to = side->h_slope + unit * row + n_lanes;

    memset (to, 0, n_bytes);
    for (guint lane = 0; lane < self->n; lane++)
      for (guint t = 0; t < self->sequences[lane]->n_steps; t++)
        to[step_of (d, self->sequences[lane], t) * n_lanes + lane] =
            from[t * n_lanes + lane];
  }
}

static void
side_backward (QsNetSide    *side,
               const Places *places,
               const double *params,
               double       *gradient)
{
  const QsLstmKernels *kernels = side->kernels;
  const gsize          n = side->n_units, row = side->row, n_lanes = side->n_lanes;

  memset (side->memory_slope, 0, n * n_lanes * sizeof (double));

  for (guint s = side->n_steps; s-- > 0;) {
    const gsize at = s * n_lanes;

    kernels->units_backward (n, n_lanes, row, side->gates + at, side->memory + at,
                             side->memory_tanh + at, side->h_slope + at + n_lanes,
                             side->memory_slope);
    if (side->cell != NULL)
      qs_net_cell_backward (side->cell, side, s, gradient);
    if (places->affine && s > 0)
      kernels->product (n, n_lanes, 4 * n, params + places->recurrent, 1, n,
                        side->gates + at, row, side->h_slope + at, row);
  }

  qs_net_add_biases (side, side->gates, 4 * n, gradient + places->bias);
  if (side->cell != NULL)
    qs_net_cell_finish (side->cell, side, gradient);
  if (!places->affine)
    return;

  qs_net_add_weights (side, side->gates, 4 * n, side->x, side->n_inputs,
                      gradient + places->input);
  qs_net_add_weights (side, side->gates, 4 * n, side->h, n, gradient + places->recurrent);
}

/**
 * qs_net_backward:
 *
 * Takes the panel of the last forward pass back from the slopes that qs_net_loss() left.
 * The slopes by the weights add up until qs_net_take_gradient().
 */
void
qs_net_backward (QsNet *self)
{
  head_backward (self, self->slopes);

  for (guint d = 0; d < self->n_sides; d++) {
    fill_slopes (self, d);
    side_backward (&self->sides[d], &self->places[d], self->params, self->slopes);
  }
}

/**
 * qs_net_take_gradient:
 * @gradient: (inout) (array): the slopes by the parameters are added
 *
 * Hands out what the backward passes since the last call have added up, once per call of
 * qs_net_set_params().
 */
void
qs_net_take_gradient (QsNet *self, QsRun *run, double *gradient)
{
  if (self->generator != NULL)
    qs_generator_backward (self->generator, run, self->slopes, gradient);
  else
    for (gsize i = 0; i < self->n_weights; i++)
      gradient[i] += self->slopes[i];

  memset (self->slopes, 0, self->n_weights * sizeof *self->slopes);
}
