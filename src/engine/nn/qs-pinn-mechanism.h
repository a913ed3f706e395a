/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"
#include "nn/qs-pinn.h"
#include "pkpd/qs-turnover.h"

G_BEGIN_DECLS

/**
 * QsPinnMechanism:
 * @pk: at 70 kg
 * @log_r0: without co-medication
 * @effect: owned
 *
 * The equations of a physics-informed network with the parameters that it found. The
 * network knows the study's own schedule; its equations know any.
 */
typedef struct {
  QsPkParameters pk;
  double         log_r0;
  double         beta_comed;
  double         kout;
  QsPinnEffect  *effect;
} QsPinnMechanism;

#define QS_PINN_MAX_NODES 40

/**
 * QsPinnCycle:
 *
 * One person's dosing interval in the periodic state, prepared so that any dose costs one
 * pass: concentrations of 1 mg at the nodes, and what a step makes of the biomarker. A
 * plain value.
 */
typedef struct {
  guint    n_nodes;
  double   times_h[QS_PINN_MAX_NODES];
  gboolean judged[QS_PINN_MAX_NODES];
  double   unit[QS_PINN_MAX_NODES];
  double   keep[QS_PINN_MAX_NODES]; /* of the step to the node: of the biomarker before */
  double   early[QS_PINN_MAX_NODES]; /* of the production at its beginning */
  double   late[QS_PINN_MAX_NODES];  /* and at its end */
} QsPinnCycle;

void           qs_pinn_mechanism_init (QsPinnMechanism *self, const QsPinn *pinn);
void           qs_pinn_mechanism_clear (QsPinnMechanism *self);
QsPkParameters qs_pinn_mechanism_pk (const QsPinnMechanism *self, double bw_kg);
QsPdParameters qs_pinn_mechanism_pd (const QsPinnMechanism *self);
void           qs_pinn_mechanism_record (const QsPinnMechanism *self,
                                         const QsPinnPerson    *person,
                                         double                *log_response);
void           qs_pinn_cycle_init (QsPinnCycle           *cycle,
                                   const QsPinnMechanism *self,
                                   const QsCriterion     *criterion,
                                   double                 interval_h,
                                   double                 bw_kg);
void           qs_pinn_cycle_run (const QsPinnCycle     *cycle,
                                  const QsPinnMechanism *self,
                                  double                 dose_mg,
                                  double                *relative);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QsPinnMechanism, qs_pinn_mechanism_clear)

G_END_DECLS
