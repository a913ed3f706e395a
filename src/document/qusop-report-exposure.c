/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-exposure.h"

#include "qusop-words.h"

#include <math.h>

/* Three digits: percentiles of some thousand patients have no more. */
static char *
short_number (double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return isfinite (value)
             ? g_strdup (g_ascii_formatd (buffer, sizeof buffer,
                                          value < 999.5 ? "%.3g" : "%.0f", value))
             : g_strdup ("–");
}

/* "5.3 (3.4–8.3)": median and what nine patients of ten lie within. */
static char *
spread_text (const QsSpread *spread)
{
  g_autofree char *low = short_number (spread->low);
  g_autofree char *median = short_number (spread->median);
  g_autofree char *high = short_number (spread->high);

  return isfinite (spread->median) ? g_strdup_printf ("%s (%s–%s)", median, low, high)
                                   : g_strdup ("–");
}

static gboolean
is_known (const QsResult *result)
{
  return isfinite (result->exposure.dose_mg);
}

typedef struct {
  const char *population;
  const char *regimen;
  char       *target;
  char       *dose;
} Lead;

static Lead
lead_of (const QsResult *result)
{
  const char *name = result->scenario.name;

  return (Lead){
    .population = name != NULL ? name : "own",
    .regimen = qusop_word_regimen (&result->scenario),
    .target = qusop_word_percent (result->scenario.target),
    .dose = qusop_word_dose (&result->scenario, result->exposure.dose_mg),
  };
}

static void
lead_clear (Lead *self)
{
  g_free (self->target);
  g_free (self->dose);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lead, lead_clear)

static void
add_exposures (QusopReport *self, const GPtrArray *results)
{
  static const char *const header[] = {
    "Population",     "Regimen",      "Target",      "Mean dose",  "Cmax, mg/L",
    "AUCtau, h·mg/L", "Dose / given", "Cmax / seen", "AUC / seen", NULL
  };

  qusop_report_add_table (
      self, "Exposure at the mean dose, steady state: median (5th–95th percentile)", 2,
      header);
  for (guint i = 0; i < results->len; i++) {
    const QsResult   *result = g_ptr_array_index (results, i);
    const QsExposure *exposure = &result->exposure;
    g_auto (Lead)     lead = lead_of (result);
    g_autofree char  *cmax = spread_text (&exposure->figures[QS_EXPOSURE_CMAX]);
    g_autofree char  *auc = spread_text (&exposure->figures[QS_EXPOSURE_AUC_TAU]);
    g_autofree char  *by_dose = short_number (exposure->factor_dose);
    g_autofree char  *by_cmax = short_number (exposure->factor_cmax);
    g_autofree char  *by_auc = short_number (exposure->factor_auc);

    if (is_known (result))
      qusop_report_add_row (self,
                            (const char *const[]){ lead.population, lead.regimen,
                                                   lead.target, lead.dose, cmax, auc,
                                                   by_dose, by_cmax, by_auc, NULL });
  }
  qusop_report_add_text (
      self, QUSOP_BLOCK_PARAGRAPH,
      "The last three columns are extrapolation factors: the dose over the highest "
      "single "
      "dose given, and the 95th percentiles of Cmax and of AUCtau per hour over the "
      "highest of any subject observed in a last dosing interval. Above 1 the answer "
      "rests on the model alone; the largest of the three counts.");
}

static const QsExposureFigure times[] = { QS_EXPOSURE_HALF_LIFE, QS_EXPOSURE_STEADY,
                                          QS_EXPOSURE_TARGET };

/* One unit for all rows: days where any time is above two. */
static double
time_unit_h (const GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++) {
    const QsResult *result = g_ptr_array_index (results, i);

    for (gsize k = 0; k < G_N_ELEMENTS (times); k++)
      if (result->exposure.figures[times[k]].median > 48.0)
        return 24.0;
  }

  return 1.0;
}

static char *
time_text (const QsSpread *spread, double unit_h)
{
  return spread_text (&(QsSpread){ spread->low / unit_h, spread->median / unit_h,
                                   spread->high / unit_h });
}

static void
add_kinetics (QusopReport *self, const GPtrArray *results)
{
  const double     unit_h = time_unit_h (results);
  const char      *unit = unit_h > 1.0 ? "days" : "h";
  g_autofree char *half_life = g_strdup_printf ("Effective half-life, %s", unit);
  g_autofree char *to_steady = g_strdup_printf ("To steady state, %s", unit);
  g_autofree char *to_target = g_strdup_printf ("To target, %s", unit);

  qusop_report_add_table (
      self, "Kinetics at the mean dose: median (5th–95th percentile)", 2,
      (const char *const[]){ "Population", "Regimen", "Target", "Rac, AUCtau",
                             "Rac, Cmax", half_life, to_steady, to_target,
                             "Reach the target", NULL });
  for (guint i = 0; i < results->len; i++) {
    const QsResult  *result = g_ptr_array_index (results, i);
    const QsSpread  *figures = result->exposure.figures;
    g_auto (Lead)    lead = lead_of (result);
    g_autofree char *auc = spread_text (&figures[QS_EXPOSURE_ACCUMULATION_AUC]);
    g_autofree char *cmax = spread_text (&figures[QS_EXPOSURE_ACCUMULATION_CMAX]);
    g_autofree char *half = time_text (&figures[times[0]], unit_h);
    g_autofree char *steady = time_text (&figures[times[1]], unit_h);
    g_autofree char *target = time_text (&figures[times[2]], unit_h);
    g_autofree char *share = qusop_word_percent (result->exposure.target_share);

    if (is_known (result))
      qusop_report_add_row (self, (const char *const[]){ lead.population, lead.regimen,
                                                         lead.target, auc, cmax, half,
                                                         steady, target, share, NULL });
  }
  qusop_report_add_text (
      self, QUSOP_BLOCK_PARAGRAPH,
      "Rac, the accumulation ratio, is steady state over first dose; the effective "
      "half-life is the one "
      "that accumulates as much (Boxenbaum & Battle 1995). Steady state begins with the "
      "dose after which the trough has 90 % of its last value. The target is reached "
      "when "
      "the true biomarker stays at or below the threshold for good, and its time is that "
      "of the patients who get there.");
}

static void
add_line (QusopReport *self, const QsProportionality *line)
{
  g_autofree char *n = g_strdup_printf ("%u", line->n_subjects);
  g_autofree char *low_mg = qusop_word_number (line->low_dose_mg);
  g_autofree char *high_mg = qusop_word_mg (line->high_dose_mg);
  g_autofree char *doses = g_strdup_printf ("%s–%s", low_mg, high_mg);
  g_autofree char *slope = short_number (line->slope);
  g_autofree char *low95 = short_number (line->low95);
  g_autofree char *high95 = short_number (line->high95);
  g_autofree char *interval95 = g_strdup_printf ("%s–%s", low95, high95);
  g_autofree char *low90 = short_number (line->low90);
  g_autofree char *high90 = short_number (line->high90);
  g_autofree char *interval90 = g_strdup_printf ("%s–%s", low90, high90);
  g_autofree char *low = short_number (line->limit_low);
  g_autofree char *high = short_number (line->limit_high);
  g_autofree char *limits = g_strdup_printf ("%s–%s", low, high);

  qusop_report_add_row (
      self,
      (const char *const[]){ qs_nca_parameter_info (line->parameter)->title, n, doses,
                             slope, interval95, interval90, limits,
                             qs_proportionality_verdict_name (line->verdict), NULL });
}

static void
add_proportionality (QusopReport *self, const QsDataset *dataset)
{
  static const QsNcaParameter exposures[] = { QS_NCA_AUC_TAU, QS_NCA_CMAX };
  static const char *const    header[] = { "Exposure",      "Subjects",      "Doses",
                                           "Slope",         "95 % interval", "90 % interval",
                                           "Limits for it", "Verdict",       NULL };
  g_autoptr (QsNca)           nca = qs_nca_new (dataset, NULL, NULL);
  gboolean                    begun = FALSE;

  for (gsize i = 0; nca != NULL && i < G_N_ELEMENTS (exposures); i++) {
    QsProportionality line;

    if (!qs_proportionality_of_study (&line, dataset, nca, exposures[i], NULL))
      continue;
    if (!begun)
      qusop_report_add_table (self, "Dose proportionality of the study", 1, header);
    begun = TRUE;
    add_line (self, &line);
  }

  if (begun)
    qusop_report_add_text (
        self, QUSOP_BLOCK_PARAGRAPH,
        "The power model exposure = a × dose^slope of the observed exposures of the last "
        "dosing interval; a slope of 1 is proportional. The 90 % interval is judged "
        "against the slopes at which exposure per dose changes by −20 or +25 % over the "
        "doses given (Smith et al. 2000).");
}

/**
 * qusop_report_add_exposure:
 *
 * What stands beside the answers: exposure and kinetics of the virtual patients, where
 * the model knows concentrations, and the dose proportionality of the study.
 */
void
qusop_report_add_exposure (QusopReport     *self,
                           const QsDataset *dataset,
                           const GPtrArray *results)
{
  gboolean known = FALSE;

  for (guint i = 0; i < results->len; i++)
    known = known || is_known (g_ptr_array_index (results, i));

  if (!known)
    return;

  qusop_report_add_text (self, QUSOP_BLOCK_HEADING, "Exposure and kinetics");
  add_exposures (self, results);
  add_kinetics (self, results);
  add_proportionality (self, dataset);
}
