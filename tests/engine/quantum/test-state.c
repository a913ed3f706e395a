/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-state.h"

#include "core/qs-error.h"
#include "qs-dense.h"

#include <math.h>
#include <string.h>

static const double   angles[QS_GATE_MAX_ANGLES] = { 0.7, -1.9, 2.6 };
static const QsRngKey key = { .seed = 5, .stream = QS_RNG_TEST };

/* Amplitudes without any pattern, of norm 1. */
static void
scatter (QsState *state)
{
  const gsize n = qs_state_n_amplitudes (state);
  double     *re = qs_state_re (state), *im = qs_state_im (state);
  double      scale;

  for (gsize i = 0; i < n; i++) {
    re[i] = qs_rng_uniform (&key, (guint32) i, 0) - 0.5;
    if (im != NULL)
      im[i] = qs_rng_uniform (&key, (guint32) i, 1) - 0.5;
  }

  scale = 1.0 / sqrt (qs_state_norm2 (state));
  for (gsize i = 0; i < n; i++) {
    re[i] *= scale;
    if (im != NULL)
      im[i] *= scale;
  }
}

static QsState *
scattered (guint n_qubits, gboolean real, QsQuantumPath path)
{
  QsState *state = qs_state_new (n_qubits, real, NULL, NULL);

  qs_state_set_path (state, path);
  scatter (state);
  return state;
}

static void
copy_out (const QsState *state, double complex *v)
{
  for (gsize i = 0; i < qs_state_n_amplitudes (state); i++) {
    const QsComplex a = qs_state_amplitude (state, i);

    v[i] = a.re + I * a.im;
  }
}

/* Two ulps of 1 for each of the handful of operations of a gate. */
static void
assert_amplitudes (const QsState *state, const double complex *v)
{
  for (gsize i = 0; i < qs_state_n_amplitudes (state); i++) {
    const QsComplex a = qs_state_amplitude (state, i);

    g_assert_cmpfloat (cabs (a.re + I * a.im - v[i]), <, 2e-15);
  }
}

static void
check_gate (QsState *state, QsGateKind kind, gsize controls, guint target)
{
  const guint    n = qs_state_n_qubits (state);
  double complex v[QS_DENSE_MAX], u[2][2];

  copy_out (state, v);
  qs_dense_gate1 (kind, angles, u);
  qs_dense_apply (v, n, u, controls, target);
  qs_state_apply_kind (state, kind, angles, controls, target);
  assert_amplitudes (state, v);
}

/* Every gate with every set of controls, on registers within one vector of the processor
 * and beyond it. */
static void
test_agrees_with_dense_matrices (void)
{
  for (QsQuantumPath path = 0; path < QS_QUANTUM_N_PATHS; path++) {
    if (!qs_quantum_path_supported (path))
      continue;

    for (guint n = 1; n <= 5; n++) {
      g_autoptr (QsState) state = scattered (n, FALSE, path);

      for (QsGateKind kind = 0; kind < QS_GATE_SWAP; kind++)
        for (guint target = 0; target < n; target++)
          for (gsize controls = 0; controls < (gsize) 1 << n; controls++)
            if (!(controls >> target & 1))
              check_gate (state, kind, controls, target);
    }
  }
}

static void
test_real_states_agree_with_dense_matrices (void)
{
  static const QsGateKind real_kinds[] = { QS_GATE_X, QS_GATE_Z, QS_GATE_H, QS_GATE_RY };

  for (QsQuantumPath path = 0; path < QS_QUANTUM_N_PATHS; path++) {
    g_autoptr (QsState) state = NULL;

    if (!qs_quantum_path_supported (path))
      continue;

    state = scattered (5, TRUE, path);
    for (guint k = 0; k < G_N_ELEMENTS (real_kinds); k++)
      for (guint target = 0; target < 5; target++)
        for (gsize controls = 0; controls < 32; controls++)
          if (!(controls >> target & 1))
            check_gate (state, real_kinds[k], controls, target);
  }
}

static void
test_swap_agrees_with_its_permutation (void)
{
  g_autoptr (QsState) state = scattered (5, FALSE, qs_quantum_path_best ());
  double complex      v[QS_DENSE_MAX];

  copy_out (state, v);
  for (guint a = 0; a < 5; a++)
    for (guint b = 0; b < 5; b++)
      for (gsize controls = 0; controls < 32; controls++) {
        if (a == b || controls >> a & 1 || controls >> b & 1)
          continue;

        qs_dense_swap (v, 5, controls, a, b);
        qs_state_swap (state, controls, a, b);
        assert_amplitudes (state, v);
      }
}

/* A circuit that calls every kernel on a register that several threads share. */
static void
run_circuit (QsState *state)
{
  const guint n = qs_state_n_qubits (state);

  for (guint q = 0; q < n; q++) {
    qs_state_apply_kind (state, QS_GATE_H, NULL, 0, q);
    qs_state_apply_kind (state, QS_GATE_U3, angles, 0, q);
    qs_state_apply_kind (state, QS_GATE_X, NULL, (gsize) 1 << q, (q + 5) % n);
    qs_state_apply_kind (state, QS_GATE_RX, angles, (gsize) 1 << (q + 2) % n, q);
    qs_state_apply_kind (state, QS_GATE_RZ, angles, 0, q);
    qs_state_apply_kind (state, QS_GATE_Z, NULL, (gsize) 1 << (q + 1) % n, q);
  }
}

static void
assert_same_bits (QsState *a, QsState *b)
{
  const gsize     size = qs_state_n_amplitudes (a) * sizeof (double);
  const QsComplex inner_a = qs_state_inner (a, a), inner_b = qs_state_inner (b, b);
  const double    z_a = qs_state_expect_z (a, 0x215), z_b = qs_state_expect_z (b, 0x215);

  g_assert_true (memcmp (qs_state_re (a), qs_state_re (b), size) == 0);
  g_assert_true (memcmp (qs_state_im (a), qs_state_im (b), size) == 0);
  g_assert_cmpmem (&inner_a, sizeof inner_a, &inner_b, sizeof inner_b);
  g_assert_cmpmem (&z_a, sizeof z_a, &z_b, sizeof z_b);
}

static void
test_paths_give_the_same_bits (void)
{
  g_autoptr (QsState) plain = scattered (10, FALSE, QS_QUANTUM_PATH_PLAIN);

  run_circuit (plain);
  for (QsQuantumPath path = 1; path < QS_QUANTUM_N_PATHS; path++) {
    g_autoptr (QsState) other = NULL;

    if (!qs_quantum_path_supported (path))
      continue;

    other = scattered (10, FALSE, path);
    run_circuit (other);
    assert_same_bits (plain, other);
  }
}

static void
test_threads_give_the_same_bits (void)
{
  g_autoptr (QsRun)   run = qs_run_new (4, NULL, NULL);
  g_autoptr (QsState) one = qs_state_new (18, FALSE, NULL, NULL);
  g_autoptr (QsState) four = qs_state_new (18, FALSE, run, NULL);

  run_circuit (one);
  run_circuit (four);
  assert_same_bits (one, four);
}

/* A number below @n for gate @i. */
static guint
drawn (guint i, guint what, guint n)
{
  return (guint) (qs_rng_uniform (&key, i, 100 + what) * n);
}

/* Gates of every kind on any qubit with up to two controls; some are measured. */
static void
draw_gates (QsStateGate *gates, guint n_gates, guint n_qubits)
{
  for (guint i = 0; i < n_gates; i++) {
    const guint target = drawn (i, 0, n_qubits);
    gsize       controls = 0;

    for (guint k = 0; k < drawn (i, 1, 3); k++)
      controls |= (gsize) 1 << drawn (i, 2 + k, n_qubits);
    gates[i] = (QsStateGate){
      .gate = qs_gate1 ((QsGateKind) drawn (i, 5, QS_GATE_SWAP), angles),
      .controls = controls & ~((gsize) 1 << target),
      .target = target,
      .measured = drawn (i, 6, 2) == 1,
    };
  }
}

/* Registers of less than an octet, of one block and of many. */
static void
test_lists_give_the_bits_of_gate_by_gate (void)
{
  static const guint n_qubits[] = { 1, 2, 5, 11, 13, 17 };
  enum { n_gates = 150 };
  g_autoptr (QsRun)  run = qs_run_new (3, NULL, NULL);
  static QsStateGate gates[n_gates];

  for (guint i = 0; i < G_N_ELEMENTS (n_qubits); i++) {
    const guint         n = n_qubits[i];
    const gsize         size = sizeof (double) << n;
    g_autoptr (QsState) one = qs_state_new (n, FALSE, NULL, NULL);
    g_autoptr (QsState) list = qs_state_new (n, FALSE, run, NULL);

    draw_gates (gates, n_gates, n);
    scatter (one);
    qs_state_assign (list, one);
    for (guint k = 0; k < n_gates; k++)
      qs_state_apply (one, &gates[k].gate, gates[k].controls, gates[k].target);
    qs_state_apply_list (list, gates, n_gates);

    g_assert_cmpmem (qs_state_re (one), size, qs_state_re (list), size);
    g_assert_cmpmem (qs_state_im (one), size, qs_state_im (list), size);
  }
}

/* Bras, kets and overlaps of a list against those of its gates one by one, to rounding:
 * the sums are added up in another order. */
static void
test_lists_are_taken_back_as_gate_by_gate (void)
{
  enum { n = 16, n_gates = 100 };
  g_autoptr (QsRun)  run = qs_run_new (3, NULL, NULL);
  static QsStateGate gates[n_gates];
  static QsComplex   overlap[3][n_gates][2][2];
  QsState           *ket[3], *bra[3];

  draw_gates (gates, n_gates, n);
  for (guint way = 0; way < 3; way++) {
    ket[way] = qs_state_new (n, FALSE, way == 2 ? run : NULL, NULL);
    bra[way] = qs_state_new (n, FALSE, NULL, NULL);
    scatter (ket[way]);
    qs_state_assign (bra[way], ket[way]);
    qs_state_apply_kind (bra[way], QS_GATE_U3, angles, 0, 3);
    for (guint k = n_gates; way == 0 && k-- > 0;)
      qs_state_unapply_list (ket[0], bra[0], &gates[k], 1, &overlap[0][k]);
    if (way > 0)
      qs_state_unapply_list (ket[way], bra[way], gates, n_gates, overlap[way]);
  }

  assert_same_bits (ket[0], ket[1]);
  assert_same_bits (bra[0], bra[1]);
  g_assert_cmpmem (overlap[1], sizeof overlap[1], overlap[2], sizeof overlap[2]);
  for (guint k = 0; k < n_gates; k++)
    for (guint j = 0; gates[k].measured && j < 4; j++) {
      const QsComplex a = overlap[0][k][j / 2][j % 2], b = overlap[1][k][j / 2][j % 2];

      g_assert_cmpfloat (fabs (a.re - b.re) + fabs (a.im - b.im), <, 1e-13);
    }

  for (guint way = 0; way < 3; way++) {
    qs_state_free (ket[way]);
    qs_state_free (bra[way]);
  }
}

static void
test_cancelled_lists_end_early (void)
{
  g_autoptr (QsRun)   run = qs_run_new (2, NULL, NULL);
  g_autoptr (QsState) state = qs_state_new (16, FALSE, run, NULL);
  const QsStateGate   x = { qs_gate1 (QS_GATE_X, NULL), 0, 15, FALSE };

  qs_run_cancel (run);
  qs_state_apply_list (state, &x, 1);

  g_assert_cmpfloat (qs_state_amplitude (state, 0).re, ==, 1.0);
}

/* (|0…0⟩ + |1…1⟩) / √2 */
static void
test_hadamard_and_cnots_entangle_all_qubits (void)
{
  for (guint n = 2; n <= 6; n++) {
    g_autoptr (QsState) state = qs_state_new (n, TRUE, NULL, NULL);
    double complex      v[QS_DENSE_MAX] = { 0 };

    qs_state_apply_kind (state, QS_GATE_H, NULL, 0, 0);
    for (guint q = 1; q < n; q++)
      qs_state_apply_kind (state, QS_GATE_X, NULL, (gsize) 1 << (q - 1), q);

    v[0] = v[((gsize) 1 << n) - 1] = sqrt (0.5);
    assert_amplitudes (state, v);
    g_assert_cmpfloat (fabs (qs_state_expect_z (state, 3) - 1.0), <, 1e-15);
    g_assert_cmpfloat (fabs (qs_state_expect_z (state, 1)), <, 1e-15);
  }
}

/* (|001⟩ + |010⟩ + |100⟩) / √3 */
static void
test_controlled_rotations_make_the_w_state (void)
{
  g_autoptr (QsState) state = qs_state_new (3, TRUE, NULL, NULL);
  const double        first = 2.0 * acos (sqrt (1.0 / 3.0)), second = G_PI / 2.0;
  double complex      v[8] = { 0 };

  /* |000⟩ → √⅓ |000⟩ + √⅔ |001⟩ → … + √⅓ |001⟩ + √⅓ |011⟩; then each term keeps one 1. */
  qs_state_apply_kind (state, QS_GATE_RY, &first, 0, 0);
  qs_state_apply_kind (state, QS_GATE_RY, &second, 1, 1);
  qs_state_apply_kind (state, QS_GATE_X, NULL, 2, 0);
  qs_state_apply_kind (state, QS_GATE_X, NULL, 0, 2);
  qs_state_apply_kind (state, QS_GATE_X, NULL, 1, 2);
  qs_state_apply_kind (state, QS_GATE_X, NULL, 2, 2);

  v[1] = v[2] = v[4] = sqrt (1.0 / 3.0);
  assert_amplitudes (state, v);
}

static void
fourier (QsState *state)
{
  const guint n = qs_state_n_qubits (state);

  for (guint q = n; q-- > 0;) {
    qs_state_apply_kind (state, QS_GATE_H, NULL, 0, q);
    for (guint k = 0; k < q; k++) {
      const double phase = G_PI / (double) ((gsize) 1 << (q - k));

      qs_state_apply_kind (state, QS_GATE_PHASE, &phase, (gsize) 1 << k, q);
    }
  }

  for (guint q = 0; q < n / 2; q++)
    qs_state_swap (state, 0, q, n - 1 - q);
}

static void
test_fourier_transform_gives_its_phases (void)
{
  g_autoptr (QsState) state = qs_state_new (6, FALSE, NULL, NULL);

  for (gsize k = 0; k < 64; k++) {
    double complex v[QS_DENSE_MAX];

    for (gsize j = 0; j < 64; j++)
      v[j] = cexp (2.0 * G_PI * I * (double) (k * j % 64) / 64.0) / 8.0;

    qs_state_set_basis (state, k);
    fourier (state);
    assert_amplitudes (state, v);
  }
}

static void
test_daggers_undo_their_gates (void)
{
  g_autoptr (QsState) state = scattered (4, FALSE, qs_quantum_path_best ());
  double complex      v[QS_DENSE_MAX];

  copy_out (state, v);
  for (QsGateKind kind = 0; kind < QS_GATE_SWAP; kind++) {
    const QsGate1 gate = qs_gate1 (kind, angles), dagger = qs_gate1_dagger (&gate);

    qs_state_apply (state, &gate, 8, 1);
    qs_state_apply (state, &dagger, 8, 1);
  }

  for (gsize i = 0; i < 16; i++) {
    const QsComplex a = qs_state_amplitude (state, i);

    g_assert_cmpfloat (cabs (a.re + I * a.im - v[i]), <, 1e-14);
  }
}

static void
test_norm_stays_over_ten_thousand_gates (void)
{
  g_autoptr (QsState) state = scattered (8, FALSE, qs_quantum_path_best ());

  for (guint k = 0; k < 10000; k++)
    qs_state_apply_kind (state, QS_GATE_U3, angles, k % 3 == 0 ? 1 : 0, 1 + k % 7);

  g_assert_cmpfloat (fabs (qs_state_norm2 (state) - 1.0), <, 1e-12);
}

/* After k iterates the good outcomes have probability sin² ((2k + 1) θ). */
static void
test_reflections_turn_as_grover_says (void)
{
  g_autoptr (QsState) about = scattered (6, TRUE, qs_quantum_path_best ());
  g_autoptr (QsState) again = qs_state_new (6, TRUE, NULL, NULL);
  g_autoptr (QsState) state = qs_state_new (6, TRUE, NULL, NULL);
  guint8              good[64];
  double              theta, p = 0.0;

  for (gsize i = 0; i < 64; i++) {
    const double a = qs_state_amplitude (about, i).re;

    good[i] = i % 5 == 1;
    p += good[i] ? a * a : 0.0;
  }
  theta = asin (sqrt (p));

  qs_state_assign (state, about);
  qs_state_assign (again, about);
  for (guint k = 1; k <= 20; k++) {
    double found = 0.0;

    qs_state_reflect (state, about, good, 1);
    for (gsize i = 0; i < 64; i++)
      found += good[i] ? pow (qs_state_amplitude (state, i).re, 2.0) : 0.0;

    g_assert_cmpfloat (fabs (found - pow (sin ((2 * k + 1) * theta), 2.0)), <, 1e-13);
  }

  /* Twenty in one go are twenty one by one. */
  qs_state_reflect (again, about, good, 20);
  for (gsize i = 0; i < 64; i++)
    g_assert_cmpfloat (
        fabs (qs_state_amplitude (again, i).re - qs_state_amplitude (state, i).re), <,
        1e-14);
}

static void
test_reflecting_paths_give_the_same_bits (void)
{
  g_autoptr (QsState) plain = scattered (9, TRUE, QS_QUANTUM_PATH_PLAIN);
  g_autofree guint8  *good = g_new (guint8, 512);

  for (gsize i = 0; i < 512; i++)
    good[i] = i * i % 7 < 3;

  for (QsQuantumPath path = 0; path < QS_QUANTUM_N_PATHS; path++) {
    g_autoptr (QsState) a = NULL, b = NULL;

    if (!qs_quantum_path_supported (path))
      continue;

    a = scattered (9, TRUE, QS_QUANTUM_PATH_PLAIN);
    b = scattered (9, TRUE, path);
    qs_state_apply_kind (a, QS_GATE_H, NULL, 0, 1);
    qs_state_apply_kind (b, QS_GATE_H, NULL, 0, 1);
    qs_state_reflect (a, plain, good, 3);
    qs_state_reflect (b, plain, good, 3);
    qs_state_reflect (a, plain, NULL, 1);
    qs_state_reflect (b, plain, NULL, 1);
    g_assert_true (memcmp (qs_state_re (a), qs_state_re (b), 512 * sizeof (double)) == 0);
  }
}

/* Each of 16 counts within five standard errors. */
static void
test_samples_follow_the_probabilities (void)
{
  enum { n_shots = 100000 };
  g_autoptr (QsState) state = scattered (4, FALSE, qs_quantum_path_best ());
  g_autofree gsize   *index = g_new (gsize, n_shots);
  double              p[16];
  guint               count[16] = { 0 };

  qs_state_probabilities (state, p);
  qs_state_sample (state, &key, n_shots, index);
  for (guint k = 0; k < n_shots; k++)
    count[index[k]]++;

  for (guint i = 0; i < 16; i++)
    g_assert_cmpfloat (fabs (count[i] - n_shots * p[i]), <,
                       5.0 * sqrt (n_shots * p[i] * (1.0 - p[i])));
}

static void
test_impossible_outcomes_are_never_sampled (void)
{
  g_autoptr (QsState) state = qs_state_new (3, TRUE, NULL, NULL);
  gsize               index[1000];

  qs_state_apply_kind (state, QS_GATE_H, NULL, 0, 1);
  qs_state_sample (state, &key, 1000, index);
  for (guint k = 0; k < 1000; k++)
    g_assert_true (index[k] == 0 || index[k] == 2);
}

static void
test_too_many_qubits_are_refused (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (qs_state_new (QS_STATE_MAX_QUBITS + 1, FALSE, NULL, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_RESOURCE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quantum/state/agrees-with-dense-matrices",
                   test_agrees_with_dense_matrices);
  g_test_add_func ("/quantum/state/real-states-agree-with-dense-matrices",
                   test_real_states_agree_with_dense_matrices);
  g_test_add_func ("/quantum/state/lists-give-the-bits-of-gate-by-gate",
                   test_lists_give_the_bits_of_gate_by_gate);
  g_test_add_func ("/quantum/state/lists-are-taken-back-as-gate-by-gate",
                   test_lists_are_taken_back_as_gate_by_gate);
  g_test_add_func ("/quantum/state/cancelled-lists-end-early",
                   test_cancelled_lists_end_early);
  g_test_add_func ("/quantum/state/swap-agrees-with-its-permutation",
                   test_swap_agrees_with_its_permutation);
  g_test_add_func ("/quantum/state/paths-give-the-same-bits",
                   test_paths_give_the_same_bits);
  g_test_add_func ("/quantum/state/threads-give-the-same-bits",
                   test_threads_give_the_same_bits);
  g_test_add_func ("/quantum/state/hadamard-and-cnots-entangle-all-qubits",
                   test_hadamard_and_cnots_entangle_all_qubits);
  g_test_add_func ("/quantum/state/controlled-rotations-make-the-w-state",
                   test_controlled_rotations_make_the_w_state);
  g_test_add_func ("/quantum/state/fourier-transform-gives-its-phases",
                   test_fourier_transform_gives_its_phases);
  g_test_add_func ("/quantum/state/daggers-undo-their-gates",
                   test_daggers_undo_their_gates);
  g_test_add_func ("/quantum/state/norm-stays-over-ten-thousand-gates",
                   test_norm_stays_over_ten_thousand_gates);
  g_test_add_func ("/quantum/state/reflections-turn-as-grover-says",
                   test_reflections_turn_as_grover_says);
  g_test_add_func ("/quantum/state/reflecting-paths-give-the-same-bits",
                   test_reflecting_paths_give_the_same_bits);
  g_test_add_func ("/quantum/state/samples-follow-the-probabilities",
                   test_samples_follow_the_probabilities);
  g_test_add_func ("/quantum/state/impossible-outcomes-are-never-sampled",
                   test_impossible_outcomes_are_never_sampled);
  g_test_add_func ("/quantum/state/too-many-qubits-are-refused",
                   test_too_many_qubits_are_refused);

  return g_test_run ();
}
