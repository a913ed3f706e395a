/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli-output.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES "frames"

/* What the figures are collected in while they are printed. */
typedef struct {
  json_t *list;
  char   *cpu;
} Figures;

static char *
cpu_name (void)
{
  g_autofree char *text = NULL;
  const char      *name;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL) ||
      (name = strstr (text, "model name\t: ")) == NULL)
    return g_strdup ("unknown processor");

  name += strlen ("model name\t: ");
  return g_strndup (name, strcspn (name, "\n"));
}

static void
figure_cb (const QsBenchFigure *figure, gpointer user_data)
{
  Figures         *self = user_data;
  g_autofree char *context = g_strdup_printf ("%s; %s, %u processors", figure->context,
                                              self->cpu, g_get_num_processors ());

  qusop_cli_progress_end ();
  printf ("%-14s %14.6g %-18s n %" G_GUINT64_FORMAT ", %u threads: %s\n", figure->name,
          figure->value, figure->unit, figure->n, figure->n_threads, context);
  fflush (stdout);
  json_array_append_new (
      self->list,
      json_pack ("{s:s, s:f, s:s, s:b, s:I, s:i, s:s}", "name", figure->name, "value",
                 figure->value, "unit", figure->unit, "lower_is_better",
                 figure->lower_is_better != FALSE, "n", (json_int_t) figure->n, "threads",
                 (int) figure->n_threads, "context", context));
}

/* The application lies beside this program, in the build folder as when installed. */
static char *
find_application (void)
{
  static const char *const places[] = { "qusop", "../app/qusop" };
  g_autofree char         *own = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char         *folder = g_path_get_dirname (own != NULL ? own : ".");

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *path = g_build_filename (folder, places[i], NULL);

    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }

  return NULL;
}

static gboolean
skip (const char *why, GError **error)
{
  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_INCOMPLETE,
               "The frames of the window were not measured: %s", why);
  return FALSE;
}

/* What the application says of itself, and how it is called here. */
static const struct {
  const char *key;
  const char *n_key;
  const char *name;
  const char *unit;
  const char *context;
} window_figures[] = {
  { "frame_ms_p50", "n_frames", "frame-p50", "ms",
    "work per frame while a slider moves" },
  { "frame_ms_p95", "n_frames", "frame-p95", "ms",
    "work per frame while a slider moves" },
  { "engine_ms_p95", "n_curves", "window-engine-p95", "ms", "curve of one slider step" },
  { "answer_ms_p95", "n_curves", "window-answer-p95", "ms",
    "from slider step to curve shown" },
  { "blocked_ms", "n_blocked", "blocked-longest", "ms",
    "longest callback while a slider moves beside a fit" },
  { "fit_frames_per_s", "n_blocked", "fit-frames", "1/s",
    "frames while a slider moves beside a fit" },
};

static gboolean
take_frames (const char *text, Figures *figures, GError **error)
{
  json_t *root = json_loads (text, JSON_REJECT_DUPLICATES, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (window_figures); i++) {
    const json_t *value = json_object_get (root, window_figures[i].key);
    const json_t *n = json_object_get (root, window_figures[i].n_key);

    if (!json_is_number (value) || !json_is_integer (n)) {
      json_decref (root);
      return skip ("the application did not say what it measured", error);
    }

    const QsBenchFigure figure = {
      .name = window_figures[i].name,
      .value = json_number_value (value),
      .unit = window_figures[i].unit,
      .lower_is_better = g_str_equal (window_figures[i].unit, "ms"),
      .n = (guint64) json_integer_value (n),
      .n_threads = g_get_num_processors (),
      .context = window_figures[i].context,
    };

    figure_cb (&figure, figures);
  }

  json_decref (root);
  return TRUE;
}

static gboolean
bench_frames (const char *data, Figures *figures, GError **error)
{
  g_autofree char *application = find_application ();
  g_autofree char *text = NULL;
  char *words[] = { application, (char *) "--measure-frames", (char *) data, NULL };
  int   status;

  if (g_getenv ("DISPLAY") == NULL && g_getenv ("WAYLAND_DISPLAY") == NULL)
    return skip ("there is no display", error);
  if (application == NULL)
    return skip ("the application was not found beside this program", error);
  if (!g_spawn_sync (NULL, words, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &text,
                     NULL, &status, NULL) ||
      !g_spawn_check_wait_status (status, NULL))
    return skip ("the application failed", error);

  return take_frames (text, figures, error);
}

/* Where nothing was asked for by name, what this machine cannot show is told, not an
 * error. */
static gboolean
bench_all (QsBench *bench, const char *data, Figures *figures, GError **error)
{
  const char *const *names = qs_bench_names ();
  g_autoptr (GError) skipped = NULL;

  for (guint i = 0; names[i] != NULL; i++) {
    if (!qs_bench_takes_long (names[i]) &&
        !qs_bench_run (bench, names[i], figure_cb, figures, error))
      return FALSE;
  }

  if (!bench_frames (data, figures, &skipped))
    printf ("%-14s skipped: %s\n", FRAMES, skipped->message);

  return TRUE;
}

static gboolean
check_name (const char *only, GError **error)
{
  const char *const *names = qs_bench_names ();
  g_autofree char   *list = NULL;

  if (only == NULL || strcmp (only, FRAMES) == 0 || g_strv_contains (names, only))
    return TRUE;

  list = g_strjoinv (", ", (char **) names);
  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "--only is %s; what there is: %s, " FRAMES, only, list);
  return FALSE;
}

static gboolean
check_studies (int n_studies, GError **error)
{
  if (n_studies >= 1 && n_studies <= 100000)
    return TRUE;

  g_set_error (error, QUSOP_CLI_ERROR, QUSOP_CLI_ERROR_USAGE,
               "--studies is %d, must lie in [1, 100000]", n_studies);
  return FALSE;
}

/* The sample study lies where it was installed, else in the source folder. */
static char *
find_data (const char *given)
{
  if (given != NULL)
    return g_strdup (given);

  return g_strdup (g_file_test (QUSOP_SAMPLE, G_FILE_TEST_EXISTS) ? QUSOP_SAMPLE
                                                                  : QUSOP_SOURCE_SAMPLE);
}

static gboolean
measure (QusopCli   *cli,
         const char *given,
         const char *only,
         int         n_studies,
         Figures    *figures,
         GError    **error)
{
  g_autofree char      *data = find_data (given);
  g_autoptr (QsDataset) dataset = qusop_cli_load (cli, data, error);
  g_autoptr (QsBench)   bench = NULL;

  if (dataset == NULL)
    return FALSE;

  bench = qs_bench_new (dataset, cli->run);
  qs_bench_set_studies (bench, (guint) n_studies);
  if (only == NULL)
    return bench_all (bench, data, figures, error);
  if (strcmp (only, FRAMES) == 0)
    return bench_frames (data, figures, error);
  return qs_bench_run (bench, only, figure_cb, figures, error);
}

static gboolean
write_json (const char *path, const json_t *list, GError **error)
{
  char *raw =
      json_dumps (list, JSON_SORT_KEYS | JSON_INDENT (2) | JSON_REAL_PRECISION (9));
  char *text = g_strconcat (raw, "\n", NULL);

  free (raw);
  return qusop_output_file (path, text, error);
}

/* The figures as rows; words are quoted, for they hold commas. */
static gboolean
write_csv (const char *path, const json_t *list, GError **error)
{
  GString      *text = g_string_new ("name,value,unit,n,threads,context\n");
  gsize         i;
  const json_t *figure;

  json_array_foreach (list, i, figure)
  {
    char buffer[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_dtostr (buffer, sizeof buffer,
                    json_number_value (json_object_get (figure, "value")));
    g_string_append_printf (
        text, "%s,%s,%s,%" JSON_INTEGER_FORMAT ",%" JSON_INTEGER_FORMAT ",\"%s\"\n",
        json_string_value (json_object_get (figure, "name")), buffer,
        json_string_value (json_object_get (figure, "unit")),
        json_integer_value (json_object_get (figure, "n")),
        json_integer_value (json_object_get (figure, "threads")),
        json_string_value (json_object_get (figure, "context")));
  }

  return qusop_output_file (path, g_string_free (text, FALSE), error);
}

static gboolean
bench (QusopCli   *cli,
       const char *data,
       const char *only,
       const char *json,
       const char *csv,
       int         n_studies,
       GError    **error)
{
  Figures  figures = { json_array (), cpu_name () };
  gboolean good = check_name (only, error) && check_studies (n_studies, error) &&
                  (json == NULL || qusop_output_probe (json, error)) &&
                  (csv == NULL || qusop_output_probe (csv, error)) &&
                  measure (cli, data, only, n_studies, &figures, error) &&
                  (json == NULL || write_json (json, figures.list, error)) &&
                  (csv == NULL || write_csv (csv, figures.list, error));

  json_decref (figures.list);
  g_free (figures.cpu);
  return good;
}

/* qusop-cli bench [--only NAME] [--data DATA] [--studies N] [--json F] [--csv F] */
gboolean
qusop_cli_bench (QusopCli *cli, int argc, char **argv, GError **error)
{
  g_autofree char   *data = NULL, *only = NULL, *json = NULL, *csv = NULL;
  int                n_studies = 100;
  const GOptionEntry entries[] = {
    { "only", 0, 0, G_OPTION_ARG_STRING, &only,
      "One benchmark: philox, kernel, training, bootstrap, tables, slider, audit, csv, "
      "pkpd, pkpd-search, pkpd-slider, quantum, sampling, networks, frames or, by name "
      "only, search, m3, amplitude (a minute) and coverage (half an hour; each study is "
      "told as it "
      "comes)",
      "NAME" },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &data,
      "The study to measure with (default: the bundled sample)", "DATA" },
    { "studies", 0, 0, G_OPTION_ARG_INT, &n_studies,
      "Simulated studies of coverage (default: 100)", "N" },
    { "json", 0, 0, G_OPTION_ARG_FILENAME, &json, "Write the figures to F as well", "F" },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv, "Write them as CSV to F", "F" },
    { NULL },
  };

  return qusop_cli_parse (cli, NULL, "Measures this machine.", entries, 0, &argc, &argv,
                          error) &&
         bench (cli, data, only, json, csv, n_studies, error);
}
