/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels of training, written once. A source per instruction set defines
 *   WIDTH       doubles per register
 *   TILE_VECTORS registers side by side in a tile
 *   TILE_UNITS  units (of four gate rows each) in a forward tile
 *   TILE_ROWS   rows in every other tile
 *   V, v_fma, v_set, v_min
 *   KERNELS, KERNELS_NAME
 * and includes this file. Tiles differ, sums do not: each is one chain of fused
 * multiply-adds in the order of its index.
 */
#include <math.h>

#define N_LANES QS_LSTM_N_LANES
#define N_STEPS QS_LSTM_N_STEPS
#define N_UNITS QS_LSTM_N_UNITS
#define N_PADDED QS_LSTM_N_FAN_PADDED
#define LANE_STEP (WIDTH * TILE_VECTORS)
#define GRADIENT_VECTORS 3

#ifdef __clang__
#  define UNROLL _Pragma ("unroll")
#else
#  define UNROLL _Pragma ("GCC unroll 16")
#endif

typedef guint64 Bits __attribute__ ((vector_size (8 * WIDTH)));

static inline V
load (const double *p)
{
  return *(const V *) p;
}

static inline void
store (double *p, V v)
{
  *(V *) p = v;
}

/* exp (x) - 1 = scale * p + (scale - 1): argument reduction by Cody and Waite, then the
 * Taylor series to r^13, whose remainder for |r| <= log (2) / 2 is below 2e-17 |r|. */
static inline V
exp_parts (V x, V *scale)
{
  static const double c[] = { 1.0 / 6227020800.0, 1.0 / 479001600.0, 1.0 / 39916800.0,
                              1.0 / 3628800.0,    1.0 / 362880.0,    1.0 / 40320.0,
                              1.0 / 5040.0,       1.0 / 720.0,       1.0 / 120.0,
                              1.0 / 24.0,         1.0 / 6.0,         0.5 };
  /* Adding 1.5 * 2^52 rounds to an integer, which is then found in the low bits. */
  const V shifter = v_set (0x1.8p52);
  V       n = v_fma (x, v_set (0x1.71547652b82fep0), shifter);
  Bits    bits = (Bits) n;
  V       r, q;

  n = n - shifter;
  r = v_fma (n, v_set (-0x1.62e42fefa39efp-1), x);
  r = v_fma (n, v_set (-0x1.abc9e3b39803fp-56), r);
  *scale = (V) ((bits + 1023) << 52);

  q = v_set (c[0]);
  UNROLL
  for (guint i = 1; i < G_N_ELEMENTS (c); i++)
    q = v_fma (q, r, v_set (c[i]));

  return v_fma (r * r, q, r);
}

/* 1 / (1 + exp (-x)). The bounds keep the power of two finite; NaN passes. */
static inline V
sigmoid (V x)
{
  const V one = v_set (1.0), bound = v_set (700.0);
  V       scale, p;

  p = exp_parts (-v_min (bound, -v_min (bound, -x)), &scale);
  return one / (one + v_fma (scale, p, scale));
}

/* From exp (2 |x|) - 1, so that small arguments keep their digits; beyond 20 it is 1. */
static inline V
hyperbolic_tangent (V x)
{
  const V    one = v_set (1.0);
  const Bits sign = (Bits) x & (Bits) v_set (-0.0);
  const V    size = (V) ((Bits) x ^ sign);
  V          scale, p, e;

  p = exp_parts (v_min (v_set (40.0), size + size), &scale);
  e = v_fma (scale, p, scale - one);

  return (V) ((Bits) (e / (e + v_set (2.0))) | sign);
}

static inline __attribute__ ((always_inline)) void
multiply (V             acc[][TILE_VECTORS],
          guint         n_rows,
          const double *a,
          guint         row_step,
          const double *b,
          guint         n_inner)
{
  UNROLL
  for (guint r = 0; r < n_rows; r++) {
    UNROLL
    for (guint v = 0; v < TILE_VECTORS; v++)
      acc[r][v] = v_set (0.0);
  }

  for (guint k = 0; k < n_inner; k++) {
    V lanes[TILE_VECTORS];

    UNROLL
    for (guint v = 0; v < TILE_VECTORS; v++)
      lanes[v] = load (b + k * N_LANES + v * WIDTH);

    UNROLL
    for (guint r = 0; r < n_rows; r++) {
      const V weight = v_set (a[k * QS_LSTM_BLOCK_ROWS + r * row_step]);

      UNROLL
      for (guint v = 0; v < TILE_VECTORS; v++)
        acc[r][v] = v_fma (weight, lanes[v], acc[r][v]);
    }
  }
}

static inline void
cell_forward (QsLstmSide *side, guint s, guint unit, guint lane, V i, V f, V g, V o)
{
  QsLstmLanes *gates = side->gates[s];
  V            cell, cell_tanh;

  i = sigmoid (i);
  f = sigmoid (f);
  g = hyperbolic_tangent (g);
  o = sigmoid (o);
  cell = v_fma (f, load (&side->cell[s][unit][lane]), i * g);
  cell_tanh = hyperbolic_tangent (cell);

  store (&gates[unit][lane], i);
  store (&gates[N_UNITS + unit][lane], f);
  store (&gates[2 * N_UNITS + unit][lane], g);
  store (&gates[3 * N_UNITS + unit][lane], o);
  store (&side->cell[s + 1][unit][lane], cell);
  store (&side->cell_tanh[s][unit][lane], cell_tanh);
  store (&side->fan[s + 1][unit][lane], o * cell_tanh);
}

static void
forward_step (QsLstmSide *side, guint s)
{
  /* Before the first step all units are 0. */
  const guint from = s == 0 ? N_UNITS : 0;

  for (guint pair = 0; pair < N_UNITS / 2; pair++) {
    for (guint first = 0; first < 2; first += TILE_UNITS) {
      for (guint lane = 0; lane < N_LANES; lane += LANE_STEP) {
        V acc[4 * TILE_UNITS][TILE_VECTORS];

        multiply (acc, 4 * TILE_UNITS, &side->gate_weights[pair][from][first],
                  2 / TILE_UNITS, &side->fan[s][from][lane], QS_LSTM_N_FAN - from);

        UNROLL
        for (guint u = 0; u < TILE_UNITS; u++) {
          UNROLL
          for (guint v = 0; v < TILE_VECTORS; v++)
            cell_forward (side, s, 2 * pair + first + u, lane + v * WIDTH, acc[u][v],
                          acc[TILE_UNITS + u][v], acc[2 * TILE_UNITS + u][v],
                          acc[3 * TILE_UNITS + u][v]);
        }
      }
    }
  }
}

static void
dense_step (QsLstmSide *side, guint s)
{
  for (guint row = 0; row < QS_LSTM_N_DENSE; row += TILE_ROWS) {
    for (guint lane = 0; lane < N_LANES; lane += LANE_STEP) {
      V acc[TILE_ROWS][TILE_VECTORS];

      multiply (
          acc, TILE_ROWS,
          &side->dense_weights[row / QS_LSTM_BLOCK_ROWS][0][row % QS_LSTM_BLOCK_ROWS], 1,
          &side->fan[s + 1][0][lane], N_UNITS);

      UNROLL
      for (guint r = 0; r < TILE_ROWS; r++) {
        UNROLL
        for (guint v = 0; v < TILE_VECTORS; v++)
          store (&side->dense[s][row + r][lane + v * WIDTH], acc[r][v]);
      }
    }
  }
}

static void
transpose_units (QsLstmSide *side, guint slot)
{
  for (guint lane = 0; lane < N_LANES; lane++) {
    for (guint unit = 0; unit < N_UNITS; unit++)
      side->fan_transposed[slot][lane][unit] = side->fan[slot][unit][lane];
  }
}

static void
forward (QsLstmSide *side)
{
  for (guint s = 0; s < N_STEPS; s++) {
    forward_step (side, s);
    dense_step (side, s);
  }
}

static inline void
cell_backward (QsLstmSide *side, guint s, guint unit, guint lane, V unit_gradient)
{
  const V      one = v_set (1.0);
  QsLstmLanes *gates = side->gates[s];
  const V      i = load (&gates[unit][lane]);
  const V      f = load (&gates[N_UNITS + unit][lane]);
  const V      g = load (&gates[2 * N_UNITS + unit][lane]);
  const V      o = load (&gates[3 * N_UNITS + unit][lane]);
  const V      before = load (&side->cell[s][unit][lane]);
  const V      cell_tanh = load (&side->cell_tanh[s][unit][lane]);
  const V      slope = v_fma (-cell_tanh, cell_tanh, one);
  const V d = v_fma (unit_gradient * o, slope, load (&side->cell_gradient[unit][lane]));

  store (&gates[unit][lane], d * g * (i * (one - i)));
  store (&gates[N_UNITS + unit][lane], d * before * (f * (one - f)));
  store (&gates[2 * N_UNITS + unit][lane], d * i * v_fma (-g, g, one));
  store (&gates[3 * N_UNITS + unit][lane], unit_gradient * cell_tanh * (o * (one - o)));
  store (&side->cell_gradient[unit][lane], d * f);
}

static void
backward_step (QsLstmSide *side, guint s)
{
  /* From behind the last step nothing comes back but the dense layer's gradient. */
  const guint from = s == N_STEPS - 1 ? QS_LSTM_N_GATES : 0;

  for (guint row = 0; row < N_UNITS; row += TILE_ROWS) {
    for (guint lane = 0; lane < N_LANES; lane += LANE_STEP) {
      V acc[TILE_ROWS][TILE_VECTORS];

      multiply (
          acc, TILE_ROWS,
          &side->back_weights[row / QS_LSTM_BLOCK_ROWS][from][row % QS_LSTM_BLOCK_ROWS],
          1, &side->gates[s + 1][from][lane], QS_LSTM_N_BACK - from);

      UNROLL
      for (guint r = 0; r < TILE_ROWS; r++) {
        UNROLL
        for (guint v = 0; v < TILE_VECTORS; v++)
          cell_backward (side, s, row + r, lane + v * WIDTH, acc[r][v]);
      }
    }
  }
}

/* gradient[row][column] += sum over steps and lanes of rows[step][row][lane] *
 * columns[step][lane][column]. The steps of @rows lie @row_stride lanes apart. */
static void
add_gradient (double (*gradient)[N_PADDED],
              guint              n_rows,
              const QsLstmLanes *rows,
              gsize              row_stride,
              const double (*columns)[N_LANES][N_PADDED])
{
  const guint width = GRADIENT_VECTORS * WIDTH;

  for (guint row = 0; row < n_rows; row += TILE_ROWS) {
    for (guint column = 0; column < N_PADDED; column += width) {
      V acc[TILE_ROWS][GRADIENT_VECTORS];

      UNROLL
      for (guint r = 0; r < TILE_ROWS; r++) {
        UNROLL
        for (guint v = 0; v < GRADIENT_VECTORS; v++)
          acc[r][v] = load (&gradient[row + r][column + v * WIDTH]);
      }

      for (guint s = 0; s < N_STEPS; s++) {
        const QsLstmLanes *step = rows + s * row_stride + row;

        for (guint lane = 0; lane < N_LANES; lane++) {
          V values[GRADIENT_VECTORS];

          UNROLL
          for (guint v = 0; v < GRADIENT_VECTORS; v++)
            values[v] = load (&columns[s][lane][column + v * WIDTH]);

          UNROLL
          for (guint r = 0; r < TILE_ROWS; r++) {
            const V factor = v_set (step[r][lane]);

            UNROLL
            for (guint v = 0; v < GRADIENT_VECTORS; v++)
              acc[r][v] = v_fma (factor, values[v], acc[r][v]);
          }
        }
      }

      UNROLL
      for (guint r = 0; r < TILE_ROWS; r++) {
        UNROLL
        for (guint v = 0; v < GRADIENT_VECTORS; v++)
          store (&gradient[row + r][column + v * WIDTH], acc[r][v]);
      }
    }
  }
}

static void
backward (QsLstmSide *side)
{
  for (guint unit = 0; unit < N_UNITS; unit++) {
    for (guint lane = 0; lane < N_LANES; lane++)
      side->cell_gradient[unit][lane] = 0.0;
  }

  for (guint s = N_STEPS; s > 0; s--) {
    backward_step (side, s - 1);
    transpose_units (side, s);
  }

  add_gradient (side->gate_gradient, QS_LSTM_N_GATES, side->gates[0], QS_LSTM_N_BACK,
                side->fan_transposed);
  add_gradient (side->dense_gradient, QS_LSTM_N_DENSE, &side->gates[1][QS_LSTM_N_GATES],
                QS_LSTM_N_BACK, side->fan_transposed + 1);
}

static void
adam (double               *params,
      const double         *gradient,
      double               *first,
      double               *second,
      gsize                 n,
      const QsLstmAdamStep *step)
{
  const double decay1 = 0.9, decay2 = 0.999, tiny = 1e-8;

  for (gsize i = 0; i < n; i++) {
    const double g = gradient[i] * step->scale;

    first[i] = decay1 * first[i] + (1.0 - decay1) * g;
    second[i] = decay2 * second[i] + (1.0 - decay2) * g * g;
    params[i] -= step->rate * first[i] / (sqrt (second[i] * step->correction) + tiny);
  }
}

static void
activate (const double *x, double *s, double *t)
{
  for (guint i = 0; i < N_LANES; i += WIDTH) {
    store (s + i, sigmoid (load (x + i)));
    store (t + i, hyperbolic_tangent (load (x + i)));
  }
}

/* What a tile of a product reads and adds to. */
typedef struct {
  gsize         n_inner;
  const double *a;
  gsize         a_row;
  gsize         a_column;
  const double *b;
  gsize         b_row;
  double       *c;
  gsize         c_row;
} Tile;

static inline __attribute__ ((always_inline)) void
add_tile (const Tile *tile, const guint n_rows, const guint n_vectors)
{
  V acc[TILE_ROWS][2];

  UNROLL
  for (guint r = 0; r < n_rows; r++) {
    UNROLL
    for (guint v = 0; v < n_vectors; v++)
      acc[r][v] = load (tile->c + r * tile->c_row + v * WIDTH);
  }

  for (gsize k = 0; k < tile->n_inner; k++) {
    V values[2];

    UNROLL
    for (guint v = 0; v < n_vectors; v++)
      values[v] = load (tile->b + k * tile->b_row + v * WIDTH);

    UNROLL
    for (guint r = 0; r < n_rows; r++) {
      const V factor = v_set (tile->a[r * tile->a_row + k * tile->a_column]);

      UNROLL
      for (guint v = 0; v < n_vectors; v++)
        acc[r][v] = v_fma (factor, values[v], acc[r][v]);
    }
  }

  UNROLL
  for (guint r = 0; r < n_rows; r++) {
    UNROLL
    for (guint v = 0; v < n_vectors; v++)
      store (tile->c + r * tile->c_row + v * WIDTH, acc[r][v]);
  }
}

static void
add_column (const Tile *tile)
{
  double sum = *tile->c;

  for (gsize k = 0; k < tile->n_inner; k++)
    sum = fma (tile->a[k * tile->a_column], tile->b[k * tile->b_row], sum);
  *tile->c = sum;
}

/* All columns of @n_rows rows. */
static inline __attribute__ ((always_inline)) void
add_rows (Tile tile, gsize n, const guint n_rows)
{
  gsize j = 0;

  for (; j + 2 * WIDTH <= n; j += 2 * WIDTH, tile.b += 2 * WIDTH, tile.c += 2 * WIDTH)
    add_tile (&tile, n_rows, 2);
  for (; j + WIDTH <= n; j += WIDTH, tile.b += WIDTH, tile.c += WIDTH)
    add_tile (&tile, n_rows, 1);
  for (; j < n; j++, tile.b++, tile.c++) {
    Tile one = tile;

    for (guint r = 0; r < n_rows; r++, one.a += one.a_row, one.c += one.c_row)
      add_column (&one);
  }
}

static void
product (gsize         m,
         gsize         n,
         gsize         n_inner,
         const double *a,
         gsize         a_row,
         gsize         a_column,
         const double *b,
         gsize         b_row,
         double       *c,
         gsize         c_row)
{
  Tile  tile = { n_inner, a, a_row, a_column, b, b_row, c, c_row };
  gsize i = 0;

  for (; i + TILE_ROWS <= m; i += TILE_ROWS) {
    add_rows (tile, n, TILE_ROWS);
    tile.a += TILE_ROWS * a_row;
    tile.c += TILE_ROWS * c_row;
  }
  for (; i < m; i++, tile.a += a_row, tile.c += c_row)
    add_rows (tile, n, 1);
}

static void
tangents (gsize n, double *x)
{
  for (gsize i = 0; i < n; i += WIDTH)
    store (x + i, hyperbolic_tangent (load (x + i)));
}

static void
units_forward (gsize         n_units,
               gsize         n_lanes,
               gsize         row,
               double       *gates,
               const double *cell_before,
               double       *cell,
               double       *cell_tanh,
               double       *output)
{
  for (gsize unit = 0; unit < n_units; unit++) {
    for (gsize at = unit * row; at < unit * row + n_lanes; at += WIDTH) {
      double *gate = gates + at;
      const V i = sigmoid (load (gate));
      const V f = sigmoid (load (gate + n_units * row));
      const V g = hyperbolic_tangent (load (gate + 2 * n_units * row));
      const V o = sigmoid (load (gate + 3 * n_units * row));
      const V c = v_fma (f, load (cell_before + at), i * g);
      const V t = hyperbolic_tangent (c);

      store (gate, i);
      store (gate + n_units * row, f);
      store (gate + 2 * n_units * row, g);
      store (gate + 3 * n_units * row, o);
      store (cell + at, c);
      store (cell_tanh + at, t);
      store (output + at, o * t);
    }
  }
}

static void
units_backward (gsize         n_units,
                gsize         n_lanes,
                gsize         row,
                double       *gates,
                const double *cell_before,
                const double *cell_tanh,
                const double *output_slope,
                double       *cell_slope)
{
  const V one = v_set (1.0);

  for (gsize unit = 0; unit < n_units; unit++) {
    for (gsize lane = 0; lane < n_lanes; lane += WIDTH) {
      const gsize at = unit * row + lane;
      double     *gate = gates + at, *carry = cell_slope + unit * n_lanes + lane;
      const V     i = load (gate);
      const V     f = load (gate + n_units * row);
      const V     g = load (gate + 2 * n_units * row);
      const V     o = load (gate + 3 * n_units * row);
      const V     t = load (cell_tanh + at), slope = load (output_slope + at);
      const V     d = v_fma (slope * o, v_fma (-t, t, one), load (carry));

      store (gate, d * g * (i * (one - i)));
      store (gate + n_units * row, d * load (cell_before + at) * (f * (one - f)));
      store (gate + 2 * n_units * row, d * i * v_fma (-g, g, one));
      store (gate + 3 * n_units * row, slope * t * (o * (one - o)));
      store (carry, d * f);
    }
  }
}

const QsLstmKernels KERNELS = {
  .name = KERNELS_NAME,
  .forward = forward,
  .backward = backward,
  .adam = adam,
  .activate = activate,
  .product = product,
  .tangents = tangents,
  .units_forward = units_forward,
  .units_backward = units_backward,
};
