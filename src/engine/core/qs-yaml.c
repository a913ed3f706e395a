/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-yaml.h"

#include "core/qs-error.h"

#include <gio/gio.h>

/**
 * qs_yaml_read_file:
 * @error: return location for an error of GIO's
 *
 * Returns: (transfer full): the file, cut one byte after %QS_YAML_MAX_BYTES, so that the
 * caller sees that it is too large; or %NULL
 */
GBytes *
qs_yaml_read_file (const char *path, GError **error)
{
  g_autoptr (GFile)            file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autofree guint8           *buffer = g_malloc (QS_YAML_MAX_BYTES + 1);
  gsize                        n_read = 0;

  if (stream == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), buffer, QS_YAML_MAX_BYTES + 1,
                                &n_read, NULL, error))
    return NULL;

  return g_bytes_new (buffer, n_read);
}

/* @name and @bytes are borrowed until qs_yaml_clear(). */
void
qs_yaml_init (QsYaml *self, const char *name, const char *bytes, gsize n_bytes)
{
  self->name = name;
  yaml_parser_initialize (&self->parser);
  /* Empty bytes have no address, which libyaml takes for a mistake. */
  yaml_parser_set_input_string (&self->parser,
                                (const guint8 *) (bytes != NULL ? bytes : ""), n_bytes);
}

void
qs_yaml_clear (QsYaml *self)
{
  yaml_parser_delete (&self->parser);
}

gboolean
qs_yaml_fail (const QsYaml *self,
              yaml_mark_t   mark,
              GError      **error,
              const char   *format,
              ...)
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

/* @event is the caller's to delete. */
gboolean
qs_yaml_next (QsYaml *self, yaml_event_t *event, GError **error)
{
  if (yaml_parser_parse (&self->parser, event))
    return TRUE;

  return qs_yaml_fail (self, self->parser.problem_mark, error, "not YAML: %s",
                       self->parser.problem != NULL ? self->parser.problem
                                                    : "unreadable");
}

gboolean
qs_yaml_expect (QsYaml *self, yaml_event_type_t type, const char *what, GError **error)
{
  yaml_event_t event;
  gboolean     found;

  if (!qs_yaml_next (self, &event, error))
    return FALSE;

  found = event.type == type;
  if (!found)
    qs_yaml_fail (self, event.start_mark, error, "%s is expected here", what);
  yaml_event_delete (&event);

  return found;
}

/* A document that is a mapping, up to its first key; @what says so with an example. */
gboolean
qs_yaml_begin_mapping (QsYaml *self, const char *what, GError **error)
{
  return qs_yaml_expect (self, YAML_STREAM_START_EVENT, "a document", error) &&
         qs_yaml_expect (self, YAML_DOCUMENT_START_EVENT, "a document", error) &&
         qs_yaml_expect (self, YAML_MAPPING_START_EVENT, what, error);
}

gboolean
qs_yaml_end_document (QsYaml *self, GError **error)
{
  return qs_yaml_expect (self, YAML_DOCUMENT_END_EVENT, "the end of the document",
                         error) &&
         qs_yaml_expect (self, YAML_STREAM_END_EVENT, "the end of the file", error);
}
