/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_PARAMETER_TABLE (qusop_parameter_table_get_type ())

/**
 * QusopParameterTable:
 *
 * The parameters of a population model with what is known of their precision.
 */
G_DECLARE_FINAL_TYPE (QusopParameterTable,
                      qusop_parameter_table,
                      QUSOP,
                      PARAMETER_TABLE,
                      GtkWidget)

/* @model is only read; %NULL, or a model without standard errors, empties the table. */
void qusop_parameter_table_set_model (QusopParameterTable *self, const QsModel *model);
gboolean qusop_parameter_table_is_empty (QusopParameterTable *self);

G_END_DECLS
