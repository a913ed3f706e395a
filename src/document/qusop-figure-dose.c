/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figures.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Columns of the estimates as arrays of their own, with placebo in front. */
typedef struct {
  gsize   n;
  double *dose_mg;
  double *probability;
  double *lower, *upper;
  double *mc_lower, *mc_upper;
  double *replicate_lower, *replicate_upper;
} Curve;

static Curve
curve_of (const QsResult *result)
{
  Curve          curve = { .n = result->n_estimates + 1 };
  double *const *columns[] = {
    &curve.dose_mg,  &curve.probability, &curve.lower,           &curve.upper,
    &curve.mc_lower, &curve.mc_upper,    &curve.replicate_lower, &curve.replicate_upper,
  };
  double *block = g_new (double, G_N_ELEMENTS (columns) * curve.n);

  for (gsize c = 0; c < G_N_ELEMENTS (columns); c++) {
    *(double **) columns[c] = block + c * curve.n;
    block[c * curve.n] = NAN; /* no bands at placebo */
  }

  curve.dose_mg[0] = 0.0;
  curve.probability[0] = result->p_at_zero;
  for (gsize i = 1; i < curve.n; i++) {
    const QsDoseEstimate *estimate = &result->estimates[i - 1];

    curve.dose_mg[i] = estimate->dose_mg;
    curve.probability[i] = estimate->probability;
    curve.lower[i] = estimate->lower;
    curve.upper[i] = estimate->upper;
    curve.mc_lower[i] = estimate->mc_lower;
    curve.mc_upper[i] = estimate->mc_upper;
    curve.replicate_lower[i] = estimate->replicate_lower;
    curve.replicate_upper[i] = estimate->replicate_upper;
  }

  return curve;
}

static void
curve_clear (Curve *self)
{
  /* All columns are one block. */
  g_free (self->dose_mg);
}

static double
probability_at (const QsResult *result, double dose_mg)
{
  for (gsize i = 0; i < result->n_estimates; i++)
    if (fabs (result->estimates[i].dose_mg - dose_mg) < 1e-6)
      return result->estimates[i].probability;

  return NAN;
}

/* Files have the same column names in every language. */
static void
add_band (QusopPlotSpec *spec,
          const char    *label,
          const char    *csv_name,
          QusopInk       ink,
          gboolean       dotted,
          const Curve   *curve,
          const double  *lower,
          const double  *upper)
{
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_BAND, label, csv_name, ink, dotted,
                              curve->n, curve->dose_mg, lower, upper);
}

static gboolean
any_finite (const double *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (isfinite (values[i]))
      return TRUE;

  return FALSE;
}

/* A band that has no values is not offered in the legend either. */
static void
add_bands (QusopPlotSpec  *spec,
           const QsResult *result,
           const Curve    *curve,
           QusopBands      bands)
{
  const guint64    n_all = (guint64) result->n_subjects * result->n_replicates;
  g_autofree char *level = qusop_word_percent (result->level);
  g_autofree char *all = qusop_word_count (n_all);
  g_autofree char *group = qusop_word_count (result->n_subjects);
  const char      *replicates_form = N_ ("%s of groups of %s patients");
  const char      *parameter_form = N_ ("%s parameter uncertainty (%u parameter draws)");
  const char      *monte_carlo_form = N_ ("%s Monte Carlo error (%s virtual patients)");
  g_autofree char *replicates = g_strdup_printf (_ (replicates_form), level, group);
  g_autofree char *replicates_name = g_strdup_printf (replicates_form, level, group);
  g_autofree char *parameter =
      g_strdup_printf (_ (parameter_form), level, result->n_draws);
  g_autofree char *parameter_name =
      g_strdup_printf (parameter_form, level, result->n_draws);
  g_autofree char *monte_carlo = g_strdup_printf (_ (monte_carlo_form), level, all);
  g_autofree char *monte_carlo_name = g_strdup_printf (monte_carlo_form, level, all);

  if ((bands & QUSOP_BAND_REPLICATES) && any_finite (curve->replicate_lower, curve->n))
    add_band (spec, replicates, replicates_name, QUSOP_INK_NEUTRAL, TRUE, curve,
              curve->replicate_lower, curve->replicate_upper);
  if ((bands & QUSOP_BAND_PARAMETER) && any_finite (curve->lower, curve->n))
    add_band (spec, parameter, parameter_name, QUSOP_INK_PRIMARY, FALSE, curve,
              curve->lower, curve->upper);
  if ((bands & QUSOP_BAND_MONTE_CARLO) && any_finite (curve->mc_lower, curve->n))
    add_band (spec, monte_carlo, monte_carlo_name, QUSOP_INK_SECONDARY, FALSE, curve,
              curve->mc_lower, curve->mc_upper);
}

static gboolean
same_prior (const QsPrior *a, const QsPrior *b)
{
  return a->kind == b->kind && a->a == b->a && a->b == b->b && a->min == b->min &&
         a->max == b->max && a->n_values == b->n_values && a->jitter == b->jitter;
}

/* The pinned curve is named by what differs from the present one. */
static char *
pinned_label (const QsScenario *pinned, const QsScenario *now)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char      *list = NULL;
  g_autofree char      *comed = qusop_word_percent (pinned->comed_share);

  if (!qs_scenario_is_same_regimen (pinned, now))
    g_ptr_array_add (parts, g_strdup (qusop_word_regimen (pinned)));
  if (!same_prior (&pinned->bw, &now->bw))
    g_ptr_array_add (parts, qusop_word_prior (&pinned->bw));
  if (pinned->comed_share != now->comed_share)
    g_ptr_array_add (parts, g_strdup_printf (_ ("co-medication %s"), comed));
  if (pinned->threshold_ng_ml != now->threshold_ng_ml || pinned->success != now->success)
    g_ptr_array_add (parts, qusop_word_success (pinned));
  if (parts->len == 0)
    return g_strdup (_ ("pinned"));

  g_ptr_array_add (parts, NULL);
  list = g_strjoinv ("; ", (char **) parts->pdata);
  return g_strdup_printf (_ ("pinned: %s"), list);
}

static void
add_pinned (QusopPlotSpec *spec, const QsResult *pinned, const QsResult *result)
{
  Curve            curve = curve_of (pinned);
  g_autofree char *label = pinned_label (&pinned->scenario, &result->scenario);

  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, label, label, QUSOP_INK_NEUTRAL,
                              TRUE, curve.n, curve.dose_mg, curve.probability, NULL);
  curve_clear (&curve);
}

static double
finite_max (double so_far, double value)
{
  return isfinite (value) ? fmax (so_far, value) : so_far;
}

/* The axis ends at a multiple of the highest studied dose, so that it rests while sliders
 * move: twice that dose, or further where the answer lies beyond. */
static double
axis_end_mg (const QsResult *result, double highest_mg, const QsResult *pinned)
{
  const QsDecision *decision = &result->decision;
  const double      last = result->estimates[result->n_estimates - 1].dose_mg;
  const double      step = highest_mg > 0.0 ? highest_mg : last;
  double            needed = 2.0 * highest_mg;

  if (decision->status != QS_STATUS_REACHED)
    return last;

  needed = finite_max (needed, 1.15 * decision->dose_mg);
  needed = finite_max (needed, 1.15 * decision->assured_dose_mg);
  needed = finite_max (needed, 1.05 * decision->interval_high_mg);
  if (pinned != NULL)
    needed = finite_max (needed, 1.15 * pinned->decision.assured_dose_mg);

  return fmin (last, step * ceil (needed / step - 1e-9));
}

static void
add_dose_marks (QusopPlotSpec *spec, const QsResult *result)
{
  const double     mean_mg = result->decision.dose_mg;
  const double     assured_mg = result->decision.assured_dose_mg;
  g_autofree char *mean = qusop_word_dose (&result->scenario, mean_mg);
  g_autofree char *assured = qusop_word_dose (&result->scenario, assured_mg);
  g_autofree char *mean_label = g_strdup_printf (
      mean_mg == assured_mg ? _ ("mean and assured %s") : _ ("mean %s"), mean);
  g_autofree char *assured_label = g_strdup_printf (_ ("assured %s"), assured);

  if (isfinite (mean_mg))
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_VERTICAL, mean_label, QUSOP_INK_PRIMARY,
                              mean_mg, probability_at (result, mean_mg));
  if (isfinite (assured_mg) && assured_mg != mean_mg)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_VERTICAL, assured_label, QUSOP_INK_PRIMARY,
                              assured_mg, probability_at (result, assured_mg));
}

static void
add_study_marks (QusopPlotSpec *spec, const QsStudyFacts *facts, double end_mg)
{
  if (facts->highest_dose_mg > 0.0)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_HATCH,
                              _ ("above the highest studied dose"), QUSOP_INK_NEUTRAL,
                              facts->highest_dose_mg, end_mg);
  for (guint i = 0; i < MIN (facts->n_doses, G_N_ELEMENTS (facts->doses_mg)); i++)
    qusop_plot_spec_add_mark (spec, QUSOP_MARK_RUG, _ ("studied dose"), QUSOP_INK_NEUTRAL,
                              facts->doses_mg[i], 0.0);
}

static char *
describe (const QsResult *result)
{
  const QsDecision *decision = &result->decision;
  const char       *regimen = qusop_word_regimen (&result->scenario);
  g_autofree char  *success = qusop_word_success (&result->scenario);
  g_autofree char  *target = qusop_word_percent (decision->target);
  g_autofree char  *mean = qusop_word_dose (&result->scenario, decision->dose_mg);
  g_autofree char  *assured =
      qusop_word_dose (&result->scenario, decision->assured_dose_mg);
  g_autofree char *p = qusop_word_percent (decision->p_at_dose);
  g_autofree char *most = qusop_word_percent (decision->max_p);
  g_autofree char *tail = NULL;

  if (decision->status != QS_STATUS_REACHED)
    return g_strdup_printf (_ ("Dose–success curve: no dose %s keeps %s of patients %s; "
                               "the most reached is %s."),
                            regimen, target, success, most);

  tail = isfinite (decision->assured_dose_mg)
             ? g_strdup_printf (_ ("the assured dose is %s"), assured)
             : g_strdup (_ ("no dose is assured"));
  return g_strdup_printf (
      _ ("Dose–success curve: %s %s keeps %s of patients %s, the target "
         "being %s; %s."),
      mean, regimen, p, success, target, tail);
}

static char *
make_note (const QsResult *result)
{
  const QsScenario *scenario = &result->scenario;
  g_autofree char  *prior = qusop_word_prior (&scenario->bw);
  g_autofree char  *comed = qusop_word_percent (scenario->comed_share);
  g_autofree char  *subjects = qusop_word_count (result->n_subjects);
  g_autofree char  *replicates = qusop_word_count (result->n_replicates);
  g_autofree char  *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, result->seed);

  return g_strdup_printf (_ ("Body weight %s; co-medication %s. %s replicates of %s "
                             "virtual patients, seed %s.%s"),
                          prior, comed, replicates, subjects, seed,
                          result->has_subject_effect
                              ? ""
                              : _ (" Without the between-subject effect: unexplained "
                                   "variability is missing and the curve is too steep."));
}

static void
set_axes (QusopPlotSpec *spec, const QsScenario *scenario, double end_mg)
{
  g_autofree char *success = qusop_word_success (scenario);
  g_autofree char *y_label = g_strdup_printf (_ ("Patients %s (%%)"), success);
  const char      *x_label = scenario->schedule.per_kg            ? _ ("Dose (mg/kg)")
                             : scenario->regimen == QS_REGIMEN_QW ? _ ("Once-weekly dose (mg)")
                             : scenario->regimen == QS_REGIMEN_QD
                                 ? _ ("Once-daily dose (mg)")
                                 : _ ("Maintenance dose (mg)");

  qusop_plot_spec_set_x_axis (spec, x_label,
                              scenario->schedule.per_kg ? "dose_mg_per_kg" : "dose_mg",
                              0.0, end_mg, FALSE);
  qusop_plot_spec_set_y_axis (spec, y_label, "success_probability", 0.0, 1.0, FALSE);
  qusop_plot_spec_set_y_percent (spec, TRUE);
}

static const char *
reason_of (const QsResult *result)
{
  return result->warnings != NULL && result->warnings[0] != NULL
             ? result->warnings[0]
             : _ ("The model cannot answer this question.");
}

/**
 * qusop_figure_dose_success:
 * @result: the answer
 * @facts: (nullable): the study, for rug and hatch
 * @pinned: (nullable): an earlier answer to compare with, drawn dashed
 * @bands: which bands to draw, each named in the legend
 *
 * The share of patients who succeed against the dose, with mean and assured dose and the
 * target. A refused question is drawn as the reason. Doses per kg are not those of the
 * study, nor are pinned ones of another unit comparable.
 */
QusopPlotSpec *
qusop_figure_dose_success (const QsResult     *result,
                           const QsStudyFacts *facts,
                           const QsResult     *pinned,
                           QusopBands          bands)
{
  g_autofree char *title = g_strdup_printf (_ ("Dose–success curve, %s"),
                                            qusop_word_regimen (&result->scenario));
  QusopPlotSpec   *spec = qusop_plot_spec_new (title);
  g_autofree char *description = NULL;
  g_autofree char *note = NULL;
  g_autofree char *target = qusop_word_percent (result->decision.target);
  g_autofree char *target_label = g_strdup_printf (_ ("target %s"), target);
  Curve            curve;
  double           end_mg;

  if (result->n_estimates == 0) {
    qusop_plot_spec_set_empty_reason (spec, reason_of (result));
    qusop_plot_spec_set_description (spec, reason_of (result));
    return spec;
  }

  if (result->scenario.schedule.per_kg)
    facts = NULL;
  if (pinned != NULL &&
      pinned->scenario.schedule.per_kg != result->scenario.schedule.per_kg)
    pinned = NULL;

  curve = curve_of (result);
  end_mg = axis_end_mg (result, facts != NULL ? facts->highest_dose_mg : 0.0, pinned);
  set_axes (spec, &result->scenario, end_mg);
  add_bands (spec, result, &curve, bands);
  qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ ("point estimate"),
                              "success_probability", QUSOP_INK_PRIMARY, FALSE, curve.n,
                              curve.dose_mg, curve.probability, NULL);
  if (pinned != NULL && pinned->n_estimates > 0)
    add_pinned (spec, pinned, result);

  if (facts != NULL)
    add_study_marks (spec, facts, end_mg);
  qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, target_label, QUSOP_INK_TARGET,
                            result->decision.target, 0.0);
  add_dose_marks (spec, result);

  description = describe (result);
  note = make_note (result);
  qusop_plot_spec_set_description (spec, description);
  qusop_plot_spec_set_note (spec, note);
  curve_clear (&curve);
  return spec;
}
