/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"

#include "core/qs-error.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Nothing that is written here is nested more deeply. */
#define DEPTH_MAX 20

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

/* Whether the text is small enough to be parsed: counted outside of strings. */
static gboolean
is_modest (const char *text, gsize n_bytes, gsize n_values_max)
{
  gsize    n_values = 0;
  guint    depth = 0;
  gboolean quoted = FALSE;

  for (gsize i = 0; i < n_bytes; i++) {
    const char c = text[i];

    if (quoted) {
      i += c == '\\';
      quoted = c != '"';
      continue;
    }

    quoted = c == '"';
    n_values += c == ',' || c == '[' || c == '{';
    if (c == '[' || c == '{')
      depth++;
    else if ((c == ']' || c == '}') && depth > 0)
      depth--;
    if (depth > DEPTH_MAX || n_values > n_values_max)
      return FALSE;
  }

  return TRUE;
}

/**
 * qs_json_parse:
 * @text: the bytes of a file, nothing of which is believed
 * @n_values_max: that are worth a tree
 * @error: return location for %QS_ERROR_MODEL
 *
 * Returns: (transfer full): the value, or %NULL
 */
json_t *
qs_json_parse (const char *text, gsize n_bytes, gsize n_values_max, GError **error)
{
  json_error_t where;
  json_t      *root;

  if (!is_modest (text, n_bytes, n_values_max)) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_MODEL,
                         "It is too large or too deeply nested");
    return NULL;
  }

  root = json_loadb (text, n_bytes, JSON_REJECT_DUPLICATES, &where);
  if (root == NULL)
    g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
                 "It is not complete, strict JSON: line %d, column %d", where.line,
                 where.column);
  return root;
}

gboolean
qs_json_is_sha256 (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}
