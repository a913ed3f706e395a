/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-study.h"

#include "pkpd/qs-crossing.h"

#include <jansson.h>
#include <math.h>

/* The Monte Carlo error of the crossings is then about 0.7 %. */
#define N_SUBJECTS 20000

/* Six digits: more would hang on the last bits of the machine's mathematics. */
static json_t *
rounded (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    return json_null ();

  g_ascii_formatd (text, sizeof text, "%.6g", value);
  return json_real (g_ascii_strtod (text, NULL));
}

static json_t *
list_json (const double *values, guint n)
{
  json_t *array = json_array ();

  for (guint i = 0; i < n; i++)
    json_array_append_new (array, json_real (values[i]));

  return array;
}

static json_t *
field_json (const QsTruth *truth, const QsTruthField *field)
{
  switch (field->type) {
  case QS_TRUTH_COUNT:
    return json_integer (G_STRUCT_MEMBER (guint, truth, field->offset));
  case QS_TRUTH_WORD:
    return json_string (field->word (G_STRUCT_MEMBER (guint, truth, field->offset)));
  case QS_TRUTH_LIST:
    return list_json (G_STRUCT_MEMBER_P (truth, field->offset),
                      G_STRUCT_MEMBER (guint, truth, field->count_offset));
  case QS_TRUTH_NUMBER:
  default:
    return json_real (G_STRUCT_MEMBER (double, truth, field->offset));
  }
}

/* Everything that a truth says, by section, and the units. */
static void
add_fields (const QsTruth *truth, json_t *root)
{
  gsize               n_fields;
  const QsTruthField *fields = qs_truth_fields (&n_fields);
  json_t             *units = json_object ();

  for (gsize i = 0; i < n_fields; i++) {
    json_t *section = json_object_get (root, fields[i].section);

    if (section == NULL) {
      section = json_object ();
      json_object_set_new (root, fields[i].section, section);
    }
    json_object_set_new (section, fields[i].name, field_json (truth, &fields[i]));
    if (fields[i].unit[0] != '\0')
      json_object_set_new (units, fields[i].name, json_string (fields[i].unit));
  }
  json_object_set_new (root, "units", units);
}

static json_t *
crossing_json (const QsScenario *scenario, const QsCrossing *crossing)
{
  return json_pack ("{s:s, s:s, s:f, s:f, s:o, s:[o, o], s:o}", "scenario",
                    scenario->name, "regimen", qs_regimen_name (scenario->regimen),
                    "target", crossing->target, "threshold_ng_ml",
                    scenario->threshold_ng_ml, "crossing_mg", rounded (crossing->dose_mg),
                    "mc_interval_mg", rounded (crossing->lower_mg),
                    rounded (crossing->upper_mg), "max_p", rounded (crossing->max_p));
}

static gboolean
add_answers (const QsTruth    *truth,
             const QsScenario *scenario,
             guint64           seed,
             json_t           *answers,
             QsRun            *run,
             GError          **error)
{
  QsCrossing crossings[] = { { .target = 0.75 }, { .target = 0.9 } };

  if (!qs_truth_crossings (truth, scenario, seed, N_SUBJECTS, crossings,
                           G_N_ELEMENTS (crossings), run, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (crossings); i++)
    json_array_append_new (answers, crossing_json (scenario, &crossings[i]));
  return TRUE;
}

/* As many as an analysis answers. */
static json_t *
answers_json (const QsTruth *truth, guint64 seed, QsRun *run, GError **error)
{
  static const QsRegimen regimens[] = { QS_REGIMEN_QD, QS_REGIMEN_QW };
  json_t                *answers = json_array ();

  for (guint i = 0; i < QS_N_POPULATIONS; i++) {
    for (guint j = 0; j < G_N_ELEMENTS (regimens); j++) {
      const QsScenario scenario = qs_truth_scenario (truth, i, regimens[j], 0.9);

      if (!add_answers (truth, &scenario, seed, answers, run, error)) {
        json_decref (answers);
        return NULL;
      }
    }
  }

  return answers;
}

/**
 * qs_study_truth_json:
 * @name: of the truth
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Everything a study was made from, and the doses that an analysis of it should find: in
 * every population, once daily and once weekly, with 95 % Monte Carlo intervals. Doses
 * that are not reached are null; max_p is the share of patients that any dose reaches.
 *
 * Returns: (transfer full): the content of DATA.truth.json, with sorted keys
 */
char *
qs_study_truth_json (const QsTruth *truth,
                     const char    *name,
                     guint64        seed,
                     QsRun         *run,
                     GError       **error)
{
  g_autofree char *seed_text = g_strdup_printf ("%" G_GUINT64_FORMAT, seed);
  g_autofree char *text = NULL;
  json_t          *root, *answers = answers_json (truth, seed, run, error);

  if (answers == NULL)
    return NULL;

  root = json_pack ("{s:s, s:s, s:s, s:o, s:i}", "schema", "qusop-truth/1", "truth", name,
                    "seed", seed_text, "crossings", answers, "n_virtual_subjects",
                    N_SUBJECTS);
  add_fields (truth, root);
  text = json_dumps (root, JSON_INDENT (2) | JSON_SORT_KEYS | JSON_REAL_PRECISION (15));
  json_decref (root);

  return g_strconcat (text, "\n", NULL);
}
