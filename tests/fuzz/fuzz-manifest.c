/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds arbitrary bytes to the check of an export: as its manifest, or after a byte 1 as
 * the signature beside one. Searches and replays as fuzz-intake.c does. */

#include "fuzz.h"
#include "report/qs-json.h"
#include "report/qs-verify.h"

#include <glib/gstdio.h>

static const char public_key[] =
    "untrusted comment: minisign public key\n"
    "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n";

static const char *
make_folder (void)
{
  static char *folder;

  if (folder == NULL) {
    g_autofree char *file = NULL;

    folder = g_dir_make_tmp ("qusop-fuzz-XXXXXX", NULL);
    file = g_build_filename (folder, "a.csv", NULL);
    MUST (g_file_set_contents (file, "1\n", -1, NULL));
  }
  return folder;
}

static void
put (const char *name, const char *text, size_t size)
{
  g_autofree char *path = g_build_filename (make_folder (), name, NULL);
  FILE            *file = g_fopen (path, "wb");

  MUST (file != NULL && fwrite (text, 1, size, file) == size);
  fclose (file);
}

static void
check_folder (void)
{
  const QsVerifyOptions      options = { .public_key = public_key };
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsVerification) found = qs_verify (make_folder (), &options, NULL, &error);

  MUST ((found == NULL) == (error != NULL));
  for (guint i = 0; found != NULL && i < found->faults->len; i++)
    MUST (g_utf8_validate (found->faults->pdata[i], -1, NULL));
  /* Nobody has the other half of that key. */
  MUST (found == NULL || found->faults->len > 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const without[] = { NULL };

  if (size > 0 && *data == 1) {
    put (QS_MANIFEST, "{}", 2);
    put (QS_SIGNATURE, (const char *) data + 1, size - 1);
  } else {
    g_autofree char *sealed =
        fuzz_seal (data, size, "manifest_sha256", without, qs_json_dump);

    put (QS_MANIFEST, sealed, strlen (sealed));
  }
  check_folder ();
  return 0;
}
