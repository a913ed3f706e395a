/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-json.h"
#include "report/qs-report.h"

static json_t *
versions_json (void)
{
  g_autofree char *glib = g_strdup_printf ("%u.%u.%u", glib_major_version,
                                           glib_minor_version, glib_micro_version);

  return json_pack ("{s:s, s:s, s:s, s:s}", "qusop", QS_VERSION, "glib", glib, "jansson",
                    jansson_version_str (), "compiler", __VERSION__);
}

static char *
now_utc (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  return g_date_time_format_iso8601 (now);
}

/* Of the manifest without it, so that a change shows even where nothing is signed. */
static char *
add_own_checksum (json_t *root)
{
  g_autofree char *text = qs_json_dump (json_incref (root));
  g_autofree char *sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  json_object_set_new (root, "manifest_sha256", json_string (sha256));
  return qs_json_dump (root);
}

/**
 * qs_report_manifest_json:
 * @command: the command that wrote the folder
 * @settings: what it was told, in its own words
 * @files: every other file of the folder
 *
 * Returns: (transfer full): manifest.json, schema qusop-manifest/1, by which anyone can
 * see whether a file of an export was changed
 */
char *
qs_report_manifest_json (const char            *command,
                         const QsReportSetting *settings,
                         gsize                  n_settings,
                         const QsReportFile    *files,
                         gsize                  n_files)
{
  g_autofree char *created = now_utc ();
  json_t          *root = json_object ();
  json_t          *config = json_object ();
  json_t          *list = json_array ();

  for (gsize i = 0; i < n_settings; i++)
    json_object_set_new (config, settings[i].name, qs_json_text (settings[i].value));
  for (gsize i = 0; i < n_files; i++)
    json_array_append_new (list, json_pack ("{s:o, s:s, s:I}", "name",
                                            qs_json_text (files[i].name), "sha256",
                                            files[i].sha256, "bytes",
                                            (json_int_t) files[i].n_bytes));

  json_object_set_new (root, "schema", json_string ("qusop-manifest/1"));
  json_object_set_new (root, "command", json_string (command));
  json_object_set_new (root, "created", json_string (created));
  json_object_set_new (root, "config", config);
  json_object_set_new (root, "files", list);
  json_object_set_new (root, "versions", versions_json ());

  return add_own_checksum (root);
}
