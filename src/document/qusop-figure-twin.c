/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What a dose amounts to in a day. */
static double
per_day (const QsResult *result, double dose_mg)
{
  return dose_mg * 24.0 / qs_scenario_interval_h (&result->scenario);
}

static double
probability_at (const QsResult *result, double dose_mg)
{
  for (gsize i = 0; i < result->n_estimates; i++)
    if (fabs (result->estimates[i].dose_mg - dose_mg) < 1e-6)
      return result->estimates[i].probability;

  return NAN;
}

static void
add_regimen (QusopPlotSpec *spec, const QsResult *result, QusopInk ink, QusopBands bands)
{
  const gboolean   weekly = result->scenario.regimen == QS_REGIMEN_QW;
  const char      *name = qusop_word_regimen (&result->scenario);
  g_autofree char *level = qusop_word_percent (result->level);
  g_autofree char *band =
      g_strdup_printf (_ ("%s, %s parameter uncertainty (%u parameter draws)"), name,
                       level, result->n_draws);
  g_autoptr (QusopPoints) curve = qusop_points_new ();
  g_autoptr (QusopPoints) range = qusop_points_new ();

  qusop_points_add (curve, 0.0, result->p_at_zero);
  for (gsize i = 0; i < result->n_estimates; i++) {
    const QsDoseEstimate *estimate = &result->estimates[i];
    const double          dose = per_day (result, estimate->dose_mg);

    qusop_points_add (curve, dose, estimate->probability);
    if (isfinite (estimate->lower) && isfinite (estimate->upper))
      qusop_points_add_range (range, dose, estimate->lower, estimate->upper);
  }
  if (bands & QUSOP_BAND_PARAMETER)
    qusop_points_add_to (range, spec, QUSOP_SERIES_BAND, band,
                         weekly ? "parameter_uncertainty_weekly"
                                : "parameter_uncertainty_daily",
                         ink, weekly);
  qusop_points_add_to (curve, spec, QUSOP_SERIES_LINE, name,
                       weekly ? "success_weekly" : "success_daily", ink, weekly);
}

/* The dose that the answer recommends: the assured one, else the mean one. */
static double
recommended_mg (const QsResult *result)
{
  return isfinite (result->decision.assured_dose_mg) ? result->decision.assured_dose_mg
                                                     : result->decision.dose_mg;
}

static char *
dose_text (const QsResult *result)
{
  const double     dose_mg = recommended_mg (result);
  g_autofree char *dose = qusop_word_dose (&result->scenario, dose_mg);

  if (!isfinite (dose_mg))
    return g_strdup_printf (_ ("no dose %s"), qusop_word_regimen (&result->scenario));
  return g_strdup_printf (_ ("%s %s, %.3g mg per day"), dose,
                          qusop_word_regimen (&result->scenario),
                          per_day (result, dose_mg));
}

static void
add_dose (QusopPlotSpec *spec, const QsResult *result, QusopInk ink)
{
  const double     dose_mg = recommended_mg (result);
  g_autofree char *dose = qusop_word_dose (&result->scenario, dose_mg);
  g_autofree char *label =
      g_strdup_printf ("%s %s", dose, qusop_word_regimen (&result->scenario));

  if (isfinite (dose_mg))
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_VERTICAL, label, ink,
                              per_day (result, dose_mg),
                              probability_at (result, dose_mg));
}

/* As for one regimen: the axis rests at a multiple of the highest studied dose. */
static double
axis_end (const QsResult *result, const QsResult *twin, double highest_mg)
{
  const double last =
      fmax (per_day (result, result->estimates[result->n_estimates - 1].dose_mg),
            per_day (twin, twin->estimates[twin->n_estimates - 1].dose_mg));
  double needed = 2.0 * highest_mg;

  if (!isfinite (recommended_mg (result)) || !isfinite (recommended_mg (twin)) ||
      !(highest_mg > 0.0))
    return last;

  needed = fmax (needed, 1.15 * per_day (result, recommended_mg (result)));
  needed = fmax (needed, 1.15 * per_day (twin, recommended_mg (twin)));
  return fmin (last, highest_mg * ceil (needed / highest_mg - 1e-9));
}

static void
add_study_marks (QusopPlotSpec *spec, const QsStudyFacts *facts, double end)
{
  if (facts->highest_dose_mg > 0.0 && facts->highest_dose_mg < end)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_HATCH,
                              _ ("above the highest studied dose"), QUSOP_INK_NEUTRAL,
                              facts->highest_dose_mg, end);
  for (guint i = 0; i < MIN (facts->n_doses, G_N_ELEMENTS (facts->doses_mg)); i++)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_RUG, _ ("studied dose, once daily"),
                              QUSOP_INK_NEUTRAL, facts->doses_mg[i], 0.0);
}

/**
 * qusop_figure_twin:
 * @result: the answer, once daily or once weekly
 * @twin: the answer to the same question with the other of the two
 * @facts: (nullable): the study, which dosed once a day
 *
 * Both regimens over what they amount to per day, so that their doses can be compared.
 * Both have an answer with estimates.
 */
QusopPlotSpec *
qusop_figure_twin (const QsResult     *result,
                   const QsResult     *twin,
                   const QsStudyFacts *facts,
                   QusopBands          bands)
{
  QusopPlotSpec *spec = qusop_plot_spec_new (_ ("Dose–success curves, both regimens"));
  const double   end =
      axis_end (result, twin, facts != NULL ? facts->highest_dose_mg : 0.0);
  g_autofree char *success = qusop_word_success (&result->scenario);
  g_autofree char *y_label = g_strdup_printf (_ ("Patients %s (%%)"), success);
  g_autofree char *target = qusop_word_percent (result->decision.target);
  g_autofree char *target_label = g_strdup_printf (_ ("target %s"), target);
  g_autofree char *first = dose_text (result);
  g_autofree char *second = dose_text (twin);
  g_autofree char *description = g_strdup_printf (
      _ ("Dose–success curves of both regimens over the dose per day: %s; %s."), first,
      second);
  g_autofree char *note = g_strdup_printf (_ ("Recommended: %s; %s."), first, second);

  qusop_plot_spec_set_x_axis (spec, _ ("Dose per day (mg/day)"), "dose_mg_per_day", 0.0,
                              end, FALSE);
  qusop_plot_spec_set_y_axis (spec, y_label, "success_probability", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_y_percent (spec, TRUE);
  add_regimen (spec, twin, QUSOP_INK_SECONDARY, bands);
  add_regimen (spec, result, QUSOP_INK_PRIMARY, bands);
  if (facts != NULL)
    add_study_marks (spec, facts, end);
  qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, target_label, QUSOP_INK_TARGET,
                            result->decision.target, 0.0);
  add_dose (spec, twin, QUSOP_INK_SECONDARY);
  add_dose (spec, result, QUSOP_INK_PRIMARY);
  qusop_plot_spec_set_description (spec, description);
  qusop_plot_spec_set_note (spec, note);
  return spec;
}
