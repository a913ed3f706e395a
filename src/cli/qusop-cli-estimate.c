/* SPDX-License-Identifier: Apache-2.0 */
#include "document/qusop-figures.h"
#include "qusop-cli-output.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  QusopCliQuestion question;
  char            *table;
  char            *dose;
  char            *method;
  char            *backend;
  char            *epsilon;
  char            *level;
  char            *bits;
  char            *min_entropy;
  char            *noise;
  char            *json;
  char            *csv;
  char            *out;
  int              n_qubits;
  int              n_shots;
  gint64           max_calls;
} Words;

static void
words_clear (Words *self)
{
  qusop_cli_question_clear (&self->question);
  g_free (self->table);
  g_free (self->dose);
  g_free (self->method);
  g_free (self->backend);
  g_free (self->epsilon);
  g_free (self->level);
  g_free (self->bits);
  g_free (self->min_entropy);
  g_free (self->noise);
  g_free (self->json);
  g_free (self->csv);
  g_free (self->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Words, words_clear)

typedef struct {
  GArray *weights; /* of double */
  GArray *success; /* of guint8 */
} Table;

static void
table_clear (Table *self)
{
  g_array_unref (self->weights);
  g_array_unref (self->success);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Table, table_clear)

static gboolean
take_method (const char *text, QsEstimator *estimator, GError **error)
{
  const char *choices[QS_N_ESTIMATORS + 1] = { NULL };
  guint       chosen;

  if (text == NULL)
    return TRUE;

  for (guint i = 0; i < QS_N_ESTIMATORS; i++)
    choices[i] = qs_estimator_name (i);
  if (!qusop_cli_choose ("--method", text, choices, &chosen, error))
    return FALSE;

  *estimator = chosen;
  return TRUE;
}

/* Whole numbers that are not negative; how large they may be is the engine's affair. */
static gboolean
check_counts (const Words *words, GError **error)
{
  if (words->n_qubits >= 0 && words->n_shots >= 0 && words->max_calls >= 0)
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "--qubits, --shots and --max-calls must not be negative");
  return FALSE;
}

/* NAME=VALUE, …; readout may be E0:E1. Noise of gates makes a register of ten qubits
 * slow, so one of five is the default then. */
static gboolean
take_noise (const char *text, QsNoise *noise, GError **error)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ",", -1) : NULL;
  const struct {
    const char *name;
    double     *value;
  } known[] = { { "depolarising", &noise->depolarising },
                { "damping", &noise->damping },
                { "circuit", &noise->circuit },
                { "readout", &noise->readout[0] } };

  for (guint i = 0; parts != NULL && parts[i] != NULL; i++) {
    char   *value = strchr (parts[i], '='), *second = NULL;
    double *place = NULL;

    if (value != NULL) {
      *value++ = '\0';
      for (guint k = 0; k < G_N_ELEMENTS (known); k++)
        place = strcmp (parts[i], known[k].name) == 0 ? known[k].value : place;
    }
    if (place == NULL) {
      g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                   "--noise is \"%s\", must be NAME=VALUE, …, each NAME one of "
                   "depolarising, damping, circuit, readout",
                   text);
      return FALSE;
    }

    if (place == &noise->readout[0] && (second = strchr (value, ':')) != NULL)
      *second++ = '\0';
    if (!qusop_cli_number ("--noise", value, place, error) ||
        (second != NULL &&
         !qusop_cli_number ("--noise", second, &noise->readout[1], error)))
      return FALSE;
    if (place == &noise->readout[0] && second == NULL)
      noise->readout[1] = noise->readout[0];
  }

  return TRUE;
}

static gboolean
take_options (const QusopCli    *cli,
              const Words       *words,
              QsEstimateOptions *options,
              GError           **error)
{
  static const char *const backends[] = { "state-vector", "emulated", NULL };
  guint                    backend = 0;

  *options = qs_estimate_options_default ();
  options->seed = cli->seed;
  options->subject_effect = !words->question.no_subject_effect;
  if (!check_counts (words, error) ||
      !take_method (words->method, &options->estimator, error) ||
      !take_noise (words->noise, &options->noise, error) ||
      (words->backend != NULL &&
       !qusop_cli_choose ("--backend", words->backend, backends, &backend, error)))
    return FALSE;

  if (words->out != NULL && (options->estimator < QS_ESTIMATOR_CANONICAL ||
                             qs_noise_of_gates (&options->noise))) {
    g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                 "--out compares all methods with one of amplitude estimation: --method "
                 "must be one, and --noise not of single gates");
    return FALSE;
  }
  options->backend = backend == 1 ? QS_BACKEND_EMULATED : QS_BACKEND_STATE_VECTOR;
  options->n_qubits = (guint) words->n_qubits;
  if (words->n_qubits == 0)
    options->n_qubits = qs_noise_of_gates (&options->noise) ? 5 : 10;
  options->n_shots = (guint) words->n_shots;
  options->max_calls = (guint64) words->max_calls;
  return qusop_cli_take_number ("--half-width", words->epsilon, &options->epsilon,
                                error) &&
         qusop_cli_take_number ("--level", words->level, &options->level, error);
}

static gboolean
take_question (const Words *words, QsScenario *scenario, double *dose_mg, GError **error)
{
  return qusop_cli_question_scenario (&words->question, scenario, error) &&
         qusop_cli_require (words->dose, "--dose MG", error) &&
         qusop_cli_number ("--dose", words->dose, dose_mg, error);
}

static gboolean
bad_row (const char *path, guint row, const char *line, GError **error)
{
  g_set_error (error, QS_ERROR, QS_ERROR_DATA,
               "%s, row %u: \"%s\" is not a weight and a success of 0 or 1", path, row,
               line);
  return FALSE;
}

static gboolean
read_row (const char *path, guint row, const char *line, Table *table, GError **error)
{
  char        *end;
  const double weight = g_ascii_strtod (line, &end);
  guint8       success;

  if (end == line || *end != ',')
    return bad_row (path, row, line, error);

  end = g_strchug (end + 1);
  g_strchomp (end);
  if (strcmp (end, "0") != 0 && strcmp (end, "1") != 0)
    return bad_row (path, row, line, error);

  success = *end == '1';
  g_array_append_val (table->weights, weight);
  g_array_append_val (table->success, success);
  return TRUE;
}

/* Millions of branches. */
#define N_TABLE_MAX ((gsize) 64 << 20)

static gboolean
read_table (const char *path, Table *table, GError **error)
{
  g_autofree char *text = NULL;
  char            *rest, *line;

  if (!qs_file_read (path, N_TABLE_MAX, &text, NULL, error))
    return FALSE;

  rest = text;
  line = strsep (&rest, "\n");
  if (strcmp (g_strchomp (line), "weight,success") != 0) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "%s begins with \"%.40s\", must begin with the header weight,success",
                 path, line);
    return FALSE;
  }

  for (guint row = 2; (line = strsep (&rest, "\n")) != NULL; row++)
    if (*g_strchomp (line) != '\0' && !read_row (path, row, line, table, error))
      return FALSE;

  return TRUE;
}

static gboolean
estimate_table (QusopCli                *cli,
                const Words             *words,
                const QsEstimateOptions *options,
                QsEstimate              *estimate,
                GError                 **error)
{
  g_auto (Table) table = { g_array_new (FALSE, FALSE, sizeof (double)),
                           g_array_new (FALSE, FALSE, sizeof (guint8)) };

  if (!read_table (words->table, &table, error))
    return FALSE;

  qusop_record_read (QS_RUN_DATA, words->table);
  return qs_estimate_table (table.weights->len, (const double *) table.weights->data,
                            (const guint8 *) table.success->data, options, cli->run,
                            estimate, error);
}

static void
print_race (const QsRace *race, const char *folder)
{
  qusop_cli_progress_end ();
  for (guint i = 0; i < QS_RACE_N_CURVES; i++) {
    const QsRaceCurve *curve = &race->curves[i];

    if (curve->n > 0)
      printf ("%-12s half-width %.5f after %.0f queries, slope %.2f\n",
              qs_race_curve_name (i), curve->half_width[curve->n - 1],
              curve->calls[curve->n - 1], curve->slope);
  }
  printf ("Written to %s: race.png, race.svg, race.csv\n", folder);
}

/* The same probability by every method, as page Estimate shows it. */
static gboolean
race (QusopCli                *cli,
      const QsModel           *model,
      const QsScenario        *scenario,
      double                   dose_mg,
      const Words             *words,
      const QsEstimateOptions *options,
      GError                 **error)
{
  g_autofree char          *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, cli->seed);
  static const char *const  names[] = { "race.png", "race.svg", "race.csv" };
  const QsReportSetting     settings[] = { { "model", words->question.model },
                                           { "dose_mg", words->dose },
                                           { "method", words->method },
                                           { "noise", words->noise },
                                           { "regimen", qs_scenario_regimen_name (scenario) },
                                           { "data_sha256", model->data_sha256 },
                                           { "seed", seed } };
  g_autoptr (QusopOutput)   output = qusop_output_new (words->out, error);
  g_autoptr (QsRace)        found = NULL;
  g_autoptr (QusopPlotSpec) figure = NULL;

  if (output != NULL)
    found = qs_race_new (model, scenario, dose_mg, options, cli->run, error);
  if (found == NULL)
    return FALSE;

  figure = qusop_figure_race (found->curves);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (!qusop_output_figure (output, names[i], figure, error))
      return FALSE;
  if (!qusop_output_finish (output, "estimate", settings, G_N_ELEMENTS (settings), error))
    return FALSE;

  print_race (found, words->out);
  return TRUE;
}

static gboolean
estimate_dose (QusopCli                *cli,
               const char              *data,
               const Words             *words,
               const QsEstimateOptions *options,
               QsEstimate              *estimate,
               GError                 **error)
{
  QsScenario            scenario;
  double                dose_mg;
  g_autoptr (GArray)    sample = NULL;
  g_autoptr (QsDataset) dataset = NULL;
  g_autoptr (QsModel)   model = NULL;

  if (!take_question (words, &scenario, &dose_mg, error))
    return FALSE;
  dataset =
      qusop_cli_question_load (&words->question, cli, data, &scenario, &sample, error);
  if (dataset == NULL)
    return FALSE;

  model = qusop_cli_model (cli, dataset, words->question.model, &scenario, error);
  return model != NULL &&
         qs_estimate (model, &scenario, dose_mg, options, cli->run, estimate, error) &&
         (words->out == NULL ||
          race (cli, model, &scenario, dose_mg, words, options, error));
}

static void
print_noise (const QsEstimate *estimate, gboolean of_gates)
{
  if (!isfinite (estimate->decay)) {
    printf ("Noisy device: this method trusts it, so its interval need not hold; mlae "
            "fits the noise\n");
    return;
  }

  printf ("Noise fitted: the device forgets by %.4g per use of A and A†\n",
          estimate->decay);
  if (of_gates)
    printf ("Noise of single gates is nearly such a decay, not quite: the interval may "
            "miss by more than it says\n");
}

static void
print_estimate (const QsEstimate        *estimate,
                const QsEstimateOptions *options,
                const QsQrng            *bits)
{
  const QsDoseEstimate *dose = &estimate->dose;

  qusop_cli_progress_end ();
  printf ("%s (%s): p %.5f, %g %% interval %.5f to %.5f, half-width %.5f\n",
          qs_estimator_name (estimate->estimator), estimate->backend, dose->probability,
          100.0 * estimate->level, dose->mc_lower, dose->mc_upper,
          0.5 * (dose->mc_upper - dose->mc_lower));
  if (estimate->n_qubits > 0)
    printf ("%" G_GUINT64_FORMAT " uses of A and A†, %" G_GUINT64_FORMAT
            " shots, highest power of Q %u, %u index qubits\n",
            estimate->n_calls, estimate->n_shots, estimate->max_power,
            estimate->n_qubits);
  else
    printf ("%" G_GUINT64_FORMAT " draws\n", estimate->n_calls);
  if (isfinite (estimate->exact))
    printf ("Exact sum of the table: %.8f\n", estimate->exact);
  if (isfinite (estimate->reference))
    printf ("Not in the interval: the table may be %.2g off the %" G_GUINT64_FORMAT
            " virtual people it was made of (p %.6f)\n",
            estimate->discretisation, estimate->tabulated, estimate->reference);
  else if (isfinite (estimate->discretisation))
    printf ("Not in the interval: the table may be %.2g off the model's probability\n",
            estimate->discretisation);
  if (estimate->noisy)
    print_noise (estimate, qs_noise_of_gates (&options->noise));
  if (bits != NULL)
    printf ("Recorded bits: SHA-256 %s\n", qs_qrng_sha256 (bits));
  if (estimate->verdict == QS_AMPLITUDE_CAPPED)
    printf ("Stopped at the most calls allowed, before it was done\n");
  if (estimate->verdict == QS_AMPLITUDE_WIDER)
    printf ("The interval is wider than asked\n");
  if (!estimate->timed)
    printf ("Emulated: right statistics, but made from the exact sum; not a speed\n");
  printf ("%s\n", qs_intended_use ());
}

static gboolean
write_files (const QusopCli   *cli,
             const Words      *words,
             const QsEstimate *estimate,
             GError          **error)
{
  return (words->json == NULL ||
          qusop_output_file (words->json, qs_report_estimate_json (estimate, cli->seed),
                             error)) &&
         (words->csv == NULL ||
          qusop_output_file (words->csv, qs_report_estimate_csv (estimate), error));
}

static gboolean
check_source (const char *data, const Words *words, GError **error)
{
  if (words->out != NULL && data == NULL) {
    g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
                 "--out compares all methods on a model: give DATA, not --table");
    return FALSE;
  }
  if ((data != NULL) != (words->table != NULL))
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "estimate takes either DATA with --model, --regimen and --dose, or "
               "--table T.csv");
  return FALSE;
}

static gboolean
estimate (QusopCli *cli, const char *data, const Words *words, GError **error)
{
  double             min_entropy = 1.0;
  QsEstimateOptions  options;
  QsEstimate         result;
  g_autoptr (QsQrng) bits = NULL;

  if (!check_source (data, words, error) || !take_options (cli, words, &options, error) ||
      !qusop_cli_take_number ("--min-entropy", words->min_entropy, &min_entropy, error) ||
      (words->json != NULL && !qusop_output_probe (words->json, error)) ||
      (words->csv != NULL && !qusop_output_probe (words->csv, error)))
    return FALSE;

  if (words->bits != NULL) {
    options.bits = bits = qs_qrng_new_recorded (words->bits, min_entropy, error);
    if (bits == NULL)
      return FALSE;
    qusop_record_read ("bits", words->bits);
  }
  if (!(data == NULL ? estimate_table (cli, words, &options, &result, error)
                     : estimate_dose (cli, data, words, &options, &result, error)) ||
      !write_files (cli, words, &result, error))
    return FALSE;

  print_estimate (&result, &options,
                  options.estimator == QS_ESTIMATOR_QRNG ? bits : NULL);
  return TRUE;
}

/* qusop-cli estimate DATA --model MODEL --regimen qd|qw --dose MG … | --table T.csv … */
gboolean
qusop_cli_estimate (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_auto (Words)     words = { .max_calls = 10000000 };
  const GOptionEntry entries[] = {
    { "table", 0, 0, G_OPTION_ARG_FILENAME, &words.table,
      "A table in place of DATA: CSV with the header weight,success", "T.csv" },
    { "model", 0, 0, G_OPTION_ARG_FILENAME, &words.question.model,
      "A file that fit wrote, or pkpd, lstm, qlstm, qtlstm, qklstm, pinn, qpinn, "
      "logistic, emax to fit now",
      "MODEL" },
    { "regimen", 0, 0, G_OPTION_ARG_STRING, &words.question.regimen,
      "Once daily (qd) or once weekly (qw)", "qd|qw" },
    { "schedule", 0, 0, G_OPTION_ARG_STRING, &words.question.schedule,
      "In place of --regimen, as in solve", "TEXT" },
    { "dose", 0, 0, G_OPTION_ARG_STRING, &words.dose,
      "The dose, mg, or mg/kg where the schedule is per kg", "DOSE" },
    { "bw", 0, 0, G_OPTION_ARG_FILENAME, &words.question.bw,
      "Body weight, as in solve (default: uniform:50:100)", "PRIOR" },
    { "comed", 0, 0, G_OPTION_ARG_STRING, &words.question.comed,
      "Share of patients with co-medication (default: 0.5)", "P" },
    { "threshold", 0, 0, G_OPTION_ARG_STRING, &words.question.threshold,
      "Of the biomarker, ng/mL (default: 3.3)", "X" },
    { "success", 0, 0, G_OPTION_ARG_STRING, &words.question.success,
      "Side of the threshold (default: below)", "below|above" },
    { "success-on", 0, 0, G_OPTION_ARG_STRING, &words.question.success_on,
      QUSOP_CLI_SUCCESS_ON_HELP, "true|observed" },
    { "no-subject-effect", 0, 0, G_OPTION_ARG_NONE, &words.question.no_subject_effect,
      "Leave unexplained variability between subjects out", NULL },
    { "method", 0, 0, G_OPTION_ARG_STRING, &words.method,
      "Sampling: mc, qmc, stratified, qrng, control; amplitude estimation: canonical, "
      "mlae, iqae, miqae, fixed-point, faster (default: iqae)",
      "NAME" },
    { "backend", 0, 0, G_OPTION_ARG_STRING, &words.backend,
      "Of amplitude estimation: a simulated register, or the statistics alone (default: "
      "state-vector)",
      "state-vector|emulated" },
    { "noise", 0, 0, G_OPTION_ARG_STRING, &words.noise,
      "Of the device: per gate and qubit depolarising and damping, decay per circuit, "
      "readout (or readout=E0:E1); mlae fits it",
      "depolarising=P,damping=G,circuit=K,readout=E" },
    { "half-width", 0, 0, G_OPTION_ARG_STRING, &words.epsilon,
      "Wanted half-width of the interval (default: 0.01)", "E" },
    { "level", 0, 0, G_OPTION_ARG_STRING, &words.level, "Of the interval (default: 0.95)",
      "P" },
    { "qubits", 0, 0, G_OPTION_ARG_INT, &words.n_qubits,
      "Of the oracle's index, 3 to 24 (default: 10; with noise of gates 5, at most 11)",
      "N" },
    { "shots", 0, 0, G_OPTION_ARG_INT, &words.n_shots,
      "Per circuit (default: what suits the method)", "N" },
    { "max-calls", 0, 0, G_OPTION_ARG_INT64, &words.max_calls,
      "Draws, or uses of A and A†, to stop at (default: 10000000)", "N" },
    { "bits", 0, 0, G_OPTION_ARG_FILENAME, &words.bits,
      "Recorded quantum random bits for qrng (default: simulated ones)", "FILE" },
    { "min-entropy", 0, 0, G_OPTION_ARG_STRING, &words.min_entropy,
      "Per recorded bit, for their health tests (default: 1)", "H" },
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &words.out,
      "Compare all methods at this dose: half-width against queries with slopes, as "
      "figure and CSV",
      "DIR" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &words.json, "Write the estimate to F", "F" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &words.csv, "Write it as CSV to F", "F" },
    { NULL },
  };

  return qusop_cli_parse (cli, "[DATA]",
                          "Estimates one probability, by samples or by amplitude "
                          "estimation.",
                          entries, QUSOP_CLI_ONE_WORD_AT_MOST, &argc, &argv, error) &&
         estimate (cli, argc > 1 ? argv[1] : NULL, &words, error);
}
