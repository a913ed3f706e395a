/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "nn/qs-exposure-net.h"

#include <math.h>
#include <string.h>

#define N_RECORDS 24
#define N_TRAINING 16
#define N_STEPS 40

static double
draw (guint32 item, guint32 dimension)
{
  const QsRngKey key = { 17, QS_RNG_TEST, 0 };

  return qs_rng_normal (&key, item, dimension);
}

/* A drug that is given for the first half of the record in one of four doses, and a
 * biomarker that follows it slowly: d log R / dt = −(log R − target (C)) / 40 h. Every
 * other step is observed. */
static QsExposureRecord *
make_record (guint i)
{
  QsExposureRecord *self = g_new0 (QsExposureRecord, 1);
  const double      effect = 0.3 * draw (i, 0), dose = 2.0 * (i % 4);
  double            deviation = 0.0;

  self->n_steps = N_STEPS;
  self->times_h = g_new (double, N_STEPS);
  self->log_response = g_new (double, N_STEPS);
  self->concentration_mg_l = g_new (double, N_STEPS);
  self->comed = i / 4 % 2;
  self->log_bw = 0.2 * draw (i, 1);

  for (guint t = 0; t < N_STEPS; t++) {
    const double step_h = t == 0 ? 0.0 : t % 3 == 0 ? 24.0 : 12.0;
    const double c = t < N_STEPS / 2 ? dose * (1.0 - exp (-0.5 * t))
                                     : dose * exp (-0.3 * (t - N_STEPS / 2.0));

    deviation += (-0.5 * log1p (c) - deviation) * -expm1 (-step_h / 40.0);
    self->times_h[t] = (t > 0 ? self->times_h[t - 1] : 0.0) + step_h;
    self->concentration_mg_l[t] = c;
    self->log_response[t] =
        t % 2 == 0 ? 2.0 + effect + deviation - 0.2 * self->comed + 0.05 * draw (i, 2 + t)
                   : NAN;
  }

  return self;
}

typedef struct {
  QsExposureRecord *records[N_RECORDS];
  guint             members[N_RECORDS];
  QsLesson          lesson;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_RECORDS; i++) {
    self->records[i] = make_record (i);
    self->members[i] = i;
  }
  self->lesson = (QsLesson){
    .training = self->members,
    .n_training = N_TRAINING,
    .stage = QS_STAGE_TRAIN,
  };
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < N_RECORDS; i++)
    qs_exposure_record_free (self->records[i]);
}

static QsExposureNet *
train (const Fixture *self, const QsExposureNet *from, guint n_epochs, QsRun *run)
{
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autoptr (GError) error = NULL;
  QsNetShape         shape = qs_exposure_shape (&options);
  QsExposureNet     *net;

  shape.n_units = shape.n_dense = 8;
  options.n_epochs = n_epochs;
  options.batch_size = 4;
  options.learning_rate = 1e-2;
  net = qs_exposure_net_train (&shape, from, self->records, &self->lesson, &options, NULL,
                               run, &error);
  g_assert_no_error (error);
  return net;
}

/* Mean squared error of log biomarker of those who did not train, but for what a
 * subject's observations share. */
static double
error_of (const Fixture *self, const QsExposureNet *net, gboolean base_alone)
{
  double squares = 0.0;
  guint  n = 0;

  for (guint i = N_TRAINING; i < N_RECORDS; i++) {
    const QsExposureRecord *record = self->records[i];
    double                  predicted[N_STEPS], misses[N_STEPS], mean = 0.0;
    guint                   n_seen = 0;

    qs_exposure_net_predict (net, record, predicted);
    for (guint t = 0; t < N_STEPS; t++) {
      if (isnan (record->log_response[t]))
        continue;
      misses[n_seen] =
          record->log_response[t] -
          (base_alone ? qs_exposure_base_at (&net->scales.base,
                                             record->concentration_mg_l[t], record->comed)
                      : predicted[t]);
      mean += misses[n_seen++];
    }
    mean /= n_seen;
    for (guint k = 0; k < n_seen; k++)
      squares += (misses[k] - mean) * (misses[k] - mean);
    n += n_seen;
  }

  return squares / n;
}

/* The base knows no delay; the network has to learn it from its memory of concentrations,
 * for subjects that it has not seen. Noise alone is 0.0025. */
static void
test_learns_the_delay (Fixture *self, gconstpointer data)
{
  g_autoptr (QsExposureNet) net = train (self, NULL, 150, NULL);
  const double base = error_of (self, net, TRUE), whole = error_of (self, net, FALSE);

  g_assert_cmpfloat (base, >, 0.01);
  g_assert_cmpfloat (whole, <, 0.4 * base);
}

/* Between subjects who differ by a constant factor alone the network sees no difference.
 */
static void
test_subject_effects_are_not_learned (Fixture *self, gconstpointer data)
{
  g_autoptr (QsExposureNet) before = NULL, after = NULL;
  double                    predicted[2][N_STEPS];

  before = train (self, NULL, 20, NULL);
  for (guint i = 0; i < N_TRAINING; i++)
    for (guint t = 0; t < N_STEPS; t++)
      self->records[i]->log_response[t] += 2.0;
  after = train (self, NULL, 20, NULL);

  qs_exposure_net_predict (before, self->records[N_TRAINING + 3], predicted[0]);
  qs_exposure_net_predict (after, self->records[N_TRAINING + 3], predicted[1]);
  for (guint t = 0; t < N_STEPS; t++)
    g_assert_cmpfloat_with_epsilon (predicted[1][t] - predicted[0][t], 2.0, 1e-4);
}

static gsize
n_bytes (const QsExposureNet *net)
{
  return qs_net_shape_layout (&net->shape).n_params * sizeof (double);
}

static void
test_threads_never_change_a_bit (Fixture *self, gconstpointer data)
{
  static const guint        n_threads[] = { 2, 8 };
  g_autoptr (QsRun)         one = qs_run_new (1, NULL, NULL);
  g_autoptr (QsExposureNet) net = train (self, NULL, 3, one);

  for (guint i = 0; i < G_N_ELEMENTS (n_threads); i++) {
    g_autoptr (QsRun)         run = qs_run_new (n_threads[i], NULL, NULL);
    g_autoptr (QsExposureNet) other = train (self, NULL, 3, run);

    g_assert_cmpmem (net->params, n_bytes (net), other->params, n_bytes (net));
    g_assert_cmpmem (&net->scales, sizeof net->scales, &other->scales,
                     sizeof other->scales);
  }
}

/* A bootstrap of the head leaves the cells as they are, and the scales that they read. */
static void
test_the_body_can_be_frozen (Fixture *self, gconstpointer data)
{
  g_autoptr (QsExposureNet) net = train (self, NULL, 10, NULL), head = NULL;
  const QsNetLayout         layout = qs_net_shape_layout (&net->shape);

  self->lesson.head_only = TRUE;
  self->lesson.training = self->members + 2;
  self->lesson.weight_decay = 1.0;
  head = train (self, net, 5, NULL);

  for (guint v = 0; v < layout.n_views; v++) {
    const QsLstmView *view = &layout.views[v];
    const gsize       size = view->n_rows * view->n_columns * sizeof (double);
    const gboolean    is_head =
        strstr (view->name, "dense") != NULL || g_str_has_prefix (view->name, "output");

    g_assert_cmpint (
        memcmp (net->params + view->offset, head->params + view->offset, size) != 0, ==,
        is_head);
  }
  g_assert_cmpmem (net->scales.mean, sizeof net->scales.mean, head->scales.mean,
                   sizeof head->scales.mean);
  g_assert_cmpfloat (net->scales.base.intercept, !=, head->scales.base.intercept);
}

/* Subjects without biomarker have no record, whatever their number. */
static void
test_who_is_not_in_the_lesson_needs_no_record (Fixture *self, gconstpointer data)
{
  g_autoptr (QsExposureNet) net = NULL, other = NULL;

  self->lesson.training = self->members + 4;
  net = train (self, NULL, 3, NULL);
  g_clear_pointer (&self->records[2], qs_exposure_record_free);
  other = train (self, NULL, 3, NULL);

  g_assert_cmpmem (net->params, n_bytes (net), other->params, n_bytes (net));
}

typedef struct {
  QsRun *run; /* borrowed */
  gint64 cancelled_us;
} Canceller;

static gpointer
cancel_soon (gpointer data)
{
  Canceller *self = data;

  g_usleep (50000);
  self->cancelled_us = g_get_monotonic_time ();
  qs_run_cancel (self->run);
  return NULL;
}

static void
test_cancel_is_heard (Fixture *self, gconstpointer data)
{
  QsFitOptions       options = qs_fit_options_default (QS_MODEL_LSTM);
  const QsNetShape   shape = qs_exposure_shape (&options);
  g_autoptr (QsRun)  run = qs_run_new (1, NULL, NULL);
  g_autoptr (GError) error = NULL;
  Canceller          canceller = { .run = run };
  GThread           *thread = g_thread_new ("cancel", cancel_soon, &canceller);

  options.n_epochs = 100000;
  g_assert_null (qs_exposure_net_train (&shape, NULL, self->records, &self->lesson,
                                        &options, NULL, run, &error));
  g_thread_join (thread);
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  g_assert_cmpint (g_get_monotonic_time () - canceller.cancelled_us, <, 200000);
}

/* Three doses and an observation two and a half days after the last. */
static void
test_no_step_is_longer_than_a_day (void)
{
  QsRecord records[] = {
    { .time_h = 0.0, .kind = QS_RECORD_DOSE },
    { .time_h = 1.0,
      .kind = QS_RECORD_OBSERVATION,
      .endpoint = QS_ENDPOINT_PD,
      .value = 2.0 },
    { .time_h = 1.0,
      .kind = QS_RECORD_OBSERVATION,
      .endpoint = QS_ENDPOINT_PD,
      .value = 8.0 },
    { .time_h = 24.0, .kind = QS_RECORD_DOSE },
    { .time_h = 84.0,
      .kind = QS_RECORD_OBSERVATION,
      .endpoint = QS_ENDPOINT_PD,
      .value = 5.0 },
  };
  const QsSubject subject = {
    .bw_kg = 140.0,
    .comed = 1,
    .records = records,
    .n_records = G_N_ELEMENTS (records),
  };
  static const double          expected[] = { 0.0, 1.0, 24.0, 44.0, 64.0, 84.0 };
  g_autoptr (QsExposureRecord) record = qs_exposure_record_new (&subject);

  g_assert_cmpuint (record->n_steps, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < record->n_steps; i++)
    g_assert_cmpfloat_with_epsilon (record->times_h[i], expected[i], 1e-12);
  g_assert_cmpfloat_with_epsilon (record->log_response[1], log (4.0), 1e-12);
  g_assert_cmpfloat_with_epsilon (record->log_response[5], log (5.0), 1e-12);
  g_assert_true (isnan (record->log_response[0]) && isnan (record->log_response[2]));
  g_assert_cmpfloat_with_epsilon (record->log_bw, log (2.0), 1e-12);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/nn/exposure/learns-the-delay", test_learns_the_delay);
  ADD ("/nn/exposure/subject-effects-are-not-learned",
       test_subject_effects_are_not_learned);
  ADD ("/nn/exposure/threads-never-change-a-bit", test_threads_never_change_a_bit);
  ADD ("/nn/exposure/the-body-can-be-frozen", test_the_body_can_be_frozen);
  ADD ("/nn/exposure/who-is-not-in-the-lesson-needs-no-record",
       test_who_is_not_in_the_lesson_needs_no_record);
  ADD ("/nn/exposure/cancel-is-heard", test_cancel_is_heard);
  g_test_add_func ("/nn/exposure/no-step-is-longer-than-a-day",
                   test_no_step_is_longer_than_a_day);

  return g_test_run ();
}
