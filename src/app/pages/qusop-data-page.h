/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_DATA_PAGE (qusop_data_page_get_type ())

/**
 * QusopDataPage:
 *
 * The study: what is in it, what is wrong with it, its rows. Emits "mapped"
 * with the mapping text when the meaning of the columns is confirmed.
 */
G_DECLARE_FINAL_TYPE (QusopDataPage, qusop_data_page, QUSOP, DATA_PAGE, GtkWidget)

void qusop_data_page_set_session (QusopDataPage *self, QusopSession *session);

G_END_DECLS
