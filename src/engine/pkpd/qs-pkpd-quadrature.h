/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Gauss–Legendre with three nodes on [0, 1] (Abramowitz & Stegun 25.4.30). */
#define QS_PKPD_N_NODES 3
extern const double qs_pkpd_node[QS_PKPD_N_NODES];

void qs_pkpd_input_weights (double turns, double pass, double input[QS_PKPD_N_NODES]);
void qs_pkpd_faded_weights (double turns, double pass, double input[QS_PKPD_N_NODES]);
void qs_pkpd_loss_map (double turns, const double *loss, double *pass, double *input);
