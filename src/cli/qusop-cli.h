/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

#define QUSOP_CLI_ERROR (qusop_cli_error_quark ())

/**
 * QusopCliError:
 * @QUSOP_CLI_ERROR_USAGE: the command line is wrong
 * @QUSOP_CLI_ERROR_OUTPUT: a result cannot be written
 * @QUSOP_CLI_ERROR_INCOMPLETE: a part of what was asked for could not be had
 * @QUSOP_CLI_ERROR_DIFFERENT: a run that was repeated gave something else
 */
typedef enum {
  QUSOP_CLI_ERROR_USAGE,
  QUSOP_CLI_ERROR_OUTPUT,
  QUSOP_CLI_ERROR_INCOMPLETE,
  QUSOP_CLI_ERROR_DIFFERENT,
} QusopCliError;

/* Exit codes, a contract with scripts. */
enum {
  QUSOP_EXIT_DONE = 0,
  QUSOP_EXIT_USAGE = 1,
  QUSOP_EXIT_REFUSED = 2,
  QUSOP_EXIT_FAILED = 3,
  QUSOP_EXIT_INCOMPLETE = 4,
  QUSOP_EXIT_CANCELLED = 130,
};

/**
 * QusopCli:
 * @n_threads: 0 for one per processor
 * @seed: of everything random
 * @has_seed: whether --seed was given
 * @quiet: no progress
 * @no_cache: models are neither taken from the cache nor kept there
 * @no_registry: the run leaves no record
 * @recorded: this command is one that leaves a record
 * @words: %NULL-terminated: the command and all that follows it, as it was given
 * @config: what --config said, later all settings of this run
 * @write_config: (nullable): --write-config
 * @expanded: (nullable): the words with those of --config among them
 * @expanded_argv: (nullable): the same, borrowed, as they are parsed
 * @mapping: (nullable): --map
 * @run: the context of all engine calls; SIGINT and SIGTERM cancel it
 *
 * What every command shares: the common options and the run.
 */
typedef struct {
  guint    n_threads;
  guint64  seed;
  gboolean has_seed;
  gboolean quiet;
  gboolean no_cache;
  gboolean no_registry;
  gboolean recorded;
  char   **words;

  QsConfig *config;
  char     *write_config;
  char    **expanded;
  char    **expanded_argv;
  char     *mapping;
  QsRun    *run;
} QusopCli;

/**
 * QusopCliFunc:
 * @argc: words left, the command itself among them
 * @argv: the words
 *
 * One command. Returns: %FALSE with @error set; qusop_cli_exit_code() tells what that
 * means
 */
typedef gboolean (*QusopCliFunc) (QusopCli *cli, int argc, char **argv, GError **error);

gboolean qusop_cli_check (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_explore (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_fit (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_diagnose (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_solve (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_answer (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_estimate (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_compare (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_reproduce (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_search (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_simulate (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_translate (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_runs (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_replay (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_verify (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_validate (QusopCli *cli, int argc, char **argv, GError **error);
gboolean qusop_cli_bench (QusopCli *cli, int argc, char **argv, GError **error);

/* Options. */
GQuark qusop_cli_error_quark (void);
int    qusop_cli_exit_code (const GError *error);
/* In place of a number of words: none or one. */
#define QUSOP_CLI_ONE_WORD_AT_MOST -1
#define QUSOP_CLI_ANY_WORDS -2
gboolean qusop_cli_parse (QusopCli           *cli,
                          const char         *synopsis,
                          const char         *summary,
                          const GOptionEntry *entries,
                          int                 n_words,
                          int                *argc,
                          char             ***argv,
                          GError            **error);
gboolean qusop_cli_require (const char *value, const char *option, GError **error);
gboolean qusop_cli_choose (const char        *option,
                           const char        *value,
                           const char *const *choices,
                           guint             *chosen,
                           GError           **error);
gboolean qusop_cli_biomarker (const char *value, QsBiomarker *biomarker, GError **error);
#define QUSOP_CLI_SUCCESS_ON_HELP                                                       \
  "What is judged: the true biomarker, or what 13 looks over the window would measure " \
  "(default: true)"
gboolean qusop_cli_number (const char *option,
                           const char *text,
                           double     *value,
                           GError    **error);
/* The same for an option that may be left out: @value stays then. */
gboolean qusop_cli_take_number (const char *option,
                                const char *text,
                                double     *value,
                                GError    **error);
void     qusop_cli_finish (QusopCli *cli);

/* Settings as a file. */
gboolean qusop_cli_config_expand (QusopCli           *cli,
                                  const GOptionEntry *entries,
                                  int                *argc,
                                  char             ***argv,
                                  GError            **error);
void     qusop_cli_config_data (QusopCli *cli, int *argc, char **argv);
void     qusop_cli_config_collect (QusopCli *cli, const GOptionEntry *entries);
gboolean qusop_cli_config_study (QusopCli *cli, const QsDataset *dataset, GError **error);
void qusop_cli_config_population (const QusopCli *cli, QsPopulationOptions *population);
gboolean qusop_cli_config_fit (const QusopCli *cli,
                               QsFitOptions   *options,
                               GError        **error);
void     qusop_cli_config_clear (QusopCli *cli);

/* Data and models. */
QsDataset *qusop_cli_look (QusopCli *cli, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
QsDataset *qusop_cli_load (QusopCli *cli, const char *path, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
QsModel *qusop_cli_fit_model (QusopCli           *cli,
                              const QsDataset    *dataset,
                              const QsFitOptions *options,
                              GError            **error) G_GNUC_WARN_UNUSED_RESULT;
QsModel *qusop_cli_model (QusopCli         *cli,
                          const QsDataset  *dataset,
                          const char       *name,
                          const QsScenario *scenario,
                          GError          **error) G_GNUC_WARN_UNUSED_RESULT;
#define QUSOP_CLI_BESIDE_HELP                                                           \
  "A population model to hold answers of another model against (default: the one that " \
  "a network on exposure reads)"
#define QUSOP_CLI_COMPARED_HELP                                                         \
  "compare.json of the same study: says where networks of this kind lost to something " \
  "simpler"
gboolean qusop_cli_confront (QusopCli        *cli,
                             const QsDataset *dataset,
                             const QsModel   *model,
                             const char      *beside,
                             const char      *compared,
                             GPtrArray       *results,
                             GError         **error);
gboolean qusop_cli_prior (const char      *text,
                          const QsDataset *dataset,
                          QsPrior         *prior,
                          GArray         **sample,
                          GError         **error);

/**
 * QusopCliQuestion:
 *
 * The options that ask about one scenario, as they were given.
 */
typedef struct {
  char    *model;
  char    *regimen;
  char    *schedule;
  char    *bw;
  char    *comed;
  char    *threshold;
  char    *success;
  char    *success_on;
  gboolean no_subject_effect;
} QusopCliQuestion;

/* How many virtual patients there may be, and until when: of solve and answer. */
#define QUSOP_CLI_MAX_PATIENTS_HELP                                                     \
  "Draw virtual patients until the Monte Carlo error of each dose is half a grid step " \
  "at "                                                                                 \
  "most, up to N of them (default: a fixed number)"
#define QUSOP_CLI_MC_ERROR_HELP \
  "With --max-patients: until that error is E, mg (default: half a grid step)"
gboolean qusop_cli_take_patients (gint64               n_people_max,
                                  const char          *mc_error,
                                  QsPopulationOptions *options,
                                  GError             **error);

void       qusop_cli_question_clear (QusopCliQuestion *self);
gboolean   qusop_cli_question_scenario (const QusopCliQuestion *self,
                                        QsScenario             *scenario,
                                        GError                **error);
QsDataset *qusop_cli_question_load (const QusopCliQuestion *self,
                                    QusopCli               *cli,
                                    const char             *data,
                                    QsScenario             *scenario,
                                    GArray                **sample,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

QsRegistry *qusop_cli_open_registry (const QusopCli *cli, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/* What the registry keeps of this run. None of it makes a command fail. */
gboolean qusop_cli_is_recorded (const char *command);
void     qusop_record_begin (const QusopCli *cli);
void     qusop_record_data (const QsDataset *dataset);
void     qusop_record_read (const char *role, const char *path);
void     qusop_record_written (const char *path);
void     qusop_record_model (const QsModel *model);
void     qusop_record_finish (int status, const char *message);

/* Tables on stdout. */
void qusop_cli_print_answers (const GPtrArray *results);
void qusop_cli_print_notes (const GPtrArray *results);

/* Progress on stderr. */
gboolean    qusop_cli_progress_choose (const char *style, gboolean quiet, GError **error);
const char *qusop_cli_progress_style (void);
void        qusop_cli_progress_cb (const QsEvent *event, gpointer user_data);
void        qusop_cli_progress_end (void);

G_END_DECLS
