/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-rng.h"
#include "data/qs-dataset.h"

#include <math.h>
#include <string.h>

/**
 * StudyOptions:
 * @n_per_arm: subjects in each of the arms of 0, 1, 3 and 10 mg
 * @n_points: observations of the biomarker in the last dosing window
 * @log_response: log of the typical biomarker at a dose per weight and co-medication
 * @omega: SD of the subject effect, log scale
 * @sigma: SD of the residual error, log scale
 *
 * A study whose biomarker is flat within the window.
 */
typedef struct {
  guint n_per_arm;
  guint n_points;
  double (*log_response) (double dose_mg_per_kg, guint comed);
  double   omega;
  double   sigma;
  gboolean has_comed;
  guint64  seed;
} StudyOptions;

static inline void
study_append_subject (GString *csv, const StudyOptions *options, guint id, double dose_mg)
{
  const QsRngKey key = { .seed = options->seed, .stream = QS_RNG_TEST };
  const double   bw_kg = floor (50.0 + 50.0 * qs_rng_uniform (&key, id, 0));
  const guint    comed = options->has_comed ? id % 2 : 0;
  const double   mean = options->log_response (dose_mg / bw_kg, comed) +
                      options->omega * qs_rng_normal (&key, id, 1);
  char head[128], dose[32], bw[32], dv[32];

  g_ascii_formatd (dose, sizeof dose, "%.10g", dose_mg);
  g_ascii_formatd (bw, sizeof bw, "%.10g", bw_kg);
  g_snprintf (head, sizeof head, "%u,%s,%s%s", id, bw,
              !options->has_comed ? ""
              : comed != 0        ? "1,"
                                  : "0,",
              dose);

  for (guint i = 0; i < 3; i++)
    if (dose_mg > 0.0)
      g_string_append_printf (csv, "%s,%u,0,1,1,%s,1,0\n", head, 24 * i, dose);
  for (guint i = 1; i <= options->n_points; i++) {
    const double value = exp (mean + options->sigma * qs_rng_normal (&key, id, 1 + i));

    g_ascii_formatd (dv, sizeof dv, "%.17g", value);
    g_string_append_printf (csv, "%s,%u,%s,0,0,0,3,2\n", head, 48 + i, dv);
  }
  /* Washout, far above every threshold: no label may come from here. */
  g_string_append_printf (csv, "%s,400,99,0,0,0,3,2\n", head);
}

static inline QsDataset *
study_new (const StudyOptions *options)
{
  static const double doses_mg[] = { 0.0, 1.0, 3.0, 10.0 };
  g_autoptr (GBytes)  bytes = NULL;
  g_autoptr (GError)  error = NULL;
  QsDataset          *dataset;
  GString            *csv = g_string_new (NULL);
  guint               id = 1;
  gsize               length;

  g_string_append_printf (csv, "ID,BW,%sDOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n",
                          options->has_comed ? "COMED," : "");
  for (guint arm = 0; arm < G_N_ELEMENTS (doses_mg); arm++)
    for (guint i = 0; i < options->n_per_arm; i++)
      study_append_subject (csv, options, id++, doses_mg[arm]);

  length = csv->len;
  bytes = g_bytes_new_take (g_string_free (csv, FALSE), length);
  dataset = qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);
  g_assert_no_error (error);

  return dataset;
}
