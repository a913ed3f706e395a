/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-study.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "domain/qs-subject.h"

#include <math.h>
#include <string.h>

/* Dimensions of a subject's random numbers. */
enum { DRAW_BW, DRAW_EFFECTS, DRAW_RESIDUALS = 16 };

typedef struct {
  const QsTruth *truth;
  const QsRngKey key;
  GString       *csv;
} Writer;

typedef struct {
  guint    id;
  guint    bw_kg;
  guint    comed;
  double   dose_mg;
  gboolean has_pk;
} Person;

static gboolean
has_limits (const QsTruth *truth)
{
  return truth->lloq[QS_ENDPOINT_PK] > 0.0 || truth->lloq[QS_ENDPOINT_PD] > 0.0;
}

/* What is measured where @value is true. A value that cannot be is drawn again: no assay
 * reports a biomarker at or below zero; concentrations may be so with additive error. */
static double
measure (const Writer *self, guint id, guint dimension, QsEndpoint endpoint, double value)
{
  const double   add = self->truth->sigma_add[endpoint];
  const double   sd = hypot (self->truth->sigma_prop[endpoint] * value, add);
  const gboolean any = value == 0.0 || (endpoint == QS_ENDPOINT_PK && add > 0.0);
  double         measured;

  do {
    measured = value + sd * qs_rng_normal (&self->key, id, dimension);
    dimension += 1024;
  } while (!any && !(measured > 0.0));

  return measured;
}

/* The columns for values below the limit, where there is one: a value below it is given
 * as the limit. */
static void
append_limit (const Writer *self, double value, double lloq)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE] = ".";

  if (!has_limits (self->truth))
    return;

  if (lloq > 0.0)
    g_ascii_formatd (text, sizeof text, "%.10g", lloq);
  g_string_append_printf (self->csv, ",%d,%s", value < lloq, text);
}

static void
append_row (const Writer *self,
            const Person *person,
            double        time_h,
            double        value,
            gboolean      is_dose,
            guint         compartment,
            guint         endpoint)
{
  const double lloq = is_dose ? 0.0 : self->truth->lloq[endpoint - 1];
  char         dose[G_ASCII_DTOSTR_BUF_SIZE], time[G_ASCII_DTOSTR_BUF_SIZE];
  char         dv[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (dose, sizeof dose, "%.10g", person->dose_mg);
  g_ascii_formatd (time, sizeof time, "%.10g", time_h);
  g_ascii_formatd (dv, sizeof dv, "%.6g", lloq > 0.0 ? MAX (value, lloq) : value);
  g_string_append_printf (self->csv, "%u,%u,%u,%s,%s,%s,%u,%u,%s,%u,%u", person->id,
                          person->bw_kg, person->comed, dose, time, dv, is_dose, is_dose,
                          is_dose ? dose : "0", compartment, endpoint);
  append_limit (self, value, lloq);
  g_string_append_c (self->csv, '\n');
}

/* Rows of one time: concentration, then biomarker. */
static void
append_time (const Writer *self,
             const Person *person,
             guint         k,
             double        concentration_mg_l,
             double        response_ng_ml)
{
  const double time_h = self->truth->times_h[k];
  const guint  dimension = DRAW_RESIDUALS + 2 * k;

  if (person->has_pk && time_h > 0.0)
    append_row (self, person, time_h,
                measure (self, person->id, dimension, QS_ENDPOINT_PK, concentration_mg_l),
                FALSE, 2, 1);
  append_row (self, person, time_h,
              measure (self, person->id, dimension + 1, QS_ENDPOINT_PD, response_ng_ml),
              FALSE, 3, 2);
}

/* All rows of one person, doses before what is measured at the same time. */
static void
append_person (const Writer *self, const Person *person)
{
  const QsTruth     *truth = self->truth;
  const guint        n_doses = person->dose_mg > 0.0 ? truth->n_doses : 0;
  g_autofree QsDose *doses = g_new (QsDose, truth->n_doses);
  double             effects[QS_PKPD_N_PARAMETERS];
  double             concentration[QS_TRUTH_MAX_TIMES], response[QS_TRUTH_MAX_TIMES];
  QsPkParameters     pk;
  QsPdParameters     pd;
  guint              next = 0;

  for (guint i = 0; i < n_doses; i++)
    doses[i] = (QsDose){ i * truth->interval_h, person->dose_mg };

  qs_truth_effects (truth, &self->key, person->id, DRAW_EFFECTS, effects);
  qs_truth_person (truth, person->bw_kg, person->comed, effects, &pk, &pd);
  qs_pkpd_simulate (&pk, &pd, doses, n_doses, truth->times_h, truth->n_times,
                    concentration, response);

  for (guint k = 0; k <= truth->n_times; k++) {
    const double until_h = k < truth->n_times ? truth->times_h[k] : INFINITY;

    while (next < n_doses && doses[next].time_h <= until_h)
      append_row (self, person, doses[next++].time_h, 0.0, TRUE, 1, 0);
    if (k < truth->n_times)
      append_time (self, person, k, concentration[k], response[k]);
  }
}

/**
 * qs_study_csv:
 * @truth: what it is made from
 * @seed: of all random numbers
 *
 * A study of the shape of a Phase 1 trial: parallel arms, weights of 50–100 kg, every
 * other subject with co-medication. Values have six digits, so the bytes do not hang on
 * the last bit of the machine's mathematics.
 *
 * Returns: (transfer full): the file
 */
char *
qs_study_csv (const QsTruth *truth, guint64 seed)
{
  const Writer writer = { .truth = truth,
                          .key = { .seed = seed, .stream = QS_RNG_STUDY },
                          .csv = g_string_new (
                              "ID,BW,COMED,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID") };
  Person       person = { 0 };

  g_string_append (writer.csv, has_limits (truth) ? ",CENS,LLOQ\n" : "\n");
  for (guint arm = 0; arm < truth->n_arms; arm++) {
    for (guint i = 0; i < truth->n_per_arm; i++) {
      person.id++;
      person.bw_kg =
          50 + (guint) (51.0 * qs_rng_uniform (&writer.key, person.id, DRAW_BW));
      person.comed = i % 2;
      person.dose_mg = truth->doses_mg[arm];
      person.has_pk = person.dose_mg > 0.0 && i >= truth->n_without_pk;
      append_person (&writer, &person);
    }
  }

  return g_string_free (writer.csv, FALSE);
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
 * @truth: one of qs_truth_names(), or the path of a YAML file for qs_truth_load()
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
  g_autofree char *name = g_filename_display_basename (truth);
  g_autofree char *truth_path = qs_study_truth_path (path);
  g_autofree char *csv = NULL, *json = NULL;
  QsTruth          parsed;

  if (!qs_truth_find (truth, &parsed) && !qs_truth_load (truth, &parsed, error))
    return FALSE;

  json = qs_study_truth_json (&parsed, name, seed, run, error);
  if (json == NULL)
    return FALSE;
  csv = qs_study_csv (&parsed, seed);

  return write_file (truth_path, json, error) && write_file (path, csv, error);
}
