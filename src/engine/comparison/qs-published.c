/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-published-parts.h"
#include "core/qs-error.h"

#include <math.h>
#include <string.h>

/* The published window reaches this far back from the last visit. */
#define WEEK_H 168.0

QsPublishedOptions
qs_published_options_default (void)
{
  return (QsPublishedOptions){
    .seed = 1,
    .threshold_ng_ml = 3.3,
    .n_replicates = 1000,
    .n_networks = 5,
    .n_epochs = 400,
  };
}

static void
curve_clear (QsPublishedCurve *self)
{
  g_free (self->p);
  g_free (self->lower);
  g_free (self->upper);
}

static void
clear_curve (gpointer curve)
{
  curve_clear (curve);
}

QsPublished *
qs_published_ref (QsPublished *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_published_unref (QsPublished *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  for (guint w = 0; w < QS_N_WINDOWS; w++) {
    g_free (self->views[w].labels);
    curve_clear (&self->views[w].logistic);
    g_clear_pointer (&self->views[w].networks, g_array_unref);
  }
  g_strfreev (self->reasons);
  g_free (self);
}

static gboolean
is_biomarker (const QsRecord *record)
{
  return record->kind == QS_RECORD_OBSERVATION && record->endpoint == QS_ENDPOINT_PD;
}

static double
last_visit (const QsSubject *subject)
{
  double last_h = -INFINITY;

  for (gsize i = 0; i < subject->n_records; i++)
    if (is_biomarker (&subject->records[i]))
      last_h = subject->records[i].time_h;

  return last_h;
}

GArray *
qs_published_points (const QsSubject  *subject,
                     QsPublishedWindow window,
                     double           *from_h,
                     double           *to_h)
{
  GArray *points = g_array_new (FALSE, FALSE, sizeof (QsWindowPoint));

  if (window == QS_WINDOW_LAST_DOSE) {
    g_array_set_size (points, (guint) qs_window_points (subject, NULL, 0));
    qs_window_points (subject, (QsWindowPoint *) (gpointer) points->data, points->len);
    qs_window_of (subject, from_h, to_h);
    return points;
  }

  *to_h = last_visit (subject);
  *from_h = fmax (0.0, *to_h - WEEK_H);
  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord     *record = &subject->records[i];
    const QsWindowPoint point = { record->time_h - *from_h, record->value };

    if (is_biomarker (record) && record->time_h >= *from_h)
      g_array_append_val (points, point);
  }

  return points;
}

/**
 * qs_published_window:
 * @from_h: (out): the earliest begin of a subject's published window, after 0
 * @to_h: (out): the latest visit
 *
 * Returns: whether the published window lies behind the last dose: what it reads there is
 *   washout
 */
gboolean
qs_published_window (const QsDataset *dataset, double *from_h, double *to_h)
{
  double last_dose_h = 0.0;

  *from_h = INFINITY;
  *to_h = -INFINITY;
  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const QsSubject *subject = qs_dataset_subject (dataset, i);
    const double     last_h = last_visit (subject);

    if (subject->last_dose_h > last_dose_h)
      last_dose_h = subject->last_dose_h;
    if (!isfinite (last_h))
      continue;
    *from_h = fmin (*from_h, fmax (0.0, last_h - WEEK_H));
    *to_h = fmax (*to_h, last_h);
  }

  return isfinite (*to_h) && *from_h > last_dose_h;
}

static void
add_labels (QsPublishedView          *view,
            const QsDataset          *dataset,
            QsPublishedWindow         window,
            const QsPublishedOptions *options)
{
  view->labels = g_new0 (QsPublishedLabel, qs_dataset_n_subjects (dataset));
  view->networks = g_array_new (FALSE, FALSE, sizeof (QsPublishedCurve));
  g_array_set_clear_func (view->networks, clear_curve);
  view->from_h = INFINITY;
  view->to_h = -INFINITY;

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    QsPublishedLabel  *label = &view->labels[view->n];
    double             from_h, to_h;
    g_autoptr (GArray) points =
        qs_published_points (qs_dataset_subject (dataset, i), window, &from_h, &to_h);

    if (points->len == 0)
      continue;

    *label = (QsPublishedLabel){ .subject = i, .peak_ng_ml = -INFINITY };
    for (guint k = 0; k < points->len; k++)
      label->peak_ng_ml = fmax (label->peak_ng_ml,
                                g_array_index (points, QsWindowPoint, k).response_ng_ml);
    label->attained = label->peak_ng_ml <= options->threshold_ng_ml;
    view->n_attained += label->attained;
    view->n++;
    view->from_h = fmin (view->from_h, from_h);
    view->to_h = fmax (view->to_h, to_h);
  }
}

static gboolean
make_view (QsPublished      *self,
           const QsDataset  *dataset,
           QsPublishedWindow window,
           QsRun            *run,
           GError          **error)
{
  const QsPublishedOptions *options = &self->options;
  QsPublishedView          *view = &self->views[window];
  g_autoptr (QsRun)         quiet = qs_run_new_quiet (run);

  add_labels (view, dataset, window, options);
  if (view->n < 8) {
    g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW,
                 "%u subjects have biomarker observations in the window; the published "
                 "pipeline needs at least 8",
                 view->n);
    return FALSE;
  }

  qs_published_fit_logistic (view, dataset);
  if (!qs_published_curve (&view->logistic, dataset, QS_REGIMEN_QD,
                           qs_published_logistic_rule, view->coefficients, options, run,
                           error))
    return FALSE;

  for (guint i = 0; i < options->n_networks; i++) {
    const QsEvent event = {
      .stage = QS_STAGE_TRAIN,
      .fraction = (window + i / (double) options->n_networks) / QS_N_WINDOWS,
    };

    if (!qs_run_step (run, &event, error) ||
        !qs_published_add_network (view, dataset, window, options, i, quiet, error))
      return FALSE;
  }

  return TRUE;
}

/* The 90 % dose of each network under one regimen, as a range; how many have none. */
static guint
network_range (const QsPublishedView *view, QsRegimen regimen, double *low, double *high)
{
  guint n_without = 0;

  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < view->networks->len; i++) {
    const QsPublishedCurve *curve = &g_array_index (view->networks, QsPublishedCurve, i);
    const double            dose = curve->doses[QS_PUBLISHED_N_TARGETS - 1].curve_mg;

    if (curve->regimen != regimen)
      continue;
    if (isnan (dose)) {
      n_without++;
      continue;
    }
    *low = fmin (*low, dose);
    *high = fmax (*high, dose);
  }

  return n_without;
}

static char *
say_networks (const QsPublished *self, QsRegimen regimen)
{
  const QsPublishedView *view = &self->views[QS_WINDOW_PUBLISHED];
  const guint            n = self->options.n_networks;
  double                 low, high;
  const guint            n_without = network_range (view, regimen, &low, &high);
  const char            *when = regimen == QS_REGIMEN_QD ? "daily" : "weekly";
  const double end_mg = QS_PUBLISHED_N_DOSES * qs_regimen_grid_step_mg (regimen);

  if (n_without == n)
    return g_strdup_printf ("no %s dose up to %g mg from any of %u seeds", when, end_mg,
                            n);
  if (n_without > 0)
    return g_strdup_printf (
        "%s doses of %.1f to %.1f mg, and none up to %g mg from %u of "
        "%u seeds",
        when, low, high, end_mg, n_without, n);
  return g_strdup_printf ("%s doses of %.1f to %.1f mg over %u seeds", when, low, high,
                          n);
}

/* What is wrong with the published figures, in words and with this study's numbers. */
static void
add_reasons (QsPublished *self)
{
  const QsPublishedView   *washout = &self->views[QS_WINDOW_PUBLISHED];
  const QsPublishedView   *right = &self->views[QS_WINDOW_LAST_DOSE];
  const double             limit = self->options.threshold_ng_ml;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  g_autofree char         *window = NULL, *balance = NULL, *networks = NULL;
  g_autofree char         *daily = NULL, *weekly = NULL;

  if (washout->from_h > self->last_dose_h)
    window = g_strdup_printf (
        "Its labels come from %g–%g h, which begins %g h after the last dose: the drug "
        "is "
        "washing out. There %u of %u subjects stayed at or below %g ng/mL; in the last "
        "dosing interval, %g–%g h, %u of %u did.",
        washout->from_h, washout->to_h, washout->from_h - self->last_dose_h,
        washout->n_attained, washout->n, limit, right->from_h, right->to_h,
        right->n_attained, right->n);
  else
    window = g_strdup_printf (
        "Its labels come from the week before the last visit, %g–%g h, not from the last "
        "dosing interval, %g–%g h: %u of %u subjects stayed at or below %g ng/mL in the "
        "one, %u of %u in the other.",
        washout->from_h, washout->to_h, right->from_h, right->to_h, washout->n_attained,
        washout->n, limit, right->n_attained, right->n);
  g_strv_builder_add (words, window);

  if (washout->n_attained == 0)
    balance = g_strdup_printf ("Nobody stays at or below %g ng/mL there, so its logistic "
                               "link has nothing to learn and finds no dose.",
                               limit);
  else
    balance = g_strdup_printf (
        "Balancing the classes lets the %u who stay below weigh as much as the %u who do "
        "not, and success is counted where the regression finds it more likely than not: "
        "the curve is no probability of success.",
        washout->n_attained, washout->n - washout->n_attained);
  g_strv_builder_add (words, balance);
  g_strv_builder_add (
      words, "Its virtual patients differ in body weight and co-medication alone: no "
             "variability between subjects of equal weight, no uncertainty of the fitted "
             "numbers. Its intervals are resampling error only, so they are too narrow.");

  if (self->options.n_networks > 0) {
    daily = say_networks (self, QS_REGIMEN_QD);
    weekly = say_networks (self, QS_REGIMEN_QW);
    networks = g_strdup_printf (
        "Its networks ask for %s, and for %s. Weekly answers come from a network that "
        "saw 24 h, with its time stretched and a weekly dose put in place of a daily "
        "one; with linear kinetics one weekly dose can never do with less than seven "
        "daily ones. The paper prints 29.0 mg daily beside 210 mg weekly, 50.0 beside "
        "160, 39.0 beside 280 and 39.0 beside 125 (tables 2 to 5).",
        daily, weekly);
    g_strv_builder_add (words, networks);
  }

  self->reasons = g_strv_builder_end (words);
}

/**
 * qs_reproduce:
 * @dataset: a usable dataset
 * @run: (nullable): progress and cancel
 * @error: %QS_ERROR_DATA, %QS_ERROR_TOO_FEW, %QS_ERROR_NUMERIC, %QS_ERROR_CANCELLED
 *
 * The published pipeline (science.md 9): its window, its logistic link, its networks and
 * its resampled population; and the same with the last dosing interval as the window.
 * None of it is advice, and @reasons say why.
 *
 * Returns: (transfer full): the figures, the same bits whatever the thread count
 */
QsPublished *
qs_reproduce (const QsDataset          *dataset,
              const QsPublishedOptions *options,
              QsRun                    *run,
              GError                  **error)
{
  g_autoptr (QsPublished) self = NULL;

  g_return_val_if_fail (options->n_replicates > 0, NULL);
  if (!qs_dataset_require (dataset, error))
    return NULL;

  self = g_new0 (QsPublished, 1);
  self->n_refs = 1;
  self->options = *options;
  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++)
    self->last_dose_h =
        fmax (self->last_dose_h, qs_dataset_subject (dataset, i)->last_dose_h);

  for (guint window = 0; window < QS_N_WINDOWS; window++)
    if (!make_view (self, dataset, window, run, error))
      return NULL;

  add_reasons (self);
  return g_steal_pointer (&self);
}
