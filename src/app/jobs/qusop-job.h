/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

/**
 * QusopJob:
 *
 * One engine call on a thread of its own. Everything but the call itself happens on the
 * main thread: events arrive in order, the end after the last event. Worker and owner
 * share this plain reference-counted struct, never a GObject.
 */
typedef struct _QusopJob QusopJob;

/* Runs on the worker; sees plain data and immutable values alone. */
typedef gpointer (*QusopJobFunc) (gpointer input, QsRun *run, GError **error);
typedef void (*QusopJobEventFunc) (const QsEvent *event, gpointer user_data);
typedef void (*QusopJobDoneFunc) (gpointer      result,
                                  const GError *error,
                                  gpointer      user_data);

/**
 * QusopJobSpec:
 * @func: the call
 * @input: (transfer full): for @func, freed with @free_input on the main thread
 * @free_input: (nullable): ends @input
 * @free_result: (nullable): ends a result that nobody takes
 * @n_threads: to compute with, 0 for one per processor
 * @takes_long: lets the window and short calls have the processor first
 * @on_event: (nullable): hears events on the main thread
 * @on_done: hears the end on the main thread; takes the result. @error is borrowed
 * @user_data: for both listeners
 */
typedef struct {
  QusopJobFunc      func;
  gpointer          input;
  GDestroyNotify    free_input;
  GDestroyNotify    free_result;
  guint             n_threads;
  gboolean          takes_long;
  QusopJobEventFunc on_event;
  QusopJobDoneFunc  on_done;
  gpointer          user_data;
} QusopJobSpec;

QusopJob *qusop_job_start (const QusopJobSpec *spec) G_GNUC_WARN_UNUSED_RESULT;
void      qusop_job_unref (QusopJob *self);
void      qusop_job_cancel (QusopJob *self);
void      qusop_job_abandon (QusopJob *self);
void      qusop_job_wait (QusopJob *self);
void      qusop_job_wait_for_all (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopJob, qusop_job_unref)

G_END_DECLS
