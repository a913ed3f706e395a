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
#elif defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
/* With its checks woven in, a loop is not always one that gcc can unroll: it says so. */
#  define UNROLL
#  define UNROLL_TWICE
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
 * @measured: [gate][qubit][lane]: ⟨Z⟩ of the circuits in the step, scaled as the gate
 * @dense: [step that counts][dense unit][lane]: the forward direction's half
 *
 * What a tile of trajectories needs while it runs.
 */
typedef struct {
  const QsLstmPacked *packed;
  const QsLstmPeaks  *peaks;
  float              *state[2];
  float              *memory;
  float              *measured;
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

#define TWO_PI_HIGH 6.28318548f
#define TWO_PI_LOW -1.74845553e-7f

/* Sine and cosine by Taylor's polynomials on a quarter of the angle within a half turn,
 * error some 1e-7; two doublings bring it back. */
INLINE void
turn_of (V angle, V *cosine, V *sine)
{
  static const float of_sine[] = { 1.0f / 362880.0f, -1.0f / 5040.0f, 1.0f / 120.0f,
                                   -1.0f / 6.0f };
  static const float of_cosine[] = { -1.0f / 3628800.0f, 1.0f / 40320.0f, -1.0f / 720.0f,
                                     1.0f / 24.0f, -1.0f / 2.0f };
  const V            rounder = v_set1 (ROUND_TO_INTEGER), one = v_set1 (1.0f);
  const V n = v_sub (v_fma (angle, v_set1 (1.0f / TWO_PI_HIGH), rounder), rounder);
  V       r = v_fma (n, v_set1 (-TWO_PI_HIGH), angle), r2, s, c;

  r = v_mul (v_fma (n, v_set1 (-TWO_PI_LOW), r), v_set1 (0.25f));
  r2 = v_mul (r, r);
  s = v_set1 (of_sine[0]);
  for (guint k = 1; k < G_N_ELEMENTS (of_sine); k++)
    s = v_fma (s, r2, v_set1 (of_sine[k]));
  s = v_fma (v_mul (s, r2), r, r);
  c = v_set1 (of_cosine[0]);
  for (guint k = 1; k < G_N_ELEMENTS (of_cosine); k++)
    c = v_fma (c, r2, v_set1 (of_cosine[k]));
  c = v_fma (c, r2, one);

  for (guint k = 0; k < 2; k++) {
    const V twice = v_add (s, s);

    s = v_mul (twice, c);
    c = v_fma (v_mul (twice, v_set1 (-0.5f)), twice, one);
  }
  *cosine = c;
  *sine = s;
}

#define N_QUBITS QS_LSTM_KERNEL_N_QUBITS
#define N_AMPLITUDES (1u << N_QUBITS)

/* Which amplitude each is after the ring of CNOTs 0→1, 1→2, 2→3, 3→0. */
static const guint8 ring[N_AMPLITUDES] = { 0,  3, 6,  5,  12, 15, 10, 9,
                                           11, 8, 13, 14, 7,  4,  1,  2 };

/* exp (−i α X) on one qubit. */
INLINE void
turn_qubit (V re[N_AMPLITUDES], V im[N_AMPLITUDES], const guint qubit, V c, V s)
{
  const V minus_s = v_sub (v_set1 (0.0f), s);

  UNROLL
  for (guint k = 0; k < N_AMPLITUDES / 2; k++) {
    const guint a = (k >> qubit << (qubit + 1)) | (k & ((1u << qubit) - 1));
    const guint b = a | 1u << qubit;
    const V     a_re = re[a], a_im = im[a];

    re[a] = v_fma (s, im[b], v_mul (c, a_re));
    im[a] = v_fma (minus_s, re[b], v_mul (c, a_im));
    re[b] = v_fma (s, a_im, v_mul (c, re[b]));
    im[b] = v_fma (minus_s, a_re, v_mul (c, im[b]));
  }
}

/* The embedding and the first layer turn each qubit of |0…0⟩: the amplitude of i is
 * (−i)^(bits of i) times sines of its ones and cosines of its zeros. */
INLINE void
start_circuit (V       re[N_AMPLITUDES],
               V       im[N_AMPLITUDES],
               const V c[N_QUBITS],
               const V s[N_QUBITS])
{
  const V zero = v_set1 (0.0f);
  const V low[4] = { v_mul (c[0], c[1]), v_mul (s[0], c[1]), v_mul (c[0], s[1]),
                     v_mul (s[0], s[1]) };
  const V high[4] = { v_mul (c[2], c[3]), v_mul (s[2], c[3]), v_mul (c[2], s[3]),
                      v_mul (s[2], s[3]) };

  UNROLL
  for (guint k = 0; k < N_AMPLITUDES; k++) {
    const guint i = ring[k], n_ones = (guint) __builtin_popcount (i);
    const V     size = v_mul (low[i & 3], high[i >> 2]);
    const V     part = n_ones == 1 || n_ones == 2 ? v_sub (zero, size) : size;

    re[k] = n_ones % 2 == 0 ? part : zero;
    im[k] = n_ones % 2 == 0 ? zero : part;
  }
}

/* ⟨Z⟩ of each qubit, times @scale. */
INLINE void
measure (V re[N_AMPLITUDES], const V im[N_AMPLITUDES], V scale, V z[N_QUBITS])
{
  UNROLL
  for (guint k = 0; k < N_AMPLITUDES; k++)
    re[k] = v_fma (im[k], im[k], v_mul (re[k], re[k]));

  UNROLL
  for (guint q = 0; q < N_QUBITS; q++) {
    V sum = v_sub (re[0], re[1]);

    UNROLL
    for (guint k = 0; k < N_AMPLITUDES >> (q + 1); k++) {
      if (k > 0)
        sum = v_add (sum, v_sub (re[2 * k], re[2 * k + 1]));
      re[k] = v_add (re[2 * k], re[2 * k + 1]);
    }
    z[q] = v_mul (scale, sum);
  }
}

/* One gate's circuit on one vector of trajectories, from the turns of its embedding. */
static __attribute__ ((noinline)) void
run_circuit (const float (*turns)[N_QUBITS][2],
             guint   n_layers,
             V       scale,
             const V embedded[2][N_QUBITS],
             V       z[N_QUBITS])
{
  V re[N_AMPLITUDES], im[N_AMPLITUDES], c[N_QUBITS], s[N_QUBITS];

  UNROLL
  for (guint q = 0; q < N_QUBITS; q++) {
    const V turn_c = v_set1 (turns[0][q][0]), turn_s = v_set1 (turns[0][q][1]);
    const V minus_s = v_sub (v_set1 (0.0f), turn_s);

    c[q] = v_fma (embedded[1][q], minus_s, v_mul (embedded[0][q], turn_c));
    s[q] = v_fma (embedded[0][q], turn_s, v_mul (embedded[1][q], turn_c));
  }
  start_circuit (re, im, c, s);

  for (guint layer = 1; layer < n_layers; layer++) {
    V next_re[N_AMPLITUDES], next_im[N_AMPLITUDES];

    UNROLL
    for (guint q = 0; q < N_QUBITS; q++)
      turn_qubit (re, im, q, v_set1 (turns[layer][q][0]), v_set1 (turns[layer][q][1]));
    UNROLL
    for (guint k = 0; k < N_AMPLITUDES; k++) {
      next_re[k] = re[ring[k]];
      next_im[k] = im[ring[k]];
    }
    UNROLL
    for (guint k = 0; k < N_AMPLITUDES; k++) {
      re[k] = next_re[k];
      im[k] = next_im[k];
    }
  }

  measure (re, im, scale, z);
}

/* Measures the circuits of all gates. */
INLINE void
step_circuits (Work *work, guint which, guint step, guint n_rows, const guint n_vectors)
{
  const QsLstmPacked   *packed = work->packed;
  const QsLstmCircuits *circuits = &packed->circuits[which];
  V                     angles[N_QUBITS][TILE];

  start_sums (angles, packed->embed_bias + ((gsize) step * 2 + which) * N_QUBITS,
              n_vectors);
  add_products (angles, circuits->embed, work->state[0], n_rows, n_vectors);

  for (guint v = 0; v < n_vectors; v++) {
    V embedded[2][N_QUBITS], z[N_QUBITS];

    for (guint q = 0; q < N_QUBITS; q++)
      turn_of (angles[q][v], &embedded[0][q], &embedded[1][q]);
    for (guint gate = 0; gate < 4; gate++) {
      run_circuit (circuits->turns[gate], packed->n_layers,
                   v_set1 (packed->gate_scale[gate]), embedded, z);
      for (guint q = 0; q < N_QUBITS; q++)
        v_store (work->measured + ((gate * N_QUBITS + q) * n_vectors + v) * V_LANES,
                 z[q]);
    }
  }
}

/* Adds what the gates of a unit read from their circuits. */
INLINE void
add_measured (V            sums[4][TILE],
              const float  readout[N_QUBITS],
              const float *measured,
              const guint  n_vectors)
{
  for (guint q = 0; q < N_QUBITS; q++) {
    const V weight = v_set1 (readout[q]);

    UNROLL
    for (guint j = 0; j < 4; j++) {
      UNROLL
      for (guint v = 0; v < n_vectors; v++)
        sums[j][v] = v_fma (
            weight, v_load (measured + ((j * N_QUBITS + q) * n_vectors + v) * V_LANES),
            sums[j][v]);
    }
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
  const QsLstmPacked *packed = work->packed;

  if (packed->n_layers > 0)
    step_circuits (work, which, step, n_rows, n_vectors);

  for (guint unit = 0; unit < N_UNITS; unit++) {
    float *memory = work->memory + unit * n_lanes;
    float *output = next + (2 + unit) * n_lanes;
    V      sums[4][TILE];

    start_sums (sums, bias + 4 * unit, n_vectors);
    if (packed->affine)
      add_products (sums, packed->cell[which][unit], work->state[0], n_rows, n_vectors);
    if (packed->n_layers > 0)
      add_measured (sums, packed->circuits[which].readout[unit], work->measured,
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

    if (packed->n_sides > 1)
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
    if (work->packed->n_sides > 1)
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
  const gsize n_measured = 4 * N_QUBITS * n_lanes;
  const gsize n_dense = (peaks->step_to - peaks->step_from) * N_DENSE * n_lanes;
  float      *block = g_aligned_alloc (2 * n_state + n_memory + n_measured + n_dense,
                                       sizeof (float), ALIGNMENT);
  float      *rest = block;
  Work        work = {
           .packed = packed,
           .peaks = peaks,
           .state = { take_floats (&rest, n_state), take_floats (&rest, n_state) },
           .memory = take_floats (&rest, n_memory),
           .measured = take_floats (&rest, n_measured),
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
