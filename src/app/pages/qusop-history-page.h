/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-history.h"
#include "qusop-inspector.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_HISTORY_PAGE (qusop_history_page_get_type ())

/**
 * QusopHistoryPage:
 *
 * What was run, here and on the command line, with labels; and the audit trail. Both are
 * read whenever the page is shown. One run is run again, two are set beside each other.
 */
G_DECLARE_FINAL_TYPE (QusopHistoryPage,
                      qusop_history_page,
                      QUSOP,
                      HISTORY_PAGE,
                      GtkWidget)

void qusop_history_page_set_history (QusopHistoryPage *self,
                                     QusopHistory     *history,
                                     QusopInspector   *inspector);

G_END_DECLS
