/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds arbitrary bytes to the registry: as its database, or after a byte 1 as its audit
 * trail. What can be read can be written on. Searches and replays as fuzz-intake.c does.
 */

#include "fuzz.h"
#include "registry/qs-registry.h"

#include <glib/gstdio.h>

static const char *
make_folder (void)
{
  static char *folder;

  if (folder == NULL)
    folder = g_dir_make_tmp ("qusop-fuzz-XXXXXX", NULL);
  return folder;
}

static void
put (const char *name, const uint8_t *data, size_t size)
{
  static const char *const all[] = { "registry.sqlite", "registry.sqlite-wal",
                                     "registry.sqlite-shm", "audit.log" };
  g_autofree char         *path = g_build_filename (make_folder (), name, NULL);
  FILE                    *file;

  for (gsize i = 0; i < G_N_ELEMENTS (all); i++) {
    g_autofree char *old = g_build_filename (make_folder (), all[i], NULL);

    g_unlink (old);
  }
  file = g_fopen (path, "wb");
  MUST (file != NULL && fwrite (data, 1, size, file) == size);
  fclose (file);
}

static void
read_all (QsRegistry *registry)
{
  const QsRunFilter     all = { .n_max = 100 };
  g_autoptr (GPtrArray) records = qs_registry_list (registry, &all, NULL);
  g_autoptr (QsTrail)   trail = qs_registry_trail (registry, NULL);
  g_autofree char      *json = NULL;

  for (guint i = 0; records != NULL && i < records->len; i++) {
    g_autofree char *line = qs_run_record_line (records->pdata[i]);
    g_autofree char *started = qs_run_record_started (records->pdata[i]);

    MUST (g_utf8_validate (line, -1, NULL));
    MUST (started == NULL || g_utf8_validate (started, -1, NULL));
  }
  MUST (trail == NULL || trail->entries != NULL);
  if (records != NULL)
    json = qs_run_records_json (records);
  qs_registry_check (registry, NULL);
}

/* FALSE where it refuses. */
static gboolean
write_run (QsRegistry *registry)
{
  g_autoptr (QsRunRecord) record =
      qs_run_record_new ("fit", (const char *const[]){ "a", NULL });
  g_autoptr (QsRunRecord) found = NULL;

  if (!qs_registry_begin (registry, record, NULL))
    return FALSE;
  record->status = 0;
  if (!qs_registry_finish (registry, record, NULL) ||
      !qs_registry_audit (registry, record->id, NULL, "done", NULL, NULL))
    return FALSE;

  found = qs_registry_find (registry, record->id, NULL);
  return found != NULL;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const gboolean         is_trail = size > 0 && *data == 1;
  g_autoptr (GError)     error = NULL;
  g_autoptr (QsRegistry) registry = NULL;

  put (is_trail ? "audit.log" : "registry.sqlite", is_trail ? data + 1 : data,
       is_trail ? size - 1 : size);
  registry = qs_registry_open (make_folder (), &error);
  MUST ((registry == NULL) == (error != NULL));
  if (registry == NULL)
    return 0;

  read_all (registry);
  write_run (registry);
  read_all (registry);
  return 0;
}
