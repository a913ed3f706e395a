/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-proportion.h"

#include "core/qs-stats.h"

#include <math.h>

static void
test_agrees_with_clopper_and_pearson (void)
{
  static const guint64 n_trials[] = { 1, 40, 480, 4800, 480000 };

  for (gsize k = 0; k < G_N_ELEMENTS (n_trials); k++) {
    const guint64            n = n_trials[k];
    g_autoptr (QsProportion) intervals = qs_proportion_new (n, 0.95);
    const guint64            stride = MAX (1, n / 211);

    for (guint64 i = 0; i <= n; i = i == n ? n + 1 : MIN (i + stride, n)) {
      double lower, upper, exact_lower, exact_upper, width;

      qs_proportion_interval (intervals, i, &lower, &upper);
      qs_clopper_pearson ((double) i, (double) n, 0.95, &exact_lower, &exact_upper);
      width = exact_upper - exact_lower;

      g_assert_cmpfloat_with_epsilon (lower, exact_lower, 0.01 * width);
      g_assert_cmpfloat_with_epsilon (upper, exact_upper, 0.01 * width);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/population/proportion/agrees-with-clopper-and-pearson",
                   test_agrees_with_clopper_and_pearson);
  return g_test_run ();
}
