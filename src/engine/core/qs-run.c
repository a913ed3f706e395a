/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-run.h"

#include "core/qs-error.h"
#include "core/qs-pool.h"

#include <pthread.h>
#include <stdatomic.h>

/* POSIX locks instead of GMutex: ThreadSanitizer understands them without hints. */
struct _QsRun {
  atomic_uint     n_refs;
  atomic_bool     cancelled;
  QsRun          *parent; /* (nullable): cancelled with it */
  guint           n_threads;
  QsPool         *pool;
  pthread_mutex_t report_lock;
  QsEventFunc     func;
  gpointer        user_data; /* borrowed */
};

/**
 * qs_run_new:
 * @n_threads: threads to compute with, the calling one included; 0 means one per
 * processor
 * @func: (nullable): who listens
 * @user_data: for @func, borrowed until the run ends
 *
 * The context of one computation: its threads, its listener, its cancel switch. Threads
 * never change a bit of a result.
 *
 * Returns: (transfer full): a new run
 */
QsRun *
qs_run_new (guint n_threads, QsEventFunc func, gpointer user_data)
{
  QsRun *self = g_new0 (QsRun, 1);

  atomic_init (&self->n_refs, 1);
  atomic_init (&self->cancelled, FALSE);
  self->n_threads = n_threads > 0 ? n_threads : MAX (1, g_get_num_processors ());
  self->pool = qs_pool_new (self->n_threads - 1);
  self->func = func;
  self->user_data = user_data;
  pthread_mutex_init (&self->report_lock, NULL);

  return self;
}

/**
 * qs_run_new_quiet:
 * @parent: (nullable): what it is a part of
 *
 * For one of many like computations that run side by side: one thread, nobody listens,
 * and cancelling @parent cancels it.
 *
 * Returns: (transfer full): a new run
 */
QsRun *
qs_run_new_quiet (QsRun *parent)
{
  QsRun *self = qs_run_new (1, NULL, NULL);

  self->parent = parent != NULL ? qs_run_ref (parent) : NULL;
  return self;
}

QsRun *
qs_run_ref (QsRun *self)
{
  atomic_fetch_add (&self->n_refs, 1);
  return self;
}

void
qs_run_unref (QsRun *self)
{
  if (self == NULL || atomic_fetch_sub (&self->n_refs, 1) != 1)
    return;

  qs_run_unref (self->parent);
  qs_pool_free (self->pool);
  pthread_mutex_destroy (&self->report_lock);
  g_free (self);
}

guint
qs_run_n_threads (const QsRun *self)
{
  return self != NULL ? self->n_threads : 1;
}

/* For qs_parallel_for() alone. */
QsPool *
qs_run_pool (QsRun *self)
{
  return self != NULL ? self->pool : NULL;
}

gboolean
qs_run_is_cancelled (const QsRun *self)
{
  return self != NULL &&
         (atomic_load (&self->cancelled) || qs_run_is_cancelled (self->parent));
}

/**
 * qs_run_cancel:
 *
 * Asks the computation to stop at its next step. Callable from any thread and from a
 * signal handler.
 */
void
qs_run_cancel (QsRun *self)
{
  atomic_store (&self->cancelled, TRUE);
}

/**
 * qs_run_step:
 * @self: (nullable): the run
 * @event: (nullable): what to report
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Reports progress and listens for cancel, once per turn of every long loop.
 *
 * Returns: %FALSE if the computation shall end now
 */
gboolean
qs_run_step (QsRun *self, const QsEvent *event, GError **error)
{
  if (self == NULL)
    return TRUE;

  if (event != NULL && self->func != NULL) {
    pthread_mutex_lock (&self->report_lock);
    self->func (event, self->user_data);
    pthread_mutex_unlock (&self->report_lock);
  }

  if (!qs_run_is_cancelled (self))
    return TRUE;

  g_set_error_literal (error, QS_ERROR, QS_ERROR_CANCELLED, "Cancelled");
  return FALSE;
}

const char *
qs_stage_name (QsStage stage)
{
  static const char *const names[] = {
    [QS_STAGE_LOAD] = "load",           [QS_STAGE_CHECK] = "check",
    [QS_STAGE_SEARCH] = "search",       [QS_STAGE_TRAIN] = "train",
    [QS_STAGE_BOOTSTRAP] = "bootstrap", [QS_STAGE_TABULATE] = "tabulate",
    [QS_STAGE_SIMULATE] = "simulate",   [QS_STAGE_SOLVE] = "solve",
    [QS_STAGE_WRITE] = "write",
  };

  g_return_val_if_fail (stage < G_N_ELEMENTS (names), "unknown");
  return names[stage];
}

const char *
qs_curve_name (QsCurve curve)
{
  static const char *const names[] = {
    [QS_CURVE_NONE] = "none",
    [QS_CURVE_TRAIN_LOSS] = "train-loss",
    [QS_CURVE_VALIDATION_LOSS] = "validation-loss",
    [QS_CURVE_PARAMETER] = "parameter",
    [QS_CURVE_HALF_WIDTH] = "half-width",
  };

  g_return_val_if_fail (curve < G_N_ELEMENTS (names), "unknown");
  return names[curve];
}
