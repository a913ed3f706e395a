/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MUST(condition)                           \
  do {                                            \
    if (!(condition))                             \
      g_error ("broken promise: %s", #condition); \
  } while (0)

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* JSON as it is, but with the checksum @name of all but @without: or no change would ever
 * reach what lies behind the check. @dump takes its value. Texts that are no object stay
 * as they are. */
static inline char *
fuzz_seal (const uint8_t     *data,
           size_t             size,
           const char        *name,
           const char *const *without,
           char *(*dump) (json_t *) )
{
  json_t          *root = json_loadb ((const char *) data, size, 0, NULL);
  json_t          *bare;
  g_autofree char *text = NULL, *sha256 = NULL;

  if (!json_is_object (root)) {
    json_decref (root);
    return g_strndup ((const char *) data, size);
  }

  bare = json_deep_copy (root);
  json_object_del (bare, name);
  for (; *without != NULL; without++)
    json_object_del (bare, *without);
  text = dump (bare);
  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  json_object_set_new (root, name, json_string (sha256));
  return dump (root);
}
