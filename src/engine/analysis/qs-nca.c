/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-nca.h"

#include "analysis/qs-nca-profile.h"
#include "core/qs-stats.h"

#include <math.h>

/* A sample this much of the interval before or after its nominal time still counts as
 * taken there. */
#define NOMINAL_SHARE 0.05

typedef double Values[QS_N_NCA_PARAMETERS];

struct _QsNca {
  int     n_refs;
  guint   n_subjects;
  double *arm_mg; /* of each subject */
  Values *values;
  GArray *arms; /* of double, increasing */
  char  **notes;
};

/* One subject's dosing: what the analysis is about. */
typedef struct {
  double   first_h;
  double   last_h;
  double   dose_mg;
  double   tau_h;    /* 0 where unknown */
  gboolean repeated; /* more than one dose, or one at steady state */
  gboolean accumulates;
} Dosing;

static const QsNcaParameterInfo infos[QS_N_NCA_PARAMETERS] = {
  [QS_NCA_CMAX] = { "CMAX", "Cmax", "mg/L", FALSE },
  [QS_NCA_TMAX] = { "TMAX", "tmax", "h", TRUE },
  [QS_NCA_CMIN] = { "CMIN", "Cmin", "mg/L", FALSE },
  [QS_NCA_CTROUGH] = { "CTROUGH", "Ctrough", "mg/L", FALSE },
  [QS_NCA_CAVG] = { "CAVG", "Cavg", "mg/L", FALSE },
  [QS_NCA_AUC_TAU] = { "AUCTAU", "AUCtau", "h·mg/L", FALSE },
  [QS_NCA_CL_TAU] = { "CLFTAU", "CL/F", "L/h", FALSE },
  [QS_NCA_HALF_LIFE] = { "LAMZHL", "t½", "h", FALSE },
  [QS_NCA_FLUCTUATION] = { "FLUCP", "Fluctuation", "%", FALSE },
  [QS_NCA_ACCUMULATION] = { "ARAUC", "Accumulation ratio", "", FALSE },
  [QS_NCA_STEADY_STATE] = { "SSPCT", "Steady state reached", "%", TRUE },
  [QS_NCA_AUC_LAST] = { "AUCLST", "AUClast", "h·mg/L", FALSE },
  [QS_NCA_AUC_INF] = { "AUCIFO", "AUCinf", "h·mg/L", FALSE },
  [QS_NCA_EXTRAPOLATED] = { "AUCPEO", "AUC extrapolated", "%", TRUE },
  [QS_NCA_CL_INF] = { "CLFO", "CL/F", "L/h", FALSE },
  [QS_NCA_LAMBDA_Z] = { "LAMZ", "λz", "1/h", FALSE },
  [QS_NCA_R2_ADJUSTED] = { "R2ADJ", "Adjusted R²", "", TRUE },
  [QS_NCA_N_POINTS] = { "LAMZNPT", "Points of λz", "", TRUE },
  [QS_NCA_VZ] = { "VZFO", "Vz/F", "L", FALSE },
};

const QsNcaParameterInfo *
qs_nca_parameter_info (QsNcaParameter parameter)
{
  g_return_val_if_fail ((guint) parameter < QS_N_NCA_PARAMETERS, NULL);

  return &infos[parameter];
}

/* Returns FALSE for who got none. */
static gboolean
find_dosing (const QsSubject *subject, Dosing *dosing)
{
  gboolean found = FALSE;

  *dosing = (Dosing){ .tau_h = subject->interval_h, .accumulates = TRUE };
  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    if (record->kind != QS_RECORD_DOSE || !(record->value > 0.0))
      continue;
    if (!found)
      dosing->first_h = record->time_h;
    dosing->repeated = found || record->steady_state;
    dosing->accumulates &= !record->steady_state;
    dosing->last_h = record->time_h;
    dosing->dose_mg = record->value;
    if (record->steady_state)
      dosing->tau_h = record->interval_h;
    found = TRUE;
  }

  return found;
}

/* The concentrations from @from_h to @to_h as points from @from_h on. A sample shortly
 * before @from_h is the one before the dose. */
static gsize
take_points (const QsSubject *subject,
             double           from_h,
             double           to_h,
             double           early_h,
             QsNcaPoint      *points)
{
  gsize n = 0;

  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];
    QsNcaPoint      point = { record->time_h - from_h, record->value };

    if (record->kind != QS_RECORD_OBSERVATION || record->endpoint != QS_ENDPOINT_PK ||
        !isfinite (record->value) || point.time_h < -early_h || record->time_h > to_h)
      continue;
    if (record->below_limit || !(point.value_mg_l > 0.0))
      point.value_mg_l = 0.0;
    if (point.time_h <= 0.0) {
      /* The latest of several. */
      point.time_h = 0.0;
      n = 0;
    }
    points[n++] = point;
  }

  return qs_nca_clean (points, n);
}

/* Where no sample was taken before the dose, 0 stands in before the first dose and the
 * smallest value of the interval later. */
static gsize
add_start (QsNcaPoint *points, gsize n, double value_mg_l)
{
  if (n > 0 && points[0].time_h == 0.0)
    return n;

  for (gsize i = n; i > 0; i--)
    points[i] = points[i - 1];
  points[0] = (QsNcaPoint){ 0.0, value_mg_l };
  return n + 1;
}

static gsize
count_within (const QsNcaPoint *points, gsize n, double to_h)
{
  gsize count = 0;

  while (count < n && points[count].time_h <= to_h)
    count++;

  return count;
}

static double
smallest (const QsNcaPoint *points, gsize n)
{
  double low = points[0].value_mg_l;

  for (gsize i = 1; i < n; i++)
    low = fmin (low, points[i].value_mg_l);

  return low;
}

/* The curve at the end of the interval: observed, between two observations, or carried on
 * by the terminal slope; NaN where none of them is possible. */
static double
value_at_end (const QsNcaPoint *points,
              gsize             n,
              gsize             n_within,
              double            tau_h,
              const QsNcaSlope *slope)
{
  const QsNcaPoint last = points[n_within - 1];

  if (last.time_h == tau_h)
    return last.value_mg_l;
  if (n_within < n)
    return qs_nca_between (last, points[n_within], tau_h);
  if (slope->n_points > 0)
    return last.value_mg_l * exp (-slope->lambda_z * (tau_h - last.time_h));

  return NAN;
}

/* The observation nearest to the end of the interval, if it was taken there. */
static double
trough (const QsNcaPoint *points, gsize n, double tau_h)
{
  double distance_h = NOMINAL_SHARE * tau_h, value_mg_l = NAN;

  for (gsize i = 0; i < n; i++) {
    const double away_h = fabs (points[i].time_h - tau_h);

    if (points[i].time_h > 0.0 && away_h <= distance_h) {
      distance_h = away_h;
      value_mg_l = points[i].value_mg_l;
    }
  }

  return value_mg_l;
}

/* The area of the first dosing interval, before anything accumulated; NaN unless it was
 * sampled up to its end. */
static double
first_auc (const QsSubject *subject, const Dosing *dosing, QsNcaPoint *points)
{
  const double tau_h = dosing->tau_h;
  const double late_h = NOMINAL_SHARE * tau_h;
  gsize        n =
      take_points (subject, dosing->first_h, dosing->first_h + tau_h, late_h, points);

  if (n < 3 || points[n - 1].time_h < tau_h - late_h)
    return NAN;

  n = add_start (points, n, 0.0);
  points[n - 1].time_h = tau_h;
  return qs_nca_auc (points, n);
}

static void
analyse_interval (const QsSubject  *subject,
                  const Dosing     *dosing,
                  QsNcaPoint       *points,
                  gsize             n,
                  const QsNcaSlope *slope,
                  double           *values)
{
  const double tau_h = dosing->tau_h;
  gsize        n_within = count_within (points, n, tau_h);
  QsNcaPoint   after, *highest;
  double       end, auc;

  if (n_within == 0)
    return;

  if (points[0].time_h > 0.0) {
    const double low = smallest (points, n_within);

    n = add_start (points, n, low);
    n_within++;
  }
  highest = &points[qs_nca_highest (points, n_within)];
  values[QS_NCA_CMAX] = highest->value_mg_l;
  values[QS_NCA_TMAX] = highest->time_h;
  values[QS_NCA_CMIN] = smallest (points, n_within);
  values[QS_NCA_CTROUGH] = trough (points, n, tau_h);

  end = value_at_end (points, n, n_within, tau_h, slope);
  /* The interval is analysed where it is closed by a value of its own. */
  after = (QsNcaPoint){ tau_h, end };
  auc = qs_nca_auc (points, n_within) +
        qs_nca_auc ((QsNcaPoint[]){ points[n_within - 1], after }, 2);
  if (n_within < 3 || !(auc > 0.0))
    return;

  values[QS_NCA_AUC_TAU] = auc;
  values[QS_NCA_CAVG] = auc / tau_h;
  values[QS_NCA_CL_TAU] = dosing->dose_mg / auc;
  values[QS_NCA_FLUCTUATION] =
      100.0 * (values[QS_NCA_CMAX] - values[QS_NCA_CMIN]) / values[QS_NCA_CAVG];
  if (dosing->accumulates)
    values[QS_NCA_ACCUMULATION] = auc / first_auc (subject, dosing, points);
}

static void
analyse_single (const Dosing     *dosing,
                QsNcaPoint       *points,
                gsize             n,
                const QsNcaSlope *slope,
                double           *values)
{
  const gsize highest = qs_nca_highest (points, n);
  gsize       n_last;

  values[QS_NCA_CMAX] = points[highest].value_mg_l;
  values[QS_NCA_TMAX] = points[highest].time_h;
  n = add_start (points, n, 0.0);
  for (n_last = n; n_last > 1 && points[n_last - 1].value_mg_l == 0.0;)
    n_last--;
  if (n_last < 3)
    return;

  values[QS_NCA_AUC_LAST] = qs_nca_auc (points, n_last);
  if (slope->n_points == 0)
    return;

  values[QS_NCA_AUC_INF] =
      values[QS_NCA_AUC_LAST] + points[n_last - 1].value_mg_l / slope->lambda_z;
  values[QS_NCA_EXTRAPOLATED] =
      100.0 * (1.0 - values[QS_NCA_AUC_LAST] / values[QS_NCA_AUC_INF]);
  values[QS_NCA_CL_INF] = dosing->dose_mg / values[QS_NCA_AUC_INF];
}

static void
note_slope (const Dosing *dosing, const QsNcaSlope *slope, double *values)
{
  const double clearance =
      dosing->repeated ? values[QS_NCA_CL_TAU] : values[QS_NCA_CL_INF];

  if (slope->n_points == 0)
    return;

  values[QS_NCA_LAMBDA_Z] = slope->lambda_z;
  values[QS_NCA_HALF_LIFE] = G_LN2 / slope->lambda_z;
  values[QS_NCA_R2_ADJUSTED] = slope->r2_adjusted;
  values[QS_NCA_N_POINTS] = (double) slope->n_points;
  values[QS_NCA_VZ] = clearance / slope->lambda_z;
  if (dosing->repeated && dosing->accumulates)
    values[QS_NCA_STEADY_STATE] =
        -100.0 *
        expm1 (-slope->lambda_z * (dosing->last_h - dosing->first_h + dosing->tau_h));
}

/* Returns what is missing, "" for nothing. */
static const char *
analyse (const QsSubject *subject, double *values)
{
  /* Room for a point at the start and one at the end of the interval. */
  g_autofree QsNcaPoint *points = g_new (QsNcaPoint, subject->n_records + 2);
  QsNcaSlope             slope;
  Dosing                 dosing;
  gsize                  n;

  if (!find_dosing (subject, &dosing))
    return "no active dose";
  if (dosing.repeated && !(dosing.tau_h > 0.0))
    return "the dosing interval is unknown";

  n = take_points (subject, dosing.last_h, INFINITY,
                   dosing.repeated ? NOMINAL_SHARE * dosing.tau_h : 0.0, points);
  if (n == 0 || !(points[qs_nca_highest (points, n)].value_mg_l > 0.0))
    return "no quantified concentration after the last dose";

  qs_nca_slope (points, n, &slope);
  if (dosing.repeated)
    analyse_interval (subject, &dosing, points, n, &slope, values);
  else
    analyse_single (&dosing, points, n, &slope, values);
  note_slope (&dosing, &slope, values);

  if (dosing.repeated && !isfinite (values[QS_NCA_AUC_TAU]))
    return "the last dosing interval is not sampled to its end";

  return slope.n_points > 0 ? "" : "no terminal slope of at least 3 points after tmax";
}

static void
find_arms (QsNca *self)
{
  g_autofree double *sorted =
      g_memdup2 (self->arm_mg, self->n_subjects * sizeof (double));

  qs_sort (sorted, self->n_subjects);
  for (guint i = 0; i < self->n_subjects; i++) {
    if (i == 0 || sorted[i] > sorted[i - 1])
      g_array_append_val (self->arms, sorted[i]);
  }
}

/**
 * qs_nca_new:
 * @dataset: a usable dataset
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Analyses every subject without a compartment model: areas linear up and logarithmic
 * down, terminal slope by adjusted R², values below the limit 0 before the first and
 * after the last quantified one and dropped between them (the rules of PKNCA, Denney,
 * Duvvuri, Buckeridge 2015). Clearance after repeated doses assumes steady state;
 * %QS_NCA_STEADY_STATE tells how much of it was reached.
 *
 * Returns: (transfer full): the analysis; what a subject's data do not give is NaN, and
 * its note says why
 */
QsNca *
qs_nca_new (const QsDataset *dataset, QsRun *run, GError **error)
{
  const guint       n = qs_dataset_n_subjects (dataset);
  g_autoptr (QsNca) self = g_new0 (QsNca, 1);

  self->n_refs = 1;
  self->n_subjects = n;
  self->arm_mg = g_new (double, n);
  self->values = g_new (Values, n);
  self->notes = g_new0 (char *, n + 1);
  self->arms = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < n; i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);

    if (!qs_run_step (run, NULL, error))
      return NULL;

    self->arm_mg[i] = subject->dose_mg;
    for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++)
      self->values[i][p] = NAN;
    self->notes[i] = g_strdup (analyse (subject, self->values[i]));
  }
  find_arms (self);

  return g_steal_pointer (&self);
}

QsNca *
qs_nca_ref (QsNca *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_nca_unref (QsNca *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->arm_mg);
  g_free (self->values);
  g_array_unref (self->arms);
  g_strfreev (self->notes);
  g_free (self);
}

guint
qs_nca_n_subjects (const QsNca *self)
{
  return self->n_subjects;
}

double
qs_nca_value (const QsNca *self, guint subject, QsNcaParameter parameter)
{
  g_return_val_if_fail (subject < self->n_subjects, NAN);

  return self->values[subject][parameter];
}

/* What of a subject could not be told, and why; "" for nothing. */
const char *
qs_nca_note (const QsNca *self, guint subject)
{
  g_return_val_if_fail (subject < self->n_subjects, "");

  return self->notes[subject];
}

/* Whether any subject has a value. */
gboolean
qs_nca_has (const QsNca *self, QsNcaParameter parameter)
{
  for (guint i = 0; i < self->n_subjects; i++) {
    if (isfinite (self->values[i][parameter]))
      return TRUE;
  }

  return FALSE;
}

guint
qs_nca_n_arms (const QsNca *self)
{
  return self->arms->len;
}

/* The dose of an arm; arms are in increasing order. */
double
qs_nca_arm_mg (const QsNca *self, guint arm)
{
  g_return_val_if_fail (arm < self->arms->len, NAN);

  return g_array_index (self->arms, double, arm);
}

static void
add_geometric (QsNcaSummary *summary, const double *values, gsize n)
{
  g_autofree double *logs = g_new (double, n);

  for (gsize i = 0; i < n; i++) {
    if (!(values[i] > 0.0))
      return;
    logs[i] = log (values[i]);
  }

  summary->geometric_mean = exp (qs_mean (logs, n));
  if (n > 1)
    summary->geometric_cv_percent = 100.0 * sqrt (expm1 (qs_variance (logs, n)));
}

/**
 * qs_nca_summary:
 *
 * Returns: the summary of those subjects of an arm that have a value. The geometric
 * figures need positive values.
 */
QsNcaSummary
qs_nca_summary (const QsNca *self, guint arm, QsNcaParameter parameter)
{
  const double       arm_mg = qs_nca_arm_mg (self, arm);
  g_autofree double *values = g_new (double, self->n_subjects);
  QsNcaSummary       summary = { 0, NAN, NAN, NAN, NAN, NAN };

  for (guint i = 0; i < self->n_subjects; i++) {
    if (self->arm_mg[i] == arm_mg && isfinite (self->values[i][parameter]))
      values[summary.n++] = self->values[i][parameter];
  }
  if (summary.n == 0)
    return summary;

  qs_sort (values, summary.n);
  summary.median = qs_quantile_sorted (values, summary.n, 0.5);
  summary.low = values[0];
  summary.high = values[summary.n - 1];
  if (!infos[parameter].by_rank)
    add_geometric (&summary, values, summary.n);

  return summary;
}
