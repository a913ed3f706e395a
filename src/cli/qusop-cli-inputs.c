/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <stdio.h>
#include <string.h>

/**
 * qusop_cli_look:
 * @path: the study
 *
 * Reads a study to be looked at and refuses one with fatal findings, all of which are
 * printed on stderr.
 */
QsDataset *
qusop_cli_look (QusopCli *cli, const char *path, GError **error)
{
  g_autoptr (QsDataset) dataset = qs_dataset_load (path, cli->mapping, cli->run, error);

  if (dataset == NULL)
    return NULL;

  qusop_record_data (dataset);
  qusop_cli_progress_end ();
  for (guint i = 0; i < qs_dataset_n_findings (dataset); i++) {
    const QsFinding *finding = qs_dataset_finding (dataset, i);

    if (finding->severity == QS_SEVERITY_FATAL) {
      g_autofree char *message = qs_finding_message (finding, path);

      fprintf (stderr, "%s\n", message);
    }
  }

  if ((!qs_dataset_is_usable (dataset) && !qs_dataset_require (dataset, error)) ||
      !qusop_cli_config_study (cli, dataset, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* As qusop_cli_look(), for a study that a model is fitted to. */
QsDataset *
qusop_cli_load (QusopCli *cli, const char *path, GError **error)
{
  g_autoptr (QsDataset) dataset = qusop_cli_look (cli, path, error);

  if (dataset == NULL || !qs_dataset_require (dataset, error))
    return NULL;

  return g_steal_pointer (&dataset);
}

/* A model trained to another study must not answer for this one. */
static QsModel *
load_model (const QsDataset *dataset, const char *path, GError **error)
{
  g_autoptr (QsModel) model = qs_model_load (path, error);

  if (model == NULL || !qs_model_require_data (model, path, qs_dataset_path (dataset),
                                               qs_dataset_sha256 (dataset), error))
    return NULL;

  qusop_record_read ("model", path);
  qusop_record_model (model);
  return g_steal_pointer (&model);
}

/* Fits, or remembers; what there is to say of the cache goes to stderr. */
QsModel *
qusop_cli_fit_model (QusopCli           *cli,
                     const QsDataset    *dataset,
                     const QsFitOptions *options,
                     GError            **error)
{
  g_autoptr (QsModel) model = cli->no_cache
                                  ? qs_fit (dataset, options, cli->run, error)
                                  : qs_fit_remembered (dataset, options, cli->run, error);

  if (model != NULL)
    qusop_record_model (model);
  if (model != NULL && model->origin != NULL) {
    qusop_cli_progress_end ();
    fprintf (stderr, "%s\n", model->origin);
  }

  return g_steal_pointer (&model);
}

/**
 * qusop_cli_model:
 * @name: the name of a model, which is fitted now with its default settings, such as
 *   "lstm", or "lstm-exposure" for the network that reads whole records; or the path of a
 *   file that fit wrote
 * @scenario: what it will be asked; the logistic link is fitted to its threshold
 */
QsModel *
qusop_cli_model (QusopCli         *cli,
                 const QsDataset  *dataset,
                 const char       *name,
                 const QsScenario *scenario,
                 GError          **error)
{
  static const char exposure[] = "-exposure";
  g_autofree char  *bare = NULL;
  QsModelKind       kind;
  QsFitOptions      options;

  if (g_str_has_suffix (name, ".json") || strchr (name, G_DIR_SEPARATOR) != NULL)
    return load_model (dataset, name, error);
  if (g_str_has_suffix (name, exposure))
    bare = g_strndup (name, strlen (name) - strlen (exposure));
  if (!qs_model_kind_parse (bare != NULL ? bare : name, &kind, error))
    return NULL;

  options = qs_fit_options_default (kind);
  if (bare != NULL && qs_model_kind_is_network (kind))
    qs_fit_options_set_input (&options, QS_INPUT_EXPOSURE);
  options.seed = cli->seed;
  options.threshold_ng_ml = scenario->threshold_ng_ml;
  options.success = scenario->success;
  if (!qusop_cli_config_fit (cli, &options, error))
    return NULL;
  return qusop_cli_fit_model (cli, dataset, &options, error);
}

static QsModel *
load_reference (const QsDataset *dataset, const char *path, GError **error)
{
  g_autoptr (QsModel) model = qs_model_load (path, error);

  if (model == NULL || !qs_model_require_data (model, path, qs_dataset_path (dataset),
                                               qs_dataset_sha256 (dataset), error))
    return NULL;
  if (model->kind != QS_MODEL_PKPD) {
    g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                 "--beside takes a model pkpd; %s is %s", path,
                 qs_model_kind_name (model->kind));
    return NULL;
  }

  qusop_record_read ("beside", path);
  return g_steal_pointer (&model);
}

/**
 * qusop_cli_confront:
 * @beside: (nullable): file of a population model; else the one within @model, if any
 * @compared: (nullable): file of a comparison of the study
 * @results: (element-type QsResult): answers of @model, which get warnings
 */
gboolean
qusop_cli_confront (QusopCli        *cli,
                    const QsDataset *dataset,
                    const QsModel   *model,
                    const char      *beside,
                    const char      *compared,
                    GPtrArray       *results,
                    GError         **error)
{
  /* Intervals come from parameter draws, whose patients these options do not count. */
  const QsPopulationOptions options = {
    .seed = cli->seed,
    .n_subjects = 100,
    .n_replicates = 50,
    .subject_effect = TRUE,
  };
  g_autoptr (QsModel)      reference = NULL;
  g_autoptr (QsPopulation) population = NULL;

  if (compared != NULL) {
    if (!qs_confront_record (results, model, compared, error))
      return FALSE;
    qusop_record_read ("compared", compared);
  }

  if (beside != NULL) {
    reference = load_reference (dataset, beside, error);
    if (reference == NULL)
      return FALSE;
  } else {
    reference = qs_model_mechanism (model);
  }
  if (reference == NULL || model->kind == QS_MODEL_PKPD)
    return TRUE;

  population = qs_population_new (reference, &options, cli->run, error);
  for (guint i = 0; population != NULL && i < results->len; i++)
    if (!qs_confront (results->pdata[i], population, cli->run, error))
      return FALSE;

  return population != NULL;
}
