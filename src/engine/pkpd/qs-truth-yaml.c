/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-truth.h"

#include "core/qs-error.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>
#include <yaml.h>

#define MAX_BYTES (1024 * 1024)

/* The schema is flat: one mapping of numbers, and one list. Whatever nests deeper breaks
 * the type of its key, so no document is ever followed down. */
typedef struct {
  yaml_parser_t parser;
  const char   *name; /* borrowed */
  guint64       seen;
} Reader;

static gboolean fail_at (const Reader *self,
                         yaml_mark_t   mark,
                         GError      **error,
                         const char   *format,
                         ...) G_GNUC_PRINTF (4, 5);

static gboolean
fail_at (const Reader *self, yaml_mark_t mark, GError **error, const char *format, ...)
{
  g_autofree char *raw = NULL, *message = NULL;
  va_list          args;

  va_start (args, format);
  raw = g_strdup_vprintf (format, args);
  va_end (args);
  /* A long key is cut at a byte, which may lie within a character. */
  message = g_utf8_make_valid (raw, -1);

  g_set_error (error, QS_ERROR, QS_ERROR_DATA,
               "%s, line %" G_GSIZE_FORMAT ", column %" G_GSIZE_FORMAT ": %s", self->name,
               mark.line + 1, mark.column + 1, message);
  return FALSE;
}

static gboolean
next (Reader *self, yaml_event_t *event, GError **error)
{
  if (yaml_parser_parse (&self->parser, event))
    return TRUE;

  return fail_at (self, self->parser.problem_mark, error, "not YAML: %s",
                  self->parser.problem != NULL ? self->parser.problem : "unreadable");
}

static gboolean
expect (Reader *self, yaml_event_type_t type, const char *what, GError **error)
{
  yaml_event_t event;
  gboolean     found;

  if (!next (self, &event, error))
    return FALSE;

  found = event.type == type;
  if (!found)
    fail_at (self, event.start_mark, error, "%s is expected here", what);
  yaml_event_delete (&event);

  return found;
}

/* Plain scalars alone are numbers: "3" in quotes is text, and !tags are foreign. */
static gboolean
event_number (const Reader       *self,
              const yaml_event_t *event,
              const char         *key,
              double              low,
              double              high,
              double             *value,
              GError            **error)
{
  const char *text;
  char       *end = NULL;

  if (event->type != YAML_SCALAR_EVENT || !event->data.scalar.plain_implicit)
    return fail_at (self, event->start_mark, error, "%s must be a plain number", key);

  text = (const char *) event->data.scalar.value;
  *value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0')
    return fail_at (self, event->start_mark, error, "%s is \"%.40s\", must be a number",
                    key, text);
  if (!(*value >= low && *value <= high))
    return fail_at (self, event->start_mark, error, "%s is %g, must lie in [%g, %g]", key,
                    *value, low, high);

  return TRUE;
}

static gboolean
read_number (Reader     *self,
             const char *key,
             double      low,
             double      high,
             double     *value,
             GError    **error)
{
  yaml_event_t event;
  gboolean     read;

  if (!next (self, &event, error))
    return FALSE;

  read = event_number (self, &event, key, low, high, value, error);
  yaml_event_delete (&event);

  return read;
}

/* One arm; @done at the end of the list. */
static gboolean
read_arm (Reader *self, QsTruth *truth, gboolean *done, GError **error)
{
  yaml_event_t event;
  double       dose_mg = 0.0;
  gboolean     read = TRUE;

  if (!next (self, &event, error))
    return FALSE;

  *done = event.type == YAML_SEQUENCE_END_EVENT;
  if (*done && truth->n_arms == 0)
    read = fail_at (self, event.start_mark, error, "doses_mg needs at least one arm");
  else if (!*done && truth->n_arms == QS_TRUTH_MAX_ARMS)
    read = fail_at (self, event.start_mark, error, "doses_mg has more than %d arms",
                    QS_TRUTH_MAX_ARMS);
  else if (!*done)
    read = event_number (self, &event, "a dose (mg)", 0.0, 1e6, &dose_mg, error);

  if (read && !*done) {
    const guint n = truth->n_arms;

    if (n > 0 && !(dose_mg > truth->doses_mg[n - 1]))
      read = fail_at (self, event.start_mark, error,
                      "Doses must increase, but %g mg "
                      "follows %g mg",
                      dose_mg, truth->doses_mg[n - 1]);
    else
      truth->doses_mg[truth->n_arms++] = dose_mg;
  }

  yaml_event_delete (&event);
  return read;
}

static gboolean
read_arms (Reader *self, QsTruth *truth, GError **error)
{
  gboolean done = FALSE;

  if (!expect (self, YAML_SEQUENCE_START_EVENT, "a list of doses in mg", error))
    return FALSE;

  truth->n_arms = 0;
  memset (truth->doses_mg, 0, sizeof truth->doses_mg);
  while (!done)
    if (!read_arm (self, truth, &done, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_n_per_arm (Reader *self, yaml_mark_t mark, QsTruth *truth, GError **error)
{
  double value;

  if (!read_number (self, "n_per_arm", 1.0, 10000.0, &value, error))
    return FALSE;
  if (value != floor (value))
    return fail_at (self, mark, error, "n_per_arm is %g, must be a whole number", value);

  truth->n_per_arm = (guint) value;
  return TRUE;
}

static gboolean
fail_unknown (const Reader *self, yaml_mark_t mark, const char *key, GError **error)
{
  gsize               n_fields;
  const QsTruthField *fields = qs_truth_fields (&n_fields);
  g_autoptr (GString) allowed = g_string_new ("doses_mg, n_per_arm");

  for (gsize i = 0; i < n_fields; i++)
    g_string_append_printf (allowed, ", %s", fields[i].name);

  return fail_at (self, mark, error, "there is no key \"%.40s\"; the keys are %s", key,
                  allowed->str);
}

/* The keys are the numbers of a truth, then the two of the design. */
static gboolean
read_value (Reader     *self,
            const char *key,
            yaml_mark_t mark,
            QsTruth    *truth,
            GError    **error)
{
  gsize               n_fields, i = 0;
  const QsTruthField *fields = qs_truth_fields (&n_fields);

  while (i < n_fields && strcmp (key, fields[i].name) != 0)
    i++;
  if (i == n_fields && strcmp (key, "doses_mg") != 0)
    i++;
  if (i == n_fields + 1 && strcmp (key, "n_per_arm") != 0)
    return fail_unknown (self, mark, key, error);

  if (self->seen & (G_GUINT64_CONSTANT (1) << i))
    return fail_at (self, mark, error, "%s is given twice", key);
  self->seen |= G_GUINT64_CONSTANT (1) << i;

  if (i == n_fields)
    return read_arms (self, truth, error);
  if (i == n_fields + 1)
    return read_n_per_arm (self, mark, truth, error);

  return read_number (self, key, fields[i].low, fields[i].high,
                      G_STRUCT_MEMBER_P (truth, fields[i].offset), error);
}

/* One key and its value; @done at the end of the mapping. */
static gboolean
read_entry (Reader *self, QsTruth *truth, gboolean *done, GError **error)
{
  yaml_event_t event;
  gboolean     read = TRUE;

  if (!next (self, &event, error))
    return FALSE;

  *done = event.type == YAML_MAPPING_END_EVENT;
  if (!*done && event.type != YAML_SCALAR_EVENT)
    read = fail_at (self, event.start_mark, error, "a key is expected here");
  else if (!*done)
    read = read_value (self, (const char *) event.data.scalar.value, event.start_mark,
                       truth, error);

  yaml_event_delete (&event);
  return read;
}

static gboolean
read_document (Reader *self, QsTruth *truth, GError **error)
{
  gboolean done = FALSE;

  if (!expect (self, YAML_STREAM_START_EVENT, "a document", error) ||
      !expect (self, YAML_DOCUMENT_START_EVENT, "a document", error) ||
      !expect (self, YAML_MAPPING_START_EVENT, "a mapping such as \"CL: 0.05\"", error))
    return FALSE;

  while (!done)
    if (!read_entry (self, truth, &done, error))
      return FALSE;

  return expect (self, YAML_DOCUMENT_END_EVENT, "the end of the document", error) &&
         expect (self, YAML_STREAM_END_EVENT, "the end of the file", error);
}

/**
 * qs_truth_parse:
 * @name: of the file, for messages
 * @yaml: its content
 * @truth: (out caller-allocates): the truth
 * @error: return location for %QS_ERROR_DATA
 *
 * Reads a flat mapping. Keys that are not given keep the default's value; unknown and
 * repeated keys, nesting, and files above 1 MiB are refused, with line and column.
 */
gboolean
qs_truth_parse (const char *name, GBytes *yaml, QsTruth *truth, GError **error)
{
  Reader        reader = { .name = name };
  gsize         n_bytes;
  const guint8 *bytes = g_bytes_get_data (yaml, &n_bytes);
  QsTruth       parsed = qs_truth_default ();
  gboolean      read;

  if (n_bytes > MAX_BYTES) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "%s is larger than 1 MiB, which no truth file needs", name);
    return FALSE;
  }

  yaml_parser_initialize (&reader.parser);
  yaml_parser_set_input_string (&reader.parser, bytes, n_bytes);
  read = read_document (&reader, &parsed, error);
  yaml_parser_delete (&reader.parser);

  if (read)
    *truth = parsed;
  return read;
}

/**
 * qs_truth_load:
 * @path: a YAML file
 * @error: return location for %QS_ERROR_IO or %QS_ERROR_DATA
 */
gboolean
qs_truth_load (const char *path, QsTruth *truth, GError **error)
{
  g_autoptr (GFile)            file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GBytes)           bytes = NULL;
  g_autoptr (GError)           cause = NULL;
  g_autofree guint8           *buffer = g_malloc (MAX_BYTES + 1);
  gsize                        n_read = 0;

  stream = g_file_read (file, NULL, &cause);
  if (stream == NULL || !g_input_stream_read_all (G_INPUT_STREAM (stream), buffer,
                                                  MAX_BYTES + 1, &n_read, NULL, &cause)) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "The truth \"%s\" cannot be read: %s",
                 path, cause->message);
    return FALSE;
  }

  bytes = g_bytes_new (buffer, n_read);
  return qs_truth_parse (path, bytes, truth, error);
}
