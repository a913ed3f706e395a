/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds arbitrary bytes to the reader of models: what it accepts has a finite answer or
 * none, and is written as the same again. Searches and replays as fuzz-intake.c does. */

#include "fuzz.h"
#include "registry/qs-model-codec.h"

static char *
dump (json_t *value)
{
  char *dumped = json_dumps (value, JSON_SORT_KEYS | JSON_COMPACT);
  char *text = g_strdup (dumped);

  free (dumped);
  json_decref (value);
  return text;
}

static void
check_model (const char *text, size_t size)
{
  g_autoptr (GError)  error = NULL;
  g_autoptr (QsModel) model = qs_model_decode (text, size, "fuzz.json", &error);
  g_autoptr (QsModel) again = NULL;
  g_autofree char    *written = NULL, *same = NULL;

  MUST ((model == NULL) == (error != NULL));
  if (model == NULL) {
    MUST (g_utf8_validate (error->message, -1, NULL));
    return;
  }

  written = qs_model_encode (model);
  again = qs_model_decode (written, strlen (written), "fuzz.json", &error);
  MUST (again != NULL);
  same = qs_model_encode (again);
  MUST (g_str_equal (same, written));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const without[] = { "elapsed_s", "version", NULL };
  g_autofree char         *sealed = fuzz_seal (data, size, "sha256", without, dump);

  check_model ((const char *) data, size);
  check_model (sealed, strlen (sealed));
  return 0;
}
