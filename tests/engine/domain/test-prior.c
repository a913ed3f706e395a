/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-prior.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"

#include <math.h>

static const double weights[] = { 51.0, 60.0, 60.0, 72.0, 100.0 };

static QsPrior
sample_prior (double jitter)
{
  return (QsPrior){
    .kind = QS_PRIOR_SAMPLE,
    .values = weights,
    .n_values = G_N_ELEMENTS (weights),
    .jitter = jitter,
  };
}

/* The oracle: the density integrated by Simpson's rule. */
static double
mass (const QsPrior *prior, double low, double high)
{
  const guint  n = 20000;
  const double h = (high - low) / n;
  double       sum = 0.0;

  for (guint i = 0; i <= n; i++)
    sum += (i == 0 || i == n ? 1.0
            : i % 2 != 0     ? 4.0
                             : 2.0) *
           qs_prior_density (prior, low + i * h);

  return sum * h / 3.0;
}

static void
test_quantile_inverts_the_density (void)
{
  static const char *const texts[] = {
    "uniform:50:100",      "normal:75:12",
    "normal:75:12:50:100", "normal:40:30",
    "lognormal:75:0.2",    "lognormal:75:0.2:60:90",
    "lognormal:150:1.5",   "lognormal:75:0.02:1:500",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    QsPrior prior;
    double  low, high, total;

    g_assert_true (qs_prior_parse (texts[i], &prior, NULL));
    low = qs_prior_quantile (&prior, 1e-15, 0.0);
    high = qs_prior_quantile (&prior, 1.0 - 1e-15, 0.0);
    total = mass (&prior, low, high);
    for (double u = 0.05; u < 1.0; u += 0.15)
      g_assert_cmpfloat_with_epsilon (
          mass (&prior, low, qs_prior_quantile (&prior, u, 0.0)) / total, u, 1e-6);
  }
}

static void
test_quantile_stays_within_bounds (void)
{
  static const char *const texts[] = { "normal:75:12:80:81", "lognormal:75:0.2:20:40",
                                       "normal:10:200" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    QsPrior prior;

    g_assert_true (qs_prior_parse (texts[i], &prior, NULL));
    for (double u = 1e-16; u < 1.0; u += 0.0999) {
      const double bw_kg = qs_prior_quantile (&prior, u, 0.0);

      g_assert_true (bw_kg >= MAX (prior.min, 1.0) && bw_kg <= MIN (prior.max, 500.0));
    }
  }
}

static void
test_range_holds_the_prior (void)
{
  QsPrior prior;
  double  low, high;

  g_assert_true (qs_prior_parse ("normal:75:12", &prior, NULL));
  qs_prior_range (&prior, &low, &high);
  g_assert_cmpfloat_with_epsilon (mass (&prior, low, high), 1.0, 2e-6);
  g_assert_cmpfloat_with_epsilon (low, 75.0 - 12.0 * 4.8916, 0.01);

  prior = sample_prior (0.1);
  qs_prior_range (&prior, &low, &high);
  g_assert_cmpfloat_with_epsilon (mass (&prior, low, high), 1.0, 2e-6);
}

/* Resampling with jitter draws from the kernel estimate that is shown. */
static void
test_sample_follows_its_picture (void)
{
  const QsPrior prior = sample_prior (0.1);

  for (double x = 45.0; x < 120.0; x += 10.0) {
    guint n_below = 0;

    for (guint i = 0; i < 500; i++)
      for (guint j = 0; j < 500; j++)
        n_below += qs_prior_quantile (&prior, (i + 0.5) / 500,
                                      qs_normal_quantile ((j + 0.5) / 500)) <= x;

    g_assert_cmpfloat_with_epsilon (mass (&prior, 20.0, x), n_below / 250000.0, 2e-3);
  }
}

static void
test_bare_sample_keeps_its_values (void)
{
  const QsPrior prior = sample_prior (0.0);

  g_assert_true (qs_prior_validate (&prior, NULL));
  g_assert_cmpfloat (qs_prior_quantile (&prior, 0.1, 3.0), ==, 51.0);
  g_assert_cmpfloat (qs_prior_quantile (&prior, 0.5, -3.0), ==, 60.0);
  g_assert_cmpfloat (qs_prior_quantile (&prior, 0.9999, 0.0), ==, 100.0);
  g_assert_true (isfinite (qs_prior_density (&prior, 60.0)));
}

static void
test_formatted_prior_reads_back (void)
{
  static const char *const texts[] = {
    "uniform:50:100",   "normal:75.25:12.5",     "normal:75:12:50:100",
    "lognormal:75:0.2", "lognormal:75:0.2:0:90",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *text = NULL;
    QsPrior          prior;

    g_assert_true (qs_prior_parse (texts[i], &prior, NULL));
    text = qs_prior_format (&prior);
    g_assert_cmpstr (text, ==, texts[i]);
  }
}

/* A prior with a lower bound alone has no text of its own: the upper one is written. */
static void
test_open_end_reads_back (void)
{
  const QsPrior    prior = { QS_PRIOR_NORMAL, 75.0, 12.0, 60.0, G_MAXDOUBLE };
  g_autofree char *text = qs_prior_format (&prior);
  QsPrior          again;

  g_assert_true (qs_prior_parse (text, &again, NULL));
  for (double u = 0.1; u < 1.0; u += 0.2)
    g_assert_cmpfloat (qs_prior_quantile (&again, u, 0.0), ==,
                       qs_prior_quantile (&prior, u, 0.0));
}

static void
test_nonsense_is_refused (void)
{
  static const char *const texts[] = {
    "",
    "uniform",
    "uniform:50",
    "uniform:100:50",
    "uniform:50:50",
    "uniform:0:100",
    "uniform:50:501",
    "uniform:50:100:20",
    "uniform:fifty:100",
    "uniform:50:100x",
    "uniform:50:",
    "uniform:nan:100",
    "uniform:50:inf",
    "Uniform:50:100",
    "normal:75",
    "normal:75:0",
    "normal:75:-3",
    "normal:75:501",
    "normal:0:10",
    "normal:75:12:50",
    "normal:75:12:100:50",
    "normal:75:12:-1:50",
    "normal:75:1:200:300",
    "normal:75:1e999",
    "lognormal:75:2.1",
    "lognormal:600:0.2",
    "lognormal:75:0.2:60:90:5",
    "data:75",
    "gamma:3:4",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    QsPrior            prior;

    g_assert_false (qs_prior_parse (texts[i], &prior, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  }
}

static void
assert_invalid (QsPrior prior)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (qs_prior_validate (&prior, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
}

static void
test_impossible_values_are_refused (void)
{
  static const double light[] = { 0.5, 60.0 }, heavy[] = { 60.0, 600.0 };
  QsPrior             prior = sample_prior (NAN);

  assert_invalid (prior);
  assert_invalid (sample_prior (1.5));
  assert_invalid ((QsPrior){ .kind = QS_PRIOR_SAMPLE, .jitter = 0.1 });
  prior = sample_prior (0.1);
  prior.n_values = 2;
  prior.values = light;
  assert_invalid (prior);
  prior.values = heavy;
  assert_invalid (prior);
  assert_invalid (qs_prior_uniform (NAN, 100.0));
  assert_invalid ((QsPrior){ QS_PRIOR_NORMAL, 75.0, NAN, 0.0, G_MAXDOUBLE });
  assert_invalid ((QsPrior){ QS_PRIOR_NORMAL, 75.0, 12.0, NAN, G_MAXDOUBLE });
  assert_invalid ((QsPrior){ .kind = (QsPriorKind) 17 });
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/prior/quantile-inverts-the-density",
                   test_quantile_inverts_the_density);
  g_test_add_func ("/domain/prior/quantile-stays-within-bounds",
                   test_quantile_stays_within_bounds);
  g_test_add_func ("/domain/prior/range-holds-the-prior", test_range_holds_the_prior);
  g_test_add_func ("/domain/prior/sample-follows-its-picture",
                   test_sample_follows_its_picture);
  g_test_add_func ("/domain/prior/bare-sample-keeps-its-values",
                   test_bare_sample_keeps_its_values);
  g_test_add_func ("/domain/prior/formatted-prior-reads-back",
                   test_formatted_prior_reads_back);
  g_test_add_func ("/domain/prior/open-end-reads-back", test_open_end_reads_back);
  g_test_add_func ("/domain/prior/nonsense-is-refused", test_nonsense_is_refused);
  g_test_add_func ("/domain/prior/impossible-values-are-refused",
                   test_impossible_values_are_refused);
  return g_test_run ();
}
