/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-windows.h"

/**
 * qs_window_of:
 * @subject: a person
 * @from_h: (out): time of the last dose
 * @to_h: (out): one dosing interval later
 *
 * The last dosing window: anchored at the last dose, never at the last visit, so that
 * washout is not taken for steady state.
 *
 * Returns: %FALSE when the dosing interval is unknown
 */
gboolean
qs_window_of (const QsSubject *subject, double *from_h, double *to_h)
{
  *from_h = subject->last_dose_h;
  *to_h = subject->last_dose_h + subject->interval_h;

  return subject->interval_h > 0.0;
}

/**
 * qs_window_points:
 * @subject: a person
 * @points: (nullable): where the first @n_max points go, by time
 * @n_max: room in @points
 *
 * The biomarker observations of the last dosing window, both ends included. Of values
 * below the limit the limit is told.
 *
 * Returns: how many there are, which may exceed @n_max; 0 when none lies after the dose
 */
gsize
qs_window_points (const QsSubject *subject, QsWindowPoint *points, gsize n_max)
{
  gboolean after_dose = FALSE;
  gsize    n = 0;
  double   from_h, to_h;

  if (!qs_window_of (subject, &from_h, &to_h))
    return 0;

  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    if (record->kind != QS_RECORD_OBSERVATION || record->endpoint != QS_ENDPOINT_PD ||
        record->time_h < from_h || record->time_h > to_h)
      continue;

    if (n < n_max)
      points[n] = (QsWindowPoint){ record->time_h - from_h, record->value };
    after_dose |= record->time_h > from_h;
    n++;
  }

  return after_dose ? n : 0;
}

/**
 * qs_window_extreme:
 * @subject: a person
 * @success: on which side of a threshold success lies
 * @extreme_ng_ml: (out): the highest biomarker of the last dosing window where success
 * lies below, the lowest where it lies above: the value that decides
 *
 * Returns: %FALSE when nothing was observed there after the dose
 */
gboolean
qs_window_extreme (const QsSubject *subject, QsSuccess success, double *extreme_ng_ml)
{
  const gsize               n = qs_window_points (subject, NULL, 0);
  g_autofree QsWindowPoint *points = g_new (QsWindowPoint, n);

  *extreme_ng_ml = 0.0;
  if (n == 0)
    return FALSE;

  qs_window_points (subject, points, n);
  *extreme_ng_ml = points[0].response_ng_ml;
  for (gsize i = 1; i < n; i++)
    *extreme_ng_ml = success == QS_SUCCESS_BELOW
                         ? MAX (*extreme_ng_ml, points[i].response_ng_ml)
                         : MIN (*extreme_ng_ml, points[i].response_ng_ml);

  return TRUE;
}

/* The place of @dose_mg among the arms; a new arm is put in order. */
static guint
find_arm (GArray *arms, double dose_mg)
{
  const QsArm arm = { .dose_mg = dose_mg };
  guint       at = 0;

  while (at < arms->len && g_array_index (arms, QsArm, at).dose_mg < dose_mg)
    at++;

  if (at == arms->len || g_array_index (arms, QsArm, at).dose_mg != dose_mg)
    g_array_insert_val (arms, at, arm);

  return at;
}

/**
 * qs_attainment:
 * @dataset: a study
 * @success: on which side of the threshold success lies
 * @threshold_ng_ml: the threshold; touching it is success
 * @arms: where the first @n_max arms go, by dose
 * @n_max: room in @arms
 *
 * Observed attainment: in how many subjects of an arm every biomarker value of the last
 * dosing window lies on the right side. Subjects without such values are not counted.
 *
 * Returns: the number of arms, which may exceed @n_max
 */
gsize
qs_attainment (const QsDataset *dataset,
               QsSuccess        success,
               double           threshold_ng_ml,
               QsArm           *arms,
               gsize            n_max)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (QsArm));

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);
    double           extreme_ng_ml;
    QsArm           *arm;
    guint            at;

    if (!qs_window_extreme (subject, success, &extreme_ng_ml))
      continue;

    at = find_arm (found, subject->dose_mg);
    arm = &g_array_index (found, QsArm, at);
    arm->n++;
    arm->attained += success == QS_SUCCESS_BELOW ? extreme_ng_ml <= threshold_ng_ml
                                                 : extreme_ng_ml >= threshold_ng_ml;
  }

  for (guint i = 0; i < MIN (found->len, n_max); i++)
    arms[i] = g_array_index (found, QsArm, i);

  return found->len;
}
