/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const char  *name;
  QusopCliFunc func;
  const char  *summary;
  gboolean     recorded; /* in the registry */
} Command;

static const Command commands[] = {
  { "check", qusop_cli_check, "quality control of a study file" },
  { "explore", qusop_cli_explore, "figures and noncompartmental analysis of a study",
    TRUE },
  { "fit", qusop_cli_fit, "train or fit a model", TRUE },
  { "diagnose", qusop_cli_diagnose, "how well a model describes a study", TRUE },
  { "compare", qusop_cli_compare,
    "models beside each other on subjects they have not seen", TRUE },
  { "solve", qusop_cli_solve, "the dose for one scenario", TRUE },
  { "answer", qusop_cli_answer, "every question of the challenge at once", TRUE },
  { "estimate", qusop_cli_estimate, "one probability, sampled or by amplitude estimation",
    TRUE },
  { "reproduce", qusop_cli_reproduce, "the pipeline of the paper, as published", TRUE },
  { "search", qusop_cli_search, "the dose by scan, annealing and QAOA", TRUE },
  { "simulate", qusop_cli_simulate, "a synthetic study with known truth", TRUE },
  { "translate", qusop_cli_translate, "a population model as NONMEM or R code", TRUE },
  { "runs", qusop_cli_runs, "what was run, to be listed, labelled and compared" },
  { "replay", qusop_cli_replay, "a run again: are the results the same, bit by bit?" },
  { "verify", qusop_cli_verify, "what was written against its manifest" },
  { "validate", qusop_cli_validate, "checks of this installation" },
  { "bench", qusop_cli_bench, "benchmarks of this machine" },
};

static void
print_usage (FILE *file)
{
  fputs ("Usage: qusop-cli COMMAND [OPTION…] …\n\n"
         "Which dose keeps a biomarker within bounds, in how many patients.\n\n",
         file);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (file, "  %-10s %s\n", commands[i].name, commands[i].summary);
  fputs ("\nqusop-cli COMMAND --help tells the options of a command.\n"
         "Exit: 0 done, 1 usage, 2 input refused, 3 computation failed, 4 incomplete, "
         "130 cancelled.\n",
         file);
  fprintf (file, "%s\n", qs_intended_use ());
}

/* Whether @command is one that the registry keeps. */
gboolean
qusop_cli_is_recorded (const char *command)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (command, commands[i].name) == 0)
      return commands[i].recorded;
  }

  return FALSE;
}

static int
run (const Command *command, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  QusopCli           cli = { .seed = 1, .recorded = command->recorded };
  int                code;

  cli.words = g_strdupv (argv);
  command->func (&cli, argc, argv, &error);
  code = qusop_cli_exit_code (error);
  /* Before anybody stops listening: a slow disk must not keep a cancelled program. */
  if (code == QUSOP_EXIT_CANCELLED)
    qusop_record_finish (code, error->message);
  qusop_cli_finish (&cli);

  if (error != NULL) {
    fprintf (stderr, "qusop-cli %s: %s\n", command->name, error->message);
  } else if (fflush (stdout) != 0) {
    fprintf (stderr, "qusop-cli %s: Standard output could not be written\n",
             command->name);
    code = QUSOP_EXIT_FAILED;
  }
  qusop_record_finish (code, error != NULL ? error->message : NULL);

  return code;
}

int
main (int argc, char **argv)
{
  const char *word = argc > 1 ? argv[1] : "";

  /* Letters as the user's terminal has them; numbers always with a point. */
  setlocale (LC_CTYPE, "");
  g_set_prgname ("qusop-cli");

  if (strcmp (word, "--help") == 0 || strcmp (word, "-h") == 0) {
    print_usage (stdout);
    return QUSOP_EXIT_DONE;
  }
  if (strcmp (word, "--version") == 0) {
    printf ("qusop-cli %s\n", qs_version ());
    return QUSOP_EXIT_DONE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (strcmp (word, commands[i].name) == 0) {
      g_autofree char *name = g_strdup_printf ("qusop-cli %s", word);

      /* What the usage line of the command begins with. */
      g_set_prgname (name);
      return run (&commands[i], argc - 1, argv + 1);
    }
  }

  if (*word != '\0')
    fprintf (stderr, "qusop-cli: There is no command \"%s\"\n\n", word);
  print_usage (stderr);
  return QUSOP_EXIT_USAGE;
}
