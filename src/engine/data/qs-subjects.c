/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-subjects.h"

#include "core/qs-stats.h"
#include "data/qs-records.h"

#include <math.h>
#include <string.h>

static void
subject_clear (gpointer data)
{
  QsSubject *subject = data;

  g_free (subject->id);
  g_free (subject->records);
}

static double
median (GArray *values)
{
  double *sorted = (double *) (gpointer) values->data;

  if (values->len == 0)
    return 0.0;

  qs_sort (sorted, values->len);
  return sorted[(values->len - 1) / 2];
}

/* The value that occurs most; of equals the smaller one. @values get sorted. */
static double
most_frequent (GArray *values)
{
  double *sorted = (double *) (gpointer) values->data;
  double  best = 0.0;
  guint   n_best = 0;
  guint   start = 0;

  qs_sort (sorted, values->len);
  for (guint i = 0; i < values->len; i++) {
    if (sorted[i] != sorted[start])
      start = i;
    if (i - start + 1 > n_best) {
      n_best = i - start + 1;
      best = sorted[i];
    }
  }

  return best;
}

static void
count_records (QsSubject *self)
{
  for (gsize i = 0; i < self->n_records; i++) {
    const QsRecord *record = &self->records[i];

    if (record->kind == QS_RECORD_DOSE)
      self->n_doses++;
    else if (record->kind == QS_RECORD_OBSERVATION && record->endpoint == QS_ENDPOINT_PK)
      self->n_pk++;
    else if (record->kind == QS_RECORD_OBSERVATION)
      self->n_pd++;
  }
}

/* The usual interval is the median distance of two doses; a steady-state dose that stands
 * alone tells its own. */
static void
find_dosing (QsSubject *self, double dose_mg)
{
  g_autoptr (GArray) gaps_h = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) amounts_mg = g_array_new (FALSE, FALSE, sizeof (double));
  double             steady_h = 0.0;

  for (gsize i = 0; i < self->n_records; i++) {
    const QsRecord *record = &self->records[i];
    const double    gap_h = record->time_h - self->last_dose_h;

    if (record->kind != QS_RECORD_DOSE)
      continue;

    if (amounts_mg->len > 0 && gap_h > 0.0)
      g_array_append_val (gaps_h, gap_h);
    g_array_append_val (amounts_mg, record->value);
    self->last_dose_h = record->time_h;
    if (record->steady_state)
      steady_h = record->interval_h;
  }

  self->interval_h = gaps_h->len > 0 ? median (gaps_h) : steady_h;
  self->dose_mg = isnan (dose_mg) ? most_frequent (amounts_mg) : dose_mg;
}

static void
finish_subject (QsSubject       *self,
                const QsColumns *columns,
                gsize            first_row,
                GArray          *records)
{
  const double comed = qs_columns_value (columns, QS_COLUMN_COMED, first_row);

  qs_records_sort (records);
  self->id = g_strdup (g_ptr_array_index (columns->ids, columns->subject[first_row]));
  self->bw_kg = qs_columns_value (columns, QS_COLUMN_BW, first_row);
  self->comed = comed == 1.0;
  self->n_records = records->len;
  self->records = g_memdup2 (records->data, records->len * sizeof (QsRecord));
  count_records (self);
  find_dosing (self, qs_columns_value (columns, QS_COLUMN_DOSE, first_row));
}

/* Placebo has the study's last dose, and whoever got a single dose the study's interval.
 */
static void
fill_from_study (GArray *subjects)
{
  g_autoptr (GArray) last_h = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) intervals_h = g_array_new (FALSE, FALSE, sizeof (double));
  double             study_last_h, study_interval_h;

  for (guint i = 0; i < subjects->len; i++) {
    const QsSubject *subject = &g_array_index (subjects, QsSubject, i);

    if (subject->n_doses > 0)
      g_array_append_val (last_h, subject->last_dose_h);
    if (subject->interval_h > 0.0)
      g_array_append_val (intervals_h, subject->interval_h);
  }

  study_last_h = median (last_h);
  study_interval_h = median (intervals_h);

  for (guint i = 0; i < subjects->len; i++) {
    QsSubject *subject = &g_array_index (subjects, QsSubject, i);

    if (subject->n_doses == 0)
      subject->last_dose_h = study_last_h;
    if (subject->interval_h <= 0.0)
      subject->interval_h = study_interval_h;
  }
}

static gboolean
check_n_records (const QsColumns *columns, QsFindings *findings)
{
  gsize n = 0;

  for (gsize row = 0; row < qs_csv_n_rows (columns->csv); row++) {
    n += qs_records_count (columns, row);

    if (n > QS_MAX_RECORDS) {
      const QsPlace place = qs_columns_place (columns, QS_COLUMN_ADDL, row);

      qs_findings_add (findings, QS_RULE_N_RECORDS, &place);
      return FALSE;
    }
  }

  return TRUE;
}

/**
 * qs_subjects_build:
 * @columns: a file without fatal findings
 * @findings: gets a fatal finding when ADDL asks for too much
 * @run: (nullable): listens for cancel
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable) (element-type QsSubject): the people in order of
 *   appearance
 */
GArray *
qs_subjects_build (const QsColumns *columns,
                   QsFindings      *findings,
                   QsRun           *run,
                   GError         **error)
{
  const gsize        n_rows = qs_csv_n_rows (columns->csv);
  g_autoptr (GArray) subjects = g_array_new (FALSE, TRUE, sizeof (QsSubject));
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (QsRecord));
  gsize              first_row = 0;

  g_array_set_clear_func (subjects, subject_clear);
  if (!check_n_records (columns, findings))
    return g_steal_pointer (&subjects);

  for (gsize row = 0; row < n_rows; row++) {
    qs_records_append (columns, row, records);

    if (row + 1 == n_rows || columns->subject[row + 1] != columns->subject[row]) {
      g_array_set_size (subjects, subjects->len + 1);
      finish_subject (&g_array_index (subjects, QsSubject, subjects->len - 1), columns,
                      first_row, records);
      g_array_set_size (records, 0);
      first_row = row + 1;

      if (!qs_run_step (run, NULL, error))
        return NULL;
    }
  }

  fill_from_study (subjects);

  return g_steal_pointer (&subjects);
}
