/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <stdio.h>

typedef struct {
  char *model;
  char *input;
  char *epochs;
  char *early_stopping;
  char *bootstrap;
  char *uncertainty;
  char *qubits;
  char *layers;
  char *gates;
  char *physics_records;
  char *physics_weight;
  char *structure;
  char *covariates;
  char *omega;
  char *threshold;
  char *success;
  char *out;

  gboolean full_bootstrap;
} Words;

static void
words_clear (Words *self)
{
  g_free (self->model);
  g_free (self->input);
  g_free (self->epochs);
  g_free (self->early_stopping);
  g_free (self->bootstrap);
  g_free (self->uncertainty);
  g_free (self->qubits);
  g_free (self->layers);
  g_free (self->gates);
  g_free (self->physics_records);
  g_free (self->physics_weight);
  g_free (self->structure);
  g_free (self->covariates);
  g_free (self->omega);
  g_free (self->threshold);
  g_free (self->success);
  g_free (self->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

static gboolean
take_count (const char *option, const char *text, guint *count, GError **error)
{
  double value;

  if (text == NULL)
    return TRUE;
  if (!qusop_cli_number (option, text, &value, error))
    return FALSE;
  if (value >= 0.0 && value <= G_MAXINT && value == (guint) value) {
    *count = (guint) value;
    return TRUE;
  }

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "%s is %s, must be a whole number", option, text);
  return FALSE;
}

static gboolean
take_words (const Words *words, guint64 seed, QsFitOptions *options, GError **error)
{
  static const char *const inputs[] = { "window", "exposure", NULL };
  static const char *const switches[] = { "off", "on", NULL };
  static const char *const methods[] = { "likelihood", "bootstrap", NULL };
  static const char *const gates[] = { "augmented", "replaced", NULL };
  static const char *const omegas[] = { "diagonal", "full", NULL };
  static const char *const sides[] = { "below", "above", NULL };
  QsModelKind              kind;
  guint                    chosen, input = QS_INPUT_WINDOW;

  if (!qusop_cli_require (
          words->model, "--model pkpd|lstm|qlstm|qtlstm|qklstm|pinn|qpinn|logistic|emax",
          error) ||
      !qusop_cli_require (words->out, "--out MODEL.json", error) ||
      !qs_model_kind_parse (words->model, &kind, error))
    return FALSE;
  if (words->input != NULL &&
      !qusop_cli_choose ("--input", words->input, inputs, &input, error))
    return FALSE;
  if (input == QS_INPUT_EXPOSURE && !qs_model_kind_is_network (kind)) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--input exposure belongs to --model lstm, qlstm, qtlstm and "
                         "qklstm");
    return FALSE;
  }
  if (words->full_bootstrap && input != QS_INPUT_EXPOSURE) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--full-bootstrap belongs to --input exposure");
    return FALSE;
  }
  if ((words->physics_records != NULL || words->physics_weight != NULL) &&
      input != QS_INPUT_EXPOSURE) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--physics-records and --physics-weight belong to --input "
                         "exposure");
    return FALSE;
  }

  if (kind != QS_MODEL_PKPD && input != QS_INPUT_EXPOSURE && words->structure != NULL) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--structure belongs to --model pkpd and to --input exposure");
    return FALSE;
  }
  if (kind != QS_MODEL_PKPD &&
      (words->covariates != NULL || words->uncertainty != NULL || words->omega != NULL)) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--covariates, --omega and --uncertainty belong to --model "
                         "pkpd");
    return FALSE;
  }

  if (!(qs_model_kind_is_network (kind) && kind != QS_MODEL_LSTM) &&
      (words->qubits != NULL || words->layers != NULL || words->gates != NULL)) {
    g_set_error_literal (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                         "--qubits, --layers and --gates belong to --model qlstm, qtlstm "
                         "and qklstm");
    return FALSE;
  }

  *options = qs_fit_options_default (kind);
  options->seed = seed;
  if (input == QS_INPUT_EXPOSURE)
    qs_fit_options_set_input (options, QS_INPUT_EXPOSURE);
  options->full_bootstrap = words->full_bootstrap;
  if (words->gates != NULL) {
    if (!qusop_cli_choose ("--gates", words->gates, gates, &chosen, error))
      return FALSE;
    options->cells.replaces = chosen == 1;
  }
  if (words->early_stopping != NULL) {
    if (!qusop_cli_choose ("--early-stopping", words->early_stopping, switches, &chosen,
                           error))
      return FALSE;
    options->early_stopping = chosen == 1;
  }

  if (words->uncertainty != NULL) {
    if (!qusop_cli_choose ("--uncertainty", words->uncertainty, methods, &chosen, error))
      return FALSE;
    options->uncertainty = (QsUncertainty) chosen;
  }

  if (!take_count ("--epochs", words->epochs, &options->n_epochs, error) ||
      !take_count ("--qubits", words->qubits, &options->cells.n_qubits, error) ||
      !take_count ("--layers", words->layers, &options->cells.n_layers, error) ||
      !take_count ("--physics-records", words->physics_records, &options->n_physics,
                   error) ||
      (words->physics_weight != NULL &&
       !qusop_cli_number ("--physics-weight", words->physics_weight,
                          &options->physics_weight, error)) ||
      !take_count ("--bootstrap", words->bootstrap, &options->n_bootstrap, error) ||
      !qs_structure_options_parse (words->structure, words->covariates,
                                   &options->structure, error))
    return FALSE;
  if (words->omega != NULL) {
    if (!qusop_cli_choose ("--omega", words->omega, omegas, &chosen, error))
      return FALSE;
    options->structure.correlated = chosen == 1;
  }
  if (words->success != NULL) {
    if (!qusop_cli_choose ("--success", words->success, sides, &chosen, error))
      return FALSE;
    options->success = chosen == 1 ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
  }
  if (words->threshold != NULL && !qusop_cli_number ("--threshold", words->threshold,
                                                     &options->threshold_ng_ml, error))
    return FALSE;

  return qs_fit_options_validate (options, error);
}

/* What a configuration says of the fit, where its model is fitted by another command. */
gboolean
qusop_cli_config_fit (const QusopCli *cli, QsFitOptions *options, GError **error)
{
  static const struct {
    QsConfigField field;
    gsize         offset;
  } all[] = {
    { QS_CONFIG_INPUT, G_STRUCT_OFFSET (Words, input) },
    { QS_CONFIG_STRUCTURE, G_STRUCT_OFFSET (Words, structure) },
    { QS_CONFIG_COVARIATES, G_STRUCT_OFFSET (Words, covariates) },
    { QS_CONFIG_OMEGA, G_STRUCT_OFFSET (Words, omega) },
    { QS_CONFIG_UNCERTAINTY, G_STRUCT_OFFSET (Words, uncertainty) },
    { QS_CONFIG_BOOTSTRAP, G_STRUCT_OFFSET (Words, bootstrap) },
    { QS_CONFIG_EPOCHS, G_STRUCT_OFFSET (Words, epochs) },
    { QS_CONFIG_EARLY_STOPPING, G_STRUCT_OFFSET (Words, early_stopping) },
    { QS_CONFIG_QUBITS, G_STRUCT_OFFSET (Words, qubits) },
    { QS_CONFIG_LAYERS, G_STRUCT_OFFSET (Words, layers) },
    { QS_CONFIG_GATES, G_STRUCT_OFFSET (Words, gates) },
    { QS_CONFIG_PHYSICS_RECORDS, G_STRUCT_OFFSET (Words, physics_records) },
    { QS_CONFIG_PHYSICS_WEIGHT, G_STRUCT_OFFSET (Words, physics_weight) },
  };
  const QsFitOptions before = *options;
  Words              words = { .model = (char *) qs_model_kind_name (options->kind),
                               .out = (char *) "" };
  guint              n_given = 0;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    const char *text = qs_config_get (cli->config, all[i].field);

    /* Borrowed: these words are never cleared. */
    G_STRUCT_MEMBER (const char *, &words, all[i].offset) = text;
    n_given += text != NULL;
  }
  words.full_bootstrap =
      g_strcmp0 (qs_config_get (cli->config, QS_CONFIG_FULL_BOOTSTRAP), "on") == 0;
  if (words.input == NULL && options->input == QS_INPUT_EXPOSURE)
    words.input = (char *) "exposure";
  if (n_given > 0 && !take_words (&words, cli->seed, options, error))
    return FALSE;

  options->threshold_ng_ml = before.threshold_ng_ml;
  options->success = before.success;
  options->validation_share =
      qs_config_number (cli->config, QS_CONFIG_VALIDATION_SHARE, before.validation_share);
  return TRUE;
}

static void
print_candidates (const QsModel *model)
{
  if (model->candidates->len > 0)
    printf ("%9s %9s %5s %6s %10s  %s\n", "BIC", "-2LL", "n", "draws", "", "candidate");
  for (guint i = 0; i < model->candidates->len; i++) {
    const QsCandidate *one = &g_array_index (model->candidates, QsCandidate, i);

    printf ("%9.1f %9.1f %5u ", one->bic, one->minus2ll, one->n_parameters);
    if (one->n_draws > 0)
      printf ("%6u", one->n_draws);
    else
      printf ("%6s", "");
    printf (" %10s %c%s\n", one->how, one->chosen ? '*' : ' ', one->name);
  }
  if (model->explanation != NULL)
    printf ("%s\n", model->explanation);
  if (model->convergence != NULL)
    printf ("%s\n", model->convergence);
  if (model->uncertainty != NULL)
    printf ("%s\n", model->uncertainty);
}

static void
print_model (const QsModel *model, const char *path)
{
  g_autofree char *sha256 = qs_model_sha256 (model);

  printf ("Model %s, seed %" G_GUINT64_FORMAT ", %u parameter draws, fitted in %.2f s\n",
          qs_model_kind_name (model->kind), model->options.seed, model->draws->len,
          model->elapsed_s);
  if (model->history->len > 0)
    printf ("Epochs %u, kept: %u\n", model->history->len, model->best_epoch);
  for (guint i = 0; i < model->metrics->len; i++) {
    const QsMetric *metric = &g_array_index (model->metrics, QsMetric, i);

    printf ("  %-32s %12.6g %s\n", metric->name, metric->value, metric->unit);
  }
  print_candidates (model);
  printf ("Written to %s\nSHA-256 %s\n%s\n", path, sha256, qs_intended_use ());
}

static gboolean
fit (QusopCli *cli, const char *data, const Words *words, GError **error)
{
  QsFitOptions          options;
  g_autoptr (QsDataset) dataset = NULL;
  g_autoptr (QsModel)   model = NULL;

  if (!take_words (words, cli->seed, &options, error))
    return FALSE;

  options.validation_share = qs_config_number (cli->config, QS_CONFIG_VALIDATION_SHARE,
                                               options.validation_share);
  dataset = qusop_cli_load (cli, data, error);
  if (dataset == NULL || !qusop_output_probe (words->out, error))
    return FALSE;

  model = qusop_cli_fit_model (cli, dataset, &options, error);
  if (model == NULL || !qs_run_step (cli->run, NULL, error) ||
      !qusop_output_model (model, words->out, error))
    return FALSE;

  qusop_cli_progress_end ();
  print_model (model, words->out);
  return TRUE;
}

/* qusop-cli fit DATA --model NAME … --out MODEL.json */
gboolean
qusop_cli_fit (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { 0 };
  const GOptionEntry entries[] = {
    { "model", 0, 0, G_OPTION_ARG_STRING, &words.model,
      "pkpd, lstm, qlstm, qtlstm, qklstm, pinn, qpinn, logistic or emax", "NAME" },
    { "input", 0, 0, G_OPTION_ARG_STRING, &words.input,
      "What a network reads: the last dosing interval with dose per weight, or the whole "
      "record with concentrations of a population model (default: window)",
      "window|exposure" },
    { "epochs", 0, 0, G_OPTION_ARG_STRING, &words.epochs,
      "Passes over the data (default: 400; qtlstm: 100; pinn, qpinn: 2000)", "N" },
    { "early-stopping", 0, 0, G_OPTION_ARG_STRING, &words.early_stopping,
      "Stop when the validation loss no longer falls (default: on)", "on|off" },
    { "bootstrap", 0, 0, G_OPTION_ARG_STRING, &words.bootstrap,
      "Parameter draws, for intervals (default: 20 refitted networks, 5 of qtlstm, 200 "
      "others)",
      "N" },
    { "full-bootstrap", 0, 0, G_OPTION_ARG_NONE, &words.full_bootstrap,
      "With --input exposure: refit whole networks, not their heads alone", NULL },
    { "physics-records", 0, 0, G_OPTION_ARG_STRING, &words.physics_records,
      "With --input exposure: also learn from so many records that the population model "
      "makes (default: 0)",
      "N" },
    { "physics-weight", 0, 0, G_OPTION_ARG_STRING, &words.physics_weight,
      "What each of them counts beside a subject's record (default: 1)", "W" },
    { "uncertainty", 0, 0, G_OPTION_ARG_STRING, &words.uncertainty,
      "Of pkpd: draws from the likelihood, or from fits to resampled subjects (default: "
      "likelihood, and bootstrap where that gives none)",
      "likelihood|bootstrap" },
    { "structure", 0, 0, G_OPTION_ARG_STRING, &words.structure,
      "Of pkpd, and of the one behind --input exposure: auto, or a list of 1cpt|2cpt, "
      "direct|turnover (production is inhibited)|"
      "inhibits-loss|stimulates-production|stimulates-loss, imax=1|imax=est, "
      "gamma=1|gamma=est, lag|nolag and residual errors pk=, "
      "pd=proportional|additive|combined, searched by BIC where not given; or usual: "
      "2cpt,turnover,imax=est,gamma=1,nolag, proportional, R0:COMED, and no search "
      "(default: auto)",
      "auto|usual|LIST" },
    { "covariates", 0, 0, G_OPTION_ARG_STRING, &words.covariates,
      "Of pkpd: auto, none, or a list such as R0:COMED,CL:BW,V:AGE, with BW, COMED and "
      "the study's other columns (default: auto)",
      "auto|none|LIST" },
    { "omega", 0, 0, G_OPTION_ARG_STRING, &words.omega,
      "Of pkpd: whether the random effects of what is chosen are independent or "
      "correlated pair by pair (default: diagonal)",
      "diagonal|full" },
    { "threshold", 0, 0, G_OPTION_ARG_STRING, &words.threshold,
      "Of logistic: of the biomarker, ng/mL (default: 3.3)", "X" },
    { "success", 0, 0, G_OPTION_ARG_STRING, &words.success,
      "Of logistic: on which side of the threshold success lies (default: below)",
      "below|above" },
    { "qubits", 0, 0, G_OPTION_ARG_STRING, &words.qubits,
      "Of qlstm and qklstm: qubits of a circuit, 2 to 6 (default: 4)", "N" },
    { "layers", 0, 0, G_OPTION_ARG_STRING, &words.layers,
      "Of qlstm and qtlstm: layers of a circuit; of qklstm: uploads, 1 for the closed "
      "form of the kernel (default: 1, qtlstm: 14)",
      "N" },
    { "gates", 0, 0, G_OPTION_ARG_STRING, &words.gates,
      "Of qlstm: circuits add to the gates' affine maps or stand for them (default: "
      "augmented)",
      "augmented|replaced" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &words.out, "The file to write", "MODEL.json" },
    { NULL },
  };

  return qusop_cli_parse (cli, "DATA", "Trains or fits a model to a study.", entries, 1,
                          &argc, &argv, error) &&
         fit (cli, argv[1], &words, error);
}
