/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-records.h"

#include <math.h>

static gsize
n_implied (const QsColumns *columns, gsize row)
{
  const double addl = qs_columns_value (columns, QS_COLUMN_ADDL, row);

  return addl > 0.0 ? (gsize) addl : 0;
}

static gboolean
is_observed (const QsColumns *columns, gsize row)
{
  if (qs_columns_value (columns, QS_COLUMN_MDV, row) == 1.0)
    return FALSE;

  return !isnan (qs_columns_value (columns, QS_COLUMN_DV, row)) ||
         columns->limit[row] != QS_LIMIT_NONE ||
         qs_columns_value (columns, QS_COLUMN_CENS, row) == 1.0;
}

/* How many records @row becomes: known before any is made. */
gsize
qs_records_count (const QsColumns *columns, gsize row)
{
  const int evid = qs_columns_evid (columns, row);
  gsize     n = evid >= 3;

  if ((evid == 1 || evid == 4) && qs_columns_value (columns, QS_COLUMN_AMT, row) > 0.0)
    n += 1 + n_implied (columns, row);
  if (evid == 0)
    n += is_observed (columns, row);

  return n;
}

static QsRecord
record_at (const QsColumns *columns, gsize row, QsRecordKind kind)
{
  const double cmt = qs_columns_value (columns, QS_COLUMN_CMT, row);

  return (QsRecord){
    .kind = kind,
    .time_h = qs_columns_value (columns, QS_COLUMN_TIME, row),
    .compartment = isnan (cmt) ? 0 : (guint) cmt,
    .row = qs_csv_line (columns->csv, row),
  };
}

/* The implied doses follow at times from the row's own, so that no error adds up. */
static void
append_doses (const QsColumns *columns, gsize row, GArray *records)
{
  const double ii = qs_columns_value (columns, QS_COLUMN_II, row);
  QsRecord     record = record_at (columns, row, QS_RECORD_DOSE);
  const double start_h = record.time_h;

  record.value = qs_columns_value (columns, QS_COLUMN_AMT, row);
  record.is_intravenous = qs_columns_is_intravenous (columns, row);
  record.rate_mg_h = MAX (0.0, qs_columns_value (columns, QS_COLUMN_RATE, row));
  if (isnan (record.rate_mg_h))
    record.rate_mg_h = 0.0;
  if (qs_columns_value (columns, QS_COLUMN_SS, row) == 1.0) {
    record.steady_state = TRUE;
    record.interval_h = ii;
  }

  g_array_append_val (records, record);
  record.steady_state = FALSE;
  record.interval_h = 0.0;

  for (gsize i = 1; i <= n_implied (columns, row); i++) {
    record.time_h = start_h + (double) i * ii;
    g_array_append_val (records, record);
  }
}

/* Below the limit the value is the limit: that of a text such as "<0.1", else the LLOQ,
 * else the DV of a row with CENS 1. */
static void
append_observation (const QsColumns *columns, gsize row, GArray *records)
{
  const double dv = qs_columns_value (columns, QS_COLUMN_DV, row);
  const double lloq = qs_columns_value (columns, QS_COLUMN_LLOQ, row);
  const double cens = qs_columns_value (columns, QS_COLUMN_CENS, row);
  const guint8 limit = columns->limit[row];
  QsRecord     record = record_at (columns, row, QS_RECORD_OBSERVATION);

  record.endpoint = qs_columns_value (columns, QS_COLUMN_DVID, row) == 2.0
                        ? QS_ENDPOINT_PD
                        : QS_ENDPOINT_PK;
  record.below_limit =
      limit != QS_LIMIT_NONE || cens == 1.0 || (dv < lloq && cens != 0.0);
  record.value = dv;
  if (record.below_limit && lloq > 0.0 && (limit != QS_LIMIT_VALUE || !(dv > 0.0)))
    record.value = lloq;

  g_array_append_val (records, record);
}

/**
 * qs_records_append:
 *
 * Appends what @row says to @records (#QsRecord): nothing for EVID 2 and missing values,
 * a reset and a dose for EVID 4, the doses implied by ADDL and II.
 */
void
qs_records_append (const QsColumns *columns, gsize row, GArray *records)
{
  const int evid = qs_columns_evid (columns, row);

  if (evid >= 3) {
    const QsRecord reset = record_at (columns, row, QS_RECORD_RESET);

    g_array_append_val (records, reset);
  }

  if ((evid == 1 || evid == 4) && qs_columns_value (columns, QS_COLUMN_AMT, row) > 0.0)
    append_doses (columns, row, records);
  else if (evid == 0 && is_observed (columns, row))
    append_observation (columns, row, records);
}

static int
rank_of (const QsRecord *record)
{
  static const int ranks[] = {
    [QS_RECORD_RESET] = 0,
    [QS_RECORD_DOSE] = 1,
    [QS_RECORD_OBSERVATION] = 2,
  };

  return ranks[record->kind];
}

static int
compare_records (gconstpointer a, gconstpointer b, gpointer unused)
{
  const QsRecord *x = a;
  const QsRecord *y = b;

  if (x->time_h != y->time_h)
    return x->time_h < y->time_h ? -1 : 1;
  if (x->kind != y->kind)
    return rank_of (x) - rank_of (y);

  return (x->row > y->row) - (x->row < y->row);
}

/* By time; at equal times resets, then doses, then observations, each in file order. */
void
qs_records_sort (GArray *records)
{
  g_qsort_with_data (records->data, (int) records->len, sizeof (QsRecord),
                     compare_records, NULL);
}
