/* SPDX-License-Identifier: Apache-2.0 */
#include "samples.h"

#include <math.h>

static double
share_at (double dose_mg, double median_mg)
{
  return qs_normal_cdf (log (dose_mg / median_mg) / 0.55);
}

QsResult *
sample_result (void)
{
  QsResult *result = g_new0 (QsResult, 1);

  result->n_refs = 1;
  result->scenario = qs_scenario_default ();
  result->n_estimates = 60;
  result->estimates = g_new0 (QsDoseEstimate, result->n_estimates);
  for (gsize i = 0; i < result->n_estimates; i++) {
    QsDoseEstimate *estimate = &result->estimates[i];
    const double    dose_mg = 0.5 * (i + 1.0);
    const double    p = share_at (dose_mg, 2.9);
    const double    mc = 1.96 * sqrt (p * (1.0 - p) / 480000.0);
    const double    group = 1.96 * sqrt (p * (1.0 - p) / 480.0);

    *estimate = (QsDoseEstimate){ .dose_mg = dose_mg,
                                  .probability = p,
                                  .lower = share_at (dose_mg, 3.6),
                                  .upper = share_at (dose_mg, 2.3),
                                  .mc_lower = p - mc,
                                  .mc_upper = p + mc,
                                  .replicate_lower = fmax (p - group, 0.0),
                                  .replicate_upper = fmin (p + group, 1.0) };
  }
  result->decision = (QsDecision){ .status = QS_STATUS_REACHED,
                                   .target = 0.9,
                                   .dose_mg = 6.0,
                                   .assured_dose_mg = 7.5,
                                   .crossing_mg = 5.87,
                                   .interval_low_mg = 4.65,
                                   .interval_high_mg = 7.29,
                                   .p_at_dose = share_at (6.0, 2.9),
                                   .p_below = share_at (5.5, 2.9),
                                   .band_low = share_at (6.0, 3.6),
                                   .band_high = share_at (6.0, 2.3),
                                   .mc_error_mg = 0.02,
                                   .mc_half_width = 0.0009,
                                   .decision_grade = TRUE,
                                   .max_p = share_at (30.0, 2.9),
                                   .extrapolation = 0.6 };
  result->exposure = qs_exposure_unknown ();
  result->level = 0.95;
  result->n_subjects = 480;
  result->n_replicates = 1000;
  result->n_draws = 20;
  result->seed = 1;
  result->ess = 61234.0;
  result->has_subject_effect = TRUE;
  result->warnings = g_new0 (char *, 1);
  return result;
}

QsStudyFacts
sample_facts (void)
{
  return (QsStudyFacts){ .n_subjects = 48,
                         .highest_dose_mg = 10.0,
                         .bw_low_kg = 51.0,
                         .bw_high_kg = 100.0,
                         .has_comed = TRUE,
                         .comed_share = 0.5,
                         .interval_h = 24.0,
                         .window_from_h = 480.0,
                         .window_to_h = 504.0,
                         .doses_mg = { 0.0, 1.0, 3.0, 10.0 },
                         .n_doses = 4 };
}

GArray *
sample_history (void)
{
  GArray *history = g_array_new (FALSE, FALSE, sizeof (QsLossPoint));

  for (guint i = 0; i < 400; i++) {
    const QsLossPoint point = { 0.9 * exp (-0.02 * i) + 0.012 + 0.004 * sin (0.9 * i),
                                0.95 * exp (-0.021 * i) + 0.03 + 5e-5 * i +
                                    0.006 * sin (0.7 * i) };

    g_array_append_val (history, point);
  }

  return history;
}

/* Two arms of two, dosed daily for two days, observed to 48 h; one concentration of ID 3
 * lies below the limit. */
QsDataset *
sample_study (void)
{
  static const double concentrations[] = { 2.0, 3.0, 1.5, 2.5 };
  static const char head[] = "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID,CENS,LLOQ\n";
  GString          *csv = g_string_new (head);
  g_autoptr (GBytes) bytes = NULL;
  QsDataset         *dataset;
  gsize              length;

  for (guint id = 1; id <= 4; id++) {
    const guint dose_mg = id <= 2 ? 0 : 3;
    const guint comed = id % 2;

    for (guint k = 0; k <= 8; k++) {
      const guint time_h = 6 * k;
      const guint marker = dose_mg == 0 ? 12 - comed : id == 3 ? 8 - k : 13 - k;

      if (dose_mg > 0 && (time_h == 0 || time_h == 24))
        g_string_append_printf (csv, "%u,%u,%u,3,%u,.,1,1,3,1,0,0,.\n", id, 50 + 5 * id,
                                comed, time_h);
      g_string_append_printf (csv, "%u,%u,%u,%u,%u,%u,0,0,0,3,2,0,.\n", id, 50 + 5 * id,
                              comed, dose_mg, time_h, MAX (marker, 1));
      if (dose_mg > 0 && k > 0)
        g_string_append_printf (
            csv, "%u,%u,%u,3,%u,%.1f,0,0,0,2,1,%d,0.5\n", id, 50 + 5 * id, comed, time_h,
            id == 3 && k == 5 ? 0.5 : concentrations[k % 4], id == 3 && k == 5);
    }
  }

  length = csv->len;
  bytes = g_bytes_new_take (g_string_free (csv, FALSE), length);
  dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, NULL);
  g_assert_true (dataset != NULL && qs_dataset_is_usable (dataset));
  return dataset;
}
