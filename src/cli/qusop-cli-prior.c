/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <math.h>
#include <string.h>

/* Between a study's people lie others: resampled weights are spread by 10 %. */
static const double jitter = 0.1;

#define N_BYTES_MAX (16 << 20)

static gboolean
refuse (GError **error, const char *path, guint row, const char *value, const char *rule)
{
  g_autofree char *shown = g_utf8_make_valid (value, -1);

  g_set_error (error, QS_ERROR, QS_ERROR_DATA,
               "%s, row %u, column BW, value \"%.40s\": %s. Write one body weight per "
               "line under the header BW",
               path, row, shown, rule);
  return FALSE;
}

static char *
clean_cell (const char *cell)
{
  return g_strstrip (g_strdelimit (g_strdup (cell), "\"", ' '));
}

/* The column named BW, WT or WEIGHT, or the only one. */
static gboolean
find_column (char **cells, guint *column)
{
  static const char *const names[] = { "BW", "WT", "WEIGHT" };

  for (guint i = 0; cells[i] != NULL; i++) {
    g_autofree char *cell = clean_cell (cells[i]);

    for (guint j = 0; j < G_N_ELEMENTS (names); j++) {
      if (g_ascii_strcasecmp (cell, names[j]) == 0) {
        *column = i;
        return TRUE;
      }
    }
  }

  *column = 0;
  return g_strv_length (cells) == 1;
}

static gboolean
take_line (const char *path,
           char      **cells,
           guint       row,
           guint       column,
           GArray     *sample,
           GError    **error)
{
  g_autofree char *cell = NULL;
  char            *end;
  double           value;

  if (g_strv_length (cells) <= column)
    return refuse (error, path, row, "", "the line is too short");

  cell = clean_cell (cells[column]);
  value = g_ascii_strtod (cell, &end);
  if (end == cell || *end != '\0' || !(value >= 1.0 && value <= 500.0))
    return refuse (error, path, row, cell, "must be a number in [1, 500] kg");

  g_array_append_val (sample, value);
  return TRUE;
}

static gboolean
take_lines (const char *path, char **lines, GArray *sample, GError **error)
{
  const char    *mark = strchr (lines[0], ';') != NULL ? ";" : ",";
  g_auto (GStrv) header = g_strsplit (lines[0], mark, -1);
  guint          column;

  if (!find_column (header, &column))
    return refuse (error, path, 1, lines[0], "no column is named BW, WT or WEIGHT");

  for (guint i = 1; lines[i] != NULL; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], mark, -1);

    if (*g_strstrip (lines[i]) != '\0' &&
        !take_line (path, cells, i + 1, column, sample, error))
      return FALSE;
  }

  return sample->len > 0 || refuse (error, path, 2, "", "there is no weight in the file");
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static gboolean
read_sample (const char *path, GArray *sample, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv)   lines = NULL;
  gsize            n_bytes;

  if (!qs_file_read (path, N_BYTES_MAX, &text, &n_bytes, error))
    return FALSE;
  if (n_bytes == 0 || strlen (text) != n_bytes)
    return refuse (error, path, 1, "", "the file must be text of at most 16 MiB");

  lines =
      g_strsplit (g_str_has_prefix (text, "\xEF\xBB\xBF") ? text + 3 : text, "\n", -1);
  if (!take_lines (path, lines, sample, error))
    return FALSE;

  g_array_sort (sample, compare);
  return TRUE;
}

static void
take_sample (QsPrior *prior, const double *values, gsize n_values)
{
  *prior = (QsPrior){
    .kind = QS_PRIOR_SAMPLE,
    .max = G_MAXDOUBLE,
    .values = values,
    .n_values = n_values,
    .jitter = jitter,
  };
}

/**
 * qusop_cli_prior:
 * @text: PRIOR: what qs_prior_parse() reads, "data" or "file:F.csv"
 * @prior: (out): valid while @dataset and @sample live
 * @sample: (out) (transfer full) (nullable): the weights of a file
 */
gboolean
qusop_cli_prior (const char      *text,
                 const QsDataset *dataset,
                 QsPrior         *prior,
                 GArray         **sample,
                 GError         **error)
{
  *sample = NULL;

  if (strcmp (text, "data") == 0) {
    gsize         n_weights;
    const double *weights = qs_dataset_sorted_weights (dataset, &n_weights);

    take_sample (prior, weights, n_weights);
    return qs_prior_validate (prior, error);
  }
  if (!g_str_has_prefix (text, "file:"))
    return qs_prior_parse (text, prior, error);

  *sample = g_array_new (FALSE, FALSE, sizeof (double));
  if (!read_sample (text + strlen ("file:"), *sample, error)) {
    g_clear_pointer (sample, g_array_unref);
    return FALSE;
  }
  qusop_record_read ("weights", text + strlen ("file:"));

  take_sample (prior, (const double *) (*sample)->data, (*sample)->len);
  return qs_prior_validate (prior, error);
}
