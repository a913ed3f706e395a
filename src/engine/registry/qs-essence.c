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

/* As few digits as give the number back. */
static char *
show_real (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    g_ascii_dtostr (text, sizeof text, value);
  return g_strdup (text);
}

static char *
show (const json_t *value)
{
  if (json_is_real (value))
    return show_real (json_real_value (value));

  char *text = json_dumps (value, JSON_ENCODE_ANY | JSON_COMPACT);
  char *shown;

  shown = text == NULL         ? g_strdup ("nothing")
          : strlen (text) > 80 ? g_strdup_printf ("%.77s...", text)
                               : g_strdup (text);
  free (text);
  return shown;
}

typedef struct {
  QsEssenceFunc func;
  gpointer      data;
  guint         n; /* differences so far */
  guint         n_max;
} Walk;

static void
tell (Walk *self, const char *where, const char *was, const char *is)
{
  if (self->n++ < self->n_max)
    self->func (where, was, is, self->data);
}

/* What tells an element of a list from the others, where it says so itself. */
static char *
element_name (const json_t *element, gsize number)
{
  static const char *const names[] = { "name",   "scenario", "regimen",
                                       "target", "method",   "metric" };
  GString                 *text = g_string_new ("[");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    const json_t *value = json_object_get (element, names[i]);

    if (json_is_string (value))
      g_string_append_printf (text, "%s%s", text->len > 1 ? " " : "",
                              json_string_value (value));
    else if (json_is_number (value))
      g_string_append_printf (text, "%s%g", text->len > 1 ? " " : "",
                              json_number_value (value));
  }
  if (text->len == 1)
    g_string_append_printf (text, "%" G_GSIZE_FORMAT, number);
  g_string_append_c (text, ']');

  return g_string_free (text, FALSE);
}

static void compare_json (const json_t *a, const json_t *b, GString *path, Walk *walk);

static void
compare_members (const json_t *a, const json_t *b, GString *path, Walk *walk)
{
  const gsize length = path->len;
  const char *key;
  json_t     *child;

  json_object_foreach ((json_t *) a, key, child)
  {
    g_string_append_printf (path, "%s%s", length > 0 ? "." : "", key);
    compare_json (child, json_object_get (b, key), path, walk);
    g_string_truncate (path, length);
  }
  json_object_foreach ((json_t *) b, key, child)
  {
    if (json_object_get (a, key) != NULL)
      continue;
    g_string_append_printf (path, "%s%s", length > 0 ? "." : "", key);
    compare_json (NULL, child, path, walk);
    g_string_truncate (path, length);
  }
}

static void
compare_elements (const json_t *a, const json_t *b, GString *path, Walk *walk)
{
  const gsize length = path->len;

  for (gsize i = 0; i < MAX (json_array_size (a), json_array_size (b)); i++) {
    const json_t    *then = json_array_get (a, i), *now = json_array_get (b, i);
    g_autofree char *name = element_name (then != NULL ? then : now, i);

    g_string_append (path, name);
    compare_json (then, now, path, walk);
    g_string_truncate (path, length);
  }
}

/* Where two trees differ; @path is where they are. */
static void
compare_json (const json_t *a, const json_t *b, GString *path, Walk *walk)
{
  if (json_equal (a, b))
    return;

  if (json_is_object (a) && json_is_object (b)) {
    compare_members (a, b, path, walk);
  } else if (json_is_array (a) && json_is_array (b)) {
    compare_elements (a, b, path, walk);
  } else {
    g_autofree char *was = show (a), *is = show (b);

    tell (walk, path->len > 0 ? path->str : "(all)", was, is);
  }
}

/* Returns: %FALSE if one of them is no JSON */
static gboolean
walk_json (const char *a, gsize n_a, const char *b, gsize n_b, Walk *walk)
{
  json_t             *then = load_stripped (a, n_a), *now = load_stripped (b, n_b);
  const gboolean      good = then != NULL && now != NULL;
  g_autoptr (GString) path = g_string_new (NULL);

  if (good)
    compare_json (then, now, path, walk);
  json_decref (then);
  json_decref (now);

  return good;
}

static void
walk_text (const char *then, const char *now, Walk *walk)
{
  g_auto (GStrv) a = g_strsplit (then, "\n", -1), b = g_strsplit (now, "\n", -1);
  const guint    n_a = g_strv_length (a), n_b = g_strv_length (b);

  for (guint i = 0; i < MAX (n_a, n_b); i++) {
    g_autofree char *where = g_strdup_printf ("line %u", i + 1);
    g_autofree char *was = g_strdup_printf ("%.80s", i < n_a ? a[i] : "the end");
    g_autofree char *is = g_strdup_printf ("%.80s", i < n_b ? b[i] : "the end");

    if (i >= n_a || i >= n_b || strcmp (a[i], b[i]) != 0)
      tell (walk, where, was, is);
    if (i >= n_a || i >= n_b)
      return;
  }
}

static void
walk_bytes (const char *a, gsize n_a, const char *b, gsize n_b, Walk *walk)
{
  g_autofree char *was = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", n_a);
  g_autofree char *is = g_strdup_printf ("%" G_GSIZE_FORMAT " bytes", n_b);
  g_autofree char *where = NULL;
  gsize            i = 0;

  while (i < n_a && i < n_b && a[i] == b[i])
    i++;
  if (i == n_a && i == n_b)
    return;

  where = g_strdup_printf ("from byte %" G_GSIZE_FORMAT, i);
  tell (walk, where, was, is);
}

/**
 * qs_essence_compare:
 * @name: as in qs_essence_sha256()
 * @n_max: @func hears of so many differences at most
 * @func: (scope call): a value of JSON, a line of text, or the first byte of anything
 *   else
 *
 * Returns: how many differences there are, times and paths apart
 */
guint
qs_essence_compare (const char   *name,
                    const char   *a,
                    gsize         n_a,
                    const char   *b,
                    gsize         n_b,
                    guint         n_max,
                    QsEssenceFunc func,
                    gpointer      data)
{
  Walk             walk = { .func = func, .data = data, .n_max = n_max };
  g_autofree char *then = essence (name, a, n_a), *now = essence (name, b, n_b);

  if (then == NULL || now == NULL)
    walk_bytes (a, n_a, b, n_b, &walk);
  else if (strcmp (then, now) != 0 &&
           (!g_str_has_suffix (name, ".json") || !walk_json (a, n_a, b, n_b, &walk)))
    walk_text (then, now, &walk);

  return walk.n;
}

static void
take_first_cb (const char *where, const char *was, const char *is, gpointer data)
{
  *(char **) data = g_strdup_printf ("%s: %s then, %s now", where, was, is);
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
  char *first = NULL;

  qs_essence_compare (name, a, n_a, b, n_b, 1, take_first_cb, &first);
  return first;
}
