/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-essence.h"

#include <jansson.h>
#include <string.h>

/* What may differ between two runs of the same: when, how long, and where. */
static const char *const volatile_names[] = {
  "elapsed_s", "cpu_s", "tabulation_s", "created",         "started",
  "finished",  "path",  "folder",       "manifest_sha256", NULL,
};

static gboolean
is_volatile (const char *name)
{
  return g_strv_contains (volatile_names, name);
}

static void
strip (json_t *value)
{
  const char *key;
  json_t     *child;
  void       *next;
  size_t      i;

  json_object_foreach_safe (value, next, key, child)
  {
    if (is_volatile (key))
      json_object_del (value, key);
    else
      strip (child);
  }
  json_array_foreach (value, i, child) strip (child);
}

/* A manifest repeats the checksums of the files beside it, which are judged themselves.
 */
static void
strip_manifest (json_t *root)
{
  const char *schema = json_string_value (json_object_get (root, "schema"));

  if (schema != NULL && g_str_has_prefix (schema, "qusop-manifest/"))
    json_object_del (root, "files");
}

static json_t *
load_stripped (const char *bytes, gsize n_bytes)
{
  json_t *root = json_loadb (bytes, n_bytes, JSON_REJECT_DUPLICATES, NULL);

  if (root != NULL) {
    strip_manifest (root);
    strip (root);
  }
  return root;
}

static char *
essence_of_json (const char *bytes, gsize n_bytes)
{
  json_t *root = load_stripped (bytes, n_bytes);
  char   *dumped, *text;

  if (root == NULL)
    return NULL;

  dumped = json_dumps (root, JSON_SORT_KEYS | JSON_COMPACT | JSON_REAL_PRECISION (17));
  text = g_strdup (dumped);
  free (dumped);
  json_decref (root);
  return text;
}

/* The end of a CSV field: quotes shield commas and line ends. */
static const char *
field_end (const char *at, const char *end)
{
  gboolean quoted = FALSE;

  for (; at < end && (quoted || (*at != ',' && *at != '\n')); at++)
    quoted ^= *at == '"';
  return at;
}

/* Leaves out the columns whose title is volatile. */
static char *
essence_of_csv (const char *bytes, gsize n_bytes)
{
  const char         *end = bytes + n_bytes;
  g_autoptr (GString) kept = g_string_sized_new (n_bytes);
  g_autoptr (GArray)  dropped = g_array_new (FALSE, TRUE, sizeof (gboolean));
  gboolean            first = TRUE;
  guint               column = 0;

  for (const char *at = bytes; at < end; at++) {
    const char *stop = field_end (at, end);

    if (first) {
      g_autofree char *title = g_strndup (at, (gsize) (stop - at));
      const gboolean   drop = is_volatile (title);

      g_array_append_val (dropped, drop);
    }
    if (column >= dropped->len || !g_array_index (dropped, gboolean, column))
      g_string_append_len (kept, at, stop - at + (stop < end));
    else if (stop < end && *stop == '\n')
      g_string_append_c (kept, '\n');

    column = stop < end && *stop == '\n' ? 0 : column + 1;
    first = first && column > 0;
    at = stop;
  }

  return g_strndup (kept->str, kept->len);
}

/* Seconds, as everything printed writes them: a number, a space, "s". */
static char *
essence_of_print (const char *bytes, gsize n_bytes)
{
  g_autoptr (GRegex) seconds =
      g_regex_new ("[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)? s\\b", G_REGEX_RAW, 0, NULL);

  return g_regex_replace_literal (seconds, bytes, (gssize) n_bytes, 0, "# s", 0, NULL);
}

/* Returns: (nullable): %NULL where every byte counts */
static char *
essence (const char *name, const char *bytes, gsize n_bytes)
{
  if (memchr (bytes, '\0', n_bytes) != NULL)
    return NULL;
  if (g_str_has_suffix (name, ".json"))
    return essence_of_json (bytes, n_bytes);
  if (g_str_has_suffix (name, ".csv"))
    return essence_of_csv (bytes, n_bytes);
  if (strcmp (name, "-") == 0)
    return essence_of_print (bytes, n_bytes);
  return NULL;
}

/**
 * qs_essence_sha256:
 * @name: of the file; its ending tells how to read it, "-" is printed text
 *
 * The checksum of all but times and paths: keys of JSON and columns of CSV that say when,
 * how long or where, and seconds in what was printed. Of every other file all bytes.
 */
char *
qs_essence_sha256 (const char *name, const char *bytes, gsize n_bytes)
{
  g_autofree char *text = essence (name, bytes, n_bytes);

  return text != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1)
                      : g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                                     (const guchar *) bytes, n_bytes);
}

static char *
show (const json_t *value)
{
  char *text = json_dumps (value, JSON_ENCODE_ANY | JSON_COMPACT);
  char *shown;

  shown = text == NULL         ? g_strdup ("nothing")
          : strlen (text) > 80 ? g_strdup_printf ("%.77s...", text)
                               : g_strdup (text);
  free (text);
  return shown;
}

/* The path of the first value in which two trees differ goes to @path. */
static gboolean
differ (const json_t *a, const json_t *b, GString *path)
{
  const gsize length = path->len;

  if (json_is_object (a) && json_is_object (b)) {
    const char *key;
    json_t     *child;

    json_object_foreach ((json_t *) a, key, child)
    {
      g_string_append_printf (path, "%s%s", length > 0 ? "." : "", key);
      if (differ (child, json_object_get (b, key), path))
        return TRUE;
      g_string_truncate (path, length);
    }
    if (json_object_size (a) == json_object_size (b))
      return FALSE;
  } else if (json_is_array (a) && json_array_size (a) == json_array_size (b)) {
    for (size_t i = 0; i < json_array_size (a); i++) {
      g_string_append_printf (path, "[%zu]", i);
      if (differ (json_array_get (a, i), json_array_get (b, i), path))
        return TRUE;
      g_string_truncate (path, length);
    }
    return FALSE;
  }
  if (json_equal (a, b))
    return FALSE;

  g_autofree char *was = show (a), *is = show (b);

  g_string_append_printf (path, "%s: %s then, %s now", length > 0 ? "" : "(all)", was,
                          is);
  return TRUE;
}

static char *
difference_of_json (const char *a, gsize n_a, const char *b, gsize n_b)
{
  json_t             *then = load_stripped (a, n_a), *now = load_stripped (b, n_b);
  g_autoptr (GString) where = g_string_new (NULL);

  if (then == NULL || now == NULL || !differ (then, now, where))
    g_string_assign (where, "not the same JSON");
  json_decref (then);
  json_decref (now);

  return g_strdup (where->str);
}

static char *
difference_of_text (const char *then, const char *now)
{
  g_auto (GStrv) a = g_strsplit (then, "\n", -1), b = g_strsplit (now, "\n", -1);
  guint          i = 0;

  while (a[i] != NULL && b[i] != NULL && strcmp (a[i], b[i]) == 0)
    i++;

  return g_strdup_printf ("line %u: %.80s then, %.80s now", i + 1,
                          a[i] != NULL ? a[i] : "the end",
                          b[i] != NULL ? b[i] : "the end");
}

/**
 * qs_essence_difference:
 * @name: as in qs_essence_sha256()
 *
 * Returns: (transfer full) (nullable): the first place where two files that should be the
 *   same are not; %NULL where they are
 */
char *
qs_essence_difference (const char *name,
                       const char *a,
                       gsize       n_a,
                       const char *b,
                       gsize       n_b)
{
  g_autofree char *then = essence (name, a, n_a), *now = essence (name, b, n_b);
  gsize            i = 0;

  if (then != NULL && now != NULL) {
    if (strcmp (then, now) == 0)
      return NULL;
    return g_str_has_suffix (name, ".json") ? difference_of_json (a, n_a, b, n_b)
                                            : difference_of_text (then, now);
  }

  while (i < n_a && i < n_b && a[i] == b[i])
    i++;
  return i == n_a && i == n_b
             ? NULL
             : g_strdup_printf ("byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT
                                " then, %" G_GSIZE_FORMAT " now",
                                i, n_a, n_b);
}
