/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-columns.h"

#include "data/qs-number.h"

#include <math.h>
#include <string.h>

#define STEP_ROWS 8192

void
qs_columns_free (QsColumns *self)
{
  if (self == NULL)
    return;

  for (guint role = 0; role < QS_COLUMN_COVARIATE; role++)
    g_free (self->values[role]);
  g_free (self->limit);
  g_free (self->subject);
  g_ptr_array_unref (self->ids);
  g_free (self);
}

/* The number of @role in @row; NaN where missing or where there is no such column. */
double
qs_columns_value (const QsColumns *self, QsColumnRole role, gsize row)
{
  return self->values[role] != NULL ? self->values[role][row] : NAN;
}

/* Where a finding about @role in @row belongs, with the cell as written. */
QsPlace
qs_columns_place (const QsColumns *self, QsColumnRole role, gsize row)
{
  const int     id = self->schema->column_of[QS_COLUMN_ID];
  const int     column = self->schema->column_of[role];
  const QsPlace place = {
    .role = role,
    .row = qs_csv_line (self->csv, row),
    .id = id >= 0 ? qs_csv_cell (self->csv, row, (guint) id) : NULL,
    .column = column >= 0 ? qs_csv_name (self->csv, (guint) column) : NULL,
    .value = column >= 0 ? qs_csv_cell (self->csv, row, (guint) column) : NULL,
  };

  return place;
}

/* The event of @row; without EVID, rows with an amount are doses. -1 if not a number. */
int
qs_columns_evid (const QsColumns *self, gsize row)
{
  const double evid = qs_columns_value (self, QS_COLUMN_EVID, row);

  if (self->values[QS_COLUMN_EVID] == NULL)
    return qs_columns_value (self, QS_COLUMN_AMT, row) > 0.0 ? 1 : 0;

  return evid >= 0.0 && evid <= 4.0 && evid == floor (evid) ? (int) evid : -1;
}

/* Only files that do not separate by comma can write decimal commas without quotes. A
 * column that uses both marks is more likely to hold thousands separators. */
static void
find_decimal_mark (QsColumns *self, QsFindings *findings)
{
  const QsSchema *schema = self->schema;
  gboolean        has_point = FALSE;

  self->decimal_mark = '.';
  if (qs_csv_delimiter (self->csv) == ',')
    return;

  for (gsize row = 0; row < qs_csv_n_rows (self->csv); row++)
    for (guint role = QS_COLUMN_TIME; role < QS_COLUMN_COVARIATE; role++) {
      const char *cell;

      if (schema->column_of[role] < 0)
        continue;

      cell = qs_csv_cell (self->csv, row, (guint) schema->column_of[role]);
      has_point |= cell[0] != '\0' && cell[1] != '\0' && qs_number_uses_mark (cell, '.');

      if (qs_number_uses_mark (cell, ',')) {
        QsPlace place = qs_columns_place (self, (QsColumnRole) role, row);

        if (self->decimal_mark == '.')
          qs_findings_add (findings, QS_RULE_DECIMAL_COMMA, &place);
        self->decimal_mark = ',';
      }

      if (has_point && self->decimal_mark == ',') {
        const QsPlace place = qs_columns_place (self, (QsColumnRole) role, row);

        self->is_mixed = TRUE;
        qs_findings_add (findings, QS_RULE_DECIMAL_MIX, &place);
        return;
      }
    }
}

/* Reads "<0.1" and "BLQ" in DV; returns whether @text was one of them. */
static gboolean
read_limit (QsColumns *self, const char *text, gsize row)
{
  static const char *const words[] = { "blq",  "bql",   "bloq", "blloq",
                                       "lloq", "<lloq", "<loq" };
  double                  *value = &self->values[QS_COLUMN_DV][row];

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0) {
      self->limit[row] = QS_LIMIT_TEXT;
      return TRUE;
    }

  if (*text != '<')
    return FALSE;

  for (text++; *text == ' ' || *text == '='; text++)
    ;
  if (qs_number_parse (text, self->decimal_mark, value) != QS_CELL_NUMBER)
    return FALSE;

  self->limit[row] = QS_LIMIT_VALUE;
  return TRUE;
}

/* Reads the names that studies give their endpoints; returns whether @text was one. */
static gboolean
read_endpoint (QsColumns *self, const char *text, gsize row)
{
  static const char *const words[2][7] = {
    { "cp", "pk", "conc", "concentration", "pkconc", "y1" },
    { "pca", "pd", "response", "effect", "biomarker", "y2" },
  };

  for (guint endpoint = 0; endpoint < 2; endpoint++)
    for (guint i = 0; words[endpoint][i] != NULL; i++)
      if (g_ascii_strcasecmp (text, words[endpoint][i]) == 0) {
        self->values[QS_COLUMN_DVID][row] = endpoint + 1.0;
        return TRUE;
      }

  return FALSE;
}

/* EVID and AMT are read before CMT is. */
static gboolean
is_dose (const QsColumns *self, gsize row)
{
  const int evid = qs_columns_evid (self, row);

  return evid == 1 || evid == 4;
}

/* Reads the names of the compartments that doses enter; returns whether @text was one. */
static gboolean
read_compartment (QsColumns *self, const char *text, gsize row)
{
  static const char *const words[2][7] = {
    { "depot", "oral", "po", "gut", "absorption", "sc" },
    { "central", "iv", "plasma", "blood", "vein", "bolus" },
  };

  for (guint compartment = 0; compartment < 2; compartment++)
    for (guint i = 0; words[compartment][i] != NULL; i++)
      if (g_ascii_strcasecmp (text, words[compartment][i]) == 0) {
        self->values[QS_COLUMN_CMT][row] = compartment + 1.0;
        return TRUE;
      }

  return FALSE;
}

static void
read_cell (QsColumns *self, QsColumnRole role, gsize row, QsFindings *findings)
{
  const guint      column = (guint) self->schema->column_of[role];
  const char      *text = qs_csv_cell (self->csv, row, column);
  const QsCellKind kind =
      qs_number_parse (text, self->decimal_mark, &self->values[role][row]);
  QsPlace place;

  if (kind == QS_CELL_NUMBER || kind == QS_CELL_MISSING)
    return;

  place = qs_columns_place (self, role, row);
  if (kind == QS_CELL_NA)
    qs_findings_add (findings, QS_RULE_NA_TEXT, &place);
  else if (kind == QS_CELL_INFINITE)
    qs_findings_add (findings, QS_RULE_FINITE, &place);
  else if (role == QS_COLUMN_DV && read_limit (self, text, row))
    qs_findings_add (findings, QS_RULE_BELOW_TEXT, &place);
  else if (role == QS_COLUMN_DVID && read_endpoint (self, text, row))
    qs_findings_add (findings, QS_RULE_DVID_TEXT, &place);
  else if (role == QS_COLUMN_CMT && is_dose (self, row) &&
           read_compartment (self, text, row))
    qs_findings_add (findings, QS_RULE_CMT_TEXT, &place);
  else if (role == QS_COLUMN_CMT && kind == QS_CELL_TEXT && !self->is_mixed)
    qs_findings_add (findings, is_dose (self, row) ? QS_RULE_CMT_NAME : QS_RULE_CMT_WORD,
                     &place);
  else if (!self->is_mixed)
    qs_findings_add (findings, QS_RULE_NUMBER, &place);
}

/* Gives rows their subject and finds subjects that come back after another one. */
static void
read_subjects (QsColumns *self, QsFindings *findings)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  const guint            column = (guint) self->schema->column_of[QS_COLUMN_ID];
  const char            *last = NULL;

  for (gsize row = 0; row < qs_csv_n_rows (self->csv); row++) {
    const char   *id = qs_csv_cell (self->csv, row, column);
    const QsPlace place = qs_columns_place (self, QS_COLUMN_ID, row);
    double        number;
    gpointer      index;

    if (*id == '\0' || strcmp (id, ".") == 0)
      qs_findings_add (findings, QS_RULE_PRESENT, &place);

    if (last != NULL && strcmp (id, last) == 0) {
      self->subject[row] = self->subject[row - 1];
      continue;
    }

    if (g_hash_table_lookup_extended (seen, id, NULL, &index)) {
      qs_findings_add (findings, QS_RULE_ID_CONTIGUOUS, &place);
    } else {
      index = GUINT_TO_POINTER (self->ids->len);
      g_hash_table_insert (seen, (gpointer) id, index);
      g_ptr_array_add (self->ids, (gpointer) id);
      if (qs_number_parse (id, '.', &number) == QS_CELL_NUMBER && number < 0.0)
        qs_findings_add (findings, QS_RULE_ID_NOT_NEGATIVE, &place);
    }

    self->subject[row] = GPOINTER_TO_UINT (index);
    last = id;
  }
}

/**
 * qs_columns_new:
 * @csv: the cells, borrowed for the life of the result
 * @schema: their meaning, borrowed likewise
 * @findings: gets every cell that is not what its column needs
 * @run: (nullable): where to report and listen for cancel
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the cells as numbers
 */
QsColumns *
qs_columns_new (const QsCsv    *csv,
                const QsSchema *schema,
                QsFindings     *findings,
                QsRun          *run,
                GError        **error)
{
  g_autoptr (QsColumns) self = g_new0 (QsColumns, 1);
  const gsize           n_rows = qs_csv_n_rows (csv);

  self->csv = csv;
  self->schema = schema;
  self->limit = g_new0 (guint8, n_rows);
  self->subject = g_new0 (guint, n_rows);
  self->ids = g_ptr_array_new ();

  for (guint role = QS_COLUMN_TIME; role < QS_COLUMN_COVARIATE; role++)
    if (schema->column_of[role] >= 0)
      self->values[role] = g_new (double, n_rows);

  find_decimal_mark (self, findings);
  if (schema->column_of[QS_COLUMN_ID] >= 0)
    read_subjects (self, findings);

  for (gsize row = 0; row < n_rows; row++) {
    const QsEvent event = {
      .stage = QS_STAGE_CHECK,
      .fraction = 0.4 * (double) row / (double) n_rows,
    };

    if (row % STEP_ROWS == 0 && !qs_run_step (run, &event, error))
      return NULL;

    for (guint role = QS_COLUMN_TIME; role < QS_COLUMN_COVARIATE; role++)
      if (self->values[role] != NULL)
        read_cell (self, (QsColumnRole) role, row, findings);
  }

  return g_steal_pointer (&self);
}

/**
 * qs_columns_is_intravenous:
 * @row: of a dose
 *
 * Returns: whether it goes into the central compartment, which is number 2 where number 1
 * is the depot: there what has a rate goes whatever its number
 */
gboolean
qs_columns_is_intravenous (const QsColumns *self, gsize row)
{
  return qs_columns_value (self, QS_COLUMN_RATE, row) > 0.0 ||
         qs_columns_value (self, QS_COLUMN_CMT, row) == 2.0;
}
