/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-lanes.h"

#include "pkpd/qs-pkpd-lanes-path.h"

#include <math.h>

/* The longest first step of the mesh, h: with it biomarkers are within 1e-4 (tested). */
static const double first_step_h = 0.1;

typedef struct {
  const char     *name;
  QsPkpdLanesFunc run;
  QsPkpdDecayFunc decay;
} Path;

/**
 * qs_pkpd_lanes_path_supported:
 *
 * Returns: whether @path was built and this processor has its instructions
 */
gboolean
qs_pkpd_lanes_path_supported (QsPkpdLanesPath path)
{
  switch (path) {
  case QS_PKPD_LANES_AUTO:
  case QS_PKPD_LANES_PLAIN:
    return TRUE;
#ifdef __x86_64__
  case QS_PKPD_LANES_AVX2:
    return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
  case QS_PKPD_LANES_AVX512:
    return __builtin_cpu_supports ("avx512f");
#endif
  default:
    return FALSE;
  }
}

static Path
path_choose (QsPkpdLanesPath wanted)
{
#ifdef __x86_64__
  const gboolean automatic = wanted == QS_PKPD_LANES_AUTO;

  if (wanted == QS_PKPD_LANES_AVX512 ||
      (automatic && qs_pkpd_lanes_path_supported (QS_PKPD_LANES_AVX512)))
    return (Path){ "avx512", qs_pkpd_lanes_run_avx512, qs_pkpd_lanes_decay_avx512 };

  if (wanted == QS_PKPD_LANES_AVX2 ||
      (automatic && qs_pkpd_lanes_path_supported (QS_PKPD_LANES_AVX2)))
    return (Path){ "avx2", qs_pkpd_lanes_run_avx2, qs_pkpd_lanes_decay_avx2 };
#endif

  return (Path){ "plain", qs_pkpd_lanes_run_plain, qs_pkpd_lanes_decay_plain };
}

const char *
qs_pkpd_lanes_path_name (QsPkpdLanesPath path)
{
  return path_choose (path).name;
}

/**
 * qs_pkpd_lanes_run:
 * @path: a supported path; all give the same bits
 *
 * The mesh of the interval has levels of four steps each, every level twice as long as
 * the one before, so that the exponentials of a level are squares of the last.
 */
void
qs_pkpd_lanes_run (const QsPkpdLanes *self, QsPkpdLanesPath path)
{
  const double per_level = QS_PKPD_LANES_STEPS_PER_LEVEL;
  guint        n_levels = 1;
  double       n_first; /* first steps that the interval holds */

  g_return_if_fail (qs_pkpd_lanes_path_supported (path));

  while (n_levels < QS_PKPD_LANES_MAX_LEVELS &&
         per_level * (exp2 (n_levels) - 1.0) * first_step_h < self->interval_h)
    n_levels++;
  n_first = per_level * (exp2 (n_levels) - 1.0);

  path_choose (path).run (self, n_levels, 0.5 * self->interval_h / n_first);
}

/**
 * qs_pkpd_lanes_decay:
 * @values: (array length=n): exponents a of at least 0, replaced by exp (−a), which stays
 *   above 1e-150
 * @n: a multiple of %QS_PKPD_LANES_BLOCK
 * @path: a supported path; all give the same bits
 */
void
qs_pkpd_lanes_decay (double *values, gsize n, QsPkpdLanesPath path)
{
  g_return_if_fail (n % QS_PKPD_LANES_BLOCK == 0);

  path_choose (path).decay (values, n);
}
