/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-qaoa.h"

#include <math.h>

#define N_EDGES 6

/* Minus the edges of a ring of six that a colouring cuts. */
static void
ring (double cost[64])
{
  for (guint x = 0; x < 64; x++) {
    cost[x] = 0.0;
    for (guint q = 0; q < N_EDGES; q++)
      cost[x] -= (x >> q & 1) != (x >> (q + 1) % N_EDGES & 1);
  }
}

static double
cut_per_edge (const QsQaoaAngles *angles, const double *cost, QsState *state)
{
  qs_qaoa_run (angles, cost, state);
  return -qs_qaoa_expect (cost, state) / N_EDGES;
}

/* Farhi, Goldstone and Gutmann 2014: (2p + 1) / (2p + 2) of a ring longer than 2p + 1. */
static void
test_one_layer_cuts_three_quarters_of_a_ring (void)
{
  g_autoptr (QsState) state = qs_state_new (N_EDGES, FALSE, NULL, NULL);
  double              cost[64], best = 0.0;

  ring (cost);
  for (guint i = 0; i <= 40; i++)
    for (guint j = 0; j <= 40; j++) {
      const QsQaoaAngles angles = { 1, { 2.0 * G_PI * i / 40 }, { G_PI * j / 40 } };

      best = MAX (best, cut_per_edge (&angles, cost, state));
    }
  g_assert_cmpfloat_with_epsilon (best, 0.75, 1e-12);
}

static void
test_two_layers_cut_five_sixths_of_it (void)
{
  g_autoptr (QsState) state = qs_state_new (N_EDGES, FALSE, NULL, NULL);
  QsQaoaAngles        angles = qs_qaoa_ramp (2, 1.5, 1.0);
  double              cost[64], best, step = 0.3;

  ring (cost);
  best = cut_per_edge (&angles, cost, state);
  while (step > 1e-6) {
    const double before = best;

    for (guint k = 0; k < 8; k++) {
      QsQaoaAngles next = angles;
      double      *angle = k < 4 ? &next.phase[k % 2] : &next.mix[k % 2];
      double       cut;

      *angle += k / 2 % 2 == 0 ? step : -step;
      cut = cut_per_edge (&next, cost, state);
      if (cut > best) {
        best = cut;
        angles = next;
      }
    }
    step = best > before ? step : 0.6 * step;
  }
  g_assert_cmpfloat_with_epsilon (best, 5.0 / 6.0, 1e-6);
}

static void
test_a_slow_ramp_finds_what_costs_least (void)
{
  static const double cost[8] = { 0.9, 0.4, 0.7, 0.6, 0.2, 0.0, 0.5, 1.0 };
  g_autoptr (QsState) state = qs_state_new (3, FALSE, NULL, NULL);
  const QsQaoaAngles  angles = qs_qaoa_ramp (32, 4.0, 1.0);
  double              p[8];

  qs_qaoa_run (&angles, cost, state);
  qs_state_probabilities (state, p);
  g_assert_cmpfloat (p[5], >, 0.9);
  g_assert_cmpfloat_with_epsilon (qs_state_norm2 (state), 1.0, 1e-12);
}

#define ADD(name, function) g_test_add_func ("/quantum/qaoa/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("one-layer-cuts-three-quarters-of-a-ring",
       test_one_layer_cuts_three_quarters_of_a_ring);
  ADD ("two-layers-cut-five-sixths-of-it", test_two_layers_cut_five_sixths_of_it);
  ADD ("a-slow-ramp-finds-what-costs-least", test_a_slow_ramp_finds_what_costs_least);
  return g_test_run ();
}
