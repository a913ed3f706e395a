/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-pinn-person.h"
#include "nn/qs-trainer.h"
#include "pkpd/qs-compartment.h"

G_BEGIN_DECLS

/* Logarithms of ka, CL, V, Q and V2 at 70 kg, behind the network's weights. */
#define QS_PINN_N_KINETIC 5

gsize          qs_pinn_kinetics_n_params (void);
QsPkParameters qs_pinn_kinetics_pk (const double *params);

/* Train: a #QsLearner whose members are the persons. */
QsLearner *qs_pinn_kinetics_learner_new (QsPinnPerson *const *persons, guint n)
    G_GNUC_WARN_UNUSED_RESULT;
void   qs_pinn_kinetics_learner_free (QsLearner *self);
double qs_pinn_kinetics_residual (QsLearner *self, const guint *members, guint n);
void   qs_pinn_kinetics_init (QsPinnPerson *const *persons,
                              const guint         *members,
                              guint                n,
                              guint64              seed,
                              double              *params);

/* Read. */
void qs_pinn_kinetics_predict (const double       *params,
                               const QsPinnPerson *person,
                               gsize               n_times,
                               const double       *times_h,
                               double             *concentration_mg_l,
                               double             *rate_mg_l_h);

G_END_DECLS
