/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"
#include "report/qs-report.h"

static const double unknown = 0.0 / 0.0;

/* Seconds of an emulation mean nothing, so they are not told. */
static double
elapsed_of (const QsEstimate *estimate)
{
  return estimate->timed ? estimate->elapsed_s : unknown;
}

/**
 * qs_report_estimate_json:
 * @seed: of everything random
 *
 * Returns: (transfer full): one probability, schema qusop-estimate/1. What does not exist
 * is null: the exact sum without a table, the dose of a table, the seconds of an
 * emulation.
 */
char *
qs_report_estimate_json (const QsEstimate *estimate, guint64 seed)
{
  json_t *root = json_object ();

  json_object_set_new (root, "schema", json_string ("qusop-estimate/1"));
  json_object_set_new (root, "method",
                       json_string (qs_estimator_name (estimate->estimator)));
  json_object_set_new (root, "backend", json_string (estimate->backend));
  json_object_set_new (root, "seed", qs_json_seed (seed));
  json_object_set_new (root, "dose_mg", qs_json_number (estimate->dose.dose_mg));
  json_object_set_new (root, "estimate", qs_json_number (estimate->dose.probability));
  json_object_set_new (root, "interval",
                       json_pack ("[o, o]", qs_json_number (estimate->dose.mc_lower),
                                  qs_json_number (estimate->dose.mc_upper)));
  json_object_set_new (root, "level", qs_json_number (estimate->level));
  json_object_set_new (root, "a_calls", json_integer ((json_int_t) estimate->n_calls));
  json_object_set_new (root, "shots", json_integer ((json_int_t) estimate->n_shots));
  json_object_set_new (root, "max_power", json_integer (estimate->max_power));
  json_object_set_new (root, "qubits", json_integer (estimate->n_qubits));
  json_object_set_new (root, "exact", qs_json_number (estimate->exact));
  json_object_set_new (root, "reference", qs_json_number (estimate->reference));
  json_object_set_new (root, "discretisation", qs_json_number (estimate->discretisation));
  json_object_set_new (root, "tabulated",
                       json_integer ((json_int_t) estimate->tabulated));
  json_object_set_new (root, "noisy", json_boolean (estimate->noisy));
  json_object_set_new (root, "fitted_decay", qs_json_number (estimate->decay));
  json_object_set_new (root, "tabulation_s", qs_json_number (estimate->tabulation_s));
  json_object_set_new (root, "elapsed_s", qs_json_number (elapsed_of (estimate)));
  json_object_set_new (root, "terminated",
                       json_boolean (estimate->verdict != QS_AMPLITUDE_CAPPED));
  json_object_set_new (root, "verdict",
                       json_string (qs_amplitude_verdict_name (estimate->verdict)));

  return qs_json_dump (root);
}

static void
add (GString *text, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (value == value)
    g_string_append (text, g_ascii_dtostr (buffer, sizeof buffer, value));
  g_string_append_c (text, ',');
}

/* Returns: (transfer full): the same as one row under a header; empty for null. */
char *
qs_report_estimate_csv (const QsEstimate *estimate)
{
  GString *text =
      g_string_new ("dose_mg,p,lower,upper,level,exact,discretisation,"
                    "elapsed_s,a_calls,shots,qubits,method,backend,verdict\n");

  add (text, estimate->dose.dose_mg);
  add (text, estimate->dose.probability);
  add (text, estimate->dose.mc_lower);
  add (text, estimate->dose.mc_upper);
  add (text, estimate->level);
  add (text, estimate->exact);
  add (text, estimate->discretisation);
  add (text, elapsed_of (estimate));
  g_string_append_printf (text,
                          "%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%u,%s,%s,%s\n",
                          estimate->n_calls, estimate->n_shots, estimate->n_qubits,
                          qs_estimator_name (estimate->estimator), estimate->backend,
                          qs_amplitude_verdict_name (estimate->verdict));
  return g_string_free (text, FALSE);
}
