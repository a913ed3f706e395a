/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Points that go through the network together. */
#define QS_PINN_BLOCK 64

#define QS_PINN_N_UNITS 16
#define QS_PINN_MAX_INPUTS 4

/**
 * QsPinnNet:
 *
 * A network of two layers of hyperbolic tangents and a linear output, evaluated with its
 * derivative along a direction of the inputs: forward mode in time, then reverse mode by
 * the parameters through both. Holds its working memory; used by one thread at a time.
 * The same bits whatever the machine's instructions.
 *
 * Its parameters are, layer by layer, the matrix [unit][input] and the biases. Points
 * lie side by side: an array is [input or output][%QS_PINN_BLOCK].
 */
typedef struct _QsPinnNet QsPinnNet;

gsize      qs_pinn_net_n_params (guint n_inputs, guint n_outputs);
void       qs_pinn_net_init (guint   n_inputs,
                             guint   n_outputs,
                             guint64 seed,
                             guint32 which,
                             double *params);
QsPinnNet *qs_pinn_net_new (guint n_inputs, guint n_outputs) G_GNUC_WARN_UNUSED_RESULT;
void       qs_pinn_net_free (QsPinnNet *self);
void       qs_pinn_net_forward (QsPinnNet    *self,
                                const double *params,
                                const double *inputs,
                                const double *input_rates,
                                double       *outputs,
                                double       *output_rates);
void       qs_pinn_net_backward (QsPinnNet    *self,
                                 const double *params,
                                 const double *output_slopes,
                                 const double *output_rate_slopes,
                                 double       *gradient);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPinnNet, qs_pinn_net_free)

G_END_DECLS
