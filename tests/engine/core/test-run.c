/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-parallel.h"

#include <stdatomic.h>

typedef struct {
  QsRun      *run;
  atomic_uint n_inside;
  atomic_uint n_overlaps;
  guint       n_events; /* plain on purpose: the run's lock must protect it */
} Watch;

static void
listen_cb (const QsEvent *event, gpointer data)
{
  Watch *watch = data;

  if (atomic_fetch_add (&watch->n_inside, 1) != 0)
    atomic_fetch_add (&watch->n_overlaps, 1);
  watch->n_events++;
  g_usleep (20);
  atomic_fetch_sub (&watch->n_inside, 1);
}

static void
report (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const QsEvent event = { .stage = QS_STAGE_TRAIN, .series = (guint) chunk };
  Watch        *watch = data;

  g_assert_true (qs_run_step (watch->run, &event, NULL));
}

static void
test_events_come_one_at_a_time (void)
{
  Watch             watch = { 0 };
  g_autoptr (QsRun) run = qs_run_new (4, listen_cb, &watch);

  watch.run = run;
  qs_parallel_for (run, 2000, 1, report, &watch);

  g_assert_cmpuint (watch.n_events, ==, 2000);
  g_assert_cmpuint (watch.n_overlaps, ==, 0);
}

typedef struct {
  QsRun *run;
  gint64 cancelled_us;
} Canceller;

static gpointer
cancel_soon (gpointer data)
{
  Canceller *canceller = data;

  g_usleep (50000);
  canceller->cancelled_us = g_get_monotonic_time ();
  qs_run_cancel (canceller->run);
  return NULL;
}

static void
test_cancel_from_another_thread_ends_a_loop (void)
{
  g_autoptr (QsRun)  run = qs_run_new (2, NULL, NULL);
  Canceller          canceller = { .run = run };
  GThread           *thread = g_thread_new ("canceller", cancel_soon, &canceller);
  g_autoptr (GError) error = NULL;

  while (qs_run_step (run, NULL, &error))
    g_usleep (1000);
  g_thread_join (thread);

  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  g_assert_true (qs_run_is_cancelled (run));
  g_assert_cmpint (g_get_monotonic_time () - canceller.cancelled_us, <, 200000);
}

static void
test_no_run_never_stops (void)
{
  const QsEvent event = { .stage = QS_STAGE_LOAD };

  g_assert_true (qs_run_step (NULL, &event, NULL));
  g_assert_false (qs_run_is_cancelled (NULL));
  g_assert_cmpuint (qs_run_n_threads (NULL), ==, 1);
}

/* The last thread to let go ends the run: TSan and valgrind watch this one. */
static gpointer
use_and_drop (gpointer data)
{
  QsRun *run = data;

  for (guint i = 0; i < 100; i++)
    qs_run_unref (qs_run_ref (run));
  qs_run_unref (run);
  return NULL;
}

static void
test_threads_share_a_run (void)
{
  QsRun   *run = qs_run_new (2, NULL, NULL);
  GThread *threads[4];

  for (guint i = 0; i < 4; i++)
    threads[i] = g_thread_new ("user", use_and_drop, qs_run_ref (run));
  for (guint i = 0; i < 4; i++)
    g_thread_join (threads[i]);

  g_assert_cmpuint (qs_run_n_threads (run), ==, 2);
  qs_run_unref (run);
}

static void
test_every_stage_has_a_name (void)
{
  for (guint stage = QS_STAGE_LOAD; stage <= QS_STAGE_WRITE; stage++)
    g_assert_cmpstr (qs_stage_name (stage), !=, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/run/events-come-one-at-a-time", test_events_come_one_at_a_time);
  g_test_add_func ("/core/run/cancel-from-another-thread-ends-a-loop",
                   test_cancel_from_another_thread_ends_a_loop);
  g_test_add_func ("/core/run/no-run-never-stops", test_no_run_never_stops);
  g_test_add_func ("/core/run/threads-share-a-run", test_threads_share_a_run);
  g_test_add_func ("/core/run/every-stage-has-a-name", test_every_stage_has_a_name);
  return g_test_run ();
}
