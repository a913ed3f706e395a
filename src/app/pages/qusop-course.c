/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-course.h"

#include "document/qusop-words.h"

#include <glib/gi18n.h>
#include <math.h>

enum { N_TIMES = 49 };

/* The middle of the weights that are asked about. */
static double
median_weight_kg (const QsScenario *scenario)
{
  return qs_prior_quantile (&scenario->bw, 0.5, 0.0);
}

static void
add_curve (QusopPlotSpec *spec,
           const QsModel *model,
           double         dose_mg_per_kg,
           guint          comed,
           const double  *times_h,
           double        *highest)
{
  double response_ng_ml[N_TIMES];

  model->estimate->klass->trajectory (model->estimate, dose_mg_per_kg, comed, times_h,
                                      N_TIMES, response_ng_ml);
  for (guint i = 0; i < N_TIMES; i++)
    *highest = MAX (*highest, response_ng_ml[i]);

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE,
                              comed ? _ ("with co-medication") : _ ("no co-medication"),
                              comed ? "comed_ng_ml" : "no_comed_ng_ml",
                              comed ? QUSOP_INK_SECONDARY : QUSOP_INK_PRIMARY, comed,
                              N_TIMES, times_h, response_ng_ml, NULL);
}

/**
 * qusop_course_figure:
 *
 * The typical patient (median weight of the question) with and without co-medication at
 * the recommended dose, or the mean dose where none is assured.
 *
 * Returns: (transfer full) (nullable): the chart; %NULL where the model has no time
 *   course or the answer no dose
 */
QusopPlotSpec *
qusop_course_figure (const QsModel *model, const QsResult *result)
{
  const QsScenario *scenario = &result->scenario;
  const double      interval_h = qs_regimen_interval_h (scenario->regimen);
  const double      weight_kg = median_weight_kg (scenario);
  const double      dose_mg = isfinite (result->decision.assured_dose_mg)
                                  ? result->decision.assured_dose_mg
                                  : result->decision.dose_mg;
  double            highest = 0.0;
  double            times_h[N_TIMES];
  QusopPlotSpec    *spec;
  /* With points: a chart's own words go to files as well. */
  g_autofree char *dose = qusop_word_number (dose_mg);
  g_autofree char *threshold = qusop_word_number (scenario->threshold_ng_ml);
  g_autofree char *most = NULL;
  g_autofree char *title = NULL;
  g_autofree char *description = NULL;

  if (model->estimate->klass->trajectory == NULL || !isfinite (dose_mg))
    return NULL;

  for (guint i = 0; i < N_TIMES; i++)
    times_h[i] = interval_h * i / (N_TIMES - 1.0);

  title = g_strdup_printf (_ ("Typical biomarker at %s mg, %.0f kg"), dose, weight_kg);
  spec = qusop_plot_spec_new (title);
  if (model->facts.has_comed)
    add_curve (spec, model, dose_mg / weight_kg, 1, times_h, &highest);
  add_curve (spec, model, dose_mg / weight_kg, 0, times_h, &highest);
  qusop_plot_spec_set_x_axis (spec, _ ("Hours after the dose"), "time_h", 0.0, interval_h,
                              FALSE);
  qusop_plot_spec_set_y_axis (spec, _ ("Biomarker (ng/mL)"), "response_ng_ml", 0.0,
                              1.15 * MAX (highest, scenario->threshold_ng_ml), FALSE);
  qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, _ ("threshold"),
                            QUSOP_INK_TARGET, scenario->threshold_ng_ml, 0.0);

  most = qusop_word_number (highest);
  description = g_strdup_printf (
      _ ("Typical biomarker over %.0f hours at %s mg: at most %s ng/mL, threshold %s "
         "ng/mL."),
      interval_h, dose, most, threshold);
  qusop_plot_spec_set_description (spec, description);
  return spec;
}
