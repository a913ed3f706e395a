/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-predictor.h"

G_BEGIN_DECLS

/**
 * QsTableNode:
 * @dose_mg_per_kg: where
 * @score: what the predictor says there
 * @bound: how far linear interpolation to the next node may be from the predictor
 */
typedef struct {
  double dose_mg_per_kg;
  double score;
  double bound;
} QsTableNode;

/**
 * QsTable:
 * @predictor: owned
 * @scale_mg_per_kg: where the spacing of the nodes turns from even to proportional
 * @end_mg_per_kg: the table covers [0, end]
 * @noise: how much the predictor scatters about a smooth curve (single precision)
 * @nodes: (element-type QsTableNode): by increasing dose, without and with co-medication
 *
 * The score of one predictor as a function of dose per body weight.
 */
typedef struct {
  QsPredictor *predictor;
  QsCriterion  criterion;
  double       scale_mg_per_kg;
  double       end_mg_per_kg;
  double       noise;
  double       tolerance;
  GArray      *nodes[2];
} QsTable;

QsTable *qs_table_new (QsPredictor       *predictor,
                       const QsCriterion *criterion,
                       double             scale_mg_per_kg,
                       double             end_mg_per_kg,
                       QsRun             *run,
                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void     qs_table_free (QsTable *self);
gboolean qs_table_extend (QsTable *self,
                          double   end_mg_per_kg,
                          QsRun   *run,
                          GError **error);
gsize    qs_table_cell (const QsTable *self, guint comed, double dose_mg_per_kg);
double   qs_table_read (const QsTable *self,
                        guint          comed,
                        double         dose_mg_per_kg,
                        double        *bound);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsTable, qs_table_free)

G_END_DECLS
