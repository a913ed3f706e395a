/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds arbitrary bytes to the reader of projects: what it accepts it writes as the same
 * again. Searches and replays as fuzz-intake.c does. */

#include "registry/qs-project.h"

#include <stdint.h>
#include <string.h>

#define MUST(condition)                           \
  do {                                            \
    if (!(condition))                             \
      g_error ("broken promise: %s", #condition); \
  } while (0)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsProject) project =
      qs_project_decode ((const char *) data, size, "fuzz.qusop", NULL, NULL, &error);
  g_autoptr (QsProject) again = NULL;
  g_autofree char      *text = NULL, *same = NULL;

  MUST ((project == NULL) == (error != NULL));
  if (project == NULL) {
    MUST (g_utf8_validate (error->message, -1, NULL));
    return 0;
  }

  text = qs_project_encode (project, NULL, NULL, &error);
  MUST (text != NULL);
  again = qs_project_decode (text, strlen (text), "fuzz.qusop", NULL, NULL, &error);
  MUST (again != NULL);
  same = qs_project_encode (again, NULL, NULL, &error);
  MUST (g_str_equal (same, text));
  return 0;
}
