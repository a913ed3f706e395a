/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "data/qs-dataset.h"

static void
append_cell (GString *csv, const char *text, gboolean is_first)
{
  g_string_append (csv, is_first ? "\"" : ",\"");
  for (; *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *text);
  }
  g_string_append_c (csv, '"');
}

/* Columns by their role, so that no name has to be guessed a second time. */
static char *
header_of (const QsDataset *self, GString *csv)
{
  GString *mapping = g_string_new (NULL);

  for (guint c = 0; c < qs_dataset_n_columns (self); c++) {
    const QsColumnRole role = qs_dataset_column_role (self, c);
    const char        *name = role < QS_COLUMN_COVARIATE ? qs_column_role_name (role)
                                                         : qs_dataset_column_name (self, c);

    append_cell (csv, name, c == 0);
    if (role < QS_COLUMN_COVARIATE)
      g_string_append_printf (mapping, "%s%s=%s", mapping->len > 0 ? "," : "", name,
                              name);
  }
  g_string_append_c (csv, '\n');

  return g_string_free (mapping, FALSE);
}

static guint
id_column (const QsDataset *self)
{
  guint c = 0;

  while (qs_dataset_column_role (self, c) != QS_COLUMN_ID)
    c++;

  return c;
}

/**
 * qs_dataset_subset:
 * @keep: (array): per subject
 * @error: %QS_ERROR_DATA where nobody is left, %QS_ERROR_CANCELLED
 *
 * Returns: (transfer full): the study of these subjects alone, as if its file had no
 *   other rows, with a checksum of its own
 */
QsDataset *
qs_dataset_subset (const QsDataset *self,
                   const gboolean  *keep,
                   QsRun           *run,
                   GError         **error)
{
  g_autoptr (GHashTable) kept = g_hash_table_new (g_str_hash, g_str_equal);
  GString               *csv = g_string_new (NULL);
  g_autofree char       *mapping = header_of (self, csv);
  g_autoptr (GBytes)     bytes = NULL;
  g_autoptr (QsDataset)  subset = NULL;
  guint                  id;

  g_return_val_if_fail (qs_dataset_is_usable (self), NULL);
  id = id_column (self);
  for (guint i = 0; i < qs_dataset_n_subjects (self); i++)
    if (keep[i])
      g_hash_table_add (kept, qs_dataset_subject (self, i)->id);

  for (gsize row = 0; row < qs_dataset_n_rows (self); row++) {
    if (!g_hash_table_contains (kept, qs_dataset_cell (self, row, id)))
      continue;
    for (guint c = 0; c < qs_dataset_n_columns (self); c++)
      append_cell (csv, qs_dataset_cell (self, row, c), c == 0);
    g_string_append_c (csv, '\n');
  }

  bytes = g_string_free_to_bytes (csv);
  subset = qs_dataset_parse (bytes, qs_dataset_path (self), mapping, run, error);
  return subset != NULL && qs_dataset_require (subset, error) ? g_steal_pointer (&subset)
                                                              : NULL;
}
