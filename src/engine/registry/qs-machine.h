/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What computes here. */
char *qs_machine_build (void) G_GNUC_WARN_UNUSED_RESULT;
char *qs_machine_cpu (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
