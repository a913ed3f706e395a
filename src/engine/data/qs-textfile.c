/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-textfile.h"

#include "core/qs-error.h"
#include "data/qs-rules.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((gsize) 4 << 20)

static void
refuse_errno (const char *path, GError **error)
{
  const QsPlace place = { .value = g_strerror (errno) };

  qs_refuse (error, QS_RULE_READABLE, path, &place);
}

/* Asks for the size before any memory is taken. */
static gboolean
check_stat (const char *path, const struct stat *st, GError **error)
{
  g_autofree char *size = NULL;

  if (!S_ISREG (st->st_mode)) {
    const QsPlace place = { .value = S_ISDIR (st->st_mode) ? "a folder" : "a device" };

    qs_refuse (error, QS_RULE_REGULAR_FILE, path, &place);
    return FALSE;
  }

  if ((guint64) st->st_size <= QS_MAX_FILE_BYTES)
    return TRUE;

  size = g_strdup_printf ("%" G_GUINT64_FORMAT " bytes", (guint64) st->st_size);
  qs_refuse (error, QS_RULE_FILE_SIZE, path, &(QsPlace){ .value = size });
  return FALSE;
}

/* A file that shrinks while it is read gives what is left, one that grows what it was. */
static GBytes *
read_all (int fd, gsize size, const char *path, QsRun *run, GError **error)
{
  g_autofree char *data = g_malloc (size + 1);
  gsize            n_read = 0;

  while (n_read < size) {
    const ssize_t n = read (fd, data + n_read, MIN (size - n_read, BLOCK));
    const QsEvent event = {
      .stage = QS_STAGE_LOAD,
      .fraction = 0.2 * (double) n_read / (double) size,
    };

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      refuse_errno (path, error);
      return NULL;
    }
    if (n == 0)
      break;

    n_read += (gsize) n;
    if (!qs_run_step (run, &event, error))
      return NULL;
  }

  return g_bytes_new_take (g_steal_pointer (&data), n_read);
}

/**
 * qs_textfile_read:
 * @path: a regular file; folders, pipes and devices are refused without waiting for them
 * @run: (nullable): where to report and listen for cancel
 * @error: return location for %QS_ERROR_IO, %QS_ERROR_DATA or %QS_ERROR_CANCELLED
 *
 * Reads a file of at most %QS_MAX_FILE_BYTES.
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
qs_textfile_read (const char *path, QsRun *run, GError **error)
{
  const int   fd = g_open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);
  GBytes     *bytes = NULL;
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    refuse_errno (path, error);
  else if (check_stat (path, &st, error))
    bytes = read_all (fd, (gsize) st.st_size, path, run, error);

  if (fd >= 0)
    close (fd);

  return bytes;
}

static guint
line_of (const char *data, gsize offset)
{
  guint line = 1;

  for (gsize i = 0; i < offset; i++)
    if (data[i] == '\n' || (data[i] == '\r' && data[i + 1] != '\n'))
      line++;

  return line;
}

static void
refuse_byte (GError **error, QsRule rule, const char *name, const char *data, gsize at)
{
  g_autofree char *value = g_strdup_printf ("byte 0x%02X", (guint8) data[at]);
  const QsPlace    place = { .row = line_of (data, at), .value = value };

  qs_refuse (error, rule, name, &place);
}

/**
 * qs_textfile_check:
 * @bytes: a file
 * @name: its name, for messages
 * @error: return location for %QS_ERROR_DATA
 *
 * Returns: whether the file is UTF-8 text, and of a size that can be read
 */
gboolean
qs_textfile_check (GBytes *bytes, const char *name, GError **error)
{
  gsize       size;
  const char *data = g_bytes_get_data (bytes, &size);
  const char *end;

  if (size == 0) {
    qs_refuse (error, QS_RULE_NOT_EMPTY, name, &(QsPlace){ 0 });
    return FALSE;
  }

  if (size > QS_MAX_FILE_BYTES) {
    qs_refuse (error, QS_RULE_FILE_SIZE, name, &(QsPlace){ 0 });
    return FALSE;
  }

  if (size >= 2 &&
      (memcmp (data, "\xff\xfe", 2) == 0 || memcmp (data, "\xfe\xff", 2) == 0)) {
    qs_refuse (error, QS_RULE_NOT_UTF16, name, &(QsPlace){ .value = "a UTF-16 mark" });
    return FALSE;
  }

  end = memchr (data, '\0', size);
  if (end != NULL) {
    refuse_byte (error, QS_RULE_NO_NUL, name, data, (gsize) (end - data));
    return FALSE;
  }

  if (g_utf8_validate_len (data, size, &end))
    return TRUE;

  refuse_byte (error, QS_RULE_UTF8, name, data, (gsize) (end - data));
  return FALSE;
}

/**
 * qs_textfile_without_bom:
 *
 * Returns: (transfer full): @bytes without the byte order mark that some editors write
 */
GBytes *
qs_textfile_without_bom (GBytes *bytes)
{
  gsize       size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (size >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0)
    return g_bytes_new_from_bytes (bytes, 3, size - 3);

  return g_bytes_ref (bytes);
}
