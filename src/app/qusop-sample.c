/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-sample.h"

/**
 * qusop_sample_path:
 *
 * Looks for the bundled study where it is installed, then where it was built.
 *
 * Returns: (transfer full) (nullable): its path
 */
char *
qusop_sample_path (void)
{
  static const char *const folders[] = { QUSOP_DATADIR "/sample", QUSOP_SOURCE_SAMPLE,
                                         QUSOP_BUILD_SAMPLE };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autoptr (GDir) dir = g_dir_open (folders[i], 0, NULL);
    const char      *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      if (g_str_has_suffix (name, ".csv"))
        return g_build_filename (folders[i], name, NULL);
    }
  }

  return NULL;
}
