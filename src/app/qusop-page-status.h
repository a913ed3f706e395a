/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"
#include "widgets/qusop-step-rail.h"

G_BEGIN_DECLS

/* The pages of the window, in the order of the work. */
typedef enum {
  QUSOP_PAGE_START,
  QUSOP_PAGE_DATA,
  QUSOP_PAGE_EXPLORE,
  QUSOP_PAGE_EXPOSURE,
  QUSOP_PAGE_MODEL,
  QUSOP_PAGE_DIAGNOSTICS,
  QUSOP_PAGE_DECIDE,
  QUSOP_PAGE_SCENARIOS,
  QUSOP_PAGE_ESTIMATE,
  QUSOP_PAGE_REPORT,
  QUSOP_PAGE_HISTORY,
  QUSOP_N_PAGES,
} QusopPage;

const char     *qusop_page_name (QusopPage page);
QusopStepStatus qusop_page_status (QusopPage page, QusopSession *session);

G_END_DECLS
