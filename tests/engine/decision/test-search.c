/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/qs-search.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "decision/qs-decision.h"

#include <math.h>

#define N 80

/* A table that never falls, some steep and some flat, some short of the target. */
static void
rising_table (guint32 item, double p[N])
{
  const QsRngKey key = { .seed = 21, .stream = QS_RNG_TEST };
  const double   power = pow (8.0, 2.0 * qs_rng_uniform (&key, item, 0) - 1.0);

  for (guint i = 0; i < N; i++)
    p[i] = pow (qs_rng_uniform (&key, item, i + 1), power);
  qs_sort (p, N);
}

static QsLandscape *
daily (const double *p, double target)
{
  const QsSearchAxis axis = { N, 0.5, 7.0, p };
  g_autoptr (GError) error = NULL;
  QsLandscape       *landscape = qs_landscape_new (&axis, 1, target, &error);

  g_assert_no_error (error);
  return landscape;
}

static gsize
cheapest (const QsLandscape *landscape)
{
  gsize best = 0;

  for (gsize x = 1; x < landscape->n; x++)
    best = landscape->cost[x] < landscape->cost[best] ? x : best;

  return best;
}

/* The oracle is the rule that decides everywhere else. */
static void
test_the_cheapest_code_is_the_dose_that_is_decided (void)
{
  for (guint32 item = 0; item < 300; item++) {
    const double            target = item % 2 == 0 ? 0.9 : 0.75;
    QsDoseEstimate          estimates[N] = { 0 };
    double                  p[N];
    QsDecision              decision;
    g_autoptr (QsLandscape) landscape = NULL;

    rising_table (item, p);
    if (item % 3 == 0)
      p[40] = 0.5 * p[40]; /* a dip: lower doses do not count */
    for (guint i = 0; i < N; i++)
      estimates[i] = (QsDoseEstimate){ .dose_mg = 0.5 * (i + 1), .probability = p[i] };
    qs_decision_select (&decision, target, estimates, N, 0.0);
    landscape = daily (p, target);

    g_assert_cmpint (landscape->found, ==, decision.status == QS_STATUS_REACHED);
    g_assert_cmpuint (cheapest (landscape), ==, landscape->best);
    if (landscape->found)
      g_assert_cmpfloat (qs_landscape_dose_mg (landscape, landscape->best, 0), ==,
                         decision.dose_mg);
  }
}

static void
test_the_penalty_is_as_small_as_it_can_be (void)
{
  double                  p[N];
  g_autoptr (QsLandscape) landscape = NULL;
  gsize                   best;

  for (guint i = 0; i < N; i++)
    p[i] = 1.0 - exp (-(i + 1.0) / 20.0);
  landscape = daily (p, 0.9);
  best = landscape->best;
  g_assert_cmpuint (best, ==, 46);

  /* A fifth less, and a dose that fails is cheaper. */
  gsize fooled = 0;
  for (gsize x = 0; x < best; x++) {
    const double dose = 7.0 * qs_landscape_dose_mg (landscape, x, 0);

    fooled += dose + (landscape->cost[x] - dose) * 0.8 < landscape->cost[best];
  }
  g_assert_cmpuint (fooled, >, 0);
}

static void
test_annealing_always_finds_the_scan (void)
{
  QsSearchOptions options = qs_search_options_default ();

  options.n_sweeps = 200;
  options.n_reads = 2;
  for (guint32 item = 0; item < 1000; item++) {
    double                  p[N];
    g_autoptr (QsLandscape) landscape = NULL;
    QsSearchFound           found;

    rising_table (item, p);
    landscape = daily (p, item % 2 == 0 ? 0.9 : 0.75);
    g_assert_true (qs_search_anneal (landscape, &options, NULL, &found, NULL));
    g_assert_cmpuint (found.code, ==, landscape->best);
  }
}

static void
test_both_regimens_are_searched_together (void)
{
  const QsSearchOptions options = qs_search_options_default ();

  for (guint32 item = 0; item < 10; item++) {
    double                  p[2][N];
    g_autoptr (QsLandscape) joint = NULL, first = NULL;
    QsSearchFound           found;

    rising_table (2 * item, p[0]);
    rising_table (2 * item + 1, p[1]);
    const QsSearchAxis axes[2] = { { N, 0.5, 7.0, p[0] }, { N, 5.0, 1.0, p[1] } };

    joint = qs_landscape_new (axes, 2, 0.75, NULL);
    first = qs_landscape_new (axes, 1, 0.75, NULL);
    g_assert_cmpuint (joint->n, ==, 1 << 14);
    g_assert_cmpuint (joint->best & 127, ==, first->best);
    g_assert_cmpuint (cheapest (joint), ==, joint->best);
    g_assert_true (qs_search_anneal (joint, &options, NULL, &found, NULL));
    g_assert_cmpuint (found.code, ==, joint->best);
  }
}

/* Far better than chance, which is 1 in 128 a shot; how often at all is what
 * `bench search` says. */
static void
test_qaoa_finds_many_answers (void)
{
  const QsSearchOptions options = qs_search_options_default ();
  guint                 n_found = 0;
  double                share = 0.0;

  for (guint32 item = 0; item < 20; item++) {
    double                  p[N];
    g_autoptr (QsLandscape) landscape = NULL;
    QsSearchFound           found;

    rising_table (item, p);
    landscape = daily (p, 0.75);
    g_assert_true (qs_search_qaoa (landscape, &options, NULL, &found, NULL));
    n_found += found.code == landscape->best;
    share += found.share / 20;
  }
  g_test_message ("%u of 20, %.3f per shot", n_found, share);
  g_assert_cmpuint (n_found, >=, 10);
  g_assert_cmpfloat (share, >, 2.0 / 128);
}

static void
test_senseless_questions_are_refused (void)
{
  static const double p[2] = { 0.1, 0.9 };
  const QsSearchAxis  none = { 0, 0.5, 7.0, p }, many = { 1025, 0.5, 7.0, p };
  const QsSearchAxis  fine = { 2, 0.5, 7.0, p };
  QsSearchOptions     options = qs_search_options_default ();
  g_autoptr (GError)  error = NULL;
  QsSearchFound       found;

  g_assert_null (qs_landscape_new (&none, 1, 0.9, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_TOO_FEW);
  g_clear_error (&error);
  g_assert_null (qs_landscape_new (&many, 1, 0.9, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_RESOURCE);
  g_clear_error (&error);
  g_assert_null (qs_landscape_new (&fine, 1, 1.0, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_clear_error (&error);

  g_autoptr (QsLandscape) landscape = qs_landscape_new (&fine, 1, 0.9, NULL);
  options.n_layers = 0;
  g_assert_false (qs_search_qaoa (landscape, &options, NULL, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

static void
test_a_search_can_be_cancelled (void)
{
  const QsSearchOptions   options = qs_search_options_default ();
  g_autoptr (QsRun)       run = qs_run_new (1, NULL, NULL);
  double                  p[N];
  g_autoptr (QsLandscape) landscape = NULL;
  g_autoptr (GError)      error = NULL;
  QsSearchFound           found;

  rising_table (3, p);
  landscape = daily (p, 0.9);
  qs_run_cancel (run);
  g_assert_false (qs_search_anneal (landscape, &options, run, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (qs_search_qaoa (landscape, &options, run, &found, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

#define ADD(name, function) g_test_add_func ("/decision/search/" name, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("the-cheapest-code-is-the-dose-that-is-decided",
       test_the_cheapest_code_is_the_dose_that_is_decided);
  ADD ("the-penalty-is-as-small-as-it-can-be", test_the_penalty_is_as_small_as_it_can_be);
  ADD ("annealing-always-finds-the-scan", test_annealing_always_finds_the_scan);
  ADD ("both-regimens-are-searched-together", test_both_regimens_are_searched_together);
  ADD ("qaoa-finds-many-answers", test_qaoa_finds_many_answers);
  ADD ("senseless-questions-are-refused", test_senseless_questions_are_refused);
  ADD ("a-search-can-be-cancelled", test_a_search_can_be_cancelled);
  return g_test_run ();
}
