/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <yaml.h>

G_BEGIN_DECLS

/* No settings of ours need more. */
#define QS_YAML_MAX_BYTES ((gsize) 1024 * 1024)

/**
 * QsYaml:
 *
 * A document read event by event against a schema of the caller's, who follows it no
 * deeper than the schema goes. Ends with qs_yaml_clear(). What fails is %QS_ERROR_DATA
 * with file, line and column; each such function returns %FALSE then.
 */
typedef struct {
  yaml_parser_t parser;
  const char   *name; /* borrowed: of the file, for messages */
} QsYaml;

GBytes *qs_yaml_read_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void     qs_yaml_init (QsYaml *self, const char *name, const char *bytes, gsize n_bytes);
void     qs_yaml_clear (QsYaml *self);
gboolean qs_yaml_fail (const QsYaml *self,
                       yaml_mark_t   mark,
                       GError      **error,
                       const char   *format,
                       ...) G_GNUC_PRINTF (4, 5);
gboolean qs_yaml_next (QsYaml *self, yaml_event_t *event, GError **error);
gboolean qs_yaml_expect (QsYaml           *self,
                         yaml_event_type_t type,
                         const char       *what,
                         GError          **error);
gboolean qs_yaml_begin_mapping (QsYaml *self, const char *what, GError **error);
gboolean qs_yaml_end_document (QsYaml *self, GError **error);

G_END_DECLS
