/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-file.h"

#include "core/qs-error.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK ((gsize) 1 << 20)

/* Room for the first block, and no more than one byte above what is allowed. */
static gsize
next_room (gsize room, gsize n_bytes_max)
{
  const gsize all = n_bytes_max + 1;

  return room == 0 ? MIN (BLOCK, all) : room <= all / 2 ? 2 * room : all;
}

static void
refuse_size (GError **error, const char *path, gsize n_bytes_max)
{
  g_set_error (error, QS_ERROR, QS_ERROR_IO,
               "%s has more than the %" G_GSIZE_FORMAT " bytes that can be of use", path,
               n_bytes_max);
}

static gboolean
refuse_errno (GError **error, const char *path)
{
  g_set_error (error, QS_ERROR, QS_ERROR_IO, "Cannot read %s: %s", path,
               g_strerror (errno));
  return FALSE;
}

/* Takes memory as bytes come, so that a device without end costs no more than a file. */
static gboolean
read_all (int fd, const char *path, gsize n_bytes_max, GByteArray *bytes, GError **error)
{
  gsize room = 0;
  gsize n_read = 0;

  for (;;) {
    ssize_t n;

    if (n_read == room) {
      room = next_room (room, n_bytes_max);
      g_byte_array_set_size (bytes, (guint) room);
    }
    n = read (fd, bytes->data + n_read, MIN (room - n_read, BLOCK));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return refuse_errno (error, path);
    if (n == 0)
      break;
    n_read += (gsize) n;
    if (n_read > n_bytes_max) {
      refuse_size (error, path, n_bytes_max);
      return FALSE;
    }
  }

  g_byte_array_set_size (bytes, (guint) n_read);
  return TRUE;
}

/**
 * qs_file_read:
 * @n_bytes_max: that are read; below 2 GiB
 * @text: (out): the bytes, ended by a zero that does not count
 * @n_bytes: (out) (nullable): their number
 * @error: return location for %QS_ERROR_IO, also for a file that is larger
 */
gboolean
qs_file_read (const char *path,
              gsize       n_bytes_max,
              char      **text,
              gsize      *n_bytes,
              GError    **error)
{
  const int              fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  struct stat            status;
  gboolean               good = FALSE;

  if (fd < 0 || fstat (fd, &status) != 0)
    refuse_errno (error, path);
  else if (S_ISREG (status.st_mode) && (guint64) status.st_size > n_bytes_max)
    refuse_size (error, path, n_bytes_max);
  else
    good = read_all (fd, path, n_bytes_max, bytes, error);
  if (fd >= 0)
    close (fd);
  if (!good)
    return FALSE;

  if (n_bytes != NULL)
    *n_bytes = bytes->len;
  g_byte_array_append (bytes, (const guint8 *) "", 1);
  *text = (char *) g_byte_array_free (g_steal_pointer (&bytes), FALSE);
  return TRUE;
}

/**
 * qs_file_sha256:
 * @n_bytes: (out): its size
 * @error: return location for %QS_ERROR_IO
 *
 * The checksum of a regular file, in memory that does not grow with it.
 */
char *
qs_file_sha256 (const char *path, guint64 *n_bytes, GError **error)
{
  const int             fd = open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8    *block = g_malloc (BLOCK);
  ssize_t               n = fd >= 0 ? 1 : -1;

  *n_bytes = 0;
  while (n > 0 || (n < 0 && fd >= 0 && errno == EINTR)) {
    n = read (fd, block, BLOCK);
    if (n > 0) {
      g_checksum_update (checksum, block, n);
      *n_bytes += (guint64) n;
    }
  }
  if (n < 0)
    refuse_errno (error, path);
  if (fd >= 0)
    close (fd);

  return n == 0 ? g_strdup (g_checksum_get_string (checksum)) : NULL;
}
