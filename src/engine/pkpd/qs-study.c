/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-study.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <math.h>
#include <string.h>

/* 21 daily doses: dense sampling on the first day and after the last dose, then washout
 * for four weeks. */
#define N_DOSES 21
#define INTERVAL_H 24.0
static const double times_h[] = {
  0.0,   1.0,   2.0,   4.0,   8.0,   12.0,   24.0,   36.0,  48.0,
  72.0,  168.0, 336.0, 480.0, 481.0, 482.0,  484.0,  488.0, 492.0,
  504.0, 552.0, 600.0, 672.0, 840.0, 1008.0, 1176.0,
};
#define N_TIMES G_N_ELEMENTS (times_h)

/* Dimensions of a subject's random numbers. */
enum { DRAW_BW, DRAW_EFFECTS, DRAW_RESIDUALS = 16 };

typedef struct {
  guint  id;
  guint  bw_kg;
  guint  comed;
  double dose_mg;
} Person;

/* A normal factor of mean 1; the rare one below zero is drawn again, because no assay
 * reports a negative amount. */
static double
residual_factor (const QsRngKey *key, guint id, guint dimension, double sd)
{
  double factor;

  do {
    factor = 1.0 + sd * qs_rng_normal (key, id, dimension);
    dimension += 1024;
  } while (!(factor > 0.0));

  return factor;
}

static void
append_row (GString      *csv,
            const Person *person,
            double        time_h,
            double        value,
            gboolean      is_dose,
            guint         compartment,
            guint         endpoint)
{
  char dose[G_ASCII_DTOSTR_BUF_SIZE], time[G_ASCII_DTOSTR_BUF_SIZE];
  char dv[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (dose, sizeof dose, "%.10g", person->dose_mg);
  g_ascii_formatd (time, sizeof time, "%.10g", time_h);
  g_ascii_formatd (dv, sizeof dv, "%.6g", value);
  g_string_append_printf (csv, "%u,%u,%u,%s,%s,%s,%u,%u,%s,%u,%u\n", person->id,
                          person->bw_kg, person->comed, dose, time, dv, is_dose, is_dose,
                          is_dose ? dose : "0", compartment, endpoint);
}

/* Rows of one time: dose, then concentration, then biomarker. */
static void
append_time (GString        *csv,
             const QsTruth  *truth,
             const QsRngKey *key,
             const Person   *person,
             gsize           k,
             double          concentration_mg_l,
             double          response_ng_ml)
{
  const guint dimension = DRAW_RESIDUALS + 2 * (guint) k;

  if (person->dose_mg > 0.0 && times_h[k] > 0.0)
    append_row (csv, person, times_h[k],
                concentration_mg_l *
                    residual_factor (key, person->id, dimension, truth->sigma_pk_prop),
                FALSE, 2, 1);
  append_row (csv, person, times_h[k],
              response_ng_ml *
                  residual_factor (key, person->id, dimension + 1, truth->sigma_pd_prop),
              FALSE, 3, 2);
}

static void
append_person (GString        *csv,
               const QsTruth  *truth,
               const QsRngKey *key,
               const Person   *person)
{
  double         concentration[N_TIMES], response[N_TIMES], effects[5];
  QsDose         doses[N_DOSES];
  QsPkParameters pk;
  QsPdParameters pd;
  gsize          next = 0;

  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    effects[i] = qs_rng_normal (key, person->id, DRAW_EFFECTS + i);
  for (guint i = 0; i < N_DOSES; i++)
    doses[i] = (QsDose){ i * INTERVAL_H, person->dose_mg };

  qs_truth_person (truth, person->bw_kg, person->comed, effects, &pk, &pd);
  qs_pkpd_simulate (&pk, &pd, doses, person->dose_mg > 0.0 ? N_DOSES : 0, times_h,
                    N_TIMES, concentration, response);

  for (gsize k = 0; k < N_TIMES; k++) {
    while (person->dose_mg > 0.0 && next < N_DOSES && doses[next].time_h <= times_h[k])
      append_row (csv, person, doses[next++].time_h, 0.0, TRUE, 1, 0);
    append_time (csv, truth, key, person, k, concentration[k], response[k]);
  }
}

/**
 * qs_study_csv:
 * @truth: what it is made from
 * @seed: of all random numbers
 *
 * A study of the shape of a Phase 1 trial: parallel arms, 21 daily doses, weights of
 * 50–100 kg, every other subject with co-medication. Values have six digits, so the bytes
 * do not hang on the last bit of the machine's mathematics.
 *
 * Returns: (transfer full): the file
 */
char *
qs_study_csv (const QsTruth *truth, guint64 seed)
{
  const QsRngKey key = { .seed = seed, .stream = QS_RNG_STUDY };
  GString       *csv = g_string_new ("ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID\n");
  Person         person = { 0 };

  for (guint arm = 0; arm < truth->n_arms; arm++) {
    for (guint i = 0; i < truth->n_per_arm; i++) {
      person.id++;
      person.bw_kg = 50 + (guint) (51.0 * qs_rng_uniform (&key, person.id, DRAW_BW));
      person.comed = i % 2;
      person.dose_mg = truth->doses_mg[arm];
      append_person (csv, truth, &key, &person);
    }
  }

  return g_string_free (csv, FALSE);
}

/**
 * qs_study_truth_path:
 *
 * Returns: (transfer full): where the truth of the study @path lies: DATA.truth.json
 * beside DATA.csv
 */
char *
qs_study_truth_path (const char *path)
{
  const gsize length = strlen (path);
  const gsize stem = g_str_has_suffix (path, ".csv") ? length - 4 : length;

  return g_strdup_printf ("%.*s.truth.json", (int) stem, path);
}

static gboolean
write_file (const char *path, const char *content, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (g_file_set_contents_full (
          path, content, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
          0644, &cause))
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_IO, "\"%s\" cannot be written: %s", path,
               cause->message);
  return FALSE;
}

/**
 * qs_study_simulate:
 * @truth: "default", or the path of a YAML file for qs_truth_load()
 * @seed: of all random numbers
 * @path: of the study to write; the truth is written beside it
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_IO, %QS_ERROR_DATA or %QS_ERROR_CANCELLED
 *
 * Both files are computed before the first is written, and each appears whole or not at
 * all.
 */
gboolean
qs_study_simulate (const char *truth,
                   guint64     seed,
                   const char *path,
                   QsRun      *run,
                   GError    **error)
{
  const gboolean   is_default = strcmp (truth, "default") == 0;
  g_autofree char *name = g_filename_display_basename (truth);
  g_autofree char *truth_path = qs_study_truth_path (path);
  g_autofree char *csv = NULL, *json = NULL;
  QsTruth          parsed = qs_truth_default ();

  if (!is_default && !qs_truth_load (truth, &parsed, error))
    return FALSE;

  json = qs_study_truth_json (&parsed, name, seed, run, error);
  if (json == NULL)
    return FALSE;
  csv = qs_study_csv (&parsed, seed);

  return write_file (truth_path, json, error) && write_file (path, csv, error);
}
