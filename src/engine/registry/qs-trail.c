/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-trail.h"

#include "core/qs-error.h"
#include "core/qs-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A line is seven texts and a hash, between tabs. */
enum { NUMBER, TIME, USER, WHAT, OLD, NEW, REASON, HASH, N_FIELDS };

#define N_HASH 64

/* A million lines of the usual kind. */
#define N_BYTES_MAX ((gsize) 256 << 20)

/* Of a text, in bytes: what is longer is cut. A line with all its escapes is shorter than
 * what is read of the end of the file. */
#define N_TEXT_MAX 2000
#define N_TAIL 65536

/* How long another program may hold the file. */
#define WAIT_US (10 * G_USEC_PER_SEC)
#define POLL_US 5000

static gboolean
fail (const char *path, int errno_value, GError **error)
{
  g_set_error (error, QS_ERROR, QS_ERROR_IO, "The audit trail %s cannot be used: %s",
               path, g_strerror (errno_value));
  return FALSE;
}

static gboolean
fail_damaged (const char *path, GError **error)
{
  g_set_error (error, QS_ERROR, QS_ERROR_IO,
               "The audit trail %s is damaged: its last line is not one of its own",
               path);
  return FALSE;
}

/* Tabs and line ends would be taken for the trail's own. */
static char *
escape (const char *text)
{
  g_autofree char *cut = g_strndup (text != NULL ? text : "", N_TEXT_MAX);
  g_autofree char *valid = g_utf8_make_valid (cut, -1);
  GString         *escaped = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c++) {
    if (*c == '\\')
      g_string_append (escaped, "\\\\");
    else if (g_ascii_iscntrl (*c))
      g_string_append_printf (escaped, "\\x%02x", (guchar) *c);
    else
      g_string_append_c (escaped, *c);
  }

  return g_string_free (escaped, FALSE);
}

static char *
unescape (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++) {
    if (c[0] == '\\' && c[1] == 'x' && g_ascii_isxdigit (c[2]) &&
        g_ascii_isxdigit (c[3])) {
      g_string_append_c (
          plain, (char) (g_ascii_xdigit_value (c[2]) * 16 + g_ascii_xdigit_value (c[3])));
      c += 3;
    } else {
      c += c[0] == '\\' && c[1] == '\\';
      g_string_append_c (plain, *c);
    }
  }

  return g_string_free (plain, FALSE);
}

/* Of a line without its hash, after the line with the hash @before. */
static char *
chain (const char *before, const char *text, gsize n_bytes)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, (const guchar *) before, -1);
  g_checksum_update (sum, (const guchar *) "\t", 1);
  g_checksum_update (sum, (const guchar *) text, (gssize) n_bytes);
  return g_strdup (g_checksum_get_string (sum));
}

/* The first line follows nothing. */
static char *
hash_of_nothing (void)
{
  return g_strnfill (N_HASH, '0');
}

static void
entry_free (gpointer data)
{
  QsTrailEntry *entry = data;

  g_free (entry->time);
  g_free (entry->user);
  g_free (entry->what);
  g_free (entry->old_value);
  g_free (entry->new_value);
  g_free (entry->reason);
  g_free (entry->hash);
  g_free (entry);
}

void
qs_trail_free (QsTrail *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->entries);
  g_free (self->problem);
  g_free (self);
}

/* Why a line is not the next one of the trail; %NULL if it is. */
static const char *
find_fault (const char *line,
            gsize       n_bytes,
            char      **fields,
            guint64     number,
            const char *before)
{
  g_autofree char *hash = NULL;
  guint64          found;

  if (memchr (line, '\0', n_bytes) != NULL || g_strv_length (fields) != N_FIELDS ||
      strlen (fields[HASH]) != N_HASH ||
      !g_ascii_string_to_unsigned (fields[NUMBER], 10, 1, G_MAXUINT64, &found, NULL))
    return "is not a line of an audit trail";

  hash = chain (before, line, n_bytes - N_HASH - 1);
  if (strcmp (hash, fields[HASH]) == 0 && found == number)
    return NULL;
  return found != number
             ? "has not the number that follows: a line is missing, was added "
               "or changed"
             : "was changed, or what comes before it was";
}

static QsTrailEntry *
make_entry (char **fields, guint64 number)
{
  QsTrailEntry *entry = g_new0 (QsTrailEntry, 1);

  entry->number = number;
  entry->time = unescape (fields[TIME]);
  entry->user = unescape (fields[USER]);
  entry->what = unescape (fields[WHAT]);
  entry->old_value = unescape (fields[OLD]);
  entry->new_value = unescape (fields[NEW]);
  entry->reason = unescape (fields[REASON]);
  entry->hash = g_strdup (fields[HASH]);
  return entry;
}

/* FALSE at the first line that is not what should follow. */
static gboolean
read_line (QsTrail *self, const char *line, gsize n_bytes, gboolean ended)
{
  const guint64    number = self->entries->len + 1;
  g_autofree char *text = g_strndup (line, n_bytes);
  g_auto (GStrv)   fields = g_strsplit (text, "\t", N_FIELDS + 1);
  g_autofree char *nothing = hash_of_nothing ();
  const char      *before =
      number == 1 ? nothing
                       : ((QsTrailEntry *) self->entries->pdata[self->entries->len - 1])->hash;
  const char *fault = ended ? find_fault (line, n_bytes, fields, number, before)
                            : "does not end: its writer was interrupted";

  if (fault == NULL)
    g_ptr_array_add (self->entries, make_entry (fields, number));
  else
    self->problem = g_strdup_printf ("line %" G_GUINT64_FORMAT " %s", number, fault);
  return fault == NULL;
}

/**
 * qs_trail_read:
 * @path: of the trail; one that is not there is empty
 * @error: return location for %QS_ERROR_IO
 *
 * Reads the trail and checks every line against its hash and the line before. Lines cut
 * off at the end do not show here, but in the registry, which knows the last one.
 */
QsTrail *
qs_trail_read (const char *path, GError **error)
{
  g_autoptr (QsTrail) self = g_new0 (QsTrail, 1);
  g_autofree char    *text = NULL;
  gsize               n_bytes = 0;

  self->entries = g_ptr_array_new_with_free_func (entry_free);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&self);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR)) {
    fail (path, EACCES, error);
    return NULL;
  }
  if (!qs_file_read (path, N_BYTES_MAX, &text, &n_bytes, error))
    return NULL;

  for (const char *line = text; line < text + n_bytes;) {
    const gsize rest = (gsize) (text + n_bytes - line);
    const char *end = memchr (line, '\n', rest);
    const gsize length = end != NULL ? (gsize) (end - line) : rest;

    if (!read_line (self, line, length, end != NULL))
      break;
    line += length + 1;
  }

  return g_steal_pointer (&self);
}

static gboolean
take_lock (int fd, const char *path, GError **error)
{
  for (gint64 waited_us = 0; waited_us < WAIT_US; waited_us += POLL_US) {
    if (flock (fd, LOCK_EX | LOCK_NB) == 0)
      return TRUE;
    if (errno != EWOULDBLOCK && errno != EINTR)
      break;
    g_usleep (POLL_US);
  }

  return fail (path, errno, error);
}

/**
 * Tail:
 * @size: of the file up to its last line end
 * @rest: (nullable): what follows it, of a writer that was interrupted
 * @number: of the last line, 0 if there is none
 * @hash: of the last line
 */
typedef struct {
  off_t   size;
  char   *rest;
  guint64 number;
  char   *hash;
} Tail;

static void
tail_clear (Tail *self)
{
  g_free (self->rest);
  g_free (self->hash);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tail, tail_clear)

static gboolean
read_tail (int fd, const char *path, Tail *tail, GError **error)
{
  g_autofree char *bytes = g_malloc (N_TAIL);
  g_auto (GStrv)   fields = NULL;
  struct stat      status;
  ssize_t          n_bytes = 0;
  char            *end, *begin;

  tail->hash = hash_of_nothing ();
  if (fstat (fd, &status) != 0 ||
      (n_bytes = pread (fd, bytes, N_TAIL, MAX (status.st_size - N_TAIL, 0))) < 0)
    return fail (path, errno, error);

  end = memrchr (bytes, '\n', (size_t) n_bytes);
  begin = end != NULL ? end + 1 : bytes;
  if (begin < bytes + n_bytes)
    tail->rest = g_strndup (begin, (gsize) (bytes + n_bytes - begin));
  tail->size = status.st_size - (bytes + n_bytes - begin);
  if (end == NULL)
    return tail->size == 0 || fail_damaged (path, error);

  *end = '\0';
  begin = memrchr (bytes, '\n', (size_t) (end - bytes));
  fields = g_strsplit (begin != NULL ? begin + 1 : bytes, "\t", N_FIELDS + 1);
  if (g_strv_length (fields) != N_FIELDS || strlen (fields[HASH]) != N_HASH ||
      !g_ascii_string_to_unsigned (fields[NUMBER], 10, 1, G_MAXINT64, &tail->number,
                                   NULL))
    return fail_damaged (path, error);

  g_free (tail->hash);
  tail->hash = g_strdup (fields[HASH]);
  return TRUE;
}

/* A line that did not fit on the disk is taken back: nobody was told of it yet. */
static gboolean
write_line (int fd, const char *path, Tail *tail, const char *line, GError **error)
{
  const gsize   length = strlen (line);
  const ssize_t written = write (fd, line, length);

  if (written == (ssize_t) length && fsync (fd) == 0) {
    tail->size += written;
    return TRUE;
  }

  fail (path, written < 0 ? errno : ENOSPC, error);
  if (written > 0 && ftruncate (fd, tail->size) != 0)
    g_debug ("%s keeps an unfinished line", path);
  return FALSE;
}

static gboolean
add_line (int fd, const char *path, Tail *tail, const char *const *texts, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char      *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autofree char      *user = escape (g_get_user_name ());
  g_autofree char      *what = escape (texts[0]), *old_value = escape (texts[1]);
  g_autofree char      *new_value = escape (texts[2]), *reason = escape (texts[3]);
  g_autofree char      *text =
      g_strdup_printf ("%" G_GUINT64_FORMAT "\t%s\t%s\t%s\t%s\t%s\t%s", tail->number + 1,
                       time, user, what, old_value, new_value, reason);
  g_autofree char *hash = chain (tail->hash, text, strlen (text));
  g_autofree char *line = g_strconcat (text, "\t", hash, "\n", NULL);

  if (!write_line (fd, path, tail, line, error))
    return FALSE;

  tail->number++;
  g_free (tail->hash);
  tail->hash = g_steal_pointer (&hash);
  return TRUE;
}

/* What a writer that was killed left behind becomes the old value of a line of its own.
 */
static gboolean
set_aside (int fd, const char *path, Tail *tail, GError **error)
{
  const char *const texts[] = { "unfinished line set aside", tail->rest, "",
                                "its writer was interrupted" };

  if (tail->rest == NULL)
    return TRUE;
  if (ftruncate (fd, tail->size) != 0)
    return fail (path, errno, error);

  return add_line (fd, path, tail, texts, error);
}

/**
 * qs_trail_append:
 * @path: of the trail; begun if it is not there
 * @old_value: (nullable): before
 * @new_value: (nullable): after
 * @reason: (nullable): why
 * @number: (out): of the new line
 * @hash: (out) (transfer full): of the new line
 * @error: return location for %QS_ERROR_IO
 *
 * Adds a line and returns once it is on the disk. Several programs may do so at once.
 */
gboolean
qs_trail_append (const char *path,
                 const char *what,
                 const char *old_value,
                 const char *new_value,
                 const char *reason,
                 guint64    *number,
                 char      **hash,
                 GError    **error)
{
  const char *const texts[] = { what, old_value, new_value, reason };
  const int         fd = open (path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  g_auto (Tail)     tail = { 0 };
  gboolean          good;

  if (fd < 0)
    return fail (path, errno, error);

  good = take_lock (fd, path, error) && read_tail (fd, path, &tail, error) &&
         set_aside (fd, path, &tail, error) && add_line (fd, path, &tail, texts, error);
  close (fd);
  if (!good)
    return FALSE;

  *number = tail.number;
  *hash = g_steal_pointer (&tail.hash);
  return TRUE;
}
