/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_ROW (qusop_row_get_type ())
#define QUSOP_TYPE_ROW_MODEL (qusop_row_model_get_type ())

/* One row of a study's file: its number alone, the cells stay in the dataset. */
G_DECLARE_FINAL_TYPE (QusopRow, qusop_row, QUSOP, ROW, GObject)

/**
 * QusopRowModel:
 *
 * The rows of a dataset as a list that makes an item only for what is on screen, so that
 * 100,000 rows cost nothing.
 */
G_DECLARE_FINAL_TYPE (QusopRowModel, qusop_row_model, QUSOP, ROW_MODEL, GObject)

QusopRowModel *qusop_row_model_new (QsDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;
guint          qusop_row_get_index (QusopRow *self);
const char    *qusop_row_get_cell (QusopRow *self, guint column);

G_END_DECLS
