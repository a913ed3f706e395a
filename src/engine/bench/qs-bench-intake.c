/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-bench-suite.h"

#include <string.h>

#define N_CSV_ROWS 100000

static void
append_row (GString *csv, const QsDataset *dataset, gsize row, guint id)
{
  for (guint c = 0; c < qs_dataset_n_columns (dataset); c++) {
    if (c > 0)
      g_string_append_c (csv, ',');
    if (qs_dataset_column_role (dataset, c) == QS_COLUMN_ID)
      g_string_append_printf (csv, "%u", id);
    else
      g_string_append (csv, qs_dataset_cell (dataset, row, c));
  }
  g_string_append_c (csv, '\n');
}

static gboolean
is_new_subject (const QsDataset *dataset, gsize row)
{
  guint id = 0;

  while (qs_dataset_column_role (dataset, id) != QS_COLUMN_ID)
    id++;

  return row == 0 || strcmp (qs_dataset_cell (dataset, row, id),
                             qs_dataset_cell (dataset, row - 1, id)) != 0;
}

/* The study again and again under new subject numbers, until there are enough rows. */
static GBytes *
make_large_csv (const QsDataset *dataset)
{
  GString    *csv = g_string_new (qs_dataset_column_name (dataset, 0));
  const gsize n_rows = qs_dataset_n_rows (dataset);
  guint       id = 0;
  gsize       n_bytes;

  for (guint c = 1; c < qs_dataset_n_columns (dataset); c++)
    g_string_append_printf (csv, ",%s", qs_dataset_column_name (dataset, c));
  g_string_append_c (csv, '\n');

  for (gsize i = 0; i < N_CSV_ROWS; i++) {
    const gsize row = i % n_rows;

    id += is_new_subject (dataset, row);
    append_row (csv, dataset, row, id);
  }

  n_bytes = csv->len;
  return g_bytes_new_take (g_string_free (csv, FALSE), n_bytes);
}

gboolean
qs_bench_csv (QsBench *self, const QsBenchListener *listener, GError **error)
{
  g_autoptr (GBytes)    bytes = make_large_csv (self->dataset);
  const gint64          start_us = g_get_monotonic_time ();
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "bench.csv", NULL, self->run, error);
  const double elapsed_s = qs_bench_seconds_since (start_us);

  if (dataset == NULL || !qs_dataset_require (dataset, error))
    return FALSE;

  const QsBenchFigure figure = {
    .name = "csv",
    .value = 1e3 * elapsed_s,
    .unit = "ms",
    .lower_is_better = TRUE,
    .n = qs_dataset_n_rows (dataset),
    .n_threads = qs_run_n_threads (self->run),
    .context = "rows read, checked and made into subjects",
  };

  qs_bench_report (listener, &figure);
  return TRUE;
}
