/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-person.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"

#include <math.h>

/* Predictions below this share of the endpoint's unit count as it, so that a purely
 * proportional error never has no spread. */
static const double least_sd = 1e-8;

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static gsize
collect_times (const QsSubject *subject, GArray *times)
{
  for (gsize i = 0; i < subject->n_records; i++)
    if (subject->records[i].kind == QS_RECORD_OBSERVATION)
      g_array_append_val (times, subject->records[i].time_h);

  g_array_sort (times, compare_doubles);
  return times->len;
}

static gboolean
starts_anew (const QsRecord *record)
{
  return record->kind == QS_RECORD_RESET || record->steady_state;
}

/* An infusion that goes on is cut short by what starts anew. */
static void
end_infusions (GArray *doses, double time_h)
{
  for (guint i = doses->len; i-- > 0;) {
    const QsDose *dose = &g_array_index (doses, QsDose, i);

    if (dose->kind == QS_DOSE_RATE && dose->time_h >= time_h)
      g_array_remove_index (doses, i);
  }
}

static void
collect_infusion (const QsRecord *record, GArray *doses)
{
  const QsDose begin = { .time_h = record->time_h,
                         .dose_mg = record->rate_mg_h,
                         .kind = QS_DOSE_RATE };
  const QsDose end = { .time_h = record->time_h + record->value / record->rate_mg_h,
                       .dose_mg = -record->rate_mg_h,
                       .kind = QS_DOSE_RATE };

  g_array_append_val (doses, begin);
  g_array_append_val (doses, end);
}

static int
compare_doses (gconstpointer a, gconstpointer b)
{
  const QsDose *x = a, *y = b;

  return (x->time_h > y->time_h) - (x->time_h < y->time_h);
}

/* A steady-state dose is the state it meets, and a dose. */
static void
collect_dose (const QsRecord *record, GArray *doses)
{
  const QsDose reset = { .time_h = record->time_h, .kind = QS_DOSE_RESET };
  const QsDose steady = { .time_h = record->time_h,
                          .dose_mg = record->value,
                          .kind = QS_DOSE_STEADY,
                          .interval_h = record->interval_h,
                          .duration_h = record->rate_mg_h > 0.0
                                            ? record->value / record->rate_mg_h
                                            : 0.0 };
  const QsDose given = { .time_h = record->time_h, .dose_mg = record->value };

  if (starts_anew (record))
    end_infusions (doses, record->time_h);
  if (record->kind == QS_RECORD_RESET)
    g_array_append_val (doses, reset);
  if (record->kind == QS_RECORD_DOSE && record->steady_state)
    g_array_append_val (doses, steady);
  if (record->kind == QS_RECORD_DOSE && record->rate_mg_h > 0.0)
    collect_infusion (record, doses);
  else if (record->kind == QS_RECORD_DOSE && record->value > 0.0)
    g_array_append_val (doses, given);
}

/**
 * qs_pkpd_subject_course:
 * @times_h: (array length=n_times): strictly increasing times to predict
 *
 * A reset or steady state cancels what ADDL of earlier rows would still give.
 *
 * Returns: (transfer full): @subject's doses, ready to be predicted at other times than
 *   its own
 */
QsPkpdCourse *
qs_pkpd_subject_course (const QsSubject *subject, const double *times_h, gsize n_times)
{
  g_autoptr (GArray) doses = g_array_new (FALSE, FALSE, sizeof (QsDose));
  guint              anew_row = 0;

  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    if (starts_anew (record))
      anew_row = MAX (anew_row, record->row);
    if (record->row >= anew_row)
      collect_dose (record, doses);
  }

  g_array_sort (doses, compare_doses);
  return qs_pkpd_course_new ((const QsDose *) (gpointer) doses->data, doses->len, times_h,
                             n_times);
}

static gsize
unique (double *sorted, gsize n)
{
  gsize kept = 0;

  for (gsize i = 0; i < n; i++)
    if (kept == 0 || sorted[i] != sorted[kept - 1])
      sorted[kept++] = sorted[i];

  return kept;
}

static gsize
find (const double *sorted, gsize n, double value)
{
  gsize low = 0, high = n;

  while (high - low > 1) {
    const gsize middle = (low + high) / 2;

    if (sorted[middle] <= value)
      low = middle;
    else
      high = middle;
  }

  return low;
}

static void
person_fill (QsPkpdPerson *self, const QsSubject *subject)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  const gsize        n_looks = collect_times (subject, times);
  double            *times_h = (double *) (gpointer) times->data;

  self->bw_kg = subject->bw_kg;
  self->comed = subject->comed;
  self->dose_mg = subject->dose_mg;
  self->n_times = unique (times_h, times->len);
  self->course = qs_pkpd_subject_course (subject, times_h, self->n_times);
  self->looks = g_new (QsPkpdLook, MAX (1, n_looks));

  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    if (record->kind == QS_RECORD_OBSERVATION)
      self->looks[self->n_looks++] = (QsPkpdLook){
        .at = find (times_h, self->n_times, record->time_h),
        .endpoint = record->endpoint,
        .value = record->value,
        .below_limit = record->below_limit,
      };
  }
}

/* The row of an observation at the time of @anew that comes before it in the file, else
 * 0. */
static guint
observed_before (const QsSubject *subject, const QsRecord *anew)
{
  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    if (record->kind == QS_RECORD_OBSERVATION && record->time_h == anew->time_h &&
        record->row < anew->row)
      return record->row;
  }

  return 0;
}

/* A person has one state at a time: which of two it is must not be guessed. */
static gboolean
check_records (const QsSubject *subject, GError **error)
{
  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];
    const guint     row = starts_anew (record) ? observed_before (subject, record) : 0;

    if (row > 0) {
      g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                   "Row %u, subject %s: an observation at the very time of the %s in row "
                   "%u must follow it; put it after that row if it saw that state, else "
                   "give it an earlier TIME",
                   row, subject->id, record->steady_state ? "steady state" : "reset",
                   record->row);
      return FALSE;
    }
  }

  return TRUE;
}

/* The intake has seen to it that all doses of a study take the same route. */
static QsRoute
route_of (const QsDataset *dataset)
{
  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    for (gsize j = 0; j < subject->n_records; j++)
      if (subject->records[j].kind == QS_RECORD_DOSE)
        return subject->records[j].is_intravenous ? QS_ROUTE_BOLUS : QS_ROUTE_ORAL;
  }

  return QS_ROUTE_ORAL;
}

/* An effect of co-medication needs people with it and people without. */
static gboolean
has_both (const QsPkpdStudy *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_persons; i++)
    n += self->persons[i].comed != 0;

  return n > 0 && n < self->n_persons;
}

/**
 * qs_pkpd_study_new:
 * @dataset: a usable dataset
 * @error: return location for %QS_ERROR_TOO_FEW or %QS_ERROR_REFUSED
 *
 * Returns: (transfer full): the study as the estimator sees it
 */
QsPkpdStudy *
qs_pkpd_study_new (const QsDataset *dataset, GError **error)
{
  g_autoptr (QsPkpdStudy) self = g_new0 (QsPkpdStudy, 1);

  self->donors = qs_pkpd_donors_new (dataset);
  self->persons = g_new0 (QsPkpdPerson, MAX (1, qs_dataset_n_subjects (dataset)));

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);
    QsPkpdPerson    *person = &self->persons[self->n_persons];

    if (!check_records (subject, error))
      return NULL;

    person_fill (person, subject);
    person->regressors = self->donors->values + (gsize) i * QS_PKPD_MAX_REGRESSORS;
    self->n_persons++;
    self->max_times = MAX (self->max_times, person->n_times);
    for (gsize j = 0; j < person->n_looks; j++) {
      self->n_looks[person->looks[j].endpoint]++;
      self->censors[person->looks[j].endpoint] |= person->looks[j].below_limit;
    }
  }

  self->has_comed = has_both (self);
  self->route = route_of (dataset);

  if (self->n_persons < 2 || self->n_looks[QS_ENDPOINT_PK] < 6 ||
      self->n_looks[QS_ENDPOINT_PD] < 6) {
    g_set_error (
        error, QS_ERROR, QS_ERROR_TOO_FEW,
        "The population model needs at least two subjects and six observations each "
        "of concentrations and biomarker; the study has %u, %" G_GSIZE_FORMAT
        " and %" G_GSIZE_FORMAT
        ". Models that need no concentrations: lstm, logistic, emax",
        self->n_persons, self->n_looks[QS_ENDPOINT_PK], self->n_looks[QS_ENDPOINT_PD]);
    return NULL;
  }

  return g_steal_pointer (&self);
}

void
qs_pkpd_study_free (QsPkpdStudy *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->n_persons; i++) {
    qs_pkpd_course_free (self->persons[i].course);
    g_free (self->persons[i].looks);
  }
  g_free (self->persons);
  qs_pkpd_donors_unref (self->donors);
  g_free (self);
}

/* No residual has less spread than a share of the endpoint's unit. */
double
qs_pkpd_least_variance (double variance)
{
  return MAX (least_sd * least_sd, variance);
}

/* Variances of the additive and the proportional part add up. */
double
qs_pkpd_residual_sd (const QsPkpdPopulation *population,
                     QsEndpoint              endpoint,
                     double                  prediction)
{
  const double a = population->sigma_add[endpoint];
  const double b = population->sigma_prop[endpoint] * prediction;

  return MAX (least_sd, sqrt (a * a + b * b));
}

/* φ (z) / Φ (z), the slope of a censored observation's log density in z. */
double
qs_pkpd_censored_pull (double z)
{
  return exp (-0.5 * z * z) / sqrt (2.0 * G_PI) / MAX (1e-300, qs_normal_cdf (z));
}

/**
 * qs_pkpd_log_density:
 *
 * Returns: log density of an observation given its prediction; below the limit of
 *   quantification the probability of that, log Φ ((LLOQ − f) / sd): Beal's (2001) M3
 */
double
qs_pkpd_log_density (const QsPkpdPopulation *population,
                     const QsPkpdLook       *look,
                     double                  prediction)
{
  const double sd = qs_pkpd_residual_sd (population, look->endpoint, prediction);
  const double z = (look->value - prediction) / sd;

  if (look->below_limit)
    return log (MAX (1e-300, qs_normal_cdf (z)));

  return -0.5 * z * z - log (sd) - 0.5 * log (2.0 * G_PI);
}

/**
 * qs_pkpd_person_predict:
 * @transformed: (array length=QS_PKPD_N_PARAMETERS): the person's parameters
 * @concentration_mg_l: (out) (array): predictions at the person's times
 * @response_ng_ml: (out) (array): likewise
 */
void
qs_pkpd_person_predict (const QsPkpdPerson    *self,
                        const QsPkpdStructure *structure,
                        const double          *transformed,
                        double                *concentration_mg_l,
                        double                *response_ng_ml)
{
  QsPkParameters pk;
  QsPdParameters pd;

  qs_pkpd_individual (structure, transformed, &pk, &pd);
  qs_pkpd_course_predict (self->course, &pk, &pd, concentration_mg_l, response_ng_ml);
}

/**
 * qs_pkpd_person_log_likelihood:
 * @transformed: (array length=QS_PKPD_N_PARAMETERS): the person's parameters
 * @concentration_mg_l: (out) (array): predictions at the person's times
 * @response_ng_ml: (out) (array): likewise
 *
 * Returns: log density of all observations given the parameters; −∞ where a prediction is
 * not finite
 */
double
qs_pkpd_person_log_likelihood (const QsPkpdPerson     *self,
                               const QsPkpdStructure  *structure,
                               const QsPkpdPopulation *population,
                               const double           *transformed,
                               double                 *concentration_mg_l,
                               double                 *response_ng_ml)
{
  double sum = 0.0;

  qs_pkpd_person_predict (self, structure, transformed, concentration_mg_l,
                          response_ng_ml);

  for (gsize i = 0; i < self->n_looks; i++) {
    const QsPkpdLook *look = &self->looks[i];
    const double      f = look->endpoint == QS_ENDPOINT_PK ? concentration_mg_l[look->at]
                                                           : response_ng_ml[look->at];

    sum += qs_pkpd_log_density (population, look, f);
  }

  return isfinite (sum) ? sum : -INFINITY;
}
