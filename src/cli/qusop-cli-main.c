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
} Command;

static const Command commands[] = {
  { "check", qusop_cli_check, "quality control of a study file" },
  { "explore", qusop_cli_explore, "figures and noncompartmental analysis of a study" },
  { "fit", qusop_cli_fit, "train or fit a model" },
  { "diagnose", qusop_cli_diagnose, "how well a model describes a study" },
  { "compare", qusop_cli_compare,
    "models beside each other on subjects they have not seen" },
  { "solve", qusop_cli_solve, "the dose for one scenario" },
  { "answer", qusop_cli_answer, "every question of the challenge at once" },
  { "estimate", qusop_cli_estimate,
    "one probability, sampled or by amplitude estimation" },
  { "reproduce", qusop_cli_reproduce, "the pipeline of the paper, as published" },
  { "search", qusop_cli_search, "the dose by scan, annealing and QAOA" },
  { "simulate", qusop_cli_simulate, "a synthetic study with known truth" },
  { "translate", qusop_cli_translate, "a population model as NONMEM or R code" },
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

static int
run (const Command *command, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  QusopCli           cli = { .seed = 1 };
  const gboolean     good = command->func (&cli, argc, argv, &error);

  qusop_cli_finish (&cli);
  if (!good) {
    fprintf (stderr, "qusop-cli %s: %s\n", command->name, error->message);
    return qusop_cli_exit_code (error);
  }
  if (fflush (stdout) != 0) {
    fprintf (stderr, "qusop-cli %s: Standard output could not be written\n",
             command->name);
    return QUSOP_EXIT_FAILED;
  }

  return QUSOP_EXIT_DONE;
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
    if (strcmp (word, commands[i].name) == 0)
      return run (&commands[i], argc - 1, argv + 1);
  }

  if (*word != '\0')
    fprintf (stderr, "qusop-cli: There is no command \"%s\"\n\n", word);
  print_usage (stderr);
  return QUSOP_EXIT_USAGE;
}
