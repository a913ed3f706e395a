/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-person.h"

#include <math.h>

/* 32 people on 0, 2, 6 and 20 mg a day for ten days, whose biomarker rises to three times
 * its baseline at most. */
static QsPkpdStudy *
rising_study (void)
{
  static const double arms_mg[] = { 0.0, 2.0, 6.0, 20.0 };
  static const double times_h[] = {
    0, 2, 6, 12, 24, 48, 96, 168, 216, 222, 240, 288, 360
  };
  enum { N_TIMES = G_N_ELEMENTS (times_h), N_DOSES = 10 };
  const QsRngKey key = { .seed = 2, .stream = QS_RNG_TEST };
  GString       *rows = g_string_new ("ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n");
  QsPkpdStudy   *study;
  g_autoptr (GError) error = NULL;

  for (guint32 i = 0; i < 32; i++) {
    const double         dose_mg = arms_mg[i % 4];
    const QsPkParameters pk = { .n_compartments = 1,
                                .ka = 0.7 * exp (0.2 * qs_rng_normal (&key, i, 0)),
                                .cl = 0.2 * exp (0.2 * qs_rng_normal (&key, i, 1)),
                                .v = 5.0 * exp (0.2 * qs_rng_normal (&key, i, 2)) };
    const QsPdParameters pd = { .kind = QS_RESPONSE_STIMULATES_PRODUCTION,
                                .r0 = 8.0 * exp (0.2 * qs_rng_normal (&key, i, 3)),
                                .kout = 0.05,
                                .imax = 2.0,
                                .ic50 = 1.0 * exp (0.2 * qs_rng_normal (&key, i, 4)),
                                .gamma = 1.0 };
    QsDose               doses[N_DOSES];
    double               c[N_TIMES], r[N_TIMES];

    for (guint k = 0; k < N_DOSES; k++)
      doses[k] = (QsDose){ 24.0 * k, dose_mg };
    qs_pkpd_simulate (&pk, &pd, doses, N_DOSES, times_h, N_TIMES, c, r);
    for (guint k = 0, next = 0; k < N_TIMES; k++) {
      const double noise[2] = { qs_rng_normal (&key, i, 10 + k),
                                qs_rng_normal (&key, i, 40 + k) };

      for (; next < N_DOSES && doses[next].time_h <= times_h[k]; next++)
        g_string_append_printf (rows, "%u,70,0,%g,%g,.,1,1,%g,1,.\n", i + 1, dose_mg,
                                doses[next].time_h, dose_mg);
      if (k > 0 && dose_mg > 0.0)
        g_string_append_printf (rows, "%u,70,0,%g,%g,%g,0,0,.,2,1\n", i + 1, dose_mg,
                                times_h[k], c[k] * exp (0.1 * noise[0]));
      g_string_append_printf (rows, "%u,70,0,%g,%g,%g,0,0,.,3,2\n", i + 1, dose_mg,
                              times_h[k], r[k] * exp (0.1 * noise[1]));
    }
  }

  g_autoptr (GBytes)    bytes = g_string_free_to_bytes (rows);
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "rows.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  study = qs_pkpd_study_new (dataset, &error);
  g_assert_no_error (error);

  return study;
}
