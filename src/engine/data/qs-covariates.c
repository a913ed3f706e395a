/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-covariates.h"

#include "data/qs-number.h"

#include <math.h>
#include <string.h>

#define MAX_LEVELS 64

static void
covariate_free (gpointer data)
{
  QsCovariate *self = data;

  g_clear_pointer (&self->levels, g_ptr_array_unref);
  g_free (self->values);
  g_free (self);
}

static gboolean
is_missing (const char *text)
{
  double           value;
  const QsCellKind kind = qs_number_parse (text, '.', &value);

  return kind == QS_CELL_MISSING || kind == QS_CELL_NA;
}

/* The first row of each subject speaks for it; whatever differs later is reported. */
static void
check_constant (const QsColumns *columns, guint column, QsFindings *findings)
{
  const QsCsv *csv = columns->csv;
  const char  *first = NULL;

  for (gsize row = 0; row < qs_csv_n_rows (csv); row++) {
    const char *text = qs_csv_cell (csv, row, column);

    if (row == 0 || columns->subject[row] != columns->subject[row - 1])
      first = text;
    else if (strcmp (text, first) != 0) {
      QsPlace place = qs_columns_place (columns, QS_COLUMN_ID, row);

      place.role = QS_COLUMN_COVARIATE;
      place.column = qs_csv_name (csv, column);
      place.value = text;
      qs_findings_add (findings, QS_RULE_CONSTANT_COVARIATE, &place);
    }
  }
}

static gboolean
has_value (const QsCovariate *self, guint n_subjects)
{
  for (guint i = 0; i < n_subjects; i++)
    if (!isnan (self->values[i]))
      return TRUE;

  return FALSE;
}

/* A covariate that nobody has is none; who lacks it among others is told. */
static void
check_missing (const QsColumns *columns, const QsCovariate *self, QsFindings *findings)
{
  const QsCsv *csv = columns->csv;

  if (!has_value (self, columns->ids->len))
    return;

  for (gsize row = 0; row < qs_csv_n_rows (csv); row++) {
    QsPlace place = qs_columns_place (columns, QS_COLUMN_ID, row);

    if ((row > 0 && columns->subject[row] == columns->subject[row - 1]) ||
        !isnan (self->values[columns->subject[row]]))
      continue;
    place.role = QS_COLUMN_COVARIATE;
    place.column = qs_csv_name (csv, self->column);
    place.value = qs_csv_cell (csv, row, self->column);
    qs_findings_add (findings, QS_RULE_MISSING_COVARIATE, &place);
  }
}

/* How many regressors it makes. */
static guint
count_regressors (const QsCovariate *self, guint n_subjects)
{
  double first = NAN;
  guint  n = 0;

  if (self->levels != NULL) {
    for (guint k = 0; k < self->levels->len; k++) {
      gboolean occurs = FALSE;

      for (guint i = 0; i < n_subjects; i++)
        occurs |= self->values[i] == k;
      n += occurs;
    }
    return n > 0 ? n - 1 : 0;
  }

  for (guint i = 0; i < n_subjects; i++) {
    if (isnan (first))
      first = self->values[i];
    else if (!isnan (self->values[i]) && self->values[i] != first)
      return 1;
  }
  return 0;
}

static void
check_number (const QsColumns *columns, const GPtrArray *covariates, QsFindings *findings)
{
  guint n = 0;

  for (guint i = 0; i < covariates->len; i++) {
    const QsCovariate *one = covariates->pdata[i];
    const guint        own = count_regressors (one, columns->ids->len);
    const QsPlace      place = {
           .role = QS_COLUMN_COVARIATE,
           .row = 1,
           .column = qs_csv_name (columns->csv, one->column),
    };

    n += own;
    if (own > 0 && n > QS_MAX_REGRESSORS)
      qs_findings_add (findings, QS_RULE_MANY_COVARIATES, &place);
  }
}

static int
compare_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The distinct texts of @column, sorted, or %NULL if all of it is numbers. */
static GPtrArray *
find_levels (const QsColumns *columns, guint column)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray             *levels = g_ptr_array_new_with_free_func (g_free);
  gboolean               is_numeric = TRUE;

  for (gsize row = 0; row < qs_csv_n_rows (columns->csv); row++) {
    const char *text = qs_csv_cell (columns->csv, row, column);
    double      value;

    if (is_missing (text))
      continue;

    is_numeric &= qs_number_parse (text, columns->decimal_mark, &value) == QS_CELL_NUMBER;
    if (levels->len <= MAX_LEVELS && g_hash_table_add (seen, (gpointer) text))
      g_ptr_array_add (levels, g_strdup (text));
  }

  if (is_numeric)
    g_clear_pointer (&levels, g_ptr_array_unref);
  else
    g_ptr_array_sort (levels, compare_text);

  return levels;
}

static double
level_of (const GPtrArray *levels, const char *text)
{
  for (guint i = 0; i < levels->len; i++)
    if (strcmp (g_ptr_array_index (levels, i), text) == 0)
      return i;

  return NAN;
}

static QsCovariate *
covariate_new (const QsColumns *columns, guint column, GPtrArray *levels)
{
  QsCovariate *self = g_new0 (QsCovariate, 1);

  self->column = column;
  self->levels = levels;
  self->values = g_new (double, columns->ids->len);

  for (gsize row = 0; row < qs_csv_n_rows (columns->csv); row++) {
    const guint subject = columns->subject[row];
    const char *text = qs_csv_cell (columns->csv, row, column);

    if (row > 0 && subject == columns->subject[row - 1])
      continue;

    self->values[subject] = NAN;
    if (levels != NULL)
      self->values[subject] = level_of (levels, text);
    else
      qs_number_parse (text, columns->decimal_mark, &self->values[subject]);
  }

  return self;
}

/**
 * qs_covariates_build:
 * @columns: a file without fatal findings
 * @schema: text columns that are no covariates get the role %QS_COLUMN_IGNORED
 * @findings: gets what was not constant or not usable
 * @run: (nullable): listens for cancel
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable) (element-type QsCovariate): the further covariates
 */
GPtrArray *
qs_covariates_build (const QsColumns *columns,
                     QsSchema        *schema,
                     QsFindings      *findings,
                     QsRun           *run,
                     GError         **error)
{
  g_autoptr (GPtrArray) covariates = g_ptr_array_new_with_free_func (covariate_free);

  for (guint i = 0; i < schema->n_columns; i++) {
    GPtrArray *levels;

    if (schema->roles[i] != QS_COLUMN_COVARIATE)
      continue;
    if (!qs_run_step (run, NULL, error))
      return NULL;

    levels = find_levels (columns, i);
    if (levels != NULL && levels->len > MAX_LEVELS) {
      const QsPlace place = {
        .role = QS_COLUMN_IGNORED,
        .row = 1,
        .column = qs_csv_name (columns->csv, i),
      };

      schema->roles[i] = QS_COLUMN_IGNORED;
      qs_findings_add (findings, QS_RULE_TEXT_COVARIATE, &place);
      g_ptr_array_unref (levels);
      continue;
    }

    check_constant (columns, i, findings);
    g_ptr_array_add (covariates, covariate_new (columns, i, levels));
    check_missing (columns, covariates->pdata[covariates->len - 1], findings);
  }

  check_number (columns, covariates, findings);
  return g_steal_pointer (&covariates);
}
