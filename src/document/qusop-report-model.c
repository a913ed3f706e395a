/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-model.h"

#include "qusop-figures.h"
#include "qusop-words.h"

#include <math.h>

static void
add_number (QusopReport *report, const char *name, double value, const char *unit)
{
  g_autofree char *word = qusop_word_number (value);
  g_autofree char *text = unit != NULL && *unit != '\0'
                              ? g_strconcat (word, " ", unit, NULL)
                              : g_strdup (word);

  qusop_report_add_pair (report, name, text);
}

static void
add_count (QusopReport *report, const char *name, guint64 n)
{
  g_autofree char *text = qusop_word_count (n);

  qusop_report_add_pair (report, name, text);
}

static void
add_fit_settings (QusopReport *report, const QsModel *model)
{
  const QsFitOptions *options = &model->options;

  qusop_report_add_pair (report, "Family", qs_model_kind_name (model->kind));
  if (model->history->len > 0) {
    add_count (report, "Epochs trained", model->history->len);
    add_count (report, "Epoch kept", model->best_epoch + 1);
    add_number (report, "Learning rate", options->learning_rate, "");
    add_count (report, "Batch size (subjects)", options->batch_size);
    add_number (report, "Clipping of the gradient's norm", options->clip_norm, "");
    add_number (report, "Validation share of the subjects", options->validation_share,
                "");
    qusop_report_add_pair (report, "Early stopping",
                           options->early_stopping ? "on" : "off");
  }
  add_count (report,
             model->kind == QS_MODEL_PKPD ? "Parameter draws"
                                          : "Bootstrap fits (subjects resampled)",
             model->draws->len);
}

/* What it is, by the numbers; those of the parameters have a table of their own. */
static void
add_card (QusopReport *report, const QsModel *model, const GArray *parameters)
{
  qusop_report_add_table (report, "Model card", 2,
                          (const char *const[]){ "Item", "Value", NULL });
  add_fit_settings (report, model);
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *metric = &g_array_index (model->metrics, QsMetric, i);

    if (!qs_report_parameters_tell (parameters, metric->name))
      add_number (report, metric->name, metric->value, metric->unit);
  }
}

/* With a point, whatever the locale of a window. */
static char *
number (const char *format, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, format, value));
}

static char *
with_percent (double value)
{
  return isfinite (value) ? g_strdup_printf ("%.0f %%", round (value) + 0.0)
                          : g_strdup ("");
}

static char *
interval_text (double low, double high)
{
  g_autofree char *from = number ("%.3g", low), *to = number ("%.3g", high);

  return isfinite (low) ? g_strdup_printf ("%s to %s", from, to) : g_strdup ("");
}

/* What the names mean that are not those of a textbook. */
static void
explain_parameters (QusopReport *report)
{
  qusop_report_add_text (
      report, QUSOP_BLOCK_PARAGRAPH,
      "omega2 is the variance between subjects of the logarithm of a parameter, of the "
      "logit for an Imax below 1; of a logarithm, the coefficient of variation is "
      "√(exp(omega2) − 1). beta is the effect of a covariate on that scale, sigma the "
      "residual standard deviation, as a share of the prediction (prop) or in its unit "
      "(add). Intervals are symmetric on the scale of estimation; shrinkage is that of "
      "the random effects.");
}

static void
add_parameters (QusopReport *report, const GArray *parameters)
{
  static const char *const header[] = { "Parameter", "Unit",          "Estimate",  "SE",
                                        "RSE",       "95 % interval", "Shrinkage", NULL };

  if (parameters->len == 0)
    return;

  qusop_report_add_table (report, "Parameters at 70 kg", 2, header);
  for (guint i = 0; i < parameters->len; i++) {
    const QsReportParameter *p = &g_array_index (parameters, QsReportParameter, i);
    g_autofree char         *estimate = number ("%.4g", p->estimate);
    g_autofree char         *se = number ("%.2g", p->se);
    g_autofree char         *rse = with_percent (p->rse_percent);
    g_autofree char         *interval = interval_text (p->low, p->high);
    g_autofree char         *shrinkage = with_percent (p->shrinkage_percent);

    qusop_report_add_row (report,
                          (const char *const[]){ p->name, p->unit, estimate,
                                                 isfinite (p->se) ? se : "unknown", rse,
                                                 interval, shrinkage, NULL });
  }
  explain_parameters (report);
}

static void
add_candidates (QusopReport *report, const QsModel *model)
{
  static const char *const header[] = { "Candidate", "How",      "Parameters",
                                        "−2LL",      "MC error", "AIC",
                                        "BIC",       "Draws",    NULL };

  if (model->candidates->len == 0)
    return;

  qusop_report_add_table (report, "Candidates of the search", 2, header);
  for (guint i = 0; i < model->candidates->len; i++) {
    const QsCandidate *one = &g_array_index (model->candidates, QsCandidate, i);
    g_autofree char   *n = g_strdup_printf ("%u", one->n_parameters);
    g_autofree char   *minus2ll = number ("%.1f", one->minus2ll);
    g_autofree char   *error = isfinite (one->minus2ll_mc_error)
                                   ? number ("%.1f", one->minus2ll_mc_error)
                                   : g_strdup ("");
    g_autofree char   *aic = number ("%.1f", one->aic);
    g_autofree char   *bic = number ("%.1f", one->bic);
    g_autofree char   *draws =
        one->n_draws > 0 ? g_strdup_printf ("%u", one->n_draws) : g_strdup ("");

    qusop_report_add_row (
        report, (const char *const[]){ one->name, one->chosen ? "chosen" : one->how, n,
                                       minus2ll, error, aic, bic, draws, NULL });
  }
}

static void
add_sentence (QusopReport *report, const char *text)
{
  if (text != NULL)
    qusop_report_add_text (report, QUSOP_BLOCK_PARAGRAPH, text);
}

/**
 * qusop_report_add_model:
 *
 * What the model is, why it was chosen, whether it converged, its parameters and, after a
 * search, all candidates.
 */
void
qusop_report_add_model (QusopReport *self, const QsModel *model)
{
  g_autoptr (GArray) parameters = qs_report_parameters (model);
  g_autofree char   *words = qs_model_describe (model);

  qusop_report_add_text (self, QUSOP_BLOCK_HEADING, "Model");
  add_sentence (self, words);
  add_sentence (self, model->explanation);
  add_sentence (self, model->convergence);
  add_parameters (self, parameters);
  add_card (self, model, parameters);
  add_candidates (self, model);
  if (model->history->len > 0)
    qusop_report_add_figure (
        self, NULL,
        qusop_figure_loss ((const QsLossPoint *) model->history->data,
                           model->history->len, model->best_epoch));
}
