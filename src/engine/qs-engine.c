/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop.h"

#include "analysis/qs-emax.h"
#include "analysis/qs-logistic.h"
#include "analysis/qs-nca.h"
#include "nn/qs-exposure-fit.h"
#include "nn/qs-lstm-fit.h"
#include "nn/qs-pinn-fit.h"
#include "pkpd/qs-pkpd-fit.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "pkpd/qs-pkpd-words.h"
#include "registry/qs-model-cache.h"
#include "registry/qs-model-codec.h"

#include <glib/gstdio.h>
#include <string.h>

const char *
qs_version (void)
{
  return QS_VERSION;
}

/* What window, report and command line say of themselves. */
const char *
qs_intended_use (void)
{
  return "Research and education; not for treating patients.";
}

/* The population model whose concentrations a network reads. */
static QsModel *
fit_on_exposure (const QsDataset    *dataset,
                 const QsFitOptions *options,
                 gboolean            remember,
                 QsRun              *run,
                 GError            **error)
{
  QsFitOptions        underlying = qs_fit_options_default (QS_MODEL_PKPD);
  g_autoptr (QsModel) kinetics = NULL;

  underlying.seed = options->seed;
  underlying.structure = options->structure;
  kinetics = remember ? qs_fit_remembered (dataset, &underlying, run, error)
                      : qs_fit (dataset, &underlying, run, error);

  return kinetics != NULL ? qs_exposure_fit (dataset, options, kinetics, run, error)
                          : NULL;
}

static QsModel *
fit (const QsDataset    *dataset,
     const QsFitOptions *options,
     gboolean            remember,
     QsRun              *run,
     GError            **error)
{
  if (qs_model_kind_is_network (options->kind) && options->input == QS_INPUT_EXPOSURE)
    return fit_on_exposure (dataset, options, remember, run, error);

  switch (options->kind) {
  case QS_MODEL_LSTM:
  case QS_MODEL_QLSTM:
  case QS_MODEL_QTLSTM:
  case QS_MODEL_QKLSTM:
    return qs_lstm_fit (dataset, options, run, error);
  case QS_MODEL_PINN:
  case QS_MODEL_QPINN:
    return qs_pinn_fit (dataset, options, run, error);
  case QS_MODEL_LOGISTIC:
    return qs_logistic_fit (dataset, options, run, error);
  case QS_MODEL_PKPD:
    return qs_pkpd_fit (dataset, options, run, error);
  case QS_MODEL_EMAX:
  default:
    return qs_emax_fit (dataset, options, run, error);
  }
}

/* The highest exposures that the study has seen. */
static void
add_exposures (QsStudyFacts *facts, const QsNca *nca)
{
  for (guint i = 0; i < qs_nca_n_subjects (nca); i++) {
    const double cmax = qs_nca_value (nca, i, QS_NCA_CMAX);
    const double auc = qs_nca_value (nca, i, QS_NCA_AUC_TAU);

    if (cmax > facts->highest_cmax_mg_l)
      facts->highest_cmax_mg_l = cmax;
    if (auc > facts->highest_auctau_h_mg_l)
      facts->highest_auctau_h_mg_l = auc;
  }
}

static QsModel *
fit_checked (const QsDataset    *dataset,
             const QsFitOptions *options,
             gboolean            remember,
             QsRun              *run,
             GError            **error)
{
  g_autoptr (QsModel) model = NULL;
  g_autoptr (QsNca)   nca = NULL;

  if (!qs_fit_options_validate (options, error) || !qs_dataset_require (dataset, error))
    return NULL;

  model = fit (dataset, options, remember, run, error);
  nca = model != NULL ? qs_nca_new (dataset, run, error) : NULL;
  if (nca == NULL)
    return NULL;

  add_exposures (&model->facts, nca);
  return g_steal_pointer (&model);
}

/**
 * qs_fit:
 * @dataset: a study without fatal findings
 * @options: valid options; their kind decides which model is fitted
 * @error: return location for %QS_ERROR_DATA, %QS_ERROR_TOO_FEW, %QS_ERROR_SCENARIO,
 * %QS_ERROR_NUMERIC or %QS_ERROR_CANCELLED
 */
QsModel *
qs_fit (const QsDataset *dataset, const QsFitOptions *options, QsRun *run, GError **error)
{
  return fit_checked (dataset, options, FALSE, run, error);
}

/**
 * qs_fit_remembered:
 *
 * As qs_fit(), but a population model that was fitted to the same study with the same
 * settings before is taken from the user's cache folder, and a new one is kept there; its
 * origin says so. The same goes for the one that a network on exposure reads. What is
 * wrong with the cache never is an error.
 */
QsModel *
qs_fit_remembered (const QsDataset    *dataset,
                   const QsFitOptions *options,
                   QsRun              *run,
                   GError            **error)
{
  g_autoptr (QsModel) model = NULL;
  g_autoptr (GError)  damage = NULL, failure = NULL;
  g_autofree char    *path = NULL;

  if (options->kind != QS_MODEL_PKPD || !qs_dataset_is_usable (dataset))
    return fit_checked (dataset, options, TRUE, run, error);

  path = qs_model_cache_path (dataset, options);
  model = qs_model_cache_load (path, dataset, options, &damage);
  if (model != NULL) {
    model->origin = g_strdup ("Remembered from an earlier fit of this study with these "
                              "settings.");
    return g_steal_pointer (&model);
  }

  model = qs_fit (dataset, options, run, error);
  if (model == NULL)
    return NULL;

  if (!qs_model_cache_store (path, model, &failure))
    model->origin = g_strdup_printf ("It is not remembered: %s.", failure->message);
  else if (damage != NULL)
    model->origin = g_strdup_printf ("Fitted anew, since what was remembered is of no "
                                     "use: %s.",
                                     damage->message);
  return g_steal_pointer (&model);
}

static gboolean
fail_io (GError **error, const char *what, const char *path, const char *why)
{
  g_set_error (error, QS_ERROR, QS_ERROR_IO, "%s %s: %s", what, path, why);
  return FALSE;
}

/**
 * qs_model_save:
 * @path: replaced at once or not at all
 * @error: return location for %QS_ERROR_IO
 */
gboolean
qs_model_save (const QsModel *model, const char *path, GError **error)
{
  g_autofree char   *text = qs_model_encode (model);
  g_autoptr (GError) cause = NULL;

  if (g_file_set_contents_full (
          path, text, (gssize) strlen (text),
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, &cause))
    return TRUE;

  return fail_io (error, "Cannot write", path, cause->message);
}

/**
 * qs_model_load:
 * @error: return location for %QS_ERROR_IO, or %QS_ERROR_MODEL for a file that is
 * damaged, foreign or too large
 */
QsModel *
qs_model_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  GStatBuf         status;
  gsize            n_bytes;

  if (g_stat (path, &status) == 0 && !S_ISREG (status.st_mode)) {
    fail_io (error, "Cannot read", path, "It is not a regular file");
    return NULL;
  }
  if (!qs_file_read (path, qs_model_n_bytes_max (), &text, &n_bytes, error))
    return NULL;

  return qs_model_decode (text, n_bytes, path, error);
}

/**
 * qs_model_sha256:
 *
 * Returns: (transfer full): checksum of what the model is; its file carries the same
 */
char *
qs_model_sha256 (const QsModel *model)
{
  return qs_model_checksum (model);
}

/**
 * qs_model_describe:
 *
 * Returns: (transfer full) (nullable): what the model consists of and where its intervals
 * come from, in words; %NULL for families of which the name says it
 */
char *
qs_model_describe (const QsModel *model)
{
  const QsPkpdStructure *structure = qs_pkpd_predictor_structure (model->estimate);

  g_autofree char *words =
      structure != NULL
          ? qs_pkpd_words (structure, qs_pkpd_predictor_donors (model->estimate))
          : NULL;

  return words != NULL && model->uncertainty != NULL
             ? g_strconcat (words, " ", model->uncertainty, NULL)
             : g_steal_pointer (&words);
}
