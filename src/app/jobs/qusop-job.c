/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/qusop-job.h"

#include "watchdog/qusop-watchdog.h"

#include <sys/resource.h>
#include <unistd.h>

struct _QusopJob {
  int          n_refs;
  QusopJobSpec spec;
  gboolean     abandoned; /* main thread only */

  /* Shared with the worker, under the lock. */
  GMutex   lock;
  QsRun   *run; /* NULL once the call has returned */
  GArray  *events;
  gboolean scheduled;
  gboolean finished;
  gpointer result;
  GError  *error;
};

/* Of threads that work for long. */
static const int niceness = 5;

/* Threads whose end has not been delivered yet; main thread only. */
static guint n_live;

static void
event_clear (QsEvent *event)
{
  g_free ((char *) event->text);
  g_clear_pointer (&event->value, qs_model_unref);
}

static QusopJob *
job_ref (QusopJob *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qusop_job_unref (QusopJob *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  if (self->spec.free_input != NULL)
    self->spec.free_input (self->spec.input);
  if (self->result != NULL && self->spec.free_result != NULL)
    self->spec.free_result (self->result);
  g_clear_error (&self->error);
  g_array_unref (self->events);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
deliver_end (QusopJob *self)
{
  QUSOP_WATCH ("end of a job");

  n_live--;

  if (!self->abandoned)
    self->spec.on_done (g_steal_pointer (&self->result), self->error,
                        self->spec.user_data);
}

/* On the main thread: hands out what has come since the last time. */
static gboolean
deliver_cb (gpointer data)
{
  QusopJob          *self = data;
  g_autoptr (GArray) events = NULL;
  gboolean           finished;

  g_mutex_lock (&self->lock);
  events = self->events;
  self->events = g_array_new (FALSE, FALSE, sizeof (QsEvent));
  g_array_set_clear_func (self->events, (GDestroyNotify) event_clear);
  self->scheduled = FALSE;
  finished = self->finished;
  g_mutex_unlock (&self->lock);

  /* A listener may abandon the job at any event. */
  for (guint i = 0; i < events->len && self->spec.on_event != NULL; i++) {
    QUSOP_WATCH ("event of a job");

    if (!self->abandoned)
      self->spec.on_event (&g_array_index (events, QsEvent, i), self->spec.user_data);
  }

  if (finished) {
    deliver_end (self);
    qusop_job_unref (self); /* the worker's reference, which it left to us */
  }

  return G_SOURCE_REMOVE;
}

/* Only an idle source: g_main_context_invoke() would call at once, on this thread, where
 * nobody runs the main loop just now. */
static void
schedule (QusopJob *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, deliver_cb, job_ref (self),
                         (GDestroyNotify) qusop_job_unref);
  g_source_attach (source, NULL);
}

/* Two reports of mere progress in a row: the later one says it all. Points of curves and
 * intermediate results are never dropped. */
static gboolean
is_progress_alone (const QsEvent *event)
{
  return event->curve == QS_CURVE_NONE && event->value == NULL;
}

static void
collect_event_cb (const QsEvent *event, gpointer data)
{
  QusopJob *self = data;
  QsEvent   copy = *event;
  QsEvent  *last = NULL;
  gboolean  wake;

  copy.text = g_strdup (event->text);
  if (event->value != NULL)
    copy.value = qs_model_ref (event->value);

  g_mutex_lock (&self->lock);
  if (self->events->len > 0)
    last = &g_array_index (self->events, QsEvent, self->events->len - 1);

  if (last != NULL && last->stage == event->stage && is_progress_alone (last) &&
      is_progress_alone (event)) {
    event_clear (last);
    *last = copy;
  } else {
    g_array_append_val (self->events, copy);
  }

  wake = !self->scheduled;
  self->scheduled = TRUE;
  g_mutex_unlock (&self->lock);

  if (wake)
    schedule (self);
}

/* The window's own thread comes first. Threads that this one starts do as it does. */
static void
give_way (void)
{
  setpriority (PRIO_PROCESS, (id_t) gettid (), niceness);
}

/* Waits for the threads that computed: nothing for the main thread to do. */
static void
end_run (QusopJob *self)
{
  QsRun *run;

  g_mutex_lock (&self->lock);
  run = g_steal_pointer (&self->run);
  g_mutex_unlock (&self->lock);
  qs_run_unref (run);
}

static gpointer
work (gpointer data)
{
  QusopJob *self = data;
  GError   *error = NULL;
  gpointer  result;
  gboolean  wake;

  if (self->spec.takes_long)
    give_way ();
  result = self->spec.func (self->spec.input, self->run, &error);
  end_run (self);

  g_mutex_lock (&self->lock);
  self->result = result;
  self->error = error;
  self->finished = TRUE;
  wake = !self->scheduled;
  self->scheduled = TRUE;
  g_mutex_unlock (&self->lock);

  /* Whoever delivers may end the job as soon as the lock is open, unless it is our call
   * that brings them; with the lock held that would only make them wait for it. */
  if (wake)
    schedule (self);

  return NULL;
}

/**
 * qusop_job_start:
 *
 * Starts @spec->func on a new thread. Main thread only.
 *
 * Returns: (transfer full): the job; the worker holds a reference of its own
 */
QusopJob *
qusop_job_start (const QusopJobSpec *spec)
{
  QusopJob *self = g_new0 (QusopJob, 1);

  self->n_refs = 2;
  self->spec = *spec;
  self->run = qs_run_new (spec->n_threads, collect_event_cb, self);
  self->events = g_array_new (FALSE, FALSE, sizeof (QsEvent));
  g_array_set_clear_func (self->events, (GDestroyNotify) event_clear);
  g_mutex_init (&self->lock);

  n_live++;
  g_thread_unref (g_thread_new ("qusop-job", work, self));

  return self;
}

/**
 * qusop_job_cancel:
 *
 * Asks the call to stop; its end arrives with %QS_ERROR_CANCELLED, or with the result if
 * it was done already.
 */
void
qusop_job_cancel (QusopJob *self)
{
  g_mutex_lock (&self->lock);
  if (self->run != NULL)
    qs_run_cancel (self->run);
  g_mutex_unlock (&self->lock);
}

/**
 * qusop_job_abandon:
 * @self: (transfer full): the job
 *
 * Cancels and forgets: no listener is called any more. For owners that go away.
 */
void
qusop_job_abandon (QusopJob *self)
{
  self->abandoned = TRUE;
  qusop_job_cancel (self);
  qusop_job_unref (self);
}

/* Blocks until the work is done, whose end is still to be delivered: only for what takes
 * a moment. */
void
qusop_job_wait (QusopJob *self)
{
  gboolean finished = FALSE;

  while (!finished) {
    g_mutex_lock (&self->lock);
    finished = self->finished;
    g_mutex_unlock (&self->lock);
    if (!finished)
      g_usleep (1000);
  }
}

/**
 * qusop_job_wait_for_all:
 *
 * Runs the main loop until every started job has ended, so that a program can end
 * without threads in the middle of something.
 */
void
qusop_job_wait_for_all (void)
{
  while (n_live > 0)
    g_main_context_iteration (NULL, TRUE);
}
