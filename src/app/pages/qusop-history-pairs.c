/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-history-pairs.h"

#include <glib/gi18n.h>

/* The engine's names of what is compared, for the translator; options and the names of
 * files and of their values are the same in every language. */
static const char *const words[] G_GNUC_UNUSED = {
  N_ ("command"), N_ ("data SHA-256"), N_ ("model file SHA-256"), N_ ("model SHA-256"),
  N_ ("model"),   N_ ("seed"),         N_ ("arguments"),          N_ ("threads"),
  N_ ("version"), N_ ("build"),        N_ ("processor"),          N_ ("result"),
  N_ ("message"),
};

static char *
cell (const char *text)
{
  return g_utf8_make_valid (text != NULL && *text != '\0' ? text : "–", -1);
}

/* What differs comes first and stands out. */
static void
add_rows (QusopTextTable  *table,
          const GPtrArray *pairs,
          QsRunPairPart    part,
          gboolean         same)
{
  for (guint i = 0; i < pairs->len; i++) {
    const QsRunPair  *pair = pairs->pdata[i];
    g_autofree char  *first = cell (pair->first), *second = cell (pair->second);
    const char *const cells[] = { gettext (pair->what), first, second };

    if (pair->part == part && pair->same == same)
      qusop_text_table_add_row (table, cells, !same);
  }
}

/**
 * qusop_history_pairs_show:
 * @pairs: (nullable): of QsRunPair
 */
void
qusop_history_pairs_show (QusopTextTable  *table,
                          const GPtrArray *pairs,
                          QsRunPairPart    part)
{
  static const QusopCellKind kinds[] = { QUSOP_CELL_LONG_WORDS, QUSOP_CELL_LONG_WORDS,
                                         QUSOP_CELL_LONG_WORDS };
  const char *const          heads[] = { part == QS_RUN_PAIR_INPUT ? _ ("What went in")
                                                                   : _ ("What came out"),
                                _ ("First"), _ ("Second") };

  qusop_text_table_begin (table, 3, heads, kinds);
  if (pairs != NULL) {
    add_rows (table, pairs, part, FALSE);
    add_rows (table, pairs, part, TRUE);
  }
}

static guint
n_different (const GPtrArray *pairs, QsRunPairPart part)
{
  guint n = 0;

  for (guint i = 0; i < pairs->len; i++) {
    const QsRunPair *pair = pairs->pdata[i];

    n += pair->part == part && !pair->same;
  }

  return n;
}

/* One sentence on what differs. */
char *
qusop_history_pairs_summary (const GPtrArray *pairs)
{
  const guint      n_inputs = n_different (pairs, QS_RUN_PAIR_INPUT);
  const guint      n_answers = n_different (pairs, QS_RUN_PAIR_ANSWER);
  g_autofree char *inputs = g_strdup_printf (
      ngettext ("%u input differs", "%u inputs differ", n_inputs), n_inputs);
  g_autofree char *answers = g_strdup_printf (
      ngettext ("%u answer differs", "%u answers differ", n_answers), n_answers);

  return g_strdup_printf ("%s, %s.",
                          n_inputs > 0 ? inputs : _ ("The inputs are the same"),
                          n_answers > 0 ? answers : _ ("the answers are the same"));
}

const char *
qusop_history_stage (QsStage stage)
{
  static const char *const names[] = {
    [QS_STAGE_LOAD] = N_ ("Reading the study"),
    [QS_STAGE_CHECK] = N_ ("Checking the data"),
    [QS_STAGE_SEARCH] = N_ ("Searching the structure"),
    [QS_STAGE_TRAIN] = N_ ("Fitting the model"),
    [QS_STAGE_BOOTSTRAP] = N_ ("Fitting resampled studies"),
    [QS_STAGE_TABULATE] = N_ ("Tabulating virtual patients"),
    [QS_STAGE_SIMULATE] = N_ ("Simulating virtual patients"),
    [QS_STAGE_SOLVE] = N_ ("Searching the dose"),
    [QS_STAGE_WRITE] = N_ ("Writing the results"),
  };

  return _ (names[MIN (stage, QS_STAGE_WRITE)]);
}
