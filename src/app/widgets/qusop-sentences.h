/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the engine says of an answer, in the reader's language. */
char    *qusop_sentence_translate (const char *text) G_GNUC_WARN_UNUSED_RESULT;
gboolean qusop_sentence_is_known (const char *text);

G_END_DECLS
