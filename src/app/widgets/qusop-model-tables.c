/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-model-tables.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

/* Three digits, which is more than the standard error allows, with the reader's decimal
 * sign. */
static char *
number (double value)
{
  char *text;

  if (!isfinite (value))
    return g_strdup ("–");
  text = g_strdup_printf ("%#.3g", value);
  if (!g_ascii_isdigit (text[strlen (text) - 1]))
    text[strlen (text) - 1] = '\0';
  return text;
}

static char *
percent (double value)
{
  /* Without a negative zero. */
  return isfinite (value) ? g_strdup_printf (_ ("%.0f %%"), round (value) + 0.0)
                          : g_strdup ("–");
}

/* With its unit; random effects with what they mean for patients, √ (exp ω² − 1). */
static char *
name_of (const QsReportParameter *parameter)
{
  if (g_str_has_prefix (parameter->name, "omega2_") && parameter->estimate < 4.0)
    return g_strdup_printf (_ ("%s (CV %.0f %%)"), parameter->name,
                            100.0 * sqrt (expm1 (parameter->estimate)));
  if (*parameter->unit != '\0')
    return g_strdup_printf ("%s (%s)", parameter->name, parameter->unit);

  return g_strdup (parameter->name);
}

static void
add_parameter (QusopTextTable *table, const QsReportParameter *parameter)
{
  g_autofree char *name = name_of (parameter);
  g_autofree char *estimate = number (parameter->estimate);
  g_autofree char *se = number (parameter->se);
  g_autofree char *rse = percent (parameter->rse_percent);
  g_autofree char *low = number (parameter->low);
  g_autofree char *high = number (parameter->high);
  g_autofree char *interval = g_strdup_printf (_ ("%s to %s"), low, high);
  g_autofree char *shrinkage = isfinite (parameter->shrinkage_percent)
                                   ? percent (parameter->shrinkage_percent)
                                   : g_strdup ("");

  qusop_text_table_add_row (
      table, (const char *const[]){ name, estimate, se, rse, interval, shrinkage },
      FALSE);
  qusop_text_table_explain_row (table, parameter->name);
}

void
qusop_show_parameters (QusopTextTable *table, const QsModel *model)
{
  static const QusopCellKind kinds[] = { QUSOP_CELL_WORDS,  QUSOP_CELL_VALUE,
                                         QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER,
                                         QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER };
  static const char *const   terms[] = { NULL,  "estimate", "SE",
                                         "RSE", "interval", "shrinkage" };
  const char *const  heads[] = { _ ("Parameter"), _ ("Estimate"), _ ("SE"), _ ("RSE"),
                                 /* xgettext:no-c-format */
                                 _ ("95 % interval"), _ ("Shrinkage") };
  g_autoptr (GArray) parameters = model != NULL ? qs_report_parameters (model) : NULL;
  const guint        n = parameters != NULL ? parameters->len : 0;

  qusop_text_table_begin (table, n > 0 ? G_N_ELEMENTS (kinds) : 0, heads, kinds);
  qusop_text_table_explain (table, terms);
  for (guint i = 0; i < n; i++)
    add_parameter (table, &g_array_index (parameters, QsReportParameter, i));
}

static double
best_bic (const QsModel *model)
{
  for (guint i = 0; i < model->candidates->len; i++) {
    const QsCandidate *one = &g_array_index (model->candidates, QsCandidate, i);

    if (one->chosen)
      return one->bic;
  }

  return NAN;
}

/* "not fitted but for a test": how the numbers were found, in the reader's language. */
static const char *
how_of (const QsCandidate *candidate)
{
  static const struct {
    const char *how;
    const char *word;
  } words[] = {
    { "fitted", N_ ("fitted") },
    { "score test", N_ ("score test") },
    { "Wald test", N_ ("Wald test") },
    { "residuals", N_ ("from residuals") },
    { "did not converge", N_ ("did not converge") },
    { "not identified", N_ ("not identified") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].how, candidate->how) == 0)
      return _ (words[i].word);

  return candidate->how;
}

static void
add_candidate (QusopTextTable *table, const QsCandidate *candidate, double best)
{
  g_autofree char *n = g_strdup_printf ("%u", candidate->n_parameters);
  g_autofree char *minus2ll = g_strdup_printf ("%.1f", candidate->minus2ll);
  g_autofree char *error = isfinite (candidate->minus2ll_mc_error)
                               ? g_strdup_printf ("± %.1f", candidate->minus2ll_mc_error)
                               : g_strdup ("");
  g_autofree char *aic = g_strdup_printf ("%.1f", candidate->aic);
  g_autofree char *bic = g_strdup_printf ("%.1f", candidate->bic);
  g_autofree char *delta =
      isfinite (best) ? g_strdup_printf ("%+.1f", candidate->bic - best) : g_strdup ("");
  g_autofree char *draws =
      candidate->n_draws > 0 ? g_strdup_printf ("%u", candidate->n_draws) : g_strdup ("");

  qusop_text_table_add_row (
      table,
      (const char *const[]){ candidate->name, n, minus2ll, error, aic, bic, delta, draws,
                             candidate->chosen ? _ ("chosen") : how_of (candidate) },
      candidate->chosen);
}

void
qusop_show_candidates (QusopTextTable *table, const QsModel *model)
{
  static const QusopCellKind kinds[] = { QUSOP_CELL_LONG_WORDS, QUSOP_CELL_NUMBER,
                                         QUSOP_CELL_NUMBER,     QUSOP_CELL_NUMBER,
                                         QUSOP_CELL_NUMBER,     QUSOP_CELL_NUMBER,
                                         QUSOP_CELL_NUMBER,     QUSOP_CELL_NUMBER,
                                         QUSOP_CELL_WORDS };
  static const char *const   terms[] = {
      NULL,        "n-parameters", "-2LL", "-2LL MC error", "AIC", "BIC",
      "delta-bic", "draws",        NULL
  };
  const char *const heads[] = { _ ("Candidate"),    _ ("Parameters"), _ ("−2LL"),
                                _ ("Its MC error"), _ ("AIC"),        _ ("BIC"),
                                _ ("ΔBIC"),         _ ("Draws"),      _ ("How") };
  const guint       n = model != NULL ? model->candidates->len : 0;
  const double      best = n > 0 ? best_bic (model) : NAN;

  qusop_text_table_begin (table, n > 0 ? G_N_ELEMENTS (kinds) : 0, heads, kinds);
  qusop_text_table_explain (table, terms);
  for (guint i = 0; i < n; i++)
    add_candidate (table, &g_array_index (model->candidates, QsCandidate, i), best);
}

static void
add_proportionality (QusopTextTable *table, const QsProportionality *line)
{
  g_autofree char *n = g_strdup_printf ("%u", line->n_subjects);
  g_autofree char *doses =
      g_strdup_printf (_ ("%g to %g mg"), line->low_dose_mg, line->high_dose_mg);
  g_autofree char *slope = number (line->slope);
  g_autofree char *low95 = number (line->low95);
  g_autofree char *high95 = number (line->high95);
  g_autofree char *wide = g_strdup_printf (_ ("%s to %s"), low95, high95);
  g_autofree char *low90 = number (line->low90);
  g_autofree char *high90 = number (line->high90);
  g_autofree char *judged = g_strdup_printf (_ ("%s to %s"), low90, high90);
  g_autofree char *limit_low = number (line->limit_low);
  g_autofree char *limit_high = number (line->limit_high);
  g_autofree char *limits = g_strdup_printf (_ ("%s to %s"), limit_low, limit_high);
  const char      *verdict = line->verdict == QS_PROPORTIONALITY_YES ? _ ("proportional")
                             : line->verdict == QS_PROPORTIONALITY_NO ? _ ("not proportional")
                                                                      : _ ("inconclusive");

  qusop_text_table_add_row (
      table,
      (const char *const[]){ qs_nca_parameter_info (line->parameter)->title, n, doses,
                             slope, wide, judged, limits, verdict },
      FALSE);
}

/* Whether exposure grows in proportion to dose: the power model of each; empty where the
 * study cannot tell. */
void
qusop_show_proportionality (QusopTextTable  *table,
                            const QsDataset *dataset,
                            const QsNca     *nca)
{
  static const QsNcaParameter exposures[] = { QS_NCA_AUC_TAU, QS_NCA_CMAX, QS_NCA_CTROUGH,
                                              QS_NCA_AUC_INF };
  static const QusopCellKind  kinds[] = { QUSOP_CELL_WORDS,  QUSOP_CELL_NUMBER,
                                          QUSOP_CELL_NUMBER, QUSOP_CELL_VALUE,
                                          QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER,
                                          QUSOP_CELL_NUMBER, QUSOP_CELL_WORDS };
  const char *const           heads[] = { _ ("Exposure"),      _ ("Subjects"),
                                          _ ("Doses"),         _ ("Slope"),
                                          _ ("95 % interval"), _ ("90 % interval"),
                                          _ ("Limits for it"), _ ("Verdict") };

  qusop_text_table_begin (table, G_N_ELEMENTS (heads), heads, kinds);
  for (guint i = 0; i < G_N_ELEMENTS (exposures); i++) {
    QsProportionality line;

    if (qs_proportionality_of_study (&line, dataset, nca, exposures[i], NULL))
      add_proportionality (table, &line);
  }
}
