/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "decision/qs-search.h"

#include <math.h>

#define N_TABLES 1000
#define N_JOINT 20
#define N_DOSES 80

/* A table that never falls, steep or flat. */
static void
rising_table (guint32 item, double p[N_DOSES])
{
  const QsRngKey key = { .seed = 21, .stream = QS_RNG_TEST };
  const double   power = pow (8.0, 2.0 * qs_rng_uniform (&key, item, 0) - 1.0);

  for (guint i = 0; i < N_DOSES; i++)
    p[i] = pow (qs_rng_uniform (&key, item, i + 1), power);
  qs_sort (p, N_DOSES);
}

static QsLandscape *
landscape_of (guint32 item, guint n_axes, GError **error)
{
  double             p[2][N_DOSES];
  const QsSearchAxis axes[2] = { { N_DOSES, 0.5, 7.0, p[0] },
                                 { N_DOSES, 5.0, 1.0, p[1] } };

  rising_table (2 * item, p[0]);
  rising_table (2 * item + 1, p[1]);
  return qs_landscape_new (axes, n_axes, item % 2 == 0 ? 0.9 : 0.75, error);
}

typedef struct {
  double found, looked, seconds, share;
} Means;

static gboolean
measure (QsBench *self,
         guint    n_axes,
         guint    n,
         gboolean qaoa,
         Means   *means,
         GError **error)
{
  const QsSearchOptions options = qs_search_options_default ();

  *means = (Means){ 0 };
  for (guint32 item = 0; item < n; item++) {
    g_autoptr (QsLandscape) landscape = landscape_of (item, n_axes, error);
    QsSearchFound           found;

    if (landscape == NULL || !(qaoa ? qs_search_qaoa : qs_search_anneal) (
                                 landscape, &options, self->run, &found, error))
      return FALSE;
    means->found += (found.code == landscape->best) / (double) n;
    means->looked += (double) found.n_looked / n;
    means->seconds += found.elapsed_s / n;
    means->share += found.share / n;
  }

  return TRUE;
}

/* How often annealing and QAOA find what the scan finds, and at what price. */
gboolean
qs_bench_search (QsBench *self, const QsBenchListener *listener, GError **error)
{
  for (guint k = 0; k < 4; k++) {
    const gboolean   qaoa = k % 2 == 1;
    const guint      n_axes = 1 + k / 2, n = n_axes == 1 ? N_TABLES : N_JOINT;
    g_autofree char *name = g_strdup_printf ("%s%s", n_axes == 1 ? "" : "joint-",
                                             qaoa ? "qaoa" : "annealing");
    g_autofree char *context = NULL;
    Means            means;

    if (!measure (self, n_axes, n, qaoa, &means, error))
      return FALSE;
    context = g_strdup_printf (
        "of random rising tables of %u doses%s, found what the scan of %u doses finds; "
        "%.0f costs looked at, %.4f s each%s",
        N_DOSES, n_axes == 1 ? "" : ", two at once", n_axes * N_DOSES, means.looked,
        means.seconds, qaoa ? ", 100 shots" : "");
    qs_bench_report_value (listener, name, means.found, "fraction", FALSE, n, 1, context);
    if (qaoa)
      qs_bench_report_value (listener, n_axes == 1 ? "qaoa-shot" : "joint-qaoa-shot",
                             means.share, "fraction", FALSE, n, 1,
                             "mean probability that one shot is the answer");
  }

  return TRUE;
}
