/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-checks.h"

#include <math.h>
#include <string.h>

#define STEP_ROWS 8192
#define MAX_TIME_H 1e6
#define MAX_AMT_MG 1e6
#define MAX_DV 1e9

/* What the checks remember of a subject while its rows pass by. */
typedef struct {
  gsize    first_row;
  gsize    n_rows;
  double   last_time_h;
  guint    n_doses; /* AMT above 0 */
  guint    n_observations;
  double   first_dose_h;
  double   first_amt_mg;
  gboolean same_amt;
} Person;

typedef struct {
  const QsColumns *columns;
  QsFindings      *findings;
  Person          *people;
  double           dose_cmt;
  guint            n_doses;
  gboolean         is_intravenous; /* all doses */
  guint            n_pd;
} Checks;

static double
value_of (const Checks *self, QsColumnRole role, gsize row)
{
  return qs_columns_value (self->columns, role, row);
}

static void
report (Checks *self, QsRule rule, QsColumnRole role, gsize row)
{
  const QsPlace place = qs_columns_place (self->columns, role, row);

  qs_findings_add (self->findings, rule, &place);
}

static gboolean
has (const Checks *self, QsColumnRole role)
{
  return self->columns->values[role] != NULL;
}

/* A cell that is missing rather than unreadable, which has its own finding. */
static gboolean
is_missing (const Checks *self, QsColumnRole role, gsize row)
{
  const QsPlace place = qs_columns_place (self->columns, role, row);

  return isnan (value_of (self, role, row)) && place.value != NULL &&
         (*place.value == '\0' || strcmp (place.value, ".") == 0 ||
          g_ascii_strcasecmp (place.value, "na") == 0);
}

static gboolean
is_whole (double value, double low, double high)
{
  return value >= low && value <= high && value == floor (value);
}

static void
require_present (Checks *self, QsColumnRole role, gsize row)
{
  if (has (self, role) && is_missing (self, role, row))
    report (self, QS_RULE_PRESENT, role, row);
}

static void
check_time (Checks *self, gsize row, int evid, gboolean is_first)
{
  Person      *person = &self->people[self->columns->subject[row]];
  const double time_h = value_of (self, QS_COLUMN_TIME, row);

  require_present (self, QS_COLUMN_TIME, row);
  if (time_h < 0.0)
    report (self, QS_RULE_TIME_NOT_NEGATIVE, QS_COLUMN_TIME, row);
  if (time_h > MAX_TIME_H)
    report (self, QS_RULE_TIME_RANGE, QS_COLUMN_TIME, row);

  if (!is_first && time_h < person->last_time_h)
    report (self, evid >= 3 ? QS_RULE_TIME_RESTART : QS_RULE_TIME_ORDER, QS_COLUMN_TIME,
            row);
  if (!isnan (time_h))
    person->last_time_h = time_h;
}

static void
check_event (Checks *self, gsize row, int evid)
{
  const double mdv = value_of (self, QS_COLUMN_MDV, row);
  const double cmt = value_of (self, QS_COLUMN_CMT, row);

  require_present (self, QS_COLUMN_EVID, row);
  if (evid < 0 && !isnan (value_of (self, QS_COLUMN_EVID, row)))
    report (self, QS_RULE_EVID, QS_COLUMN_EVID, row);
  if (evid == 2)
    report (self, QS_RULE_EVID_OTHER, QS_COLUMN_EVID, row);
  if (!isnan (mdv) && mdv != 0.0 && mdv != 1.0)
    report (self, QS_RULE_MDV, QS_COLUMN_MDV, row);
  if (!isnan (cmt) && !is_whole (cmt, 0.0, 1000.0))
    report (self, QS_RULE_CMT, QS_COLUMN_CMT, row);
}

/* An AMT of 0 on a dose row is right for placebo only. */
static void
check_amount (Checks *self, gsize row)
{
  const double amt = value_of (self, QS_COLUMN_AMT, row);
  const double dose = value_of (self, QS_COLUMN_DOSE, row);

  require_present (self, QS_COLUMN_AMT, row);
  if (amt > MAX_AMT_MG)
    report (self, QS_RULE_AMT_RANGE, QS_COLUMN_AMT, row);
  else if (amt < 0.0 || (amt == 0.0 && dose != 0.0))
    report (self, QS_RULE_AMT_POSITIVE, QS_COLUMN_AMT, row);
  else if (amt == 0.0)
    report (self, QS_RULE_AMT_PLACEBO, QS_COLUMN_AMT, row);
}

static void
check_additional_doses (Checks *self, gsize row)
{
  const double addl = value_of (self, QS_COLUMN_ADDL, row);
  const double ii = value_of (self, QS_COLUMN_II, row);
  const double ss = value_of (self, QS_COLUMN_SS, row);

  if (addl < 0.0)
    report (self, QS_RULE_ADDL_NEGATIVE, QS_COLUMN_ADDL, row);
  else if (!isnan (addl) && addl != floor (addl))
    report (self, QS_RULE_ADDL, QS_COLUMN_ADDL, row);
  else if (addl > 0.0 && !(ii > 0.0))
    report (self, QS_RULE_ADDL_NEEDS_II, QS_COLUMN_ADDL, row);
  else if (addl > QS_MAX_ADDL ||
           value_of (self, QS_COLUMN_TIME, row) + addl * ii > MAX_TIME_H)
    report (self, QS_RULE_ADDL_RANGE, QS_COLUMN_ADDL, row);

  if (ii < 0.0 || ii > MAX_TIME_H)
    report (self, QS_RULE_II, QS_COLUMN_II, row);
  else if (ii > 0.0 && !(addl != 0.0 && !isnan (addl)) && !(ss != 0.0 && !isnan (ss)))
    report (self, QS_RULE_II_UNUSED, QS_COLUMN_II, row);

  if (ss == 2.0 || ss == 3.0)
    report (self, QS_RULE_SS_UNSUPPORTED, QS_COLUMN_SS, row);
  else if (!isnan (ss) && ss != 0.0 && ss != 1.0)
    report (self, QS_RULE_SS, QS_COLUMN_SS, row);
  else if (ss == 1.0 && !(ii > 0.0))
    report (self, QS_RULE_SS_NEEDS_II, QS_COLUMN_SS, row);
}

/* By mouth or into a vein, at once or over a time; the same for all. */
static void
check_route (Checks *self, gsize row)
{
  const double   rate = value_of (self, QS_COLUMN_RATE, row);
  const double   amt = value_of (self, QS_COLUMN_AMT, row);
  const gboolean is_intravenous = qs_columns_is_intravenous (self->columns, row);

  if (rate < 0.0)
    report (self, QS_RULE_RATE_UNSUPPORTED, QS_COLUMN_RATE, row);
  else if (rate > 0.0 && amt / rate > MAX_TIME_H)
    report (self, QS_RULE_RATE_RANGE, QS_COLUMN_RATE, row);
  else if (rate > 0.0 && value_of (self, QS_COLUMN_SS, row) == 1.0 &&
           amt / rate > value_of (self, QS_COLUMN_II, row))
    report (self, QS_RULE_RATE_STEADY, QS_COLUMN_RATE, row);
  else if (rate > 0.0)
    report (self, QS_RULE_INFUSION, QS_COLUMN_RATE, row);
  else if (is_intravenous)
    report (self, QS_RULE_BOLUS, QS_COLUMN_CMT, row);

  if (self->n_doses++ == 0)
    self->is_intravenous = is_intravenous;
  else if (is_intravenous != self->is_intravenous)
    report (self, QS_RULE_ROUTES,
            self->columns->values[QS_COLUMN_RATE] != NULL ? QS_COLUMN_RATE
                                                          : QS_COLUMN_CMT,
            row);
}

static void
check_dose (Checks *self, gsize row)
{
  Person      *person = &self->people[self->columns->subject[row]];
  const double amt = value_of (self, QS_COLUMN_AMT, row);
  const double dv = value_of (self, QS_COLUMN_DV, row);
  const double dvid = value_of (self, QS_COLUMN_DVID, row);
  const double cmt = value_of (self, QS_COLUMN_CMT, row);

  check_amount (self, row);
  check_additional_doses (self, row);

  check_route (self, row);
  if (!isnan (dv) && dv != 0.0 && value_of (self, QS_COLUMN_MDV, row) != 1.0)
    report (self, QS_RULE_DV_ON_DOSE, QS_COLUMN_DV, row);
  if (!isnan (dvid) && dvid != 0.0)
    report (self, QS_RULE_DVID_ON_DOSE, QS_COLUMN_DVID, row);

  if (isnan (self->dose_cmt))
    self->dose_cmt = cmt;
  else if (!isnan (cmt) && cmt != self->dose_cmt)
    report (self, QS_RULE_CMT_OF_DOSES, QS_COLUMN_CMT, row);

  if (amt > 0.0) {
    if (person->n_doses == 0) {
      person->first_dose_h = value_of (self, QS_COLUMN_TIME, row);
      person->first_amt_mg = amt;
    }
    person->same_amt &= amt == person->first_amt_mg;
    person->n_doses++;
  }
}

static void
check_no_dose (Checks *self, gsize row)
{
  static const QsColumnRole items[] = { QS_COLUMN_ADDL, QS_COLUMN_II, QS_COLUMN_SS,
                                        QS_COLUMN_RATE };
  const double              amt = value_of (self, QS_COLUMN_AMT, row);

  if (!isnan (amt) && amt != 0.0)
    report (self, QS_RULE_AMT_ON_OBSERVATION, QS_COLUMN_AMT, row);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++) {
    const double value = value_of (self, items[i], row);

    if (!isnan (value) && value != 0.0)
      report (self, QS_RULE_DOSE_ITEM_ON_OBSERVATION, items[i], row);
  }
}

/* Returns whether the row says that its value lies below a limit. */
static gboolean
check_limit (Checks *self, gsize row)
{
  const guint8 limit = self->columns->limit[row];
  const double cens = value_of (self, QS_COLUMN_CENS, row);
  const double lloq = value_of (self, QS_COLUMN_LLOQ, row);
  const double dv = value_of (self, QS_COLUMN_DV, row);

  if (cens == -1.0)
    report (self, QS_RULE_CENS_RIGHT, QS_COLUMN_CENS, row);
  else if (!isnan (cens) && cens != 0.0 && cens != 1.0)
    report (self, QS_RULE_CENS, QS_COLUMN_CENS, row);
  if (lloq <= 0.0)
    report (self, QS_RULE_LLOQ, QS_COLUMN_LLOQ, row);

  if (cens == 1.0 || limit != QS_LIMIT_NONE) {
    if (!(dv > 0.0) && !(lloq > 0.0))
      report (self, QS_RULE_CENS_LIMIT, QS_COLUMN_DV, row);
    return TRUE;
  }

  if (!(dv < lloq))
    return FALSE;

  report (self, cens == 0.0 ? QS_RULE_BELOW_LLOQ_UNMARKED : QS_RULE_BELOW_LLOQ,
          QS_COLUMN_DV, row);
  return cens != 0.0;
}

static void
check_measured (Checks *self, gsize row, gboolean is_below)
{
  const double dv = value_of (self, QS_COLUMN_DV, row);
  const double dvid = value_of (self, QS_COLUMN_DVID, row);

  if (dvid != 1.0 && dvid != 2.0 &&
      (!isnan (dvid) || is_missing (self, QS_COLUMN_DVID, row)))
    report (self, QS_RULE_DVID, QS_COLUMN_DVID, row);
  if (fabs (dv) > MAX_DV || value_of (self, QS_COLUMN_LLOQ, row) > MAX_DV)
    report (self, QS_RULE_DV_RANGE, QS_COLUMN_DV, row);
  else if (dvid == 1.0 && dv < 0.0 && !is_below)
    report (self, QS_RULE_DV_NEGATIVE_PK, QS_COLUMN_DV, row);
  else if (dvid == 1.0 && dv > 1e4)
    report (self, QS_RULE_DV_PK_UNIT, QS_COLUMN_DV, row);
  else if (dvid == 2.0 && dv <= 0.0 && !is_below)
    report (self, QS_RULE_DV_POSITIVE_PD, QS_COLUMN_DV, row);

  self->people[self->columns->subject[row]].n_observations++;
  self->n_pd += dvid == 2.0;
}

static void
check_observation (Checks *self, gsize row)
{
  const double   mdv = value_of (self, QS_COLUMN_MDV, row);
  const gboolean has_limit = self->columns->limit[row] != QS_LIMIT_NONE;

  check_no_dose (self, row);

  if (mdv == 1.0) {
    if (!isnan (value_of (self, QS_COLUMN_DV, row)) || has_limit)
      report (self, QS_RULE_MDV_IGNORED_DV, QS_COLUMN_DV, row);
    return;
  }

  if (is_missing (self, QS_COLUMN_DV, row) &&
      value_of (self, QS_COLUMN_CENS, row) != 1.0) {
    report (self, mdv == 0.0 ? QS_RULE_MDV_MISSING_DV : QS_RULE_DV_MISSING, QS_COLUMN_DV,
            row);
    return;
  }

  check_measured (self, row, check_limit (self, row));
}

static void
check_constant (Checks *self, QsColumnRole role, gsize row)
{
  const gsize  first_row = self->people[self->columns->subject[row]].first_row;
  const double value = value_of (self, role, row);
  const double first = value_of (self, role, first_row);

  require_present (self, role, row);
  if (!isnan (value) && !isnan (first) && value != first)
    report (self, QS_RULE_CONSTANT, role, row);
}

/* A value is judged where it first stands; further rows can only differ from it. */
static void
check_covariates (Checks *self, gsize row, gboolean is_first)
{
  const double bw = value_of (self, QS_COLUMN_BW, row);
  const double comed = value_of (self, QS_COLUMN_COMED, row);
  const double dose = value_of (self, QS_COLUMN_DOSE, row);

  check_constant (self, QS_COLUMN_BW, row);
  check_constant (self, QS_COLUMN_COMED, row);
  check_constant (self, QS_COLUMN_DOSE, row);
  if (!is_first)
    return;

  if (bw <= 0.0 || bw > 500.0)
    report (self, QS_RULE_BW, QS_COLUMN_BW, row);
  else if (bw < 20.0 || bw > 250.0)
    report (self, QS_RULE_BW_UNUSUAL, QS_COLUMN_BW, row);
  if (!isnan (comed) && comed != 0.0 && comed != 1.0)
    report (self, QS_RULE_COMED, QS_COLUMN_COMED, row);
  if (dose < 0.0 || dose > MAX_AMT_MG)
    report (self, QS_RULE_DOSE, QS_COLUMN_DOSE, row);
}

static void
check_comment (Checks *self, gsize row)
{
  const QsCsv *csv = self->columns->csv;

  for (guint i = 0; i < qs_csv_n_columns (csv); i++)
    if (self->columns->schema->roles[i] == QS_COLUMN_IGNORED &&
        g_ascii_strcasecmp (qs_csv_name (csv, i), "c") == 0 &&
        *qs_csv_cell (csv, row, i) != '\0' &&
        strcmp (qs_csv_cell (csv, row, i), ".") != 0) {
      QsPlace place = qs_columns_place (self->columns, QS_COLUMN_ID, row);

      place.role = QS_COLUMN_IGNORED;
      place.column = qs_csv_name (csv, i);
      place.value = qs_csv_cell (csv, row, i);
      qs_findings_add (self->findings, QS_RULE_COMMENT_COLUMN, &place);
    }
}

static void
check_row (Checks *self, gsize row)
{
  Person   *person = &self->people[self->columns->subject[row]];
  const int evid = qs_columns_evid (self->columns, row);
  gboolean  is_first = person->n_rows++ == 0;

  if (is_first) {
    person->first_row = row;
    person->same_amt = TRUE;
  }

  check_time (self, row, evid, is_first);
  check_event (self, row, evid);
  check_covariates (self, row, is_first);

  if (evid == 1 || evid == 4)
    check_dose (self, row);
  else if (evid == 0)
    check_observation (self, row);
  else if (evid > 0)
    check_no_dose (self, row);
}

static void
check_person (Checks *self, const Person *person)
{
  const gsize  row = person->first_row;
  const double dose = value_of (self, QS_COLUMN_DOSE, row);

  if (dose > 0.0 && person->n_doses == 0)
    report (self, QS_RULE_DOSED, QS_COLUMN_DOSE, row);
  if (person->n_doses == 0 && !(dose > 0.0))
    report (self, QS_RULE_PLACEBO, QS_COLUMN_ID, row);
  if (person->n_doses > 0 && person->same_amt && !isnan (dose) &&
      dose != person->first_amt_mg)
    report (self, QS_RULE_DOSE_LABEL, QS_COLUMN_DOSE, row);
  if (person->n_doses > 0 && person->first_dose_h > 0.0)
    report (self, QS_RULE_TIME_ORIGIN, QS_COLUMN_TIME, row);
  if (person->n_observations == 0)
    report (self, QS_RULE_OBSERVED, QS_COLUMN_ID, row);
}

static void
check_people (Checks *self, guint n_people)
{
  gboolean any_dose = FALSE;

  for (guint i = 0; i < n_people; i++) {
    check_person (self, &self->people[i]);
    any_dose |= self->people[i].n_doses > 0;
  }

  if (n_people == 1)
    report (self, QS_RULE_TWO_SUBJECTS, QS_COLUMN_ID, 0);
  if (self->n_pd == 0)
    qs_findings_add (self->findings, QS_RULE_ANY_PD,
                     &(QsPlace){ .role = QS_COLUMN_DVID });
  if (!any_dose)
    qs_findings_add (self->findings, QS_RULE_ANY_DOSE,
                     &(QsPlace){ .role = QS_COLUMN_AMT });
}

static const QsColumnRole keys[] = { QS_COLUMN_TIME, QS_COLUMN_EVID, QS_COLUMN_CMT,
                                     QS_COLUMN_DVID };

static int
compare_values (double a, double b)
{
  if (isnan (a) || isnan (b))
    return isnan (b) - isnan (a);

  return (a > b) - (a < b);
}

static int
compare_keys (const QsColumns *columns, gsize a, gsize b)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const int order = compare_values (qs_columns_value (columns, keys[i], a),
                                      qs_columns_value (columns, keys[i], b));

    if (order != 0)
      return order;
  }

  if (columns->values[QS_COLUMN_EVID] == NULL)
    return qs_columns_evid (columns, a) - qs_columns_evid (columns, b);

  return 0;
}

static int
compare_rows (gconstpointer a, gconstpointer b, gpointer columns)
{
  const guint x = *(const guint *) a;
  const guint y = *(const guint *) b;
  const int   order = compare_keys (columns, x, y);

  return order != 0 ? order : (x > y) - (x < y);
}

/* A sample measured twice: two observations with values of their own. */
static gboolean
is_replicate (const QsColumns *columns, guint a, guint b)
{
  return qs_columns_evid (columns, a) == 0 &&
         fabs (qs_columns_value (columns, QS_COLUMN_DV, a) -
               qs_columns_value (columns, QS_COLUMN_DV, b)) > 0.0;
}

static void
check_duplicates_between (Checks *self, gsize begin, gsize end, guint *rows)
{
  const guint n = (guint) (end - begin);

  for (guint i = 0; i < n; i++)
    rows[i] = (guint) begin + i;

  g_qsort_with_data (rows, (int) n, sizeof *rows, compare_rows, (gpointer) self->columns);

  for (guint i = 1; i < n; i++)
    if (compare_keys (self->columns, rows[i - 1], rows[i]) == 0)
      report (self,
              is_replicate (self->columns, rows[i - 1], rows[i]) ? QS_RULE_REPLICATE
                                                                 : QS_RULE_DUPLICATE,
              QS_COLUMN_TIME, rows[i]);
}

/* Subjects that do not stand together have a finding of their own. */
static gboolean
check_duplicates (Checks *self, QsRun *run, GError **error)
{
  const QsColumns  *columns = self->columns;
  const gsize       n_rows = qs_csv_n_rows (columns->csv);
  g_autofree guint *rows = g_new (guint, n_rows);

  for (gsize begin = 0, end; begin < n_rows; begin = end) {
    for (end = begin + 1; end < n_rows; end++)
      if (columns->subject[end] != columns->subject[begin])
        break;

    check_duplicates_between (self, begin, end, rows);
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * qs_checks_run:
 * @columns: a file with every required column
 * @findings: gets what breaks a rule
 * @run: (nullable): where to report and listen for cancel
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Checks each row, then each subject, then the study against the rules of NONMEM data
 * sets. Placebo subjects are information, not errors.
 *
 * Returns: %FALSE if cancelled
 */
gboolean
qs_checks_run (const QsColumns *columns, QsFindings *findings, QsRun *run, GError **error)
{
  const gsize        n_rows = qs_csv_n_rows (columns->csv);
  g_autofree Person *people = g_new0 (Person, columns->ids->len);
  Checks             self = {
                .columns = columns, .findings = findings, .people = people, .dose_cmt = NAN
  };

  for (gsize row = 0; row < n_rows; row++) {
    const QsEvent event = {
      .stage = QS_STAGE_CHECK,
      .fraction = 0.4 + 0.5 * (double) row / (double) n_rows,
    };

    if (row % STEP_ROWS == 0 && !qs_run_step (run, &event, error))
      return FALSE;

    check_row (&self, row);
    check_comment (&self, row);
  }

  check_people (&self, columns->ids->len);
  return check_duplicates (&self, run, error);
}
