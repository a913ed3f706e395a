/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-report.h"

#include <math.h>
#include <string.h>

static void
append_number (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.10g", value));
}

/* RFC 4180; a leading sign of a formula is kept from spreadsheets. */
static void
append_id (GString *csv, const char *text)
{
  g_string_append_c (csv, '"');
  if (*text != '\0' && strchr ("=+-@", *text) != NULL)
    g_string_append_c (csv, '\'');
  for (; *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *text);
  }
  g_string_append_c (csv, '"');
}

static const char *
endpoint_name (QsEndpoint endpoint)
{
  return endpoint == QS_ENDPOINT_PK ? "pk" : "pd";
}

/**
 * qs_report_residuals_csv:
 * @diagnostics: of @dataset
 *
 * Returns: (transfer full): residuals.csv, one line per observation; what is not defined
 *   is empty
 */
char *
qs_report_residuals_csv (const QsDataset *dataset, const QsDiagnostics *diagnostics)
{
  GString *csv = g_string_new ("ID,DOSE,ENDPOINT,TIME,TAD,DV,BLQ,PRED,IPRED,IRES,IWRES,"
                               "CWRES,NPDE,STDRES\n");

  for (gsize i = 0; i < diagnostics->n_residuals; i++) {
    const QsResidual *r = &diagnostics->residuals[i];
    const QsSubject  *subject = qs_dataset_subject (dataset, r->subject);

    append_id (csv, subject->id);
    append_number (csv, subject->dose_mg);
    g_string_append_printf (csv, ",%s", endpoint_name (r->endpoint));
    append_number (csv, r->time_h);
    append_number (csv, r->tad_h);
    append_number (csv, r->dv);
    g_string_append_printf (csv, ",%d", r->below_limit);
    append_number (csv, r->pred);
    append_number (csv, r->ipred);
    append_number (csv, r->ires);
    append_number (csv, r->iwres);
    append_number (csv, r->cwres);
    append_number (csv, r->npde);
    append_number (csv, r->standardised);
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}

/**
 * qs_report_individuals_csv:
 *
 * Returns: (transfer full): individual.csv, the empirical Bayes estimates; SE is the
 *   posterior standard deviation. Effects that a subject's data say nothing of are 0.
 */
char *
qs_report_individuals_csv (const QsDataset *dataset, const QsDiagnostics *diagnostics)
{
  GString *csv = g_string_new ("ID,DOSE,BW,COMED");

  for (guint j = 0; j < diagnostics->n_effects; j++)
    g_string_append_printf (csv, ",ETA_%s,SE_ETA_%s", diagnostics->effects[j].name,
                            diagnostics->effects[j].name);
  g_string_append (csv, ",CONVERGED\n");

  for (guint i = 0; diagnostics->individuals != NULL && i < diagnostics->n_subjects;
       i++) {
    const QsSubject    *subject = qs_dataset_subject (dataset, i);
    const QsIndividual *individual = &diagnostics->individuals[i];

    append_id (csv, subject->id);
    append_number (csv, subject->dose_mg);
    append_number (csv, subject->bw_kg);
    append_number (csv, subject->comed);
    for (guint j = 0; j < diagnostics->n_effects; j++) {
      append_number (csv, individual->eta[j]);
      append_number (csv, individual->eta_se[j]);
    }
    g_string_append_printf (csv, ",%d\n", individual->converged);
  }

  return g_string_free (csv, FALSE);
}

static void
append_range (GString *csv, const QsVpcRange *range)
{
  append_number (csv, range->low);
  append_number (csv, range->median);
  append_number (csv, range->high);
}

/**
 * qs_report_vpc_csv:
 *
 * Returns: (transfer full): vpc.csv, one line per check, bin and percentile, with the
 *   median and the 95 % interval of the simulated studies; the share below the limit of
 *   quantification is a line of its own, named "blq"
 */
char *
qs_report_vpc_csv (const QsDiagnostics *diagnostics)
{
  GString *csv =
      g_string_new ("endpoint,corrected,dose_mg,bin_time_h,bin_from_h,bin_to_h,n,"
                    "percentile,observed,simulated_lower,simulated_median,"
                    "simulated_upper,n_simulations\n");

  for (guint i = 0; i < diagnostics->vpcs->len; i++) {
    const QsVpc *vpc = &g_array_index (diagnostics->vpcs, QsVpc, i);

    for (guint row = 0; row < vpc->n_bins * (QS_VPC_N_PERCENTILES + 1); row++) {
      const QsVpcBin *bin = &vpc->bins[row / (QS_VPC_N_PERCENTILES + 1)];
      const guint     p = row % (QS_VPC_N_PERCENTILES + 1);
      const gboolean  is_share = p == QS_VPC_N_PERCENTILES;

      g_string_append_printf (csv, "%s,%d", endpoint_name (vpc->endpoint),
                              vpc->corrected);
      append_number (csv, vpc->dose_mg);
      append_number (csv, bin->time_h);
      append_number (csv, bin->from_h);
      append_number (csv, bin->to_h);
      g_string_append_printf (csv, ",%u", bin->n);
      if (is_share)
        g_string_append (csv, ",blq");
      else
        append_number (csv, 100.0 * qs_vpc_percentiles[p]);
      append_number (csv, is_share ? bin->observed_below : bin->observed[p]);
      append_range (csv, is_share ? &bin->simulated_below : &bin->simulated[p]);
      g_string_append_printf (csv, ",%u\n", diagnostics->options.n_simulations);
    }
  }

  return g_string_free (csv, FALSE);
}

/**
 * qs_report_calibration_csv:
 *
 * Returns: (transfer full): calibration.csv, predicted against observed shares of
 *   attaining subjects, with their 95 % intervals: by arm, then by predicted probability
 */
char *
qs_report_calibration_csv (const QsDiagnostics *diagnostics)
{
  GString *csv = g_string_new ("group,dose_mg,n,predicted,predicted_lower,"
                               "predicted_upper,observed,observed_lower,"
                               "observed_upper\n");

  for (guint i = 0; i < diagnostics->calibration->len; i++) {
    const QsCalibrationPoint *point =
        &g_array_index (diagnostics->calibration, QsCalibrationPoint, i);

    g_string_append (csv, isnan (point->dose_mg) ? "probability" : "arm");
    append_number (csv, point->dose_mg);
    g_string_append_printf (csv, ",%u", point->n);
    append_number (csv, point->predicted);
    append_number (csv, point->predicted_low);
    append_number (csv, point->predicted_high);
    append_number (csv, point->observed);
    append_number (csv, point->low);
    append_number (csv, point->high);
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}

/**
 * qs_report_attainment_check_csv:
 *
 * Returns: (transfer full): attainment-check.csv, the observed number of attaining
 * subjects by arm and its predictive distribution
 */
char *
qs_report_attainment_check_csv (const QsDiagnostics *diagnostics)
{
  GString *csv = g_string_new ("dose_mg,n,observed,predicted_mean,predicted_lower,"
                               "predicted_median,predicted_upper,p_value\n");

  for (guint i = 0; i < diagnostics->attainment->len; i++) {
    const QsAttainmentCheck *check =
        &g_array_index (diagnostics->attainment, QsAttainmentCheck, i);
    char dose[G_ASCII_DTOSTR_BUF_SIZE];

    g_string_append (csv, g_ascii_formatd (dose, sizeof dose, "%.10g", check->dose_mg));
    g_string_append_printf (csv, ",%u,%u", check->n, check->observed);
    append_number (csv, check->mean);
    append_number (csv, check->low);
    append_number (csv, check->median);
    append_number (csv, check->high);
    append_number (csv, check->p_value);
    g_string_append_c (csv, '\n');
  }

  return g_string_free (csv, FALSE);
}
