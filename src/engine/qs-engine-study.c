/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop.h"

#include "pkpd/qs-study.h"

/**
 * qs_simulate_study:
 * @truth: a name such as "default" or "levels-off", or the path of a YAML file
 * @seed: of all random numbers
 * @path: of the study to write, DATA.csv; DATA.truth.json is written beside it
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_IO, %QS_ERROR_DATA or %QS_ERROR_CANCELLED
 */
gboolean
qs_simulate_study (const char *truth,
                   guint64     seed,
                   const char *path,
                   QsRun      *run,
                   GError    **error)
{
  return qs_study_simulate (truth, seed, path, run, error);
}

/* Where qs_simulate_study() writes the truth of the study @path. */
char *
qs_simulated_truth_path (const char *path)
{
  return qs_study_truth_path (path);
}
