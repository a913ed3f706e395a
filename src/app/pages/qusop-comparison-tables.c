/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-comparison-tables.h"

#include <glib/gi18n.h>
#include <math.h>

static const QsContestant *
contestant (const QsCompare *comparison, guint i)
{
  return &g_array_index (comparison->contestants, QsContestant, i);
}

static char *
number (int digits, double value)
{
  return isfinite (value) ? g_strdup_printf ("%.*f", digits, value) : g_strdup ("–");
}

static void
add_accuracy (QusopTextTable *table, const QsContestant *one, gboolean is_chosen)
{
  const QsCalibration *calibration = &one->calibration;
  const double         record = one->record.n > 0 ? one->record.rmse_ng_ml : NAN;
  char                *cells[] = {
                   g_strdup (one->name),
                   number (2, one->window.rmse_ng_ml),
                   number (2, one->window.r_squared),
                   number (2, record),
                   number (2, calibration->slope),
                   number (2, calibration->intercept),
                   number (3, calibration->ece[0]),
                   number (2, calibration->hosmer_lemeshow_p),
                   number (3, calibration->auc),
    one->n_quantum > 0
                       ? g_strdup_printf (_ ("%u + %u angles"), one->n_classical, one->n_quantum)
                       : g_strdup_printf ("%u", one->n_classical),
                   number (1, one->cpu_s),
  };

  qusop_text_table_add_row (table, (const char *const *) cells, is_chosen);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++)
    g_free (cells[i]);
}

void
qusop_show_accuracy (QusopTextTable *table, const QsCompare *comparison, guint chosen)
{
  static const QusopCellKind kinds[] = {
    QUSOP_CELL_WORDS,  QUSOP_CELL_VALUE,  QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER,
    QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER,
    QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER,
  };
  const char *const heads[] = { _ ("Model"), _ ("RMSE"),       _ ("R²"),   _ ("Record"),
                                _ ("Slope"), _ ("Intercept"),  _ ("ECE"),  _ ("H–L p"),
                                _ ("AUC"),   _ ("Parameters"), _ ("CPU s") };

  qusop_text_table_begin (table, G_N_ELEMENTS (heads), heads, kinds);
  for (guint i = 0; i < comparison->contestants->len; i++) {
    const QsContestant *one = contestant (comparison, i);

    if (one->is_twin)
      continue;
    add_accuracy (table, one, i == chosen);
    if (one->twin > 0)
      add_accuracy (table, contestant (comparison, one->twin), one->twin == chosen);
  }
}

/* The dose with the interval of the crossing, which may have no end. */
static char *
dose_text (const QsResult *answer)
{
  const QsDecision *decision = answer != NULL ? &answer->decision : NULL;
  g_autofree char  *high = NULL;

  if (decision == NULL || decision->status == QS_STATUS_REFUSED)
    return g_strdup ("–");
  if (!isfinite (decision->dose_mg))
    return g_strdup (_ ("not reached"));
  if (!isfinite (decision->interval_low_mg))
    return g_strdup_printf ("%g", decision->dose_mg);

  high = isfinite (decision->interval_high_mg)
             ? g_strdup_printf ("%.3g", decision->interval_high_mg)
             : g_strdup ("∞");
  return g_strdup_printf ("%g [%.3g; %s]", decision->dose_mg, decision->interval_low_mg,
                          high);
}

static char *
ratio_text (const QsResult *daily, const QsResult *weekly)
{
  if (daily == NULL || weekly == NULL || !(daily->decision.crossing_mg > 0.0))
    return g_strdup ("–");
  return number (2, weekly->decision.crossing_mg / (7.0 * daily->decision.crossing_mg));
}

void
qusop_show_answers (QusopTextTable  *table,
                    const QsCompare *comparison,
                    const char      *population,
                    guint            chosen)
{
  static const QusopCellKind kinds[] = { QUSOP_CELL_WORDS,  QUSOP_CELL_VALUE,
                                         QUSOP_CELL_NUMBER, QUSOP_CELL_VALUE,
                                         QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER };
  static const double        targets[] = { 0.9, 0.75 };
  const char *const          heads[] = { _ ("Dose in mg"),
                                         /* xgettext:no-c-format */
                                         _ ("Daily, 90 %"),
                                         /* xgettext:no-c-format */
                                         _ ("Daily, 75 %"),
                                         /* xgettext:no-c-format */
                                         _ ("Weekly, 90 %"),
                                         /* xgettext:no-c-format */
                                         _ ("Weekly, 75 %"), _ ("Week ÷ 7 days") };

  qusop_text_table_begin (table, G_N_ELEMENTS (heads), heads, kinds);
  for (guint i = 0; i < comparison->contestants->len; i++) {
    const QsContestant *one = contestant (comparison, i);
    const QsResult     *answers[4];
    char               *cells[6];

    if (one->answers == NULL)
      continue;
    for (guint k = 0; k < 4; k++)
      answers[k] = qs_contestant_answer (
          one, population, k < 2 ? QS_REGIMEN_QD : QS_REGIMEN_QW, targets[k % 2]);
    cells[0] = g_strdup (one->name);
    for (guint k = 0; k < 4; k++)
      cells[1 + k] = dose_text (answers[k]);
    cells[5] = ratio_text (answers[0], answers[2]);
    qusop_text_table_add_row (table, (const char *const *) cells, i == chosen);
    for (guint k = 0; k < G_N_ELEMENTS (cells); k++)
      g_free (cells[k]);
  }
}
