/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In place of an exit code: the run has not ended, or was killed. */
#define QS_RUN_UNFINISHED -1

/* Roles of files; others are free. */
#define QS_RUN_DATA "data"
#define QS_RUN_PRINTED "printed"

/**
 * QsRunFile:
 * @role: what it was for, such as %QS_RUN_DATA
 * @path: absolute; "-" for what was printed
 * @sha256: of its bytes
 * @essence: (nullable): SHA-256 of what a replay has to give again, for a written file
 * @n_bytes: its size
 * @written: written by the run; else read
 */
typedef struct {
  char    *role;
  char    *path;
  char    *sha256;
  char    *essence;
  guint64  n_bytes;
  gboolean written;
} QsRunFile;

/**
 * QsRunRecord:
 * @id: 16 lower-case hexadecimal digits, by qs_registry_begin()
 * @command: such as "fit"
 * @arguments: what follows it, as a shell would take it
 * @folder: where it was run
 * @version: of the program
 * @build: of the program: the linker's identity of its code
 * @cpu: processor and the instruction sets that code paths are chosen by
 * @blas: linear algebra from outside, none
 * @seed: of everything random
 * @n_threads: threads
 * @started_us: since 1970, UTC
 * @elapsed_s: wall-clock time; NaN while unfinished
 * @status: exit code, or %QS_RUN_UNFINISHED
 * @message: (nullable): why it failed
 * @model: (nullable): its name
 * @model_sha256: (nullable): checksum of what it is
 * @printed: (nullable): what it said on standard output
 * @label: (nullable): given afterwards
 * @files: (element-type QsRunFile): read and written
 *
 * One run: all that it takes to do it again and to tell whether the result is the same.
 */
typedef struct {
  char *id;
  char *command;
  char *arguments;
  char *folder;
  char *version;
  char *build;
  char *cpu;
  char *blas;
  char *message;
  char *model;
  char *model_sha256;
  char *printed;
  char *label;

  guint64 seed;
  guint   n_threads;
  gint64  started_us;
  double  elapsed_s;
  int     status;

  GArray *files;
} QsRunRecord;

/* Make and end. */
QsRunRecord *qs_run_record_new (const char *command, const char *const *arguments)
    G_GNUC_WARN_UNUSED_RESULT;
QsRunRecord *qs_run_record_new_empty (void) G_GNUC_WARN_UNUSED_RESULT;
void         qs_run_record_free (QsRunRecord *self);

/* Read. */
const QsRunFile *qs_run_record_file (const QsRunRecord *self, const char *role);
char            *qs_run_record_started (const QsRunRecord *self);
const char      *qs_run_record_outcome (const QsRunRecord *self);
guint            qs_run_record_n_written (const QsRunRecord *self);
char            *qs_run_record_line (const QsRunRecord *self);
char            *qs_run_record_json (const QsRunRecord *self);
char            *qs_run_records_json (const GPtrArray *records);

GPtrArray *qs_run_record_compare_results (const QsRunRecord *a, const QsRunRecord *b)
    G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *qs_run_record_compare_settings (const QsRunRecord *a, const QsRunRecord *b)
    G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *qs_run_record_compare_read (const QsRunRecord *self) G_GNUC_WARN_UNUSED_RESULT;
char      *qs_run_record_recall (const QsRunRecord *record,
                                 const QsRunFile   *file,
                                 gsize             *n_bytes) G_GNUC_WARN_UNUSED_RESULT;

/* Change. */
gboolean qs_run_record_add_read (QsRunRecord *self,
                                 const char  *role,
                                 const char  *path,
                                 GError     **error);
void     qs_run_record_add_data (QsRunRecord *self, const char *path, const char *sha256);
gboolean qs_run_record_add_written (QsRunRecord *self, const char *path, GError **error);
void     qs_run_record_add_printed (QsRunRecord *self, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsRunRecord, qs_run_record_free)

G_END_DECLS
