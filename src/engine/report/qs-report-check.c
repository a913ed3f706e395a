/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-windows.h"
#include "report/qs-json.h"
#include "report/qs-report.h"

/* Arms listed at most; facts keep as many. */
#define N_ARMS_MAX 64

static json_t *
finding_json (const QsFinding *finding)
{
  json_t *object = json_object ();

  json_object_set_new (object, "row",
                       finding->row > 0 ? json_integer (finding->row) : json_null ());
  json_object_set_new (object, "id", qs_json_text (finding->id));
  json_object_set_new (object, "column", qs_json_text (finding->column));
  json_object_set_new (object, "value", qs_json_text (finding->value));
  json_object_set_new (object, "rule", qs_json_text (finding->rule));
  json_object_set_new (object, "severity",
                       json_string (qs_severity_name (finding->severity)));
  json_object_set_new (object, "action", qs_json_text (finding->action));
  json_object_set_new (object, "more", json_integer (finding->n_more));

  return object;
}

static json_t *
findings_json (const QsDataset *dataset)
{
  json_t *array = json_array ();

  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++)
    json_array_append_new (array, finding_json (qs_dataset_finding (dataset, i)));

  return array;
}

static json_t *
columns_json (const QsDataset *dataset)
{
  json_t *array = json_array ();

  for (guint i = 0; i < qs_dataset_n_columns (dataset); i++)
    json_array_append_new (
        array, json_pack ("{s:o, s:s}", "name",
                          qs_json_text (qs_dataset_column_name (dataset, i)), "role",
                          qs_column_role_name (qs_dataset_column_role (dataset, i))));

  return array;
}

static json_t *
attainment_json (const QsDataset *dataset, double threshold_ng_ml)
{
  QsArm       arms[N_ARMS_MAX];
  const gsize n_arms =
      qs_attainment (dataset, QS_SUCCESS_BELOW, threshold_ng_ml, arms, N_ARMS_MAX);
  json_t *array = json_array ();

  for (gsize i = 0; i < n_arms; i++)
    json_array_append_new (
        array, json_pack ("{s:o, s:i, s:i}", "dose_mg", qs_json_number (arms[i].dose_mg),
                          "n", (int) arms[i].n, "attained", (int) arms[i].attained));

  return array;
}

/**
 * qs_report_check_json:
 * @threshold_ng_ml: of the observed attainment
 *
 * Returns: (transfer full): the quality control of @dataset, schema qusop-check/1. Where
 * a finding is fatal there is no study: its figures are 0, the window null.
 */
char *
qs_report_check_json (const QsDataset *dataset, double threshold_ng_ml)
{
  const gboolean usable = qs_dataset_is_usable (dataset);
  json_t        *root = json_object ();

  json_object_set_new (root, "schema", json_string ("qusop-check/1"));
  json_object_set_new (root, "version", json_string (QS_VERSION));
  json_object_set_new (root, "data_sha256", json_string (qs_dataset_sha256 (dataset)));
  json_object_set_new (root, "rows", json_integer (qs_dataset_n_rows (dataset)));
  json_object_set_new (root, "subjects", json_integer (qs_dataset_n_subjects (dataset)));
  json_object_set_new (
      root, "observations",
      json_pack ("{s:i, s:i}", "pk",
                 (int) qs_dataset_n_observations (dataset, QS_ENDPOINT_PK), "pd",
                 (int) qs_dataset_n_observations (dataset, QS_ENDPOINT_PD)));
  json_object_set_new (root, "columns", columns_json (dataset));
  json_object_set_new (root, "usable", json_boolean (usable));
  json_object_set_new (root, "threshold_ng_ml", json_real (threshold_ng_ml));
  json_object_set_new (root, "findings", findings_json (dataset));
  json_object_set_new (root, "last_dosing_window_h", json_null ());

  if (usable) {
    const QsStudyFacts facts = qs_dataset_facts (dataset);

    json_object_set_new (root, "last_dosing_window_h",
                         json_pack ("[o, o]", qs_json_number (facts.window_from_h),
                                    qs_json_number (facts.window_to_h)));
  }
  json_object_set_new (root, "attainment",
                       usable ? attainment_json (dataset, threshold_ng_ml)
                              : json_array ());

  return qs_json_dump (root);
}
