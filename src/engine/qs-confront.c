/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-predictor.h"
#include "qs-warnings.h"
#include "qusop.h"

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

static const QsContestant *
find (const QsCompare *comparison, const char *name)
{
  for (guint i = 0; i < comparison->contestants->len; i++) {
    const QsContestant *one = &g_array_index (comparison->contestants, QsContestant, i);

    if (strcmp (one->name, name) == 0)
      return one;
  }

  return NULL;
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
  const gboolean   exposed = model->options.input == QS_INPUT_EXPOSURE;
  g_autofree char *name =
      g_strconcat (qs_model_kind_name (model->kind), exposed ? " exposure" : "", NULL);
  const QsContestant *mine = find (comparison, name);

  if (!qs_model_kind_is_network (model->kind) || mine == NULL)
    return;

  const struct {
    const char         *words;
    const QsContestant *reference;
  } others[] = {
    { "the population model", find (comparison, exposed ? "pkpd" : "pkpd population") },
    { "a regression on concentration", find (comparison, "regression") },
    { "an LSTM of as many parameters",
      mine->twin > 0 ? &g_array_index (comparison->contestants, QsContestant, mine->twin)
                     : NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i].reference != NULL)
      qs_warn_about_loss (result, others[i].words, mine->window.rmse_ng_ml,
                          others[i].reference->window.rmse_ng_ml);
}
