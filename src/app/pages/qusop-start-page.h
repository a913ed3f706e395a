/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_START_PAGE (qusop_start_page_get_type ())

/* Where to begin: a study of one's own, the sample, or one opened before. */
G_DECLARE_FINAL_TYPE (QusopStartPage, qusop_start_page, QUSOP, START_PAGE, GtkWidget)

void qusop_start_page_set_recent (QusopStartPage *self, const char *const *uris);

G_END_DECLS
