/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"

#include <math.h>
#include <stdlib.h>

json_t *
qs_json_number (double value)
{
  return isfinite (value) ? json_real (value) : json_null ();
}

/**
 * qs_json_text:
 *
 * Returns: @text as a string; bytes that are not UTF-8, which a cell of a data file may
 * hold, become replacement characters; null for %NULL
 */
json_t *
qs_json_text (const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : NULL;

  return valid != NULL ? json_string (valid) : json_null ();
}

/* As text, because readers of JSON round integers beyond 2^53. */
json_t *
qs_json_seed (guint64 seed)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);

  return json_string (text);
}

/**
 * qs_json_dump:
 * @root: (transfer full): what to write
 *
 * Returns: (transfer full): @root with sorted keys and 15 digits, so that 0.9 reads 0.9
 */
char *
qs_json_dump (json_t *root)
{
  char *raw =
      json_dumps (root, JSON_SORT_KEYS | JSON_INDENT (2) | JSON_REAL_PRECISION (15));
  char *text = g_strconcat (raw, "\n", NULL);

  free (raw);
  json_decref (root);
  return text;
}
