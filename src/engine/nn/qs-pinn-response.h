/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-pinn-effect.h"
#include "nn/qs-pinn-person.h"
#include "nn/qs-trainer.h"

G_BEGIN_DECLS

/* Behind the network's weights and before those of the effect: log R0 without
 * co-medication, what co-medication adds, log kout. */
enum {
  QS_PINN_LOG_R0,
  QS_PINN_BETA_COMED,
  QS_PINN_LOG_KOUT,
  QS_PINN_N_TURNOVER,
};

/**
 * QsPinnScales:
 * @c0_mg_l: a typical concentration
 * @u0_mg_per_kg: a typical dose per body weight
 */
typedef struct {
  double c0_mg_l;
  double u0_mg_per_kg;
} QsPinnScales;

gsize         qs_pinn_response_n_params (gboolean quantum);
const double *qs_pinn_response_turnover (const double *params);
const double *qs_pinn_response_effect (const double *params);
void          qs_pinn_response_init (QsPinnPerson *const *persons,
                                     const guint         *members,
                                     guint                n,
                                     const QsPinnScales  *scales,
                                     gboolean             quantum,
                                     guint64              seed,
                                     double              *params);

/* Train: a #QsLearner whose members are the persons. */
QsLearner *qs_pinn_response_learner_new (QsPinnPerson *const *persons,
                                         guint                n,
                                         const double        *kinetics,
                                         const QsPinnScales  *scales,
                                         gboolean             quantum,
                                         QsRun *run) G_GNUC_WARN_UNUSED_RESULT;
void       qs_pinn_response_learner_free (QsLearner *self);
double     qs_pinn_response_residual (QsLearner *self, const guint *members, guint n);
void       qs_pinn_response_predict (QsLearner *self, guint member, double *log_response);

G_END_DECLS
