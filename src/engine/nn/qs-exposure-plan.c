/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-plan.h"

#include "nn/qs-exposure-record.h"

#include <math.h>

/* Times that are closer are one. */
static const double same_h = 1e-9;

/* Where a judged interval is looked at after its dose, as studies do; later each day. */
static const double looks_h[] = { 1.0, 2.0, 4.0, 8.0, 12.0 };

void
qs_exposure_plan_free (QsExposurePlan *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->times_h);
  g_array_unref (self->judged);
  g_array_unref (self->doses_h);
  g_array_unref (self->factors);
  g_free (self);
}

static void
reach (QsExposurePlan *self, double time_h)
{
  const guint n = self->times_h->len;

  if (n == 0 || g_array_index (self->times_h, double, n - 1) < time_h - same_h)
    qs_exposure_append_times (self->times_h, time_h);
}

/* Steps within a judged interval up to, not with, its end. */
static void
look (QsExposurePlan *self, double begin_h, double from_h, double to_h, double interval_h)
{
  double next_h = 0.0;

  for (double at_h = 0.0; at_h < interval_h - same_h; at_h = next_h) {
    reach (self, begin_h + at_h);
    next_h = interval_h;
    for (guint i = 0; i < G_N_ELEMENTS (looks_h); i++)
      if (looks_h[i] > at_h + same_h)
        next_h = MIN (next_h, looks_h[i]);
    if (from_h > at_h + same_h)
      next_h = MIN (next_h, from_h);
    if (to_h > at_h + same_h)
      next_h = MIN (next_h, to_h);
  }
}

static void
mark (QsExposurePlan *self, double from_h, double to_h)
{
  for (guint i = 0; i < self->times_h->len; i++) {
    const double time_h = g_array_index (self->times_h, double, i);

    if (time_h >= from_h - same_h && time_h <= to_h + same_h)
      g_array_index (self->judged, gboolean, i) = TRUE;
  }
}

/**
 * qs_exposure_plan_new:
 * @treated_h: a steady state is reached by doses over so long
 *
 * Steps at all doses and at most a day apart, and in judged intervals as dense as studies
 * look.
 */
QsExposurePlan *
qs_exposure_plan_new (const QsCriterion *criterion, QsRegimen regimen, double treated_h)
{
  QsExposurePlan *self = g_new0 (QsExposurePlan, 1);
  const QsDosing *schedule = &criterion->schedule;
  const double    interval_h = qs_criterion_interval_h (criterion, regimen);
  const double    to_h = criterion->window_to_h > 0.0
                             ? MIN (criterion->window_to_h, interval_h)
                             : interval_h;
  const gboolean  steady = qs_dosing_is_steady (schedule);
  const gint      n_before =
      schedule->is_naive ? 0 : (gint) ceil (treated_h / interval_h - 1e-9);
  const gint first = steady ? 1 : (gint) schedule->judged_from;
  const gint last = steady ? 1 : (gint) schedule->judged_to;

  self->times_h = g_array_new (FALSE, FALSE, sizeof (double));
  self->judged = g_array_new (FALSE, TRUE, sizeof (gboolean));
  self->doses_h = g_array_new (FALSE, FALSE, sizeof (double));
  self->factors = g_array_new (FALSE, FALSE, sizeof (double));
  self->begin_h = n_before * interval_h;

  for (gint k = 1 - n_before; k <= last; k++) {
    const double at_h = (k - 1 + n_before) * interval_h;
    const double factor = qs_dosing_factor (schedule, k);

    reach (self, at_h);
    if (factor > 0.0) {
      g_array_append_val (self->doses_h, at_h);
      g_array_append_val (self->factors, factor);
    }
    if (k >= first)
      look (self, at_h, criterion->window_from_h, to_h, interval_h);
  }
  reach (self, (last + n_before) * interval_h);

  g_array_set_size (self->judged, self->times_h->len);
  for (gint k = first; k <= last; k++) {
    const double at_h = (k - 1 + n_before) * interval_h;

    mark (self, at_h + criterion->window_from_h, at_h + to_h);
  }

  return self;
}

/**
 * qs_exposure_plan_concentrations:
 * @times_h: (array length=n_times): increasing
 * @concentration_mg_l: (out) (array length=n_times): of a maintenance dose of 1 mg, to
 * which concentrations are proportional
 */
void
qs_exposure_plan_concentrations (const QsExposurePlan *self,
                                 const QsPkParameters *pk,
                                 const double         *times_h,
                                 gsize                 n_times,
                                 double               *concentration_mg_l)
{
  const double *doses_h = (const double *) (gpointer) self->doses_h->data;
  const double *factors = (const double *) (gpointer) self->factors->data;
  double        amplitude[QS_PK_N_RATES] = { 0.0 }, at_h = 0.0;
  guint         dose = 0;
  QsPkResponse  response;

  qs_pk_response (pk, pk->route, &response);
  for (gsize i = 0; i < n_times; i++) {
    for (; dose < self->doses_h->len && doses_h[dose] + pk->tlag_h < times_h[i]; dose++) {
      qs_pk_decay (&response, amplitude, doses_h[dose] + pk->tlag_h - at_h);
      qs_pk_dose (&response, amplitude, factors[dose]);
      at_h = doses_h[dose] + pk->tlag_h;
    }
    concentration_mg_l[i] =
        fmax (0.0, qs_pk_concentration (&response, amplitude, times_h[i] - at_h));
  }
}
