/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-finding.h"

/* Longer cells are cut, so that a message stays one readable line. */
#define MAX_CHARACTERS 60

const char *
qs_severity_name (QsSeverity severity)
{
  static const char *const names[] = {
    [QS_SEVERITY_INFO] = "info",
    [QS_SEVERITY_WARNING] = "warning",
    [QS_SEVERITY_FATAL] = "fatal",
  };

  g_return_val_if_fail (severity < G_N_ELEMENTS (names), "unknown");
  return names[severity];
}

/* Appends @text without what would break the line or the terminal. */
static void
append_printable (GString *line, const char *text)
{
  guint n = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    const gunichar u = g_utf8_get_char (c);

    if (++n > MAX_CHARACTERS) {
      g_string_append (line, "…");
      return;
    }

    g_string_append_unichar (line, g_unichar_isprint (u) ? u : 0xfffd);
  }
}

static void
append_part (GString *line, const char *name, const char *text)
{
  g_string_append_printf (line, ", %s ", name);
  append_printable (line, text);
}

/**
 * qs_finding_message:
 * @self: a finding
 * @file: (nullable): name of the file
 *
 * The finding as one English line: file, row, subject, column, value, rule, remedy.
 *
 * Returns: (transfer full): the line
 */
char *
qs_finding_message (const QsFinding *self, const char *file)
{
  GString *line = g_string_new (NULL);

  append_printable (line, file != NULL ? file : "data");

  if (self->row > 0)
    g_string_append_printf (line, ", row %u", self->row);
  if (self->id != NULL)
    append_part (line, "subject", self->id);
  if (self->column != NULL)
    append_part (line, "column", self->column);

  g_string_append (line, ": ");

  if (self->value != NULL) {
    g_string_append (line, "found \"");
    append_printable (line, self->value);
    g_string_append (line, "\"; ");
  }

  g_string_append_printf (line, "%s. %s", self->rule, self->action);

  if (self->n_more > 0)
    g_string_append_printf (line, " (%u more like this)", self->n_more);

  return g_string_free (line, FALSE);
}
