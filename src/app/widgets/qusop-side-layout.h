/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_SIDE_LAYOUT (qusop_side_layout_get_type ())

/**
 * QusopSideLayout:
 *
 * Two children: the main one and, beside it where there is room, below it where there is
 * not, the side one, which is as wide as its style asks.
 */
G_DECLARE_FINAL_TYPE (QusopSideLayout,
                      qusop_side_layout,
                      QUSOP,
                      SIDE_LAYOUT,
                      GtkLayoutManager)

G_END_DECLS
