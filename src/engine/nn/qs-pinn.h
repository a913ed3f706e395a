/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-pinn-response.h"

G_BEGIN_DECLS

/**
 * QsPinn:
 * @quantum: whether a circuit shapes the effect
 * @params: (array length=n_params): of the kinetics, then of the response
 *
 * A physics-informed network (Raissi et al. 2019) of one study: two networks, of the
 * amounts after a dose and of the biomarker, that were trained to meet observations and
 * the equations of science.md 3 alike, and the parameters of these equations.
 */
typedef struct {
  gboolean     quantum;
  QsPinnScales scales;
  gsize        n_params;
  double      *params;
} QsPinn;

/**
 * QsPinnStory:
 * @history: of the response's training
 * @kinetics_residual: root mean square of what the equations of the amounts miss
 * @response_residual: likewise of the biomarker's, per day and relative to it
 */
typedef struct {
  QsTrained *response;
  double     kinetics_residual;
  double     response_residual;
} QsPinnStory;

gsize         qs_pinn_n_params (gboolean quantum);
const double *qs_pinn_response (const QsPinn *self);
QsPinn       *qs_pinn_train (QsPinnPerson *const *persons,
                             guint                n,
                             const QsPinn        *from,
                             const QsLesson      *lesson,
                             const QsFitOptions  *options,
                             QsPinnStory         *story,
                             QsRun               *run,
                             GError             **error) G_GNUC_WARN_UNUSED_RESULT;
void          qs_pinn_free (QsPinn *self);
void          qs_pinn_predict (const QsPinn        *self,
                               QsPinnPerson *const *persons,
                               guint                n,
                               guint                which,
                               double              *log_response);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPinn, qs_pinn_free)

G_END_DECLS
