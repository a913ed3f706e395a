/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-calibration.h"
#include "core/qs-rng.h"

#include <math.h>

/* Ten groups of ten, in each of which seven came true of five expected. */
static void
test_hosmer_and_lemeshow_by_hand (void)
{
  double        p[100];
  gboolean      came_true[100];
  QsCalibration c;

  for (guint i = 0; i < 100; i++) {
    p[i] = 0.5;
    came_true[i] = i % 10 < 7;
  }
  c = qs_calibrate (p, came_true, 100);

  /* 10 × 2² / 2.5 = 16, and exp (−8) Σ 8ᵏ / k! for k < 5. */
  g_assert_cmpfloat_with_epsilon (c.hosmer_lemeshow, 16.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (c.hosmer_lemeshow_p, 0.09963240, 1e-8);
  g_assert_cmpfloat_with_epsilon (c.observed, 0.7, 1e-12);
  g_assert_cmpfloat_with_epsilon (c.predicted, 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (c.ece[0], 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (c.brier, 0.25, 1e-12);
  g_assert_cmpfloat (c.auc, ==, 0.5);
}

static void
test_order_and_bins_by_hand (void)
{
  static const double p[] = { 0.05, 0.15, 0.15, 0.35, 0.45, 0.55, 0.65, 0.75, 0.95, 1.0 };
  static const gboolean t[] = { 0, 0, 1, 0, 0, 1, 0, 1, 1, 1 };
  const QsCalibration   c = qs_calibrate (p, t, 10);

  /* Of 25 pairs: 0.15 beats 0.05 and ties with one; 0.55 beats four; the others all. */
  g_assert_cmpfloat_with_epsilon (c.auc, (1.5 + 4.0 + 15.0) / 25.0, 1e-12);
  /* Bins of a tenth; 0.95 and 1 share the last one. */
  g_assert_cmpuint (c.bins[0][9].n, ==, 2);
  g_assert_cmpfloat_with_epsilon (c.bins[0][9].predicted, 0.975, 1e-12);
  g_assert_cmpfloat_with_epsilon (c.bins[0][1].observed, 0.5, 1e-12);
  g_assert_cmpuint (c.bins[0][2].n, ==, 0);
  g_assert_true (isnan (c.bins[0][2].observed));
  /* All predictions are in some bin, however fine. */
  for (guint e = 0; e < QS_CALIBRATION_N_ECE; e++) {
    guint n = 0;

    for (guint b = 0; b < qs_calibration_bins[e]; b++)
      n += c.bins[e][b].n;
    g_assert_cmpuint (n, ==, c.n);
  }
  g_assert_cmpfloat_with_epsilon (
      c.ece[0], (0.05 + 0.7 + 0.35 + 0.45 + 0.45 + 0.65 + 0.25 + 0.05) / 10.0, 1e-12);
}

/* Truths drawn from the predictions are calibrated, from twice their logit too steep. */
static void
test_recalibration_finds_what_was_done (void)
{
  const QsRngKey       key = { 3, QS_RNG_TEST, 0 };
  const guint          n = 4000;
  g_autofree double   *p = g_new (double, n);
  g_autofree gboolean *t = g_new (gboolean, n);
  QsCalibration        right, steep;

  for (guint i = 0; i < n; i++) {
    p[i] = 1.0 / (1.0 + exp (-1.5 * qs_rng_normal (&key, i, 0)));
    t[i] = qs_rng_uniform (&key, i, 1) < p[i];
  }
  right = qs_calibrate (p, t, n);
  for (guint i = 0; i < n; i++)
    p[i] = 1.0 / (1.0 + pow ((1.0 - p[i]) / p[i], 2.0) * exp (-0.6));
  steep = qs_calibrate (p, t, n);

  g_assert_cmpfloat_with_epsilon (right.slope, 1.0, 0.13);
  g_assert_cmpfloat_with_epsilon (right.intercept, 0.0, 0.13);
  g_assert_cmpfloat (right.ece[0], <, 0.03);
  g_assert_cmpfloat (right.hosmer_lemeshow_p, >, 0.001);
  /* Logits of 2 x + 0.6: half of them less 0.3 is the truth. */
  g_assert_cmpfloat_with_epsilon (steep.slope, 0.5, 0.07);
  g_assert_cmpfloat_with_epsilon (steep.intercept, -0.3, 0.13);
  g_assert_cmpfloat (steep.ece[0], >, 0.05);
  g_assert_cmpfloat (steep.hosmer_lemeshow_p, <, 1e-6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calibration/groups", test_hosmer_and_lemeshow_by_hand);
  g_test_add_func ("/calibration/order", test_order_and_bins_by_hand);
  g_test_add_func ("/calibration/logit", test_recalibration_finds_what_was_done);

  return g_test_run ();
}
