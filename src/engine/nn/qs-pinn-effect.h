/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Outcomes of the circuit that shapes the effect. */
#define QS_PINN_N_SHARES 8

/**
 * QsPinnEffect:
 *
 * The drug's effect E (C) = Emax F (x) with x = C / (C + C50): F (x) = x is the Emax
 * model. The quantum-informed one mixes the distribution functions of Beta (k + 1, K −
 * k), k = 0 … K − 1, with the K probabilities of a circuit of three qubits: F rises from
 * 0 to 1 whatever the angles, and as angles of 0 give equal probabilities, it starts from
 * the Emax model, too.
 *
 * Parameters: logit Emax, log C50, then the circuit's angles: layers of RX, RY, RX on
 * each qubit and a chain of CNOTs.
 */
typedef struct _QsPinnEffect QsPinnEffect;

gsize         qs_pinn_effect_n_params (gboolean quantum);
QsPinnEffect *qs_pinn_effect_new (gboolean quantum) G_GNUC_WARN_UNUSED_RESULT;
void          qs_pinn_effect_free (QsPinnEffect *self);
void          qs_pinn_effect_set_params (QsPinnEffect *self, const double *params);
double        qs_pinn_effect_at (const QsPinnEffect *self, double concentration_mg_l);
double        qs_pinn_effect_ic50 (const QsPinnEffect *self);
double        qs_pinn_effect_emax (const QsPinnEffect *self);
void qs_pinn_effect_learn (QsPinnEffect *self, double concentration_mg_l, double slope);
void qs_pinn_effect_take_gradient (QsPinnEffect *self, double *gradient);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPinnEffect, qs_pinn_effect_free)

G_END_DECLS
