/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-parallel.h"

#include "core/qs-pool.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct {
  QsChunkFunc   func;
  gpointer      data;
  gsize         n_items;
  gsize         chunk_size;
  gsize         n_chunks;
  atomic_size_t next;
} Loop;

struct _QsPool {
  pthread_mutex_t lock;
  pthread_cond_t  wake;
  pthread_cond_t  idle;
  Loop           *loop; /* borrowed: on the stack of the caller that waits for it */
  guint           n_working;
  guint64         turn;
  gboolean        ending;
  gboolean        busy;
  guint           n_helpers;
  guint           n_started;
  pthread_t      *helpers;
};

static void
loop_work (Loop *loop)
{
  while (TRUE) {
    const gsize chunk = atomic_fetch_add (&loop->next, 1);
    const gsize begin = chunk * loop->chunk_size;

    if (chunk >= loop->n_chunks)
      return;

    loop->func (chunk, begin, MIN (begin + loop->chunk_size, loop->n_items), loop->data);
  }
}

static void *
helper_main (void *data)
{
  QsPool *self = data;
  guint64 seen = 0;

  pthread_mutex_lock (&self->lock);

  while (TRUE) {
    Loop *loop;

    while (!self->ending && self->turn == seen)
      pthread_cond_wait (&self->wake, &self->lock);

    if (self->ending)
      break;

    seen = self->turn;
    loop = self->loop;
    if (loop == NULL)
      continue;

    self->n_working++;
    pthread_mutex_unlock (&self->lock);
    loop_work (loop);
    pthread_mutex_lock (&self->lock);

    if (--self->n_working == 0)
      pthread_cond_signal (&self->idle);
  }

  pthread_mutex_unlock (&self->lock);
  return NULL;
}

QsPool *
qs_pool_new (guint n_helpers)
{
  QsPool *self = g_new0 (QsPool, 1);

  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->wake, NULL);
  pthread_cond_init (&self->idle, NULL);
  self->n_helpers = n_helpers;
  self->helpers = g_new0 (pthread_t, n_helpers);

  return self;
}

void
qs_pool_free (QsPool *self)
{
  pthread_mutex_lock (&self->lock);
  self->ending = TRUE;
  pthread_cond_broadcast (&self->wake);
  pthread_mutex_unlock (&self->lock);

  for (guint i = 0; i < self->n_started; i++)
    pthread_join (self->helpers[i], NULL);

  pthread_cond_destroy (&self->idle);
  pthread_cond_destroy (&self->wake);
  pthread_mutex_destroy (&self->lock);
  g_free (self->helpers);
  g_free (self);
}

/* Threads are started at the first loop that wants them; a machine that has none left to
 * give computes with those it gave. */
static void
pool_start (QsPool *self)
{
  while (self->n_started < self->n_helpers &&
         pthread_create (&self->helpers[self->n_started], NULL, helper_main, self) == 0)
    self->n_started++;

  self->n_helpers = self->n_started;
}

/* Returns FALSE where the pool is at work already: a loop inside a loop runs on its
 * caller. */
static gboolean
pool_try_open (QsPool *self, Loop *loop)
{
  gboolean opened;

  pthread_mutex_lock (&self->lock);
  opened = !self->busy;
  if (opened) {
    self->busy = TRUE;
    pool_start (self);
    self->loop = loop;
    self->turn++;
    pthread_cond_broadcast (&self->wake);
  }
  pthread_mutex_unlock (&self->lock);

  return opened;
}

static void
pool_close (QsPool *self)
{
  pthread_mutex_lock (&self->lock);
  self->loop = NULL;
  while (self->n_working > 0)
    pthread_cond_wait (&self->idle, &self->lock);
  self->busy = FALSE;
  pthread_mutex_unlock (&self->lock);
}

gsize
qs_parallel_n_chunks (gsize n_items, gsize chunk_size)
{
  return n_items / chunk_size + (n_items % chunk_size != 0);
}

/**
 * qs_parallel_for:
 * @run: (nullable): whose threads to use
 * @n_items: number of items
 * @chunk_size: items per chunk, at least 1
 * @func: called once per chunk, from any thread
 * @data: for @func
 *
 * Runs @func over all items. The chunks depend on @n_items and @chunk_size only, never on
 * the number of threads: whoever writes each chunk's result to a slot of its own and adds
 * the slots up in order gets the same bits on any machine. Loops inside loops run on
 * their caller's thread. Returns when every chunk is done; to cancel, let @func ask
 * qs_run_is_cancelled() and return early.
 */
void
qs_parallel_for (QsRun      *run,
                 gsize       n_items,
                 gsize       chunk_size,
                 QsChunkFunc func,
                 gpointer    data)
{
  QsPool *pool = qs_run_pool (run);
  Loop    loop = {
       .func = func,
       .data = data,
       .n_items = n_items,
       .chunk_size = chunk_size,
  };

  g_return_if_fail (chunk_size > 0);

  loop.n_chunks = qs_parallel_n_chunks (n_items, chunk_size);
  atomic_init (&loop.next, 0);

  if (loop.n_chunks > 1 && qs_run_n_threads (run) > 1 && pool_try_open (pool, &loop)) {
    loop_work (&loop);
    pool_close (pool);
  } else {
    loop_work (&loop);
  }
}
