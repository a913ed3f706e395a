/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-machine.h"

#include <elf.h>
#include <link.h>
#include <string.h>

#define ALIGN4(n) (((n) + 3) & ~(gsize) 3)

/* Walks the notes of one segment; the build identity is written as hexadecimal digits. */
static void
read_notes (const char *notes, gsize n_bytes, GString *id)
{
  while (n_bytes >= sizeof (ElfW (Nhdr))) {
    ElfW (Nhdr) note;
    gsize length;

    memcpy (&note, notes, sizeof note);
    length = sizeof note + ALIGN4 (note.n_namesz) + ALIGN4 (note.n_descsz);
    if (length > n_bytes)
      return;

    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == sizeof "GNU" &&
        memcmp (notes + sizeof note, "GNU", sizeof "GNU") == 0) {
      const char *bytes = notes + sizeof note + ALIGN4 (note.n_namesz);

      for (gsize i = 0; i < note.n_descsz; i++)
        g_string_append_printf (id, "%02x", (guchar) bytes[i]);
      return;
    }

    notes += length;
    n_bytes -= length;
  }
}

/* The first object is the program itself. */
static int
look_cb (struct dl_phdr_info *object, size_t size, void *id)
{
  for (gsize i = 0; i < object->dlpi_phnum; i++) {
    const ElfW (Phdr) *segment = &object->dlpi_phdr[i];

    if (segment->p_type == PT_NOTE && ((GString *) id)->len == 0)
      read_notes ((const char *) object->dlpi_addr + segment->p_vaddr, segment->p_memsz,
                  id);
  }

  return 1;
}

/**
 * qs_machine_build:
 *
 * Returns: (transfer full): what the linker called this very code, or "unknown" where it
 *   gave it no name
 */
char *
qs_machine_build (void)
{
  GString *id = g_string_new (NULL);

  dl_iterate_phdr (look_cb, id);
  if (id->len == 0)
    g_string_append (id, "unknown");

  return g_string_free (id, FALSE);
}

static char *
processor_name (void)
{
  g_autofree char *text = NULL;
  g_auto (GStrv)   lines = NULL;

  if (!g_file_get_contents ("/proc/cpuinfo", &text, NULL, NULL))
    return g_strdup ("unknown processor");

  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *colon = strchr (lines[i], ':');

    if (colon != NULL && g_str_has_prefix (lines[i], "model name"))
      return g_strstrip (g_strdup (colon + 1));
  }

  return g_strdup ("unknown processor");
}

/**
 * qs_machine_cpu:
 *
 * Returns: (transfer full): the processor and those of its instruction sets by which
 *   code paths are chosen
 */
char *
qs_machine_cpu (void)
{
  g_autofree char *name = processor_name ();

#if defined(__x86_64__) || defined(__i386__)
  return g_strconcat (name, "; ", __builtin_cpu_supports ("avx512f") ? "avx512f " : "",
                      __builtin_cpu_supports ("avx2") ? "avx2 " : "",
                      __builtin_cpu_supports ("fma") ? "fma" : "", NULL);
#else
  return g_strconcat (name, "; portable", NULL);
#endif
}
