/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-model.h"

#include "core/qs-error.h"

#include <string.h>

static const char *const kind_names[] = {
  [QS_MODEL_LSTM] = "lstm",     [QS_MODEL_LOGISTIC] = "logistic",
  [QS_MODEL_EMAX] = "emax",     [QS_MODEL_PKPD] = "pkpd",
  [QS_MODEL_QLSTM] = "qlstm",   [QS_MODEL_QTLSTM] = "qtlstm",
  [QS_MODEL_QKLSTM] = "qklstm", [QS_MODEL_PINN] = "pinn",
  [QS_MODEL_QPINN] = "qpinn",
};

const char *
qs_model_kind_name (QsModelKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_names), "unknown");
  return kind_names[kind];
}

/* Whether it is a network that knows the equations: of whole records, without another
 * model's concentrations. */
gboolean
qs_model_kind_is_pinn (QsModelKind kind)
{
  return kind == QS_MODEL_PINN || kind == QS_MODEL_QPINN;
}

/* Whether it is a sequence network, of windows or on exposure. */
gboolean
qs_model_kind_is_network (QsModelKind kind)
{
  return kind == QS_MODEL_LSTM || kind == QS_MODEL_QLSTM || kind == QS_MODEL_QTLSTM ||
         kind == QS_MODEL_QKLSTM;
}

gboolean
qs_model_kind_parse (const char *text, QsModelKind *kind, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (kind_names); i++) {
    if (strcmp (text, kind_names[i]) == 0) {
      *kind = i;
      return TRUE;
    }
  }

  g_set_error (
      error, QS_ERROR, QS_ERROR_SCENARIO,
      "There is no model \"%s\"; choose pkpd, lstm, qlstm, qtlstm, qklstm, pinn, "
      "qpinn, logistic or emax",
      text);
  return FALSE;
}

/**
 * qs_fit_options_default:
 *
 * Returns: the settings of the paper for networks, but for a lower learning rate, which
 * overfits less, of physics-informed ones, which have to solve
 * equations, and of Quantum-Train, whose epochs take half a second, fewer epochs and
 * replicates; 200 bootstrap replicates for the models that fit in milliseconds
 */
QsFitOptions
qs_fit_options_default (QsModelKind kind)
{
  const gboolean slow = kind == QS_MODEL_QTLSTM, pinn = qs_model_kind_is_pinn (kind);

  return (QsFitOptions){
    .kind = kind,
    .seed = 1,
    .n_epochs = slow   ? 100
                : pinn ? 2000
                       : 400,
    .early_stopping = TRUE,
    .patience = pinn ? 400 : 60,
    .batch_size = pinn ? 8 : 16,
    .learning_rate = pinn ? 1e-2 : 3e-4,
    .clip_norm = 1.0,
    .validation_share = 0.2,
    .n_bootstrap = slow                                      ? 5
                   : qs_model_kind_is_network (kind) || pinn ? 20
                                                             : 200,
    .threshold_ng_ml = 3.3,
    .success = QS_SUCCESS_BELOW,
    .structure = { .search = TRUE, .search_covariates = TRUE },
    .physics_weight = 1.0,
  };
}

/**
 * qs_fit_options_set_input:
 * @self: of a network
 *
 * Sets what it reads, with the learning rate that suits. Networks of whole records are
 * small, and learn residuals of a regression: they bear a higher one.
 */
void
qs_fit_options_set_input (QsFitOptions *self, QsInput input)
{
  self->input = input;
  self->learning_rate = input == QS_INPUT_EXPOSURE ? 1e-3 : 3e-4;
}

static gboolean
check (const char *name, double value, double low, double high, GError **error)
{
  if (value >= low && value <= high)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "%s is %g, must lie in [%g, %g]", name,
               value, low, high);
  return FALSE;
}

gboolean
qs_fit_options_validate (const QsFitOptions *self, GError **error)
{
  return check ("The number of epochs", self->n_epochs, 1, 100000, error) &&
         check ("The patience", self->patience, 1, 100000, error) &&
         check ("The batch size", self->batch_size, 1, 4096, error) &&
         check ("The learning rate", self->learning_rate, 1e-7, 1.0, error) &&
         check ("The gradient norm limit", self->clip_norm, 1e-6, 1e6, error) &&
         check ("The share for validation", self->validation_share, 0.0, 0.5, error) &&
         check ("The number of bootstrap replicates", self->n_bootstrap, 0, 2000,
                error) &&
         check ("The number of physics records", self->n_physics, 0, 10000, error) &&
         check ("The weight of a physics record", self->physics_weight, 0.0, 100.0,
                error) &&
         check ("The threshold (ng/mL)", self->threshold_ng_ml, 1e-9, 1e9, error) &&
         (self->cells.n_qubits == 0 ||
          check ("The number of qubits", self->cells.n_qubits, 2, QS_CELL_MAX_QUBITS,
                 error)) &&
         check ("The number of layers", self->cells.n_layers, 0, QS_CELL_MAX_LAYERS,
                error);
}

QsModel *
qs_model_new (QsModelKind kind)
{
  QsModel *self = g_new0 (QsModel, 1);

  self->n_refs = 1;
  self->kind = kind;
  self->options = qs_fit_options_default (kind);
  self->metrics = g_array_new (FALSE, FALSE, sizeof (QsMetric));
  self->history = g_array_new (FALSE, FALSE, sizeof (QsLossPoint));
  self->candidates = g_array_new (FALSE, TRUE, sizeof (QsCandidate));
  self->draws = g_ptr_array_new_with_free_func ((GDestroyNotify) qs_predictor_unref);

  return self;
}

static gpointer
ref_predictor (gconstpointer predictor, gpointer data)
{
  return qs_predictor_ref ((QsPredictor *) predictor);
}

/**
 * qs_model_copy:
 *
 * Returns: (transfer full): a new model that shares the predictors, for its maker to
 * complete
 */
QsModel *
qs_model_copy (const QsModel *self)
{
  QsModel *copy = g_memdup2 (self, sizeof *self);

  copy->n_refs = 1;
  copy->data_sha256 = g_strdup (self->data_sha256);
  copy->metrics = g_array_copy (self->metrics);
  copy->history = g_array_copy (self->history);
  copy->candidates = g_array_copy (self->candidates);
  copy->explanation = g_strdup (self->explanation);
  copy->uncertainty = g_strdup (self->uncertainty);
  copy->convergence = g_strdup (self->convergence);
  copy->origin = g_strdup (self->origin);
  copy->estimate = self->estimate != NULL ? qs_predictor_ref (self->estimate) : NULL;
  copy->draws = g_ptr_array_copy (self->draws, ref_predictor, NULL);

  return copy;
}

/**
 * qs_model_require_data:
 * @name: what to call the model, such as its file
 * @data_name: what to call the study
 * @data_sha256: of the study
 * @error: return location for %QS_ERROR_MODEL
 *
 * Returns: whether the model was fitted to that study: it must not speak for another one
 */
gboolean
qs_model_require_data (const QsModel *self,
                       const char    *name,
                       const char    *data_name,
                       const char    *data_sha256,
                       GError       **error)
{
  if (g_strcmp0 (self->data_sha256, data_sha256) == 0)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
               "%s was fitted to other data (SHA-256 %.12s…) than %s (SHA-256 %.12s…): "
               "fit a model to this study, or give the study that belongs to the model",
               name, self->data_sha256, data_name, data_sha256);
  return FALSE;
}

QsModel *
qs_model_ref (QsModel *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_model_unref (QsModel *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->data_sha256);
  g_array_unref (self->metrics);
  g_array_unref (self->history);
  g_array_unref (self->candidates);
  g_free (self->explanation);
  g_free (self->uncertainty);
  g_free (self->convergence);
  g_free (self->origin);
  g_clear_pointer (&self->estimate, qs_predictor_unref);
  g_ptr_array_unref (self->draws);
  g_free (self);
}

void
qs_model_add_metric (QsModel *self, const char *name, double value, const char *unit)
{
  const QsMetric metric = { name, value, unit };

  g_array_append_val (self->metrics, metric);
}
