/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "probability/qs-amplitude.h"

#include <math.h>

/* Iterative estimation as Grinko et al. 2021 and Qiskit's IterativeAmplitudeEstimation
 * have it, on a perfect device, to measure the engine's own against: with the half turn
 * of each end by itself and intervals that need not be nested, or with both corrected. */

#define ALPHA 0.05

/* Rounding of a multiplied angle. */
static const double tiny = 1e-11;

typedef struct {
  double   p, epsilon;
  guint    n_shots;
  gboolean chernoff; /* with the width that Qiskit gives it, else Clopper–Pearson */
  gboolean corrected;
} Plan;

typedef struct {
  double low, high; /* of the angle, in turns */
  guint  power;
  double whole[2]; /* turns of the ends once multiplied */
  guint  half;     /* of a turn, after those */
  double hits, n;
} Search;

/* The multiplied interval within one half turn, or FALSE. */
static gboolean
fits (const Plan *plan, Search *self, guint power)
{
  const double factor = 4.0 * power + 2.0;
  const double middle = floor (factor * (self->low + self->high)) / 2.0;
  const double low = floor (plan->corrected ? middle : factor * self->low);
  const double high = floor (plan->corrected ? middle : factor * self->high);
  const double from = factor * self->low - low, to = factor * self->high - high;

  if (!(from >= -tiny && from <= to && to <= 1.0 + tiny &&
        (to <= 0.5 + tiny || from >= 0.5 - tiny)))
    return FALSE;

  self->power = power;
  self->whole[0] = low;
  self->whole[1] = high;
  self->half = from + to > 1.0;
  return TRUE;
}

static void
choose_power (const Plan *plan, Search *self)
{
  const guint  before = self->power;
  const double most = floor (0.5 / (self->high - self->low)), least = 4.0 * before + 2.0;

  for (double factor = most - fmod (most - 2.0, 4.0); factor >= 2.0 * least;
       factor -= 4.0)
    if (fits (plan, self, (guint) ((factor - 2.0) / 4.0))) {
      self->hits = self->n = 0.0;
      return;
    }
  fits (plan, self, before);
}

static void
bound (const Plan *plan, double level, const Search *self, double *low, double *high)
{
  const double p = self->hits / self->n;
  const double width = sqrt (3.0 * log (2.0 / (1.0 - level)) / self->n);

  if (plan->chernoff) {
    *low = MAX (p - width, 0.0);
    *high = MIN (p + width, 1.0);
  } else {
    qs_clopper_pearson (self->hits, self->n, level, low, high);
  }
}

/* One run; the calls are uses of A and of A†. */
static void
run (const Plan *plan, guint32 number, double *calls, double *lower, double *upper)
{
  const QsRngKey key = { .seed = 5, .stream = QS_RNG_TEST, .replicate = number };
  const double   theta = asin (sqrt (plan->p));
  const double   n_rounds = floor (log2 (G_PI / 4.0 / plan->epsilon)) + 1.0;
  Search         search = { .high = 0.25 };
  guint32        n_drawn = 0;

  for (*calls = 0.0; search.high - search.low > plan->epsilon / G_PI;) {
    double p, low, high, factor;

    choose_power (plan, &search);
    factor = 4.0 * search.power + 2.0;
    p = pow (sin (0.5 * factor * theta), 2.0);
    for (guint i = 0; i < plan->n_shots; i++)
      search.hits += qs_rng_uniform (&key, n_drawn++, 0) < p;
    search.n += plan->n_shots;
    *calls += plan->n_shots * 0.5 * factor;

    bound (plan, 1.0 - ALPHA / n_rounds, &search, &low, &high);
    low = acos (1.0 - 2.0 * low) / (2.0 * G_PI);
    high = acos (1.0 - 2.0 * high) / (2.0 * G_PI);
    p = (search.whole[0] + (search.half ? 1.0 - high : low)) / factor;
    high = (search.whole[1] + (search.half ? 1.0 - low : high)) / factor;
    search.low = plan->corrected ? MAX (p, search.low) : p;
    search.high = plan->corrected ? MIN (high, search.high) : high;
    if (search.low > search.high)
      search = (Search){ .high = 0.25 };
  }

  *lower = pow (sin (2.0 * G_PI * search.low), 2.0);
  *upper = pow (sin (2.0 * G_PI * search.high), 2.0);
}

typedef struct {
  double calls, half_width, product, covered;
} Means;

static Means
repeat (const Plan *plan, guint n_runs)
{
  Means means = { 0 };

  for (guint i = 0; i < n_runs; i++) {
    double calls, lower, upper;

    run (plan, i, &calls, &lower, &upper);
    means.calls += calls / n_runs;
    means.half_width += 0.5 * (upper - lower) / n_runs;
    means.product += calls * 0.5 * (upper - lower) / n_runs;
    means.covered += (lower <= plan->p && plan->p <= upper) / (double) n_runs;
  }

  g_test_message ("p %g, epsilon %g, %u shots%s%s: calls %.3g, half-width %.3g, calls × "
                  "half-width %.2f, coverage %.3f",
                  plan->p, plan->epsilon, plan->n_shots,
                  plan->chernoff ? ", Chernoff" : "",
                  plan->corrected ? ", corrected" : "", means.calls, means.half_width,
                  means.product, means.covered);
  return means;
}

static Means
repeat_engine (const Plan *plan, guint n_runs)
{
  QsAmplitudeOptions   options = qs_amplitude_options_default (QS_AMPLITUDE_IQAE);
  g_autoptr (QsOracle) oracle = qs_oracle_new_emulated (plan->p);
  Means                means = { 0 };

  options.epsilon = plan->epsilon;
  options.n_shots = plan->n_shots;
  for (guint i = 0; i < n_runs; i++) {
    QsAmplitudeResult found;
    double            half;

    options.replicate = i;
    g_assert_true (qs_amplitude_estimate (oracle, &options, NULL, &found, NULL));
    g_assert_cmpint (found.verdict, ==, QS_AMPLITUDE_REACHED);
    half = 0.5 * (found.upper - found.lower);
    means.calls += (double) found.n_calls / n_runs;
    means.half_width += half / n_runs;
    means.product += (double) found.n_calls * half / n_runs;
    means.covered += (found.lower <= plan->p && plan->p <= found.upper) / (double) n_runs;
  }

  g_test_message (
      "p %g, epsilon %g, %u shots, the engine's: calls %.3g, half-width %.3g, "
      "calls × half-width %.2f, coverage %.3f",
      plan->p, plan->epsilon, plan->n_shots, means.calls, means.half_width, means.product,
      means.covered);
  return means;
}

/* 300 runs of Qiskit's, 100 shots a round: each mean within what 300 runs tell, and the
 * slope they have together. */
static const struct {
  double p;
  double calls[4], half_width[4];
} published[] = {
  { 0.50, { 5.00e3, 3.74e4, 4.79e5, 4.75e6 }, { 4.66e-3, 5.80e-4, 4.63e-5, 5.12e-6 } },
  { 0.75, { 3.17e3, 5.17e4, 4.49e5, 4.02e6 }, { 5.30e-3, 3.56e-4, 4.80e-5, 4.84e-6 } },
  { 0.90, { 6.12e3, 4.58e4, 5.48e5, 4.62e6 }, { 1.99e-3, 3.12e-4, 2.48e-5, 3.33e-6 } },
};

static void
test_the_published_algorithm_costs_what_qiskit_does (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (published); i++) {
    double calls[4], half_width[4];

    for (guint k = 0; k < 4; k++) {
      const Plan plan = { published[i].p, pow (10.0, -2.0 - k), 100, FALSE, FALSE };
      Means      means = repeat (&plan, 300);

      calls[k] = means.calls;
      half_width[k] = means.half_width;
      g_assert_cmpfloat_with_epsilon (means.calls / published[i].calls[k], 1.0, 0.15);
      g_assert_cmpfloat_with_epsilon (means.half_width / published[i].half_width[k], 1.0,
                                      0.15);
      g_assert_cmpfloat (means.covered, >=, 0.97);
    }
    g_assert_cmpfloat_with_epsilon (qs_log_slope (calls, half_width, 4), -1.0, 0.05);
  }
}

/* Nested intervals end sooner, and the engine's are such: calls times half-width at
 * ε = 1e-3, with 10 and with 100 shots a round. */
static void
test_the_engine_costs_what_the_corrected_algorithm_does (void)
{
  static const struct {
    double p, known[2], covered;
  } cases[] = { { 0.5, { 10.8, 18.5 }, 0.940 },
                { 0.75, { 10.1, 15.9 }, 0.960 },
                { 0.9, { 6.4, 10.7 }, 0.947 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    for (guint k = 0; k < 2; k++) {
      const Plan  plan = { cases[i].p, 1e-3, k == 0 ? 10 : 100, FALSE, TRUE };
      const Plan  as_is = { cases[i].p, 1e-3, 100, FALSE, FALSE };
      const Means ours = repeat_engine (&plan, 300), theirs = repeat (&plan, 300);

      g_assert_cmpfloat_with_epsilon (ours.product / cases[i].known[k], 1.0, 0.15);
      g_assert_cmpfloat_with_epsilon (ours.product / theirs.product, 1.0, 0.15);
      g_assert_cmpfloat (ours.product, <, repeat (&as_is, 100).product);
      if (k == 0) /* four standard errors of the 150 runs that are known and of these */
        g_assert_cmpfloat_with_epsilon (ours.covered, cases[i].covered,
                                        4.0 *
                                            sqrt (0.95 * 0.05 / 150 + 0.95 * 0.05 / 300));
    }
  }
}

/* Three to four times as many calls as with Clopper and Pearson's bounds. */
static void
test_chernoffs_bounds_cost_what_is_known (void)
{
  static const double known[][2] = { { 0.5, 1.5e5 }, { 0.75, 2.3e5 }, { 0.9, 1.7e5 } };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    const Plan plan = { known[i][0], 1e-3, 100, TRUE, TRUE };

    g_assert_cmpfloat_with_epsilon (repeat (&plan, 60).calls / known[i][1], 1.0, 0.2);
  }
}

#define ADD(name, function) g_test_add_func ("/probability/iterative/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("published-algorithm-costs-what-qiskit-does",
       test_the_published_algorithm_costs_what_qiskit_does);
  ADD ("engine-costs-what-the-corrected-algorithm-does",
       test_the_engine_costs_what_the_corrected_algorithm_does);
  ADD ("chernoffs-bounds-cost-what-is-known", test_chernoffs_bounds_cost_what_is_known);
  return g_test_run ();
}
