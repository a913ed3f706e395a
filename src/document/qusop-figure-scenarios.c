/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>

#include <math.h>

/* Until here each curve has an ink of its own. */
static const guint n_told_apart = 9;
/* Longer names leave the bars no room, characters. */
static const gsize n_name_characters = 38;

static gboolean
is_drawn (const QusopAnswer *row)
{
  return row->result != NULL && row->result->n_estimates > 0;
}

/* What a dose is worth on an axis of doses per day. */
static double
per_day (const QsScenario *scenario, double dose)
{
  return dose * 24.0 / qs_scenario_interval_h (scenario);
}

static const QusopAnswer *
base_of (const QusopAnswer *rows, guint n)
{
  for (guint i = 0; i < n; i++)
    if (rows[i].is_base && is_drawn (&rows[i]))
      return &rows[i];
  return NULL;
}

/* Whether all rows can share an axis of the dose as it is taken. */
static gboolean
have_same_interval (const QusopAnswer *rows, guint n, const QsScenario *as)
{
  for (guint i = 0; i < n; i++)
    if (is_drawn (&rows[i]) &&
        qs_scenario_interval_h (&rows[i].result->scenario) != qs_scenario_interval_h (as))
      return FALSE;
  return TRUE;
}

/* Doses per kg and doses do not share an axis: those of the first row's unit count. */
static const QsScenario *
leading_scenario (const QusopAnswer *rows, guint n)
{
  const QusopAnswer *base = base_of (rows, n);

  for (guint i = 0; base == NULL && i < n; i++)
    if (is_drawn (&rows[i]))
      base = &rows[i];
  return base != NULL ? &base->result->scenario : NULL;
}

static gboolean
shares_unit (const QusopAnswer *row, const QsScenario *leading)
{
  return is_drawn (row) &&
         row->result->scenario.schedule.per_kg == leading->schedule.per_kg;
}

static void
set_dose_axis (QusopPlotSpec *spec, const QsScenario *leading, gboolean daily, double end)
{
  const char      *unit = qs_scenario_dose_unit (leading);
  g_autofree char *label =
      daily ? g_strdup_printf (_ ("Dose per day (%s)"), unit)
            : g_strdup_printf (_ ("Dose, %s (%s)"), qusop_word_regimen (leading), unit);

  qusop_plot_spec_set_x_axis (spec, label, daily ? "dose_per_day" : "dose", 0.0, end,
                              FALSE);
}

static void
add_curve (QusopPlotSpec     *spec,
           const QusopAnswer *row,
           gboolean           daily,
           const char        *label,
           QusopInk           ink,
           gboolean           dashed)
{
  const QsResult         *result = row->result;
  g_autoptr (QusopPoints) line = qusop_points_new ();

  qusop_points_add (line, 0.0, result->p_at_zero);
  for (gsize i = 0; i < result->n_estimates; i++) {
    const double dose = result->estimates[i].dose_mg;

    qusop_points_add (line, daily ? per_day (&result->scenario, dose) : dose,
                      result->estimates[i].probability);
  }
  if (qusop_points_add_to (line, spec, QUSOP_SERIES_LINE, label, row->name, ink, dashed))
    qusop_plot_spec_tag (spec, row->tag);
}

/* Base and chosen row stand out; of many the others are one crowd. */
static void
add_overlaid (QusopPlotSpec     *spec,
              const QusopAnswer *row,
              guint              i,
              gboolean           crowded,
              gboolean           daily)
{
  static const QusopInk inks[] = {
    QUSOP_INK_SECONDARY, QUSOP_INK_ARM_2, QUSOP_INK_ARM_3, QUSOP_INK_ARM_4,
    QUSOP_INK_ARM_5,     QUSOP_INK_ARM_6, QUSOP_INK_ARM_1, QUSOP_INK_NEUTRAL,
  };

  if (row->is_base)
    add_curve (spec, row, daily, row->name, QUSOP_INK_PRIMARY, FALSE);
  else if (!crowded)
    add_curve (spec, row, daily, row->name, inks[i % G_N_ELEMENTS (inks)], FALSE);
  else if (row->is_chosen)
    add_curve (spec, row, daily, row->name, QUSOP_INK_SECONDARY, FALSE);
  else
    add_curve (spec, row, daily, _ ("other scenarios"), QUSOP_INK_NEUTRAL, FALSE);
}

/* Where all that matters has been shown, with as much again of the axis as a fifth. */
static double
axis_end (const QusopAnswer *rows, guint n, const QsScenario *leading, gboolean daily)
{
  double end = 0.0;

  for (guint i = 0; i < n; i++) {
    const QsResult *result = rows[i].result;
    double          dose;

    if (!shares_unit (&rows[i], leading))
      continue;
    dose = fmax (result->decision.dose_mg, result->decision.assured_dose_mg);
    if (isnan (dose))
      dose = result->estimates[result->n_estimates - 1].dose_mg;
    end = fmax (end, 1.25 * (daily ? per_day (&result->scenario, dose) : dose));
  }
  return end;
}

/**
 * qusop_figure_overlay:
 * @rows: answers with their names; those without a result are left out
 *
 * The dose–success curves of several questions. Where they are taken at different
 * intervals the axis is the dose of a day. The curves carry the tags of their rows.
 */
QusopPlotSpec *
qusop_figure_overlay (const QusopAnswer *rows, guint n)
{
  QusopPlotSpec      *spec = qusop_plot_spec_new (_ ("Dose–success curves"));
  const QsScenario   *leading = leading_scenario (rows, n);
  g_autoptr (GString) words = g_string_new (_ ("Dose–success curves of the scenarios"));
  guint               n_drawn = 0;
  gboolean            daily, one_target = TRUE;

  qusop_plot_spec_set_empty_reason (spec, _ ("No scenario has been answered yet."));
  qusop_plot_spec_set_y_axis (spec, _ ("Patients who succeed (%)"), "success_probability",
                              0.0, 1.0, FALSE);
  qusop_plot_spec_set_y_percent (spec, TRUE);
  if (leading == NULL) {
    qusop_plot_spec_set_description (spec, _ ("No scenario has been answered yet."));
    return spec;
  }

  daily = !have_same_interval (rows, n, leading);
  set_dose_axis (spec, leading, daily, axis_end (rows, n, leading, daily));
  for (guint i = 0; i < n; i++)
    n_drawn += shares_unit (&rows[i], leading);

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0, at = 0; i < n; i++) {
      const QusopAnswer *row = &rows[i];

      if (!shares_unit (row, leading))
        continue;
      /* What stands out is drawn last. */
      if ((row->is_base || row->is_chosen) == (pass == 1))
        add_overlaid (spec, row, at, n_drawn > n_told_apart, daily);
      at += !row->is_base;
      one_target &= row->result->decision.target == leading->target;
      if (pass == 1) {
        g_autofree char *dose =
            qusop_word_dose (&row->result->scenario, row->result->decision.dose_mg);

        g_string_append_printf (words, "; %s %s", row->name, dose);
      }
    }

  if (one_target) {
    g_autofree char *target = qusop_word_percent (leading->target);
    g_autofree char *label = g_strconcat ("target ", target, NULL);

    qusop_plot_spec_add_mark (spec, QUSOP_MARK_HORIZONTAL, label, QUSOP_INK_TARGET,
                              leading->target, 0.0);
  }
  qusop_plot_spec_set_description (spec, words->str);
  qusop_plot_spec_set_note (
      spec,
      daily ? _ ("Point estimates; doses of different intervals as the dose of a day.")
            : _ ("Point estimates."));
  return spec;
}

/* A row of the tornado. */
typedef struct {
  const QusopAnswer *answer;
  double             base; /* per day, as all */
  double             mean;
  double             assured;
  double             low, high;
} Bar;

static Bar
bar_of (const QusopAnswer *answer, double base)
{
  const QsScenario *scenario = &answer->result->scenario;
  const QsDecision *decision = &answer->result->decision;

  return (Bar){
    .answer = answer,
    .base = base,
    .mean = per_day (scenario, decision->dose_mg),
    .assured = per_day (scenario, decision->assured_dose_mg),
    .low = per_day (scenario, decision->interval_low_mg),
    .high = per_day (scenario, decision->interval_high_mg),
  };
}

/* The smallest change first, as rows are numbered upwards; none that cannot be drawn. */
static int
compare_bars (gconstpointer a, gconstpointer b)
{
  const Bar   *one = a, *other = b;
  const double x = isfinite (one->mean) ? fabs (one->mean - one->base) : -1.0;
  const double y = isfinite (other->mean) ? fabs (other->mean - other->base) : -1.0;

  return (x > y) - (x < y);
}

static char *
bar_name (const Bar *bar)
{
  const char      *name = bar->answer->name;
  g_autofree char *start = NULL;

  if ((gsize) g_utf8_strlen (name, -1) > n_name_characters) {
    start = g_utf8_substring (name, 0, (glong) n_name_characters - 1);
    name = start;
  }
  return g_strconcat (name, start != NULL ? "…" : "",
                      isfinite (bar->mean) ? "" : _ (" (not reached)"), NULL);
}

static void
add_one (QusopPlotSpec  *spec,
         QusopSeriesKind kind,
         const Bar      *bar,
         const char     *what,
         QusopInk        ink,
         double          x,
         double          y)
{
  g_autofree char *column = g_strconcat (bar->answer->name, ": ", what, NULL);

  if (isfinite (x))
    qusop_plot_spec_add_series (spec, kind, _ (what), column, ink, FALSE, 1, &x, &y,
                                NULL);
}

static void
add_bar (QusopPlotSpec *spec, const Bar *bar, double row)
{
  const gboolean   more = bar->mean > bar->base;
  const double     x[] = { fmin (bar->base, bar->mean), fmax (bar->base, bar->mean) };
  const double     below[] = { row - 0.3, row - 0.3 }, above[] = { row + 0.3, row + 0.3 };
  const double     interval[] = { bar->low, bar->high }, level[] = { row, row };
  g_autofree char *column = g_strconcat (bar->answer->name, ": 95 % interval", NULL);

  if (!isfinite (bar->mean))
    return;

  if (bar->mean != bar->base)
    qusop_plot_spec_add_series (
        spec, QUSOP_SERIES_BAND,
        more ? _ ("more than the base") : _ ("less than the base"), "",
        more ? QUSOP_INK_PRIMARY : QUSOP_INK_SECONDARY, FALSE, 2, x, below, above);
  if (isfinite (bar->low) && isfinite (bar->high))
    qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, _ ("95 % interval"), column,
                                QUSOP_INK_PRIMARY, FALSE, 2, interval, level, NULL);
  add_one (spec, QUSOP_SERIES_POINTS, bar, N_ ("mean dose"), QUSOP_INK_PRIMARY, bar->mean,
           row);
  qusop_plot_spec_tag (spec, bar->answer->tag);
  add_one (spec, QUSOP_SERIES_POINTS, bar, N_ ("assured dose"), QUSOP_INK_TARGET,
           bar->assured, row);
}

/**
 * qusop_figure_tornado:
 * @rows: answers with their names, one of them the base
 *
 * By how much each question's mean dose of a day differs from the base's, the largest
 * change on top, with the interval of the dose and the assured one.
 */
QusopPlotSpec *
qusop_figure_tornado (const QusopAnswer *rows, guint n)
{
  static const char *reason =
      N_ ("The tornado needs an answered base and another scenario.");
  QusopPlotSpec *spec = qusop_plot_spec_new (_ ("Mean dose per day against the base"));
  const QusopAnswer    *base = base_of (rows, n);
  g_autoptr (GArray)    bars = g_array_new (FALSE, FALSE, sizeof (Bar));
  g_autoptr (GString)   words = g_string_new (NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char      *label = NULL;
  double                at;

  qusop_plot_spec_set_empty_reason (spec, _ (reason));
  qusop_plot_spec_set_description (spec, _ (reason));
  at = base != NULL ? per_day (&base->result->scenario, base->result->decision.dose_mg)
                    : NAN;
  for (guint i = 0; isfinite (at) && i < n; i++) {
    const Bar bar = is_drawn (&rows[i]) ? bar_of (&rows[i], at) : (Bar){ 0 };

    if (&rows[i] != base && shares_unit (&rows[i], &base->result->scenario))
      g_array_append_val (bars, bar);
  }
  if (bars->len == 0)
    return spec;

  g_array_sort (bars, compare_bars);
  set_dose_axis (spec, &base->result->scenario, TRUE, 0.0);
  qusop_plot_spec_set_y_axis (spec, NULL, "row", 0.0, 0.0, FALSE);
  label = g_strdup_printf (_ ("base: %s"), base->name);
  {
    const double x[] = { at, at }, y[] = { -0.5, bars->len - 0.5 };

    qusop_plot_spec_add_series (spec, QUSOP_SERIES_LINE, label, label, QUSOP_INK_NEUTRAL,
                                FALSE, 2, x, y, NULL);
  }
  g_string_append_printf (words, _ ("Mean dose of a day against the base's %.4g"), at);
  for (guint i = 0; i < bars->len; i++) {
    const Bar *bar = &g_array_index (bars, Bar, i);

    g_ptr_array_add (names, bar_name (bar));
    add_bar (spec, bar, i);
  }
  for (guint i = bars->len; i-- > 0;) {
    const Bar *bar = &g_array_index (bars, Bar, i);

    g_string_append_printf (words, "; %s %+.4g", bar->answer->name, bar->mean - at);
  }
  g_ptr_array_add (names, NULL);
  qusop_plot_spec_set_y_categories (spec, (const char *const *) names->pdata);
  qusop_plot_spec_set_description (spec, words->str);
  return spec;
}
