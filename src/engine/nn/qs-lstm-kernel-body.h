/* SPDX-License-Identifier: Apache-2.0 */

/* The network, written once for every instruction set. A path defines, then includes
 * this:
 *
 *   PATH_PEAKS                    name of the function to make
 *   V, V_LANES                    a vector of floats and how many it holds
 *   TILE                          vectors that go together: 4 * TILE sums, TILE rows and
 * a weight fit the registers v_load v_store v_set1 v_add v_sub v_mul v_div v_fma (a, b,
 * c)               a b + c, rounded once v_less_of (a, b)              a < b ? a : b; so
 * NaN in b stays v_more_of (a, b)              a > b ? a : b v_add_exponent (a, b) a's
 * bits plus b's bits shifted by the 23 of a fraction
 *
 * Each is the same IEEE operation on every path, each lane is one trajectory, and the
 * order of operations is written out. That is why all paths give the same bits, for any
 * number of trajectories in a call. No floating-point option may be set that lets the
 * compiler change them. */

#include "nn/qs-lstm-kernel-path.h"

#include <math.h>
#include <string.h>

#define N_UNITS QS_LSTM_N_UNITS
#define N_DENSE QS_LSTM_N_DENSE
#define N_ROWS QS_LSTM_KERNEL_N_ROWS
#define ALIGNMENT 64

#define INLINE static inline __attribute__ ((always_inline))
#ifdef __clang__
#  define UNROLL _Pragma ("clang loop unroll(full)")
#  define UNROLL_TWICE _Pragma ("clang loop unroll_count(2)")
#else
#  define UNROLL _Pragma ("GCC unroll 16")
#  define UNROLL_TWICE _Pragma ("GCC unroll 2")
#endif

/* The logistic function is 1 in single precision from 2^-25 on. At 40 the product of
 * three denominators, 2^120, is still finite. */
#define EXPONENT_LIMIT 40.0f

/* Adding 1.5 * 2^23 rounds to an integer, which then stands in the lowest bits. */
#define ROUND_TO_INTEGER 12582912.0f

/**
 * Work:
 * @state: [2][row][lane]: inputs and units' outputs, of the last step and of the next
 * @memory: [unit][lane]
 * @dense: [step that counts][dense unit][lane]: the forward direction's half
 *
 * What a tile of trajectories needs while it runs.
 */
typedef struct {
  const QsLstmPacked *packed;
  const QsLstmPeaks  *peaks;
  float              *state[2];
  float              *memory;
  float              *dense;
} Work;

/* Trajectories whose activations are computed side by side, in vectors: eight
 * exponentials at once hide each other's latency and still fit the registers. */
#define PAIR 2

/* 2^x for |x| <= EXPONENT_LIMIT, beyond as at the limit; relative error below 2e-7.
 * Minimax polynomial of 2^f on [-1/2, 1/2], made for this file by Lawson's iteration. Its
 * degrees are loops of their own so that the compiler keeps the vectors abreast. */
INLINE void
exp2_limited (V x[4 * PAIR], const guint n)
{
  static const float coefficients[] = { 0x1.3cea88p-7f, 0x1.c6b752p-5f, 0x1.ebf9bcp-3f,
                                        0x1.62e42ap-1f, 1.0f };
  V                  shifted[4 * PAIR], f[4 * PAIR];

  UNROLL
  for (guint i = 0; i < n; i++)
    x[i] = v_less_of (v_set1 (EXPONENT_LIMIT), x[i]);

  UNROLL
  for (guint i = 0; i < n; i++)
    x[i] = v_more_of (v_set1 (-EXPONENT_LIMIT), x[i]);

  UNROLL
  for (guint i = 0; i < n; i++)
    shifted[i] = v_add (x[i], v_set1 (ROUND_TO_INTEGER));

  UNROLL
  for (guint i = 0; i < n; i++)
    f[i] = v_sub (x[i], v_sub (shifted[i], v_set1 (ROUND_TO_INTEGER)));

  UNROLL
  for (guint i = 0; i < n; i++)
    x[i] = v_set1 (0x1.5bba14p-10f);

  UNROLL
  for (guint degree = 0; degree < G_N_ELEMENTS (coefficients); degree++) {
    UNROLL
    for (guint i = 0; i < n; i++)
      x[i] = v_fma (x[i], f[i], v_set1 (coefficients[degree]));
  }

  UNROLL
  for (guint i = 0; i < n; i++)
    x[i] = v_add_exponent (x[i], shifted[i]);
}

/* From the sums of a unit's gates to its memory c' = σ(f) c + σ(i) tanh(g) and its output
 * h = σ(o) tanh(c'), each over one denominator, for @n vectors from @first on. */
INLINE void
finish_cells (V sums[4][TILE], guint first, float *memory, float *output, const guint n)
{
  const V one = v_set1 (1.0f);
  V       exps[4 * PAIR], exp_c[4 * PAIR];

  UNROLL
  for (guint gate = 0; gate < 4; gate++) {
    UNROLL
    for (guint v = 0; v < n; v++)
      exps[gate * n + v] = sums[gate][first + v];
  }

  exp2_limited (exps, 4 * n);

  UNROLL
  for (guint v = 0; v < n; v++) {
    float  *place = memory + (first + v) * V_LANES;
    const V exp_g = exps[2 * n + v];
    const V below_ig = v_mul (v_add (one, exps[v]), v_add (one, exp_g));
    const V below_f = v_add (one, exps[n + v]);
    const V above = v_fma (v_load (place), below_ig, v_mul (v_sub (one, exp_g), below_f));
    const V c = v_div (above, v_mul (below_ig, below_f));

    v_store (place, c);
    exp_c[v] = v_mul (c, v_set1 ((float) (-2.0 * M_LOG2E)));
  }

  exp2_limited (exp_c, n);

  UNROLL
  for (guint v = 0; v < n; v++) {
    const V below = v_mul (v_add (one, exps[3 * n + v]), v_add (one, exp_c[v]));

    v_store (output + (first + v) * V_LANES, v_div (v_sub (one, exp_c[v]), below));
  }
}

/* Four weights per row times that row of every trajectory. */
INLINE void
add_products (V sums[4][TILE],
              const float (*weights)[4],
              const float *rows,
              guint        n_rows,
              const guint  n_vectors)
{
  UNROLL_TWICE
  for (guint k = 0; k < n_rows; k++) {
    V row[TILE];

    UNROLL
    for (guint v = 0; v < n_vectors; v++)
      row[v] = v_load (rows + (k * n_vectors + v) * V_LANES);

    UNROLL
    for (guint j = 0; j < 4; j++) {
      const V weight = v_set1 (weights[k][j]);

      UNROLL
      for (guint v = 0; v < n_vectors; v++)
        sums[j][v] = v_fma (weight, row[v], sums[j][v]);
    }
  }
}

INLINE void
start_sums (V sums[4][TILE], const float bias[4], const guint n_vectors)
{
  UNROLL
  for (guint j = 0; j < 4; j++) {
    UNROLL
    for (guint v = 0; v < n_vectors; v++)
      sums[j][v] = v_set1 (bias[j]);
  }
}

/* One step of one direction for all units. Before the first step the units' outputs are
 * zero, so their rows are left out. */
INLINE void
step_cells (Work *work, guint which, guint step, gboolean first, const guint n_vectors)
{
  const gsize  n_lanes = (gsize) n_vectors * V_LANES;
  const float *bias = work->packed->bias + ((gsize) step * 2 + which) * QS_LSTM_N_GATES;
  const guint  n_rows = first ? 2 : N_ROWS;
  float       *next = work->state[1];

  for (guint unit = 0; unit < N_UNITS; unit++) {
    float *memory = work->memory + unit * n_lanes;
    float *output = next + (2 + unit) * n_lanes;
    V      sums[4][TILE];

    start_sums (sums, bias + 4 * unit, n_vectors);
    add_products (sums, work->packed->cell[which][unit], work->state[0], n_rows,
                  n_vectors);

    UNROLL
    for (guint v = 0; v + PAIR <= n_vectors; v += PAIR)
      finish_cells (sums, v, memory, output, PAIR);
    if (n_vectors % PAIR > 0)
      finish_cells (sums, n_vectors - 1, memory, output, 1);
  }

  work->state[1] = work->state[0];
  work->state[0] = next;
}

INLINE void
step_dense_forward (Work *work, float *half, const guint n_vectors)
{
  const QsLstmPacked *packed = work->packed;
  const gsize         n_lanes = (gsize) n_vectors * V_LANES;

  for (guint block = 0; block < QS_LSTM_KERNEL_N_DENSE_BLOCKS; block++) {
    V sums[4][TILE];

    start_sums (sums, packed->dense_bias + 4 * block, n_vectors);
    add_products (sums, packed->dense[0][block], work->state[0] + 2 * n_lanes, N_UNITS,
                  n_vectors);

    UNROLL
    for (guint j = 0; j < 4; j++) {
      UNROLL
      for (guint v = 0; v < n_vectors; v++)
        v_store (half + (4 * block + j) * n_lanes + v * V_LANES, sums[j][v]);
    }
  }
}

/* Adds the backward half and gives the network's output. */
INLINE void
step_dense_backward (Work *work, const float *half, V output[TILE], const guint n_vectors)
{
  const QsLstmPacked *packed = work->packed;
  const gsize         n_lanes = (gsize) n_vectors * V_LANES;

  for (guint v = 0; v < n_vectors; v++)
    output[v] = v_set1 (packed->output_bias);

  for (guint block = 0; block < QS_LSTM_KERNEL_N_DENSE_BLOCKS; block++) {
    V sums[4][TILE];

    UNROLL
    for (guint j = 0; j < 4; j++) {
      UNROLL
      for (guint v = 0; v < n_vectors; v++)
        sums[j][v] = v_load (half + (4 * block + j) * n_lanes + v * V_LANES);
    }

    add_products (sums, packed->dense[1][block], work->state[0] + 2 * n_lanes, N_UNITS,
                  n_vectors);

    UNROLL
    for (guint j = 0; j < 4; j++) {
      const V weight = v_set1 (packed->output[4 * block + j]);

      UNROLL
      for (guint v = 0; v < n_vectors; v++)
        output[v] = v_fma (weight, v_more_of (v_set1 (0.0f), sums[j][v]), output[v]);
    }
  }
}

/* Both state buffers hold the inputs in their first two rows. Lanes past the last
 * trajectory compute the network at zero; nobody reads them. */
INLINE void
load_inputs (Work *work, gsize first, const guint n_vectors)
{
  const gsize n_lanes = (gsize) n_vectors * V_LANES;
  const gsize n = MIN (n_lanes, work->peaks->n - first);

  for (guint buffer = 0; buffer < 2; buffer++) {
    float *doses = work->state[buffer];
    float *comeds = doses + n_lanes;

    memset (doses, 0, 2 * n_lanes * sizeof (float));
    for (gsize i = 0; i < n; i++) {
      doses[i] = (float) work->peaks->doses[first + i];
      comeds[i] = (float) work->peaks->comeds[first + i];
    }
  }
}

INLINE void
run_forward (Work *work, const guint n_vectors)
{
  const gsize n_lanes = (gsize) n_vectors * V_LANES;
  const guint from = work->peaks->step_from;

  memset (work->memory, 0, N_UNITS * n_lanes * sizeof (float));

  for (guint step = 0; step < work->peaks->step_to; step++) {
    step_cells (work, 0, step, step == 0, n_vectors);
    if (step >= from)
      step_dense_forward (work, work->dense + (step - from) * N_DENSE * n_lanes,
                          n_vectors);
  }
}

/* Keeps the extremes on the way back; @flaw becomes NaN at an output that is not finite.
 */
INLINE void
run_backward (Work       *work,
              V           highest[TILE],
              V           lowest[TILE],
              V           flaw[TILE],
              const guint n_vectors)
{
  const gsize n_lanes = (gsize) n_vectors * V_LANES;
  const guint from = work->peaks->step_from;
  const guint last = work->packed->n_steps - 1;
  V           output[TILE];

  memset (work->memory, 0, N_UNITS * n_lanes * sizeof (float));

  for (guint step = last + 1; step-- > from;) {
    step_cells (work, 1, step, step == last, n_vectors);
    if (step >= work->peaks->step_to)
      continue;

    step_dense_backward (work, work->dense + (step - from) * N_DENSE * n_lanes, output,
                         n_vectors);

    for (guint v = 0; v < n_vectors; v++) {
      highest[v] = v_more_of (output[v], highest[v]);
      lowest[v] = v_less_of (output[v], lowest[v]);
      flaw[v] = v_fma (v_set1 (0.0f), output[v], flaw[v]);
    }
  }
}

INLINE void
write_peaks (double *peaks, gsize n, const V extreme[TILE], const V flaw[TILE])
{
  for (gsize i = 0; peaks != NULL && i < n; i += V_LANES) {
    float lanes[V_LANES] __attribute__ ((aligned (ALIGNMENT)));

    v_store (lanes, v_add (extreme[i / V_LANES], flaw[i / V_LANES]));
    for (gsize j = 0; j < V_LANES && i + j < n; j++)
      peaks[i + j] = lanes[j];
  }
}

INLINE void
run_tile (Work *work, gsize first, const guint n_vectors)
{
  const QsLstmPeaks *peaks = work->peaks;
  const gsize        n = MIN ((gsize) n_vectors * V_LANES, peaks->n - first);
  V                  highest[TILE], lowest[TILE], flaw[TILE];

  for (guint v = 0; v < n_vectors; v++) {
    highest[v] = v_set1 (-INFINITY);
    lowest[v] = v_set1 (INFINITY);
    flaw[v] = v_set1 (0.0f);
  }

  load_inputs (work, first, n_vectors);
  run_forward (work, n_vectors);
  run_backward (work, highest, lowest, flaw, n_vectors);

  write_peaks (peaks->highest ? peaks->highest + first : NULL, n, highest, flaw);
  write_peaks (peaks->lowest ? peaks->lowest + first : NULL, n, lowest, flaw);
}

static __attribute__ ((noinline)) void
run_full_tile (Work *work, gsize first)
{
  run_tile (work, first, TILE);
}

static __attribute__ ((noinline)) void
run_single_vector (Work *work, gsize first)
{
  run_tile (work, first, 1);
}

static float *
take_floats (float **rest, gsize n)
{
  float *floats = *rest;

  *rest += n;
  return floats;
}

/* A full tile is the most efficient, but half a tile's trajectories are done sooner one
 * vector at a time. */
void
PATH_PEAKS (const QsLstmPacked *packed, const QsLstmPeaks *peaks)
{
  const gsize n_lanes = TILE * V_LANES;
  const gsize n_state = N_ROWS * n_lanes;
  const gsize n_memory = N_UNITS * n_lanes;
  const gsize n_dense = (peaks->step_to - peaks->step_from) * N_DENSE * n_lanes;
  float      *block =
      g_aligned_alloc (2 * n_state + n_memory + n_dense, sizeof (float), ALIGNMENT);
  float *rest = block;
  Work   work = {
      .packed = packed,
      .peaks = peaks,
      .state = { take_floats (&rest, n_state), take_floats (&rest, n_state) },
      .memory = take_floats (&rest, n_memory),
      .dense = take_floats (&rest, n_dense),
  };
  gsize first = 0;

  while (first < peaks->n) {
    if (peaks->n - first > n_lanes / 2) {
      run_full_tile (&work, first);
      first += n_lanes;
    } else {
      run_single_vector (&work, first);
      first += V_LANES;
    }
  }

  g_aligned_free (block);
}
