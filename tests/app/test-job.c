/* SPDX-License-Identifier: Apache-2.0 */
#include "jobs/qusop-job.h"
#include "jobs/qusop-register.h"

typedef struct {
  GArray  *events; /* QsEvent, without borrowed members */
  gboolean done;
  gboolean cancelled;
  int     *result;
} Heard;

static void
event_cb (const QsEvent *event, gpointer data)
{
  Heard *heard = data;

  g_assert_false (heard->done);
  g_array_append_vals (heard->events, event, 1);
}

static void
done_cb (gpointer result, const GError *error, gpointer data)
{
  Heard *heard = data;

  g_assert_false (heard->done);
  heard->done = TRUE;
  heard->result = result;
  heard->cancelled = g_error_matches (error, QS_ERROR, QS_ERROR_CANCELLED);
}

static QusopJob *
start (QusopJobFunc func, gpointer input, Heard *heard)
{
  const QusopJobSpec spec = {
    .func = func,
    .input = input,
    .free_result = g_free,
    .n_threads = 1,
    .on_event = event_cb,
    .on_done = done_cb,
    .user_data = heard,
  };

  *heard = (Heard){ .events = g_array_new (FALSE, FALSE, sizeof (QsEvent)) };
  return qusop_job_start (&spec);
}

static void
heard_clear (Heard *heard)
{
  g_array_unref (heard->events);
  g_free (heard->result);
}

enum { N_EVENTS = 1000 };

static gpointer
report_points (gpointer input, QsRun *run, GError **error)
{
  for (guint i = 0; i < N_EVENTS; i++) {
    const QsEvent event = { .stage = QS_STAGE_TRAIN,
                            .curve = QS_CURVE_TRAIN_LOSS,
                            .x = i };

    if (!qs_run_step (run, &event, error))
      return NULL;
  }
  return g_memdup2 (&(int){ 42 }, sizeof (int));
}

static void
test_points_arrive_in_order_before_the_end (void)
{
  Heard                              heard;
  G_GNUC_UNUSED g_autoptr (QusopJob) job = start (report_points, NULL, &heard);

  qusop_job_wait_for_all ();

  g_assert_true (heard.done);
  g_assert_cmpint (*heard.result, ==, 42);
  g_assert_cmpuint (heard.events->len, ==, N_EVENTS);
  for (guint i = 0; i < N_EVENTS; i++)
    g_assert_cmpfloat (g_array_index (heard.events, QsEvent, i).x, ==, i);
  heard_clear (&heard);
}

static gpointer
report_progress (gpointer input, QsRun *run, GError **error)
{
  for (guint i = 1; i <= N_EVENTS; i++) {
    const QsEvent event = { .stage = QS_STAGE_LOAD, .fraction = i / (double) N_EVENTS };

    if (!qs_run_step (run, &event, error))
      return NULL;
  }
  g_atomic_int_set ((int *) input, 1);
  return NULL;
}

static void
test_progress_coalesces_to_the_last (void)
{
  int                                reported = 0;
  Heard                              heard;
  G_GNUC_UNUSED g_autoptr (QusopJob) job = start (report_progress, &reported, &heard);

  /* The main loop sleeps meanwhile, so that everything piles up. */
  while (!g_atomic_int_get (&reported))
    g_usleep (1000);
  qusop_job_wait_for_all ();

  g_assert_cmpuint (heard.events->len, ==, 1);
  g_assert_cmpfloat (g_array_index (heard.events, QsEvent, 0).fraction, ==, 1.0);
  heard_clear (&heard);
}

static gpointer
run_for_ever (gpointer input, QsRun *run, GError **error)
{
  while (qs_run_step (run, NULL, error))
    g_usleep (1000);
  return NULL;
}

static void
test_cancel_ends_it_within_a_fifth_of_a_second (void)
{
  Heard                heard;
  g_autoptr (QusopJob) job = start (run_for_ever, NULL, &heard);
  const gint64         before_us = g_get_monotonic_time ();

  qusop_job_cancel (job);
  qusop_job_wait_for_all ();

  g_assert_true (heard.cancelled);
  g_assert_null (heard.result);
  g_assert_cmpint (g_get_monotonic_time () - before_us, <, 200000);
  heard_clear (&heard);
}

static void
test_an_abandoned_job_is_never_heard_of (void)
{
  Heard     heard;
  QusopJob *job = start (report_points, NULL, &heard);

  qusop_job_abandon (job);
  qusop_job_wait_for_all ();

  g_assert_false (heard.done);
  g_assert_cmpuint (heard.events->len, ==, 0);
  heard_clear (&heard);
}

static gpointer
report_model (gpointer input, QsRun *run, GError **error)
{
  g_autoptr (QsModel) model = qs_model_new (QS_MODEL_EMAX);
  const QsEvent       event = { .stage = QS_STAGE_BOOTSTRAP, .value = model };

  qs_run_step (run, &event, error);
  return NULL;
}

static void
keep_model_cb (const QsEvent *event, gpointer data)
{
  *(QsModel **) data = qs_model_ref (event->value);
}

static void
forget_cb (gpointer result, const GError *error, gpointer data)
{
}

static void
test_an_intermediate_model_outlives_its_event (void)
{
  QsModel           *model = NULL;
  const QusopJobSpec spec = {
    .func = report_model,
    .n_threads = 1,
    .on_event = keep_model_cb,
    .on_done = forget_cb,
    .user_data = &model,
  };
  G_GNUC_UNUSED g_autoptr (QusopJob) job = qusop_job_start (&spec);

  qusop_job_wait_for_all ();

  g_assert_nonnull (model);
  g_assert_cmpint (model->kind, ==, QS_MODEL_EMAX);
  g_assert_cmpint (model->n_refs, ==, 1);
  qs_model_unref (model);
}

static guint n_told;

static void
told_cb (const char *why)
{
  g_assert_cmpstr (why, !=, "");
  n_told++;
}

static void
run_once (const char *registry)
{
  const char *const arguments[] = { NULL };

  g_setenv ("QUSOP_REGISTRY", registry, TRUE);
  qusop_register_end (qusop_register_begin ("solve", arguments, NULL, 1), NULL, NULL,
                      NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_what_is_not_on_record_is_told_once (void)
{
  g_autofree char   *folder = g_dir_make_tmp ("qusop-job-XXXXXX", NULL);
  const char *const  clean[] = { "rm", "-r", folder, NULL };
  g_autoptr (GError) error = NULL;

  qusop_register_set_listener (told_cb);
  run_once ("off");
  g_assert_cmpuint (n_told, ==, 0); /* wanted so */
  run_once ("/proc/no/such/place");
  run_once ("/proc/no/such/place");
  g_assert_cmpuint (n_told, ==, 1);
  run_once (folder);
  run_once ("/proc/no/such/place");
  g_assert_cmpuint (n_told, ==, 2);

  qusop_register_set_listener (NULL);
  g_unsetenv ("QUSOP_REGISTRY");
  g_spawn_sync (NULL, (char **) clean, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                NULL, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/job/points-arrive-in-order-before-the-end",
                   test_points_arrive_in_order_before_the_end);
  g_test_add_func ("/job/progress-coalesces-to-the-last",
                   test_progress_coalesces_to_the_last);
  g_test_add_func ("/job/cancel-ends-it-within-a-fifth-of-a-second",
                   test_cancel_ends_it_within_a_fifth_of_a_second);
  g_test_add_func ("/job/an-abandoned-job-is-never-heard-of",
                   test_an_abandoned_job_is_never_heard_of);
  g_test_add_func ("/job/an-intermediate-model-outlives-its-event",
                   test_an_intermediate_model_outlives_its_event);
  g_test_add_func ("/job/what-is-not-on-record-is-told-once",
                   test_what_is_not_on_record_is_told_once);
  return g_test_run ();
}
