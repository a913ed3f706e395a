/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-net-private.h"

/**
 * QsNetCellClass:
 * @n_rows: of [column] that the cell keeps beside the base's
 * @set_params: after the base has taken over @params
 * @forward: adds to the gates of step @s what is made of @angles
 * @backward: from the slopes by the gates of step @s: adds those by the cell's parameters
 * to @gradient and those by the angles to @slopes
 * @finish: (nullable): adds to @gradient what is summed over all steps at once
 * @free: ends what the class has
 */
typedef struct {
  gsize (*n_rows) (const QsNetCell *self);
  void (*set_params) (QsNetCell *self);
  void (*forward) (QsNetCell *self, const QsNetSide *side, guint s);
  void (*backward) (QsNetCell *self, const QsNetSide *side, guint s, double *gradient);
  void (*finish) (QsNetCell *self, const QsNetSide *side, double *gradient);
  void (*free) (QsNetCell *self);
} QsNetCellClass;

/**
 * QsNetCell:
 * @params: the network's block
 * @angles: [qubit][column]: v = [h, x] sent through the linear map that the gates share
 * @slopes: [qubit][column]: of the loss by them
 * @rows: the class's own
 *
 * What a quantum cell adds to its gates. First member of every cell.
 */
struct _QsNetCell {
  const QsNetCellClass *klass;
  QsNetShape            shape;
  gsize                 recurrent; /* the shared map's places in the block */
  gsize                 input;
  gsize                 bias;
  const double         *params; /* borrowed */
  gsize                 n_columns;
  double               *angles; /* owned, with the two that follow */
  double               *slopes;
  double               *rows;
};

QsNetCell *qs_qlstm_cell_new (const QsNetShape *shape, const char *direction)
    G_GNUC_WARN_UNUSED_RESULT;
QsNetCell *qs_qklstm_cell_new (const QsNetShape *shape, const char *direction)
    G_GNUC_WARN_UNUSED_RESULT;

/* For the classes. */
gsize qs_net_cell_place (const QsNetShape *shape,
                         const char       *direction,
                         const char       *name);
void  qs_net_cell_init (QsNetCell            *self,
                        const QsNetCellClass *klass,
                        const QsNetShape     *shape,
                        const char           *direction);
void  qs_net_cell_gather (const QsNetSide *side,
                          guint            s,
                          const double    *rows,
                          guint            n_rows,
                          double          *samples);

/* For the network. */
void qs_net_cell_reserve (QsNetCell *self, gsize n_columns);
void qs_net_cell_set_params (QsNetCell *self, const double *params);
void qs_net_cell_forward (QsNetCell *self, const QsNetSide *side, guint s);
void qs_net_cell_backward (QsNetCell       *self,
                           const QsNetSide *side,
                           guint            s,
                           double          *gradient);
void qs_net_cell_finish (QsNetCell *self, const QsNetSide *side, double *gradient);
void qs_net_cell_free (QsNetCell *self);
