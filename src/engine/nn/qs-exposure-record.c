/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-record.h"

#include "pkpd/qs-pkpd-person.h"

#include <math.h>

void
qs_exposure_record_free (QsExposureRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->times_h);
  g_free (self->log_response);
  g_free (self->concentration_mg_l);
  g_free (self);
}

static gboolean
is_label (const QsRecord *record)
{
  return record->kind == QS_RECORD_OBSERVATION && record->endpoint == QS_ENDPOINT_PD &&
         record->value > 0.0;
}

/**
 * qs_exposure_append_times:
 * @times_h: (element-type double): increasing
 * @to_h: the next time; not earlier than the last
 *
 * Appends @to_h, behind as many even steps as it takes for none to be longer than a day.
 */
void
qs_exposure_append_times (GArray *times_h, double to_h)
{
  const double from_h =
      times_h->len > 0 ? g_array_index (times_h, double, times_h->len - 1) : to_h;
  const guint n = MAX (1, (guint) ceil ((to_h - from_h) / QS_EXPOSURE_STEP_H - 1e-9));

  for (guint i = 1; i < n; i++) {
    const double time_h = from_h + (to_h - from_h) * i / n;

    g_array_append_val (times_h, time_h);
  }
  g_array_append_val (times_h, to_h);
}

/* The mean logarithm of the labels at the time of record @begin; NaN without any. Returns
 * where the next time begins. */
static gsize
log_mean (const QsSubject *subject, gsize begin, double *mean)
{
  const QsRecord *records = subject->records;
  double          sum = 0.0;
  guint           n = 0;
  gsize           end;

  for (end = begin;
       end < subject->n_records && records[end].time_h == records[begin].time_h; end++) {
    if (!is_label (&records[end]))
      continue;
    sum += log (records[end].value);
    n++;
  }
  *mean = n > 0 ? sum / n : NAN;

  return end;
}

/**
 * qs_exposure_record_new:
 *
 * Records are by time. Of several biomarker values at one time the mean logarithm is
 * kept.
 *
 * Returns: (transfer full): the record, without concentrations yet
 */
QsExposureRecord *
qs_exposure_record_new (const QsSubject *subject)
{
  QsExposureRecord  *self = g_new0 (QsExposureRecord, 1);
  g_autoptr (GArray) times_h = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) log_response = g_array_new (FALSE, FALSE, sizeof (double));
  const double       none = NAN;

  for (gsize i = 0; i < subject->n_records;) {
    double mean;

    qs_exposure_append_times (times_h, subject->records[i].time_h);
    while (log_response->len + 1 < times_h->len)
      g_array_append_val (log_response, none);
    i = log_mean (subject, i, &mean);
    g_array_append_val (log_response, mean);
  }

  self->n_steps = times_h->len;
  self->concentration_mg_l = g_new0 (double, self->n_steps + 1);
  self->times_h = (double *) (gpointer) g_array_free (g_steal_pointer (&times_h), FALSE);
  self->log_response =
      (double *) (gpointer) g_array_free (g_steal_pointer (&log_response), FALSE);
  self->comed = subject->comed;
  self->log_bw = log (subject->bw_kg / 70.0);

  return self;
}

/**
 * qs_exposure_record_expose:
 * @transformed: (array): parameters of kinetics, as of qs_pkpd_individual_estimate()
 *
 * Sets the concentrations to those that the subject's doses bring.
 */
void
qs_exposure_record_expose (QsExposureRecord      *self,
                           const QsSubject       *subject,
                           const QsPkpdStructure *structure,
                           const double          *transformed)
{
  g_autoptr (QsPkpdCourse) course =
      qs_pkpd_subject_course (subject, self->times_h, self->n_steps);
  g_autofree double *response = g_new (double, self->n_steps + 1);
  QsPkParameters     pk;
  QsPdParameters     pd;

  qs_pkpd_individual (structure, transformed, &pk, &pd);
  qs_pkpd_course_predict (course, &pk, &pd, self->concentration_mg_l, response);
}
