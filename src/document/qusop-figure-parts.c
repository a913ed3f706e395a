/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-figure-parts.h"
#include "qusop-words.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define N_ARM_INKS (QUSOP_INK_ARM_6 - QUSOP_INK_ARM_1 + 1)

QusopPoints *
qusop_points_new (void)
{
  QusopPoints *self = g_new (QusopPoints, 1);

  self->x = g_array_new (FALSE, FALSE, sizeof (double));
  self->y = g_array_new (FALSE, FALSE, sizeof (double));
  self->y2 = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
qusop_points_free (QusopPoints *self)
{
  g_array_unref (self->x);
  g_array_unref (self->y);
  g_array_unref (self->y2);
  g_free (self);
}

void
qusop_points_add (QusopPoints *self, double x, double y)
{
  g_array_append_val (self->x, x);
  g_array_append_val (self->y, y);
}

void
qusop_points_add_range (QusopPoints *self, double x, double low, double high)
{
  qusop_points_add (self, x, low);
  g_array_append_val (self->y2, high);
}

/* Adds the points as a series; a series of none would only be in the legend. Returns
 * whether it was added. */
gboolean
qusop_points_add_to (const QusopPoints *self,
                     QusopPlotSpec     *spec,
                     QusopSeriesKind    kind,
                     const char        *label,
                     const char        *csv_name,
                     QusopInk           ink,
                     gboolean           dashed)
{
  if (self->x->len == 0)
    return FALSE;

  qusop_plot_spec_add_series (spec, kind, label, csv_name, ink, dashed, self->x->len,
                              (const double *) self->x->data,
                              (const double *) self->y->data,
                              self->y2->len > 0 ? (const double *) self->y2->data : NULL);
  return TRUE;
}

guint
qusop_arms_of (const QsDataset *dataset, double *doses_mg)
{
  guint n = 0;

  for (guint i = 0; i < qs_dataset_n_subjects (dataset); i++) {
    const double dose_mg = qs_dataset_subject (dataset, i)->dose_mg;
    guint        at = 0;

    while (at < n && doses_mg[at] < dose_mg)
      at++;
    if ((at < n && doses_mg[at] == dose_mg) || n == QUSOP_MAX_ARMS)
      continue;
    for (guint k = n; k > at; k--)
      doses_mg[k] = doses_mg[k - 1];
    doses_mg[at] = dose_mg;
    n++;
  }

  return n;
}

QusopInk
qusop_arm_ink (guint arm)
{
  return QUSOP_INK_ARM_1 + arm % N_ARM_INKS;
}

char *
qusop_arm_label (double dose_mg)
{
  return dose_mg > 0.0 ? qusop_word_mg (dose_mg) : g_strdup (_ ("placebo"));
}

gboolean
qusop_is_observed (const QsRecord *record, QsEndpoint endpoint)
{
  return record->kind == QS_RECORD_OBSERVATION && record->endpoint == endpoint &&
         isfinite (record->value);
}

const char *
qusop_endpoint_axis (QsEndpoint endpoint)
{
  return endpoint == QS_ENDPOINT_PK ? _ ("Concentration (mg/L)")
                                    : _ ("Biomarker (ng/mL)");
}

const char *
qusop_endpoint_csv_name (QsEndpoint endpoint)
{
  return endpoint == QS_ENDPOINT_PK ? "concentration_mg_l" : "biomarker_ng_ml";
}

const char *
qusop_endpoint_empty_reason (QsEndpoint endpoint)
{
  return endpoint == QS_ENDPOINT_PK ? _ ("The data have no concentrations.")
                                    : _ ("The data have no biomarker values.");
}
