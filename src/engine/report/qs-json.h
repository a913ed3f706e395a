/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

/* JSON has no NaN and no infinity: what is not a finite number is written as null. */
json_t *qs_json_number (double value);
json_t *qs_json_text (const char *text);
json_t *qs_json_seed (guint64 seed);
char   *qs_json_dump (json_t *root) G_GNUC_WARN_UNUSED_RESULT;
json_t *qs_json_parse (const char *text,
                       gsize       n_bytes,
                       gsize       n_values_max,
                       GError    **error) G_GNUC_WARN_UNUSED_RESULT;

/* As such sums are written: 64 hexadecimal digits, lower case. */
gboolean qs_json_is_sha256 (const char *text);

G_END_DECLS
