/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-truth.h"

#include "core/qs-error.h"
#include "core/qs-yaml.h"

#include <math.h>
#include <string.h>

/* The schema is flat: one mapping of numbers, words and lists. Whatever nests deeper
 * breaks the type of its key, so no document is ever followed down. */
typedef struct {
  QsYaml  yaml;
  guint64 seen;
} Reader;

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
    return qs_yaml_fail (&self->yaml, event->start_mark, error,
                         "%s must be a plain number", key);

  text = (const char *) event->data.scalar.value;
  *value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0')
    return qs_yaml_fail (&self->yaml, event->start_mark, error,
                         "%s is \"%.40s\", must be a number", key, text);
  if (!(*value >= low && *value <= high))
    return qs_yaml_fail (&self->yaml, event->start_mark, error,
                         "%s is %g, must lie in [%g, %g]", key, *value, low, high);

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

  if (!qs_yaml_next (&self->yaml, &event, error))
    return FALSE;

  read = event_number (self, &event, key, low, high, value, error);
  yaml_event_delete (&event);

  return read;
}

/* One value of a list; @done at the end of the list. */
static gboolean
read_item (Reader             *self,
           const QsTruthField *field,
           double             *values,
           guint              *n,
           gboolean           *done,
           GError            **error)
{
  yaml_event_t event;
  gboolean     read = TRUE;

  if (!qs_yaml_next (&self->yaml, &event, error))
    return FALSE;

  *done = event.type == YAML_SEQUENCE_END_EVENT;
  if (*done && *n == 0)
    read = qs_yaml_fail (&self->yaml, event.start_mark, error,
                         "%s needs at least one value", field->name);
  else if (!*done && *n == field->max)
    read = qs_yaml_fail (&self->yaml, event.start_mark, error,
                         "%s has more than %u values", field->name, field->max);
  else if (!*done)
    read = event_number (self, &event, field->name, field->low, field->high, &values[*n],
                         error);

  if (read && !*done) {
    if (*n > 0 && !(values[*n] > values[*n - 1]))
      read = qs_yaml_fail (&self->yaml, event.start_mark, error,
                           "%s must increase, but %g follows %g", field->name, values[*n],
                           values[*n - 1]);
    ++*n;
  }

  yaml_event_delete (&event);
  return read;
}

static gboolean
read_list (Reader *self, const QsTruthField *field, QsTruth *truth, GError **error)
{
  double  *values = G_STRUCT_MEMBER_P (truth, field->offset);
  guint   *n = G_STRUCT_MEMBER_P (truth, field->count_offset);
  gboolean done = FALSE;

  if (!qs_yaml_expect (&self->yaml, YAML_SEQUENCE_START_EVENT, "a list of numbers",
                       error))
    return FALSE;

  *n = 0;
  memset (values, 0, field->max * sizeof *values);
  while (!done)
    if (!read_item (self, field, values, n, &done, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_count (Reader             *self,
            const QsTruthField *field,
            yaml_mark_t         mark,
            QsTruth            *truth,
            GError            **error)
{
  double value;

  if (!read_number (self, field->name, field->low, field->high, &value, error))
    return FALSE;
  if (value != floor (value))
    return qs_yaml_fail (&self->yaml, mark, error, "%s is %g, must be a whole number",
                         field->name, value);

  G_STRUCT_MEMBER (guint, truth, field->offset) = (guint) value;
  return TRUE;
}

static gboolean
event_word (const Reader       *self,
            const yaml_event_t *event,
            const QsTruthField *field,
            QsTruth            *truth,
            GError            **error)
{
  g_autoptr (GString) allowed = g_string_new (NULL);

  for (guint i = 0; i <= (guint) field->high; i++) {
    if (event->type == YAML_SCALAR_EVENT &&
        strcmp ((const char *) event->data.scalar.value, field->word (i)) == 0) {
      G_STRUCT_MEMBER (guint, truth, field->offset) = i;
      return TRUE;
    }
    g_string_append_printf (allowed, "%s%s", i > 0 ? ", " : "", field->word (i));
  }

  return qs_yaml_fail (&self->yaml, event->start_mark, error, "%s must be one of %s",
                       field->name, allowed->str);
}

static gboolean
read_word (Reader *self, const QsTruthField *field, QsTruth *truth, GError **error)
{
  yaml_event_t event;
  gboolean     read;

  if (!qs_yaml_next (&self->yaml, &event, error))
    return FALSE;

  read = event_word (self, &event, field, truth, error);
  yaml_event_delete (&event);

  return read;
}

static gboolean
fail_unknown (const Reader *self, yaml_mark_t mark, const char *key, GError **error)
{
  gsize               n_fields;
  const QsTruthField *fields = qs_truth_fields (&n_fields);
  g_autoptr (GString) allowed = g_string_new (NULL);

  for (gsize i = 0; i < n_fields; i++)
    g_string_append_printf (allowed, "%s%s", i > 0 ? ", " : "", fields[i].name);

  return qs_yaml_fail (&self->yaml, mark, error,
                       "there is no key \"%.40s\"; the keys are %s", key, allowed->str);
}

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
  if (i == n_fields)
    return fail_unknown (self, mark, key, error);

  g_assert (n_fields <= 64);
  if (self->seen & (G_GUINT64_CONSTANT (1) << i))
    return qs_yaml_fail (&self->yaml, mark, error, "%s is given twice", key);
  self->seen |= G_GUINT64_CONSTANT (1) << i;

  switch (fields[i].type) {
  case QS_TRUTH_COUNT:
    return read_count (self, &fields[i], mark, truth, error);
  case QS_TRUTH_WORD:
    return read_word (self, &fields[i], truth, error);
  case QS_TRUTH_LIST:
    return read_list (self, &fields[i], truth, error);
  case QS_TRUTH_NUMBER:
  default:
    return read_number (self, key, fields[i].low, fields[i].high,
                        G_STRUCT_MEMBER_P (truth, fields[i].offset), error);
  }
}

/* One key and its value; @done at the end of the mapping. */
static gboolean
read_entry (Reader *self, QsTruth *truth, gboolean *done, GError **error)
{
  yaml_event_t event;
  gboolean     read = TRUE;

  if (!qs_yaml_next (&self->yaml, &event, error))
    return FALSE;

  *done = event.type == YAML_MAPPING_END_EVENT;
  if (!*done && event.type != YAML_SCALAR_EVENT)
    read = qs_yaml_fail (&self->yaml, event.start_mark, error, "a key is expected here");
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

  if (!qs_yaml_begin_mapping (&self->yaml, "a mapping such as \"CL: 0.05\"", error))
    return FALSE;

  while (!done)
    if (!read_entry (self, truth, &done, error))
      return FALSE;

  return qs_yaml_end_document (&self->yaml, error);
}

/**
 * qs_truth_parse:
 * @name: of the file, for messages
 * @yaml: its content
 * @truth: (out caller-allocates): the truth
 * @error: return location for %QS_ERROR_DATA
 *
 * Reads a flat mapping. Keys that are not given keep the default's value; unknown and
 * repeated keys, nesting, and files above 1 MiB are refused, with line and column; values
 * that do not go together are refused too.
 */
gboolean
qs_truth_parse (const char *name, GBytes *yaml, QsTruth *truth, GError **error)
{
  Reader      reader = { .seen = 0 };
  gsize       n_bytes;
  const char *bytes = g_bytes_get_data (yaml, &n_bytes);
  QsTruth     parsed = qs_truth_default ();
  gboolean    read;

  if (n_bytes > QS_YAML_MAX_BYTES) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "%s is larger than 1 MiB, which no truth file needs", name);
    return FALSE;
  }

  qs_yaml_init (&reader.yaml, name, bytes, n_bytes);
  read = read_document (&reader, &parsed, error);
  qs_yaml_clear (&reader.yaml);

  if (!read)
    return FALSE;
  if (!qs_truth_validate (&parsed, error)) {
    g_prefix_error (error, "%s: ", name);
    return FALSE;
  }

  *truth = parsed;
  return TRUE;
}

/**
 * qs_truth_load:
 * @path: a YAML file
 * @error: return location for %QS_ERROR_IO or %QS_ERROR_DATA
 */
gboolean
qs_truth_load (const char *path, QsTruth *truth, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = qs_yaml_read_file (path, &cause);

  if (bytes == NULL) {
    g_autofree char *names = g_strjoinv (", ", (char **) qs_truth_names ());

    g_set_error (error, QS_ERROR, QS_ERROR_IO,
                 "The truth \"%s\" cannot be read: %s. Give a file, or one of %s", path,
                 cause->message, names);
    return FALSE;
  }

  return qs_truth_parse (path, bytes, truth, error);
}
