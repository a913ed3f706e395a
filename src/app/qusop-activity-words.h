/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

G_BEGIN_DECLS

/* What is going on, and for about how long still; transfer full. */
char *qusop_activity_words (QusopSession *session, QusopActivity activity);

G_END_DECLS
