/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-run-pairs.h"

#include "registry/qs-essence.h"

#include <string.h>

/* Of one file: enough to see how two results differ, not to read them. */
#define N_DIFFERENCES_MAX 60
#define N_SHA256_SHOWN 16

typedef struct {
  const QsRunRecord *first, *second;
  GPtrArray         *pairs;
  const char        *file; /* whose differences are being told */
} Pairing;

static void
pair_free (gpointer data)
{
  QsRunPair *pair = data;

  g_free (pair->what);
  g_free (pair->first);
  g_free (pair->second);
  g_free (pair);
}

static QsRunPair *
add (Pairing      *self,
     QsRunPairPart part,
     const char   *what,
     const char   *first,
     const char   *second)
{
  QsRunPair *pair = g_new0 (QsRunPair, 1);

  pair->part = part;
  pair->what = g_strdup (what);
  pair->first = g_strdup (first);
  pair->second = g_strdup (second);
  pair->same = g_strcmp0 (first, second) == 0;
  g_ptr_array_add (self->pairs, pair);
  return pair;
}

static void
add_number (Pairing *self, const char *what, guint64 first, guint64 second)
{
  g_autofree char *a = g_strdup_printf ("%" G_GUINT64_FORMAT, first);
  g_autofree char *b = g_strdup_printf ("%" G_GUINT64_FORMAT, second);

  add (self, QS_RUN_PAIR_INPUT, what, a, b);
}

/* Of a long checksum the beginning is shown, and all of it compared. */
static void
add_cut (Pairing      *self,
         QsRunPairPart part,
         const char   *what,
         const char   *first,
         const char   *second)
{
  g_autofree char *a = g_strndup (first != NULL ? first : "", N_SHA256_SHOWN);
  g_autofree char *b = g_strndup (second != NULL ? second : "", N_SHA256_SHOWN);

  add (self, part, what, first != NULL ? a : NULL, second != NULL ? b : NULL)->same =
      g_strcmp0 (first, second) == 0;
}

static void
add_sha256 (Pairing      *self,
            QsRunPairPart part,
            const char   *name,
            const char   *first,
            const char   *second)
{
  g_autofree char *what = g_strconcat (name, " SHA-256", NULL);

  add_cut (self, part, what, first, second);
}

static const QsRunFile *
find (const QsRunRecord *record, const char *role, gboolean written)
{
  for (guint i = 0; i < record->files->len; i++) {
    const QsRunFile *file = &g_array_index (record->files, QsRunFile, i);

    if (file->written == written && strcmp (file->role, role) == 0)
      return file;
  }

  return NULL;
}

/* Every role once, in the order of the first run; then those of the second alone. */
static GPtrArray *
roles (const Pairing *self, gboolean written)
{
  const QsRunRecord *records[] = { self->first, self->second };
  GPtrArray         *names = g_ptr_array_new ();

  for (guint r = 0; r < G_N_ELEMENTS (records); r++) {
    for (guint i = 0; i < records[r]->files->len; i++) {
      const QsRunFile *file = &g_array_index (records[r]->files, QsRunFile, i);

      if (file->written == written &&
          (r == 0 || !find (self->first, file->role, written)))
        g_ptr_array_add (names, file->role);
    }
  }

  return names;
}

/* The model is what a fit gives, and what every other command asks. */
static QsRunPairPart
model_part (const Pairing *self)
{
  return strcmp (self->first->command, "fit") == 0 &&
                 strcmp (self->second->command, "fit") == 0
             ? QS_RUN_PAIR_ANSWER
             : QS_RUN_PAIR_INPUT;
}

/* Where results go and how progress is shown decides no result; the seed and the threads
 * have lines of their own. */
static gboolean
is_setting (const char *option)
{
  static const char *const others[] = { "--out",     "--json",     "--csv",
                                        "--quiet",   "--progress", "--write-config",
                                        "--threads", "--seed",     "--sign",
                                        "-q",        "--no-cache", "--no-registry",
                                        NULL };

  return !g_strv_contains (others, option);
}

/* The words of a run as options and their values; words of no option are "arguments". */
static GHashTable *
settings (const QsRunRecord *record, GPtrArray *order)
{
  GHashTable    *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) words = NULL;

  if (*record->arguments == '\0' ||
      !g_shell_parse_argv (record->arguments, NULL, &words, NULL))
    return table;

  for (guint i = 0; words[i] != NULL; i++) {
    const char      *equals = strchr (words[i], '=');
    const gboolean   is_option = words[i][0] == '-';
    g_autofree char *option = !is_option ? g_strdup ("arguments")
                              : equals != NULL
                                  ? g_strndup (words[i], (gsize) (equals - words[i]))
                                  : g_strdup (words[i]);
    g_autofree char *value = NULL;

    if (!is_option) {
      const char *before = g_hash_table_lookup (table, option);

      value = before != NULL ? g_strconcat (before, " ", words[i], NULL)
                             : g_strdup (words[i]);
    } else if (equals != NULL) {
      value = g_strdup (equals + 1);
    } else if (words[i + 1] != NULL && !g_str_has_prefix (words[i + 1], "--")) {
      value = g_strdup (words[++i]);
    } else {
      value = g_strdup ("on");
    }

    if (is_setting (option)) {
      if (!g_ptr_array_find_with_equal_func (order, option, g_str_equal, NULL))
        g_ptr_array_add (order, g_strdup (option));
      g_hash_table_insert (table, g_steal_pointer (&option), g_steal_pointer (&value));
    }
  }

  return table;
}

static void
add_settings (Pairing *self)
{
  g_autoptr (GPtrArray)  order = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) first = settings (self->first, order);
  g_autoptr (GHashTable) second = settings (self->second, order);

  for (guint i = 0; i < order->len; i++)
    add (self, QS_RUN_PAIR_INPUT, order->pdata[i],
         g_hash_table_lookup (first, order->pdata[i]),
         g_hash_table_lookup (second, order->pdata[i]));
}

static void
add_inputs (Pairing *self)
{
  const QsRunRecord    *a = self->first, *b = self->second;
  g_autoptr (GPtrArray) read = roles (self, FALSE);

  add (self, QS_RUN_PAIR_INPUT, "command", a->command, b->command);
  for (guint i = 0; i < read->len; i++) {
    const QsRunFile *then = find (a, read->pdata[i], FALSE);
    const QsRunFile *now = find (b, read->pdata[i], FALSE);

    add_sha256 (self, QS_RUN_PAIR_INPUT,
                strcmp (read->pdata[i], "model") == 0 ? "model file" : read->pdata[i],
                then != NULL ? then->sha256 : NULL, now != NULL ? now->sha256 : NULL);
  }
  if (model_part (self) == QS_RUN_PAIR_INPUT) {
    add (self, QS_RUN_PAIR_INPUT, "model", a->model, b->model);
    add_sha256 (self, QS_RUN_PAIR_INPUT, "model", a->model_sha256, b->model_sha256);
  }
  add_number (self, "seed", a->seed, b->seed);
  add_settings (self);
  add_number (self, "threads", a->n_threads, b->n_threads);
  add (self, QS_RUN_PAIR_INPUT, "version", a->version, b->version);
  add_cut (self, QS_RUN_PAIR_INPUT, "build", a->build, b->build);
  add (self, QS_RUN_PAIR_INPUT, "processor", a->cpu, b->cpu);
}

static void
difference_cb (const char *where, const char *was, const char *is, gpointer data)
{
  Pairing         *self = data;
  g_autofree char *what = g_strconcat (self->file, ": ", where, NULL);

  add (self, QS_RUN_PAIR_ANSWER, what, was, is)->same = FALSE;
}

/* Value by value where the bytes of both are still to be had; else by checksum.
 * Returns: %FALSE if they are not */
static gboolean
add_differences (Pairing *self, const char *role, const QsRunFile *a, const QsRunFile *b)
{
  gsize            n_a = 0, n_b = 0;
  g_autofree char *then = qs_run_record_recall (self->first, a, &n_a);
  g_autofree char *now = qs_run_record_recall (self->second, b, &n_b);
  guint            n;

  if (then == NULL || now == NULL)
    return FALSE;

  self->file = role;
  n = qs_essence_compare (a->path, then, n_a, now, n_b, N_DIFFERENCES_MAX, difference_cb,
                          self);
  if (n == 0) {
    add_sha256 (self, QS_RUN_PAIR_ANSWER, role, a->essence, a->essence);
  } else if (n > N_DIFFERENCES_MAX) {
    g_autofree char *more = g_strdup_printf ("%u more", n - N_DIFFERENCES_MAX);

    difference_cb ("further differences", more, more, self);
  }

  return TRUE;
}

/* Returns: %FALSE if two files differ and it cannot be said how */
static gboolean
add_result (Pairing *self, const char *role)
{
  const QsRunFile *a = find (self->first, role, TRUE);
  const QsRunFile *b = find (self->second, role, TRUE);
  const char      *name = strcmp (role, QS_RUN_PRINTED) == 0 ? "printed" : role;

  if (a != NULL && b != NULL && g_strcmp0 (a->essence, b->essence) != 0 &&
      add_differences (self, name, a, b))
    return TRUE;

  add_sha256 (self, QS_RUN_PAIR_ANSWER, name, a != NULL ? a->essence : NULL,
              b != NULL ? b->essence : NULL);
  return a == NULL || b == NULL || g_strcmp0 (a->essence, b->essence) == 0;
}

static void
add_answers (Pairing *self)
{
  const QsRunRecord    *a = self->first, *b = self->second;
  g_autoptr (GPtrArray) written = roles (self, TRUE);
  const gboolean        printed =
      qs_run_record_n_written (a) == 0 || qs_run_record_n_written (b) == 0;
  gboolean has_printed = FALSE, complete = TRUE;

  add (self, QS_RUN_PAIR_ANSWER, "result", qs_run_record_outcome (a),
       qs_run_record_outcome (b));
  if (a->message != NULL || b->message != NULL)
    add (self, QS_RUN_PAIR_ANSWER, "message", a->message, b->message);
  if (model_part (self) == QS_RUN_PAIR_ANSWER) {
    add (self, QS_RUN_PAIR_ANSWER, "model", a->model, b->model);
    add_sha256 (self, QS_RUN_PAIR_ANSWER, "model", a->model_sha256, b->model_sha256);
  }
  for (guint i = 0; i < written->len; i++) {
    if (strcmp (written->pdata[i], QS_RUN_PRINTED) == 0)
      has_printed = TRUE;
    else
      complete = add_result (self, written->pdata[i]) && complete;
  }

  /* What was printed is kept; it has to speak where the files are gone or were none. */
  if (has_printed && (printed || !complete))
    add_result (self, QS_RUN_PRINTED);
}

/**
 * qs_run_pairs_new:
 *
 * Sets two runs beside each other: all that went into them, and where what came out
 * differs, value by value as far as their files are still what they wrote. Reads files.
 *
 * Returns: (transfer full) (element-type QsRunPair): inputs, then answers
 */
GPtrArray *
qs_run_pairs_new (const QsRunRecord *first, const QsRunRecord *second)
{
  Pairing self = { .first = first,
                   .second = second,
                   .pairs = g_ptr_array_new_with_free_func (pair_free) };

  add_inputs (&self);
  add_answers (&self);

  return self.pairs;
}

static void
append_quoted (GString *csv, const char *text)
{
  g_string_append (csv, ",\"");
  for (; text != NULL && *text != '\0'; text++) {
    if (*text == '"')
      g_string_append_c (csv, '"');
    g_string_append_c (csv, *text);
  }
  g_string_append_c (csv, '"');
}

/**
 * qs_run_pairs_csv:
 *
 * Returns: (transfer full): a line of each pair; the columns of the runs are called as
 *   these are
 */
char *
qs_run_pairs_csv (const GPtrArray   *pairs,
                  const QsRunRecord *first,
                  const QsRunRecord *second)
{
  GString *csv = g_string_new (NULL);

  g_string_append_printf (csv, "part,what,%s,%s,same\n", first->id, second->id);
  for (guint i = 0; i < pairs->len; i++) {
    const QsRunPair *pair = pairs->pdata[i];

    g_string_append (csv, pair->part == QS_RUN_PAIR_INPUT ? "input" : "answer");
    append_quoted (csv, pair->what);
    append_quoted (csv, pair->first);
    append_quoted (csv, pair->second);
    g_string_append_printf (csv, ",%s\n", pair->same ? "yes" : "no");
  }

  return g_string_free (csv, FALSE);
}
