/* SPDX-License-Identifier: Apache-2.0 */

/* Feeds the files of the folders that it is given to a fuzzer's function. */

#include <glib.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static guint
replay_folder (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir)   folder = g_dir_open (path, 0, &error);
  const char        *name;
  guint              n = 0;

  if (folder == NULL)
    g_error ("%s", error->message);

  for (; (name = g_dir_read_name (folder)) != NULL; n++) {
    g_autofree char *file = g_build_filename (path, name, NULL);
    g_autofree char *data = NULL;
    gsize            size;

    if (!g_file_get_contents (file, &data, &size, &error))
      g_error ("%s", error->message);

    LLVMFuzzerTestOneInput ((const uint8_t *) data, size);
  }

  return n;
}

int
main (int argc, char **argv)
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    n += replay_folder (argv[i]);

  g_print ("%u inputs\n", n);
  return n > 0 ? 0 : 1;
}
