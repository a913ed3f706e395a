/* SPDX-License-Identifier: Apache-2.0 */
#include "watchdog/qusop-watchdog.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define N_NESTED_MAX 16

typedef struct {
  gint64 wall_us;
  gint64 cpu_us;
  gint64 queue_us; /* ready to run, with no processor free */
} Moment;

static gboolean    running;
static GArray     *watched; /* of QusopWatched */
static Moment      begun[N_NESTED_MAX];
static const char *names[N_NESTED_MAX];
static guint       n_nested;

static QusopWatched turns = { .name = "turn of the main loop" };
static Moment       turn_begun, paused, in_pauses;
static gboolean     in_turn, in_pause;
static GPollFunc    usual_poll;
static int          schedule = -1; /* descriptor */

/* What Linux counts for the thread: nanoseconds on a processor, nanoseconds in the queue
 * for one. 0 where it does not. */
static gint64
queue_us (void)
{
  char    text[64];
  char   *rest;
  ssize_t n = schedule >= 0 ? pread (schedule, text, sizeof text - 1, 0) : -1;

  if (n <= 0)
    return 0;

  text[n] = '\0';
  rest = strchr (text, ' ');
  return rest != NULL ? g_ascii_strtoll (rest, NULL, 10) / 1000 : 0;
}

/* All of one moment: where the processor is taken away between two readings, once more.
 */
static Moment
now (void)
{
  Moment          moment;
  struct timespec cpu;

  do {
    moment.queue_us = queue_us ();
    moment.wall_us = g_get_monotonic_time ();
    clock_gettime (CLOCK_THREAD_CPUTIME_ID, &cpu);
  } while (queue_us () != moment.queue_us);
  moment.cpu_us = (gint64) cpu.tv_sec * G_USEC_PER_SEC + cpu.tv_nsec / 1000;
  return moment;
}

static Moment
since (const Moment *from)
{
  const Moment to = now ();

  return (Moment){ to.wall_us - from->wall_us, to.cpu_us - from->cpu_us,
                   to.queue_us - from->queue_us };
}

static double
kept_ms (Moment span)
{
  return 1e-3 * (double) (span.wall_us - span.queue_us);
}

static void
count (QusopWatched *one, Moment span)
{
  one->n++;
  one->longest_ms = MAX (one->longest_ms, kept_ms (span));
  one->longest_cpu_ms = MAX (one->longest_cpu_ms, 1e-3 * (double) span.cpu_us);
}

/* The main loop comes by before it sleeps, and after. */
static int
poll_cb (GPollFD *fds, guint n_fds, int timeout_ms)
{
  const Moment turn = since (&turn_begun);
  int          n_ready;

  if (in_turn)
    count (&turns,
           (Moment){ turn.wall_us - in_pauses.wall_us, turn.cpu_us - in_pauses.cpu_us,
                     turn.queue_us - in_pauses.queue_us });
  n_ready = usual_poll (fds, n_fds, timeout_ms);
  turn_begun = now ();
  in_pauses = (Moment){ 0 };
  in_turn = TRUE;
  return n_ready;
}

void
qusop_watchdog_start (void)
{
  if (running)
    return;

  running = TRUE;
  schedule = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  watched = g_array_new (FALSE, FALSE, sizeof (QusopWatched));
  usual_poll = g_main_context_get_poll_func (NULL);
  g_main_context_set_poll_func (NULL, poll_cb);
}

void
qusop_watchdog_reset (void)
{
  if (!running)
    return;

  g_array_set_size (watched, 0);
  turns.n = 0;
  turns.longest_ms = turns.longest_cpu_ms = 0.0;
  in_turn = FALSE;
}

static QusopWatched *
find (const char *name)
{
  const QusopWatched fresh = { .name = name };

  for (guint i = 0; i < watched->len; i++)
    if (g_str_equal (g_array_index (watched, QusopWatched, i).name, name))
      return &g_array_index (watched, QusopWatched, i);

  g_array_append_val (watched, fresh);
  return &g_array_index (watched, QusopWatched, watched->len - 1);
}

void
qusop_watchdog_begin (const char *name)
{
  if (!running)
    return;

  if (n_nested < N_NESTED_MAX) {
    names[n_nested] = name;
    begun[n_nested] = now ();
  }
  n_nested++;
}

void
qusop_watchdog_end (void)
{
  if (!running || n_nested == 0)
    return;

  if (--n_nested < N_NESTED_MAX)
    count (find (names[n_nested]), since (&begun[n_nested]));
}

void
qusop_watchdog_pause (void)
{
  if (!running)
    return;

  paused = now ();
  in_pause = TRUE;
}

void
qusop_watchdog_resume (void)
{
  Moment span;

  if (!in_pause)
    return;

  span = since (&paused);
  in_pauses.wall_us += span.wall_us;
  in_pauses.cpu_us += span.cpu_us;
  in_pauses.queue_us += span.queue_us;
  in_pause = FALSE;
}

static int
compare_longest_first (gconstpointer a, gconstpointer b)
{
  const double x = ((const QusopWatched *) a)->longest_ms;
  const double y = ((const QusopWatched *) b)->longest_ms;

  return (x < y) - (x > y);
}

GArray *
qusop_watchdog_list (void)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (QusopWatched));

  if (running)
    g_array_append_vals (list, watched->data, watched->len);
  g_array_sort (list, compare_longest_first);
  return list;
}

QusopWatched
qusop_watchdog_turns (void)
{
  return turns;
}
