/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_PRIOR_ROW (qusop_prior_row_get_type ())

/**
 * QusopPriorRow:
 *
 * Distribution of body weight: its shape, a small picture, two numbers with sliders.
 * Emits "changed".
 */
G_DECLARE_FINAL_TYPE (QusopPriorRow, qusop_prior_row, QUSOP, PRIOR_ROW, GtkWidget)

QsPrior qusop_prior_row_get_prior (QusopPriorRow *self);
void    qusop_prior_row_set_prior (QusopPriorRow *self, const QsPrior *prior);

G_END_DECLS
