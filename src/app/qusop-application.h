/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_APPLICATION (qusop_application_get_type ())

/* The program: one window per study. */
G_DECLARE_FINAL_TYPE (QusopApplication,
                      qusop_application,
                      QUSOP,
                      APPLICATION,
                      AdwApplication)

QusopApplication *qusop_application_new (GApplicationFlags flags)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
