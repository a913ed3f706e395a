/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-kernel.h"
#include "quantum/qs-nystrom.h"

#include "core/qs-eigen.h"
#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <complex.h>
#include <math.h>
#include <string.h>

#define N 4
#define N_POINTS 12

static const QsRngKey key = { .seed = 3, .stream = QS_RNG_TEST };

/* H, RY (x), RZ (x) and a chain of CNOTs, again for each layer. */
static QsCircuit *
chain_map (guint n_qubits, guint n_layers)
{
  QsCircuit *map = qs_circuit_new (n_qubits);

  for (guint layer = 0; layer < n_layers; layer++) {
    for (guint q = 0; q < n_qubits; q++) {
      qs_circuit_add (map, QS_GATE_H, 0, q, NULL);
      qs_circuit_add (map, QS_GATE_RY, 0, q, &QS_ANGLE_INPUT (q));
      qs_circuit_add (map, QS_GATE_RZ, 0, q, &QS_ANGLE_INPUT (q));
    }
    for (guint q = 0; q + 1 < n_qubits; q++)
      qs_circuit_add (map, QS_GATE_X, (gsize) 1 << q, q + 1, NULL);
  }

  return map;
}

static void
draw_points (double x[N_POINTS][N])
{
  for (guint i = 0; i < N_POINTS; i++)
    for (guint q = 0; q < N; q++)
      x[i][q] = 3.0 * qs_rng_uniform (&key, i, q) - 1.5;
}

/* Computed with PennyLane. */
static void
test_product_gives_the_known_kernel (void)
{
  static const double   x[] = { 0.1, 0.2, 0.3, 0.4 }, y[] = { 0.5, -0.1, 0.2, 1.0 };
  const double          known = 0.7657159318635567;
  g_autoptr (QsCircuit) map = chain_map (N, 1);
  double                k;

  g_assert_cmpfloat (fabs (qs_kernel_product (N, x, y, NULL) - known), <, 1e-15);
  g_assert_true (qs_kernel_gram (map, NULL, 1, x, 1, y, NULL, &k, NULL));
  g_assert_cmpfloat (fabs (k - known), <, 2e-15);
}

/* A layer of entangling gates at the end cancels; one in the middle does not. */
static void
test_entanglement_counts_only_between_uploads (void)
{
  double x[N_POINTS][N], one[N_POINTS * N_POINTS], two[N_POINTS * N_POINTS];
  double largest = 0.0;
  g_autoptr (QsCircuit) single = chain_map (N, 1);
  g_autoptr (QsCircuit) again = chain_map (N, 2);

  draw_points (x);
  g_assert_true (
      qs_kernel_gram (single, NULL, N_POINTS, x[0], N_POINTS, NULL, NULL, one, NULL));
  g_assert_true (
      qs_kernel_gram (again, NULL, N_POINTS, x[0], N_POINTS, NULL, NULL, two, NULL));

  for (guint i = 0; i < N_POINTS; i++)
    for (guint j = 0; j < N_POINTS; j++) {
      const double product = qs_kernel_product (N, x[i], x[j], NULL);

      g_assert_cmpfloat (fabs (one[i * N_POINTS + j] - product), <, 4e-15);
      largest = MAX (largest, fabs (two[i * N_POINTS + j] - product));
    }
  g_assert_cmpfloat (largest, >, 0.1);
}

static void
test_product_slope_agrees_with_differences (void)
{
  double x[N_POINTS][N], slope[N];

  draw_points (x);
  for (guint i = 1; i < N_POINTS; i++) {
    qs_kernel_product (N, x[i], x[0], slope);
    for (guint q = 0; q < N; q++) {
      const double at = x[i][q], h = 1e-5;
      double       change;

      x[i][q] = at + h;
      change = qs_kernel_product (N, x[i], x[0], NULL);
      x[i][q] = at - h;
      change -= qs_kernel_product (N, x[i], x[0], NULL);
      x[i][q] = at;
      g_assert_cmpfloat (fabs (change / (2.0 * h) - slope[q]), <, 1e-9);
    }
  }
}

static void
test_gram_is_a_kernel (void)
{
  double            x[N_POINTS][N], gram[N_POINTS * N_POINTS], cross[N_POINTS * N_POINTS];
  double            vectors[N_POINTS * N_POINTS];
  g_autoptr (QsRun) run = qs_run_new (3, NULL, NULL);
  g_autoptr (QsCircuit) map = chain_map (N, 2);

  draw_points (x);
  g_assert_true (
      qs_kernel_gram (map, NULL, N_POINTS, x[0], N_POINTS, NULL, run, gram, NULL));
  g_assert_true (
      qs_kernel_gram (map, NULL, N_POINTS, x[0], N_POINTS, x[0], NULL, cross, NULL));
  g_assert_cmpmem (gram, sizeof gram, cross, sizeof cross);

  for (guint i = 0; i < N_POINTS; i++)
    g_assert_cmpfloat (fabs (gram[i * N_POINTS + i] - 1.0), <, 1e-14);
  qs_eigen_symmetric (N_POINTS, gram, vectors);
  for (guint i = 0; i < N_POINTS; i++)
    g_assert_cmpfloat (gram[i * N_POINTS + i], >, -1e-13);
}

/* ⟨ψ|P|ψ⟩ of the Pauli string whose letters are the digits of @string to base four. */
static double
expect_string (const QsState *state, guint string)
{
  double complex sum = 0.0;

  for (gsize i = 0; i < qs_state_n_amplitudes (state); i++) {
    gsize          j = i;
    double complex factor = 1.0;
    QsComplex      a, b;

    for (guint q = 0; q < qs_state_n_qubits (state); q++) {
      const guint    letter = string >> 2 * q & 3;
      const gboolean one = i >> q & 1;

      if (letter == 1 || letter == 2)
        j ^= (gsize) 1 << q;
      if (letter == 2)
        factor *= one ? -I : I; /* Y |0⟩ = i |1⟩ */
      if (letter == 3 && one)
        factor = -factor;
    }
    a = qs_state_amplitude (state, i);
    b = qs_state_amplitude (state, j);
    sum += (b.re - I * b.im) * factor * (a.re + I * a.im);
  }

  return creal (sum);
}

/* |⟨φ|φ'⟩|² = 2⁻ⁿ Σ ⟨P⟩ ⟨P⟩' over all Pauli strings. */
static void
test_fidelity_is_a_product_of_pauli_features (void)
{
  static const double   x[] = { 0.4, -0.7, 1.2 }, y[] = { 0.9, 0.3, -0.2 };
  g_autoptr (QsCircuit) map = chain_map (3, 2);
  g_autoptr (QsState)   a = qs_state_new (3, FALSE, NULL, NULL);
  g_autoptr (QsState)   b = qs_state_new (3, FALSE, NULL, NULL);
  double                sum = 0.0, k;

  qs_circuit_run (map, NULL, x, a);
  qs_circuit_run (map, NULL, y, b);
  for (guint string = 0; string < 64; string++)
    sum += expect_string (a, string) * expect_string (b, string) / 8.0;

  g_assert_true (qs_kernel_gram (map, NULL, 1, x, 1, y, NULL, &k, NULL));
  g_assert_cmpfloat (fabs (sum - k), <, 1e-14);
}

static double
product_of_features (const QsNystrom *nystrom, const double *k_a, const double *k_b)
{
  double a[N_POINTS], b[N_POINTS], sum = 0.0;

  qs_nystrom_features (nystrom, k_a, a);
  qs_nystrom_features (nystrom, k_b, b);
  for (guint i = 0; i < qs_nystrom_report (nystrom)->n_features; i++)
    sum += a[i] * b[i];

  return sum;
}

static void
test_features_reproduce_the_landmarks (void)
{
  double                x[N_POINTS][N], gram[N_POINTS * N_POINTS];
  g_autoptr (QsCircuit) map = chain_map (N, 2);
  g_autoptr (QsNystrom) nystrom = NULL;

  draw_points (x);
  qs_kernel_gram (map, NULL, N_POINTS, x[0], N_POINTS, NULL, NULL, gram, NULL);
  nystrom = qs_nystrom_new (N_POINTS, gram, 1e-12, NULL);

  g_assert_cmpuint (qs_nystrom_report (nystrom)->n_features, ==, N_POINTS);
  for (guint i = 0; i < N_POINTS; i++)
    for (guint j = 0; j < N_POINTS; j++)
      g_assert_cmpfloat (
          fabs (product_of_features (nystrom, gram + i * N_POINTS, gram + j * N_POINTS) -
                gram[i * N_POINTS + j]),
          <, 1e-11);
}

/* A landmark that comes twice adds nothing, and the report says so. */
static void
test_report_tells_of_dependent_landmarks (void)
{
  double                 x[N_POINTS][N], gram[N_POINTS * N_POINTS];
  g_autoptr (QsCircuit)  map = chain_map (N, 2);
  g_autoptr (QsNystrom)  nystrom = NULL;
  const QsNystromReport *report;

  draw_points (x);
  memcpy (x[7], x[2], sizeof x[7]);
  qs_kernel_gram (map, NULL, N_POINTS, x[0], N_POINTS, NULL, NULL, gram, NULL);
  nystrom = qs_nystrom_new (N_POINTS, gram, 1e-12, NULL);
  report = qs_nystrom_report (nystrom);

  g_assert_cmpuint (report->n_landmarks, ==, N_POINTS);
  g_assert_cmpuint (report->n_features, ==, N_POINTS - 1);
  g_assert_cmpfloat (report->condition, ==, report->largest / report->smallest);
  g_assert_cmpfloat (report->condition, >, 1.0);
  g_assert_cmpfloat (fabs (report->most_negative), <, 1e-12);
}

/* The eigenvalues of [[1, 2], [2, 1]] are 3 and −1: no kernel. */
static void
test_report_tells_of_negative_eigenvalues (void)
{
  static const double   gram[] = { 1.0, 2.0, 2.0, 1.0 };
  g_autoptr (QsNystrom) nystrom = qs_nystrom_new (2, gram, 1e-12, NULL);

  g_assert_cmpuint (qs_nystrom_report (nystrom)->n_features, ==, 1);
  g_assert_cmpfloat (fabs (qs_nystrom_report (nystrom)->largest - 3.0), <, 1e-14);
  g_assert_cmpfloat (fabs (qs_nystrom_report (nystrom)->most_negative + 1.0), <, 1e-14);
}

static void
test_what_is_no_kernel_is_refused (void)
{
  static const double matrices[] = { NAN, -1.0 };

  for (guint i = 0; i < G_N_ELEMENTS (matrices); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (qs_nystrom_new (1, &matrices[i], 1e-12, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_NUMERIC);
  }
}

static void
test_too_many_states_are_refused (void)
{
  g_autoptr (QsCircuit) map = chain_map (20, 1);
  g_autoptr (GError)    error = NULL;
  double                x = 0.0;

  g_assert_false (qs_kernel_gram (map, NULL, 65, &x, 65, NULL, NULL, &x, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_RESOURCE);
}

static void
test_gram_can_be_cancelled (void)
{
  double                x[N_POINTS][N], gram[N_POINTS * N_POINTS];
  g_autoptr (QsCircuit) map = chain_map (N, 1);
  g_autoptr (QsRun)     run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError)    error = NULL;

  draw_points (x);
  qs_run_cancel (run);
  g_assert_false (
      qs_kernel_gram (map, NULL, N_POINTS, x[0], N_POINTS, NULL, run, gram, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/quantum/kernel/product-gives-the-known-kernel",
                   test_product_gives_the_known_kernel);
  g_test_add_func ("/quantum/kernel/entanglement-counts-only-between-uploads",
                   test_entanglement_counts_only_between_uploads);
  g_test_add_func ("/quantum/kernel/product-slope-agrees-with-differences",
                   test_product_slope_agrees_with_differences);
  g_test_add_func ("/quantum/kernel/gram-is-a-kernel", test_gram_is_a_kernel);
  g_test_add_func ("/quantum/kernel/fidelity-is-a-product-of-pauli-features",
                   test_fidelity_is_a_product_of_pauli_features);
  g_test_add_func ("/quantum/kernel/features-reproduce-the-landmarks",
                   test_features_reproduce_the_landmarks);
  g_test_add_func ("/quantum/kernel/report-tells-of-dependent-landmarks",
                   test_report_tells_of_dependent_landmarks);
  g_test_add_func ("/quantum/kernel/report-tells-of-negative-eigenvalues",
                   test_report_tells_of_negative_eigenvalues);
  g_test_add_func ("/quantum/kernel/what-is-no-kernel-is-refused",
                   test_what_is_no_kernel_is_refused);
  g_test_add_func ("/quantum/kernel/too-many-states-are-refused",
                   test_too_many_states_are_refused);
  g_test_add_func ("/quantum/kernel/gram-can-be-cancelled", test_gram_can_be_cancelled);

  return g_test_run ();
}
