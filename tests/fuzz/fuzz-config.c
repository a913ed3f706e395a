/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds arbitrary bytes to the readers of YAML: settings, which are written as the same
 * again, and truths of simulated studies. Searches and replays as fuzz-intake.c does. */

#include "fuzz.h"
#include "pkpd/qs-truth.h"
#include "registry/qs-config.h"

static void
check_config (const char *text, size_t size)
{
  g_autoptr (GError)   error = NULL;
  g_autoptr (QsConfig) config = qs_config_parse ("fuzz.yaml", text, size, &error);
  g_autoptr (QsConfig) again = NULL;
  g_autofree char     *written = NULL, *same = NULL;

  MUST ((config == NULL) == (error != NULL));
  if (config == NULL) {
    MUST (g_utf8_validate (error->message, -1, NULL));
    return;
  }

  written = qs_config_format (config);
  again = qs_config_parse ("fuzz.yaml", written, strlen (written), &error);
  MUST (again != NULL);
  same = qs_config_format (again);
  MUST (g_str_equal (same, written));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) yaml = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  QsTruth            truth;

  check_config ((const char *) data, size);
  MUST (qs_truth_parse ("fuzz.yaml", yaml, &truth, &error) == (error == NULL));
  return 0;
}
