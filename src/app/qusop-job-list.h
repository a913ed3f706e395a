/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_JOB_LIST (qusop_job_list_get_type ())

/**
 * QusopJobList:
 *
 * All that is going on at once, each with its progress, the time that is left and a way
 * to give it up.
 */
G_DECLARE_FINAL_TYPE (QusopJobList, qusop_job_list, QUSOP, JOB_LIST, GtkWidget)

guint qusop_job_list_show (QusopJobList *self, QusopSession *session);

G_END_DECLS
