/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "nn/qs-exposure-predictor.h"
#include "qs-warnings.h"
#include "qusop.h"
#include "report/qs-json.h"

#include <math.h>
#include <string.h>

/**
 * qs_model_mechanism:
 *
 * Returns: (transfer full) (nullable): the population model whose concentrations @model
 *   reads, with as many draws as @model has
 */
QsModel *
qs_model_mechanism (const QsModel *model)
{
  QsModel *inner;

  if (!qs_exposure_predictor_is (model->estimate))
    return NULL;

  inner = qs_model_new (QS_MODEL_PKPD);
  inner->facts = model->facts;
  inner->data_sha256 = g_strdup (model->data_sha256);
  inner->estimate = qs_predictor_ref (qs_exposure_predictor_kinetics (model->estimate));
  for (guint i = 0; i < model->draws->len; i++)
    g_ptr_array_add (inner->draws, qs_predictor_ref (qs_exposure_predictor_kinetics (
                                       model->draws->pdata[i])));

  return inner;
}

/**
 * qs_confront:
 * @result: an answer of another model, not shared yet
 * @reference: of a population model of the same study
 * @error: return location for what qs_solve() gives, but for %QS_ERROR_REFUSED
 *
 * Warns where the dose lies outside of the 95 % interval that the population model gives
 * to the same question, or where only one of both finds a dose.
 */
gboolean
qs_confront (QsResult *result, QsPopulation *reference, QsRun *run, GError **error)
{
  g_autoptr (GError)   failure = NULL;
  g_autoptr (QsResult) other = NULL;

  if (result->decision.status == QS_STATUS_REFUSED)
    return TRUE;

  other = qs_solve (reference, &result->scenario, run, &failure);
  if (other != NULL)
    qs_warn_about_disagreement (result, other);
  else if (!g_error_matches (failure, QS_ERROR, QS_ERROR_REFUSED)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }

  return TRUE;
}

/* Of a compare.json: with 1,000 subjects and all models there are some thousands. */
#define MAX_VALUES 1000000

/* How a model did on subjects that it had not seen. */
typedef struct {
  const char *name;
  const char *twin; /* nullable */
  double      rmse_ng_ml;
} Standing;

static const Standing *
find (const GArray *standings, const char *name)
{
  for (guint i = 0; i < standings->len; i++) {
    const Standing *one = &g_array_index (standings, Standing, i);

    if (g_strcmp0 (one->name, name) == 0)
      return one;
  }

  return NULL;
}

/* Each network against what knew as much as it did. */
static void
warn_about_losses (QsResult *result, const QsModel *model, const GArray *standings)
{
  const gboolean   exposed = model->options.input == QS_INPUT_EXPOSURE;
  g_autofree char *name =
      g_strconcat (qs_model_kind_name (model->kind), exposed ? " exposure" : "", NULL);
  const Standing *mine = find (standings, name);

  if (!qs_model_kind_is_network (model->kind) || mine == NULL)
    return;

  const struct {
    const char *words;
    const char *name;
  } others[] = {
    { "the population model", exposed ? "pkpd" : "pkpd population" },
    { "a regression on concentration", "regression" },
    { "an LSTM of as many parameters", mine->twin },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    const Standing *other =
        others[i].name != NULL ? find (standings, others[i].name) : NULL;

    if (other != NULL)
      qs_warn_about_loss (result, others[i].words, mine->rmse_ng_ml, other->rmse_ng_ml);
  }
}

/**
 * qs_confront_folds:
 * @result: an answer of @model, not shared yet
 * @comparison: of the same study
 *
 * Warns where networks of the model's kind lost to something simpler on subjects that
 * neither had seen: to the population model that knew as much of them, to the regression,
 * or to the LSTM of their size.
 */
void
qs_confront_folds (QsResult *result, const QsModel *model, const QsCompare *comparison)
{
  g_autoptr (GArray) standings = g_array_new (FALSE, FALSE, sizeof (Standing));

  for (guint i = 0; i < comparison->contestants->len; i++) {
    const QsContestant *one = &g_array_index (comparison->contestants, QsContestant, i);
    const Standing      standing = {
           .name = one->name,
           .twin = one->twin > 0
                       ? g_array_index (comparison->contestants, QsContestant, one->twin).name
                       : NULL,
           .rmse_ng_ml = one->window.rmse_ng_ml,
    };

    g_array_append_val (standings, standing);
  }
  warn_about_losses (result, model, standings);
}

/* The standings of a compare.json; they borrow from @root. */
static GArray *
read_standings (json_t *root)
{
  GArray *standings = g_array_new (FALSE, FALSE, sizeof (Standing));
  json_t *one;
  size_t  i;

  json_array_foreach (json_object_get (root, "contestants"), i, one)
  {
    json_t *rmse =
        json_object_get (json_object_get (one, "last_dosing_interval"), "rmse_ng_ml");
    const Standing standing = {
      .name = json_string_value (json_object_get (one, "name")),
      .twin = json_string_value (json_object_get (one, "twin")),
      .rmse_ng_ml = json_is_number (rmse) ? json_number_value (rmse) : NAN,
    };

    g_array_append_val (standings, standing);
  }

  return standings;
}

/**
 * qs_confront_record:
 * @results: (element-type QsResult): answers of @model, not shared yet
 * @path: a compare.json
 * @error: %QS_ERROR_IO, or %QS_ERROR_DATA where it is none, or one of another study
 *
 * qs_confront_folds() from a comparison that was written before.
 */
gboolean
qs_confront_record (const GPtrArray *results,
                    const QsModel   *model,
                    const char      *path,
                    GError         **error)
{
  g_autofree char   *text = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (GArray) standings = NULL;
  json_t            *root;
  const char        *schema, *sha256;
  gsize              n_bytes;

  if (!g_file_get_contents (path, &text, &n_bytes, &failure)) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_IO, failure->message);
    return FALSE;
  }

  root = qs_json_parse (text, n_bytes, MAX_VALUES, NULL);
  schema = json_string_value (json_object_get (root, "schema"));
  sha256 = json_string_value (json_object_get (root, "data_sha256"));
  if (g_strcmp0 (schema, "qusop-compare/1") != 0 ||
      g_strcmp0 (sha256, model->data_sha256) != 0)
    g_set_error (error, QS_ERROR, QS_ERROR_DATA, "%s is not a compare.json of %s", path,
                 g_strcmp0 (schema, "qusop-compare/1") != 0 ? "compare" : "this study");
  else
    standings = read_standings (root);
  for (guint i = 0; standings != NULL && i < results->len; i++)
    warn_about_losses (results->pdata[i], model, standings);
  json_decref (root);

  return standings != NULL;
}
