/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/qs-validate.h"

#include "core/qs-rng.h"
#include "pkpd/qs-turnover.h"
#include "qusop.h"
#include "report/qs-json.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <math.h>
#include <sodium.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

static void
clear_check (gpointer data)
{
  QsValidationCheck *check = data;

  g_free (check->expected);
  g_free (check->found);
}

/* Takes both texts. */
static void
add (GArray *checks, const char *name, char *expected, char *found, gboolean passed)
{
  const QsValidationCheck check = { name, expected, found, passed };

  g_array_append_val (checks, check);
}

static char *
number (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (text, sizeof text, "%.10g", value));
}

static void
add_number (GArray     *checks,
            const char *name,
            double      expected,
            double      found,
            double      tolerance)
{
  add (checks, name, number (expected), number (found),
       fabs (found - expected) <= tolerance * fabs (expected));
}

/* Installation */

/* A library that was exchanged for an older one than was built against. */
static void
add_versions (GArray *checks)
{
  int major, minor, patch;

  yaml_get_version (&major, &minor, &patch);
  add (checks, "version of QuSOP", g_strdup (qs_version ()), g_strdup (qs_version ()),
       TRUE);
  add (checks, "GLib is as new as what QuSOP was built with",
       g_strdup_printf ("%d.%d", GLIB_MAJOR_VERSION, GLIB_MINOR_VERSION),
       g_strdup_printf ("%u.%u", glib_major_version, glib_minor_version),
       glib_check_version (GLIB_MAJOR_VERSION, GLIB_MINOR_VERSION, 0) == NULL);
  add (checks, "SQLite is as new as what QuSOP was built with", g_strdup (SQLITE_VERSION),
       g_strdup (sqlite3_libversion ()),
       sqlite3_libversion_number () >= SQLITE_VERSION_NUMBER);
  add (checks, "libsodium is there", g_strdup (SODIUM_VERSION_STRING),
       g_strdup (sodium_version_string ()), sodium_init () >= 0);
  add (checks, "libyaml is there", g_strdup ("0.2"),
       g_strdup_printf ("%d.%d.%d", major, minor, patch), major > 0 || minor >= 2);
  add (checks, "jansson is there", g_strdup (JANSSON_VERSION),
       g_strdup (jansson_version_str ()), TRUE);
}

/* Where records, models and settings are kept: to be written by the user alone. */
static void
add_folder (GArray *checks, const char *name, const char *parent)
{
  g_autofree char *path = g_build_filename (parent, "qusop", NULL);
  GStatBuf         status;

  if (g_mkdir_with_parents (path, 0700) != 0 || g_stat (path, &status) != 0) {
    add (checks, name, g_strdup ("a folder of the user"), g_strdup (g_strerror (errno)),
         FALSE);
    return;
  }

  add (checks, name, g_strdup ("writable by the user, not by everybody"),
       g_strdup_printf ("mode %03o", (guint) status.st_mode & 0777u),
       g_access (path, W_OK | X_OK) == 0 && (status.st_mode & S_IWOTH) == 0);
}

/* Operation */

/* The known answer that comes with Random123 (kat_vectors, philox4x32 10). */
static void
add_random (GArray *checks)
{
  static const guint32 counter[4] = { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 };
  static const guint32 key[2] = { 0xa4093822, 0x299f31d0 };
  static const guint32 known[4] = { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 };
  guint32              out[4];

  qs_rng_philox (counter, key, out);
  add (checks, "random streams: Philox 4x32-10",
       g_strdup_printf ("%08x %08x %08x %08x", known[0], known[1], known[2], known[3]),
       g_strdup_printf ("%08x %08x %08x %08x", out[0], out[1], out[2], out[3]),
       memcmp (out, known, sizeof out) == 0);
}

/* Ends of intervals that have a closed form: of no success the upper end is 1 −
 * (α/2)^1/n, of a beta distribution with b = 1 the quantile is p^1/a. */
static void
add_statistics (GArray *checks)
{
  double low, high;

  qs_clopper_pearson (0.0, 12.0, 0.95, &low, &high);
  add_number (checks, "Clopper-Pearson, 0 of 12, upper end",
              1.0 - pow (0.025, 1.0 / 12.0), high, 1e-12);
  add_number (checks, "beta quantile, p = 0.3, a = 7, b = 1", pow (0.3, 1.0 / 7.0),
              qs_beta_quantile (0.3, 7.0, 1.0), 1e-12);
  add_number (checks, "normal quantile, p = 0.975", 1.959963984540054,
              qs_normal_quantile (0.975), 1e-12);
}

/* Bateman's function, and a baseline that no drug changes. */
static void
add_closed_forms (GArray *checks)
{
  static const QsPkParameters pk = {
    .n_compartments = 1, .ka = 0.7, .cl = 0.3, .v = 5.0
  };
  static const QsPdParameters pd = {
    .r0 = 9.0, .kout = 0.05, .imax = 0.9, .ic50 = 0.4, .gamma = 1.0
  };
  static const QsDose dose = { .dose_mg = 10.0 }, none = { .dose_mg = 0.0 };
  const double        time_h = 7.0, k = pk.cl / pk.v;
  const double        bateman = dose.dose_mg * pk.ka / (pk.v * (pk.ka - k)) *
                         (exp (-k * time_h) - exp (-pk.ka * time_h));
  double c, r;

  qs_pkpd_simulate (&pk, &pd, &dose, 1, &time_h, 1, &c, &r);
  add_number (checks, "concentration after an oral dose, mg/L", bateman, c, 1e-12);
  qs_pkpd_simulate (&pk, &pd, &none, 1, &time_h, 1, &c, &r);
  add_number (checks, "biomarker without drug, ng/mL", pd.r0, r, 1e-12);
}

static double
metric_of (const QsModel *model, const char *name)
{
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *metric = &g_array_index (model->metrics, QsMetric, i);

    if (strcmp (metric->name, name) == 0)
      return metric->value;
  }

  return NAN;
}

/* Read, checked, fitted, asked; with one thread and with more the same bits. */
static gboolean
add_flow (GArray *checks, const char *sample, QsRun *run, GError **error)
{
  QsFitOptions             fit = qs_fit_options_default (QS_MODEL_EMAX);
  QsPopulationOptions      options = qs_population_options_default (QS_MODEL_EMAX);
  const QsScenario         scenario = qs_scenario_default ();
  g_autoptr (QsDataset)    dataset = qs_dataset_load (sample, NULL, run, error);
  g_autoptr (QsModel)      model = NULL, again = NULL;
  g_autoptr (QsRun)        alone = qs_run_new (1, NULL, NULL);
  g_autoptr (QsPopulation) population = NULL;
  g_autoptr (QsResult)     result = NULL;

  if (dataset == NULL)
    return FALSE;
  add (checks, "rows of the sample study", g_strdup ("2820"),
       g_strdup_printf ("%" G_GSIZE_FORMAT, (gsize) qs_dataset_n_rows (dataset)),
       qs_dataset_n_rows (dataset) == 2820);

  fit.n_bootstrap = 5;
  model = qs_fit (dataset, &fit, run, error);
  again = model != NULL ? qs_fit (dataset, &fit, alone, error) : NULL;
  population = again != NULL ? qs_population_new (model, &options, run, error) : NULL;
  result = population != NULL ? qs_solve (population, &scenario, run, error) : NULL;
  if (result == NULL)
    return FALSE;

  /* Found once with this version; optimisers of other machines end within this. */
  add_number (checks, "Emax fit of the sample: R0, ng/mL", 8.95500,
              metric_of (model, "R0"), 1e-4);
  add_number (checks, "Emax fit of the sample: Imax", 0.881063, metric_of (model, "Imax"),
              1e-4);
  add (checks, "one thread and many: the same model", qs_model_sha256 (again),
       qs_model_sha256 (model), FALSE);
  QsValidationCheck *last = &g_array_index (checks, QsValidationCheck, checks->len - 1);
  last->passed = strcmp (last->expected, last->found) == 0;
  add (checks, "a dose is found for the base population", g_strdup ("reached"),
       g_strdup (qs_status_name (result->decision.status)),
       result->decision.status == QS_STATUS_REACHED);
  return TRUE;
}

/**
 * qs_validate:
 * @sample: path of the study that comes with QuSOP
 * @run: (nullable): the run
 * @error: return location for what keeps a check from being made
 *
 * Checks of installation and operation on this machine, a second's work.
 *
 * Returns: (transfer full) (element-type QsValidationCheck) (nullable): all checks
 */
GArray *
qs_validate (const char *sample, QsRun *run, GError **error)
{
  g_autoptr (GArray) checks = g_array_new (FALSE, FALSE, sizeof (QsValidationCheck));

  g_array_set_clear_func (checks, clear_check);
  add_versions (checks);
  add_folder (checks, "folder of records", g_get_user_data_dir ());
  add_folder (checks, "folder of remembered models", g_get_user_cache_dir ());
  add_random (checks);
  add_statistics (checks);
  add_closed_forms (checks);
  if (!add_flow (checks, sample, run, error))
    return NULL;

  return g_steal_pointer (&checks);
}

gboolean
qs_validation_passed (const GArray *checks)
{
  for (guint i = 0; i < checks->len; i++)
    if (!g_array_index (checks, QsValidationCheck, i).passed)
      return FALSE;

  return TRUE;
}

char *
qs_validation_json (const GArray *checks)
{
  g_autofree char *build = qs_machine_build (), *cpu = qs_machine_cpu ();
  json_t          *list = json_array ();

  for (guint i = 0; i < checks->len; i++) {
    const QsValidationCheck *check = &g_array_index (checks, QsValidationCheck, i);

    json_array_append_new (list, json_pack ("{s:s, s:s, s:s, s:b}", "name", check->name,
                                            "expected", check->expected, "found",
                                            check->found, "passed", check->passed));
  }

  return qs_json_dump (json_pack ("{s:s, s:s, s:s, s:s, s:b, s:o}", "schema",
                                  "qusop-validation/1", "version", qs_version (), "build",
                                  build, "cpu", cpu, "passed",
                                  qs_validation_passed (checks), "checks", list));
}

char *
qs_validation_text (const GArray *checks)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "Validation of QuSOP %s on this machine\n\n",
                          qs_version ());
  for (guint i = 0; i < checks->len; i++) {
    const QsValidationCheck *check = &g_array_index (checks, QsValidationCheck, i);

    g_string_append_printf (text, "%s  %s: expected %s, found %s\n",
                            check->passed ? "pass" : "FAIL", check->name, check->expected,
                            check->found);
  }
  g_string_append_printf (text, "\n%s\n%s\n",
                          qs_validation_passed (checks)
                              ? "All checks passed."
                              : "Some checks failed: do not rely on this installation.",
                          qs_intended_use ());
  return g_string_free (text, FALSE);
}
