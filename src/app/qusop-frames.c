/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-frames.h"

#include "watchdog/qusop-watchdog.h"

#include <string.h>
#include <time.h>

struct _QusopFrames {
  GtkWindow       *window;  /* borrowed: it owns us */
  QusopSession    *session; /* borrowed, as is the page */
  QusopDecidePage *page;
  guint            n_frames;
  guint            n_moved;
  gint64           frame_start_us;
  gint64           cpu_start_us;
  gint64           moved_us;
  GArray          *frame_ms;  /* work of the main thread per frame */
  GArray          *cpu_ms;    /* the same, without the time others took the processor */
  GArray          *engine_ms; /* each curve */
  GArray          *answer_ms; /* from the slider's step to the curve being there */
  guint            phase;
  guint            n_rest; /* frames since the fit of a phase has ended */
  guint            n_drawn;
  gint64           phase_start_us;
  double           slowest_per_s; /* frames, of the phases */
  guint            tick;
  gulong           dataset_handler;
  gulong           result_handler;
  gulong           before_handler;
  gulong           after_handler;
  gulong           update_handler;
  GdkFrameClock   *clock;
};

/* While these are fitted the slider goes on moving. */
static const QsModelKind fitted[] = { QS_MODEL_PKPD, QS_MODEL_LSTM };

/* The first frames lay out pages and load fonts; the last see what a fit's end brings. */
static const guint n_warm_up = 10, n_after = 60;

static int
compare (gconstpointer a, gconstpointer b)
{
  const double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
percentile (GArray *values, double share)
{
  if (values->len == 0)
    return 0.0;

  g_array_sort (values, compare);
  return g_array_index (values, double,
                        MIN (values->len - 1, (guint) (share * values->len)));
}

static void
add_number (GString *json, const char *name, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (json, "\"%s\": %s, ", name,
                          g_ascii_formatd (text, sizeof text, "%.3f", value));
}

static void
add_one (GString *json, const QusopWatched *watched)
{
  g_string_append_printf (json, "\"%s\": {", watched->name);
  add_number (json, "ms", watched->longest_ms);
  add_number (json, "cpu_ms", watched->longest_cpu_ms);
  g_string_append_printf (json, "\"n\": %u}, ", watched->n);
}

/* What kept the main thread while the slider moved beside fits. */
static void
add_watched (QusopFrames *self, GString *json)
{
  g_autoptr (GArray) list = qusop_watchdog_list ();
  const QusopWatched turns = qusop_watchdog_turns ();
  QusopWatched       blocked = { 0 };

  g_string_append (json, "\"longest\": {");
  for (guint i = 0; i < list->len; i++) {
    const QusopWatched *one = &g_array_index (list, QusopWatched, i);

    blocked.n += one->n;
    blocked.longest_ms = MAX (blocked.longest_ms, one->longest_ms);
    blocked.longest_cpu_ms = MAX (blocked.longest_cpu_ms, one->longest_cpu_ms);
    add_one (json, one);
  }
  add_one (json, &turns);
  g_string_truncate (json, json->len - strlen (", "));
  g_string_append (json, "}, ");
  add_number (json, "blocked_ms", blocked.longest_ms);
  add_number (json, "blocked_cpu_ms", blocked.longest_cpu_ms);
  g_string_append_printf (json, "\"n_blocked\": %u, ", blocked.n);
  add_number (json, "fit_frames_per_s", self->slowest_per_s);
}

static void
print_figures (QusopFrames *self)
{
  const struct {
    const char *name;
    GArray     *values;
  } rows[] = {
    { "frame", self->frame_ms },
    { "frame_cpu", self->cpu_ms },
    { "engine", self->engine_ms },
    { "answer", self->answer_ms },
  };
  GString *json = g_string_new ("{");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    char p50[G_ASCII_DTOSTR_BUF_SIZE], p95[G_ASCII_DTOSTR_BUF_SIZE];

    g_ascii_formatd (p50, sizeof p50, "%.3f", percentile (rows[i].values, 0.50));
    g_ascii_formatd (p95, sizeof p95, "%.3f", percentile (rows[i].values, 0.95));
    g_string_append_printf (json, "\"%s_ms_p50\": %s, \"%s_ms_p95\": %s, ", rows[i].name,
                            p50, rows[i].name, p95);
  }
  add_watched (self, json);
  g_string_append_printf (json, "\"n_frames\": %u, \"n_curves\": %u}",
                          self->frame_ms->len, self->engine_ms->len);
  g_print ("%s\n", json->str);
  g_string_free (json, TRUE);
}

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* From here to the frame's end the toolkit lays out and paints. */
static void
updated_cb (QusopFrames *self)
{
  qusop_watchdog_pause ();
}

static void
before_paint_cb (QusopFrames *self)
{
  self->frame_start_us = g_get_monotonic_time ();
  self->cpu_start_us = thread_cpu_us ();
}

static void
after_paint_cb (QusopFrames *self)
{
  const double ms = 1e-3 * (double) (g_get_monotonic_time () - self->frame_start_us);
  const double cpu_ms = 1e-3 * (double) (thread_cpu_us () - self->cpu_start_us);

  qusop_watchdog_resume ();
  self->n_drawn++;
  if (self->phase > 0 || self->n_moved <= n_warm_up || self->frame_start_us == 0)
    return;

  g_array_append_val (self->frame_ms, ms);
  g_array_append_val (self->cpu_ms, cpu_ms);
}

static void
result_cb (QusopFrames *self)
{
  QsResult *result = qusop_session_get_result (self->session);
  double    engine_ms, answer_ms;

  if (self->phase > 0 || self->n_moved <= n_warm_up || result == NULL)
    return;

  engine_ms = 1e3 * result->elapsed_s;
  answer_ms = 1e-3 * (double) (g_get_monotonic_time () - self->moved_us);
  g_array_append_val (self->engine_ms, engine_ms);
  g_array_append_val (self->answer_ms, answer_ms);
}

static void
fit (QusopFrames *self, QsModelKind kind)
{
  QsFitOptions options = qs_fit_options_default (kind);

  options.n_epochs = 60;
  options.n_bootstrap = 20;
  options.early_stopping = FALSE;
  options.structure.search = FALSE;
  qusop_session_set_fit_options (self->session, &options);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "train", NULL);
}

/* One step of a hand: to and fro between 40 and 80 kg. */
static void
move_slider (QusopFrames *self)
{
  const guint phase = self->n_moved++ % 80;

  QUSOP_WATCH ("slider");

  self->moved_us = g_get_monotonic_time ();
  qusop_decide_page_set_lowest_weight (self->page,
                                       phase < 40 ? 40.0 + phase : 120.0 - phase);
}

static void
begin_phase (QusopFrames *self)
{
  self->phase++;
  self->n_rest = 0;
  self->n_drawn = 0;
  self->phase_start_us = g_get_monotonic_time ();
  if (self->phase == 1)
    qusop_watchdog_reset ();
  fit (self, fitted[self->phase - 1]);
}

static void
end_phase (QusopFrames *self)
{
  const double per_s =
      1e6 * self->n_drawn / (double) (g_get_monotonic_time () - self->phase_start_us);

  self->slowest_per_s = self->phase == 1 ? per_s : MIN (self->slowest_per_s, per_s);
}

/* Waits for the first curve, then takes one step per frame: first alone, then while
 * models are fitted. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  QusopFrames   *self = data;
  const gboolean fitting = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN);

  if (self->phase == 0 && (qusop_session_get_result (self->session) == NULL || fitting))
    return G_SOURCE_CONTINUE;

  move_slider (self);
  if (self->phase == 0 ? self->n_moved <= self->n_frames + n_warm_up
                       : fitting || self->n_rest++ < n_after)
    return G_SOURCE_CONTINUE;

  if (self->phase > 0)
    end_phase (self);
  if (self->phase < G_N_ELEMENTS (fitted)) {
    begin_phase (self);
    return G_SOURCE_CONTINUE;
  }

  self->tick = 0;
  print_figures (self);
  gtk_window_close (self->window);
  return G_SOURCE_REMOVE;
}

/* A logistic link would do for a curve, but the network is what people move. */
static void
dataset_cb (QusopFrames *self)
{
  if (qusop_session_get_dataset (self->session) == NULL)
    return;

  fit (self, QS_MODEL_LSTM);
  g_action_group_activate_action (G_ACTION_GROUP (self->window), "page",
                                  g_variant_new_string ("decide"));
}

QusopFrames *
qusop_frames_new (GtkWindow       *window,
                  QusopSession    *session,
                  QusopDecidePage *page,
                  guint            n_frames)
{
  QusopFrames *self = g_new0 (QusopFrames, 1);

  self->window = window;
  self->session = session;
  self->page = page;
  self->n_frames = n_frames;
  self->frame_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->cpu_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->engine_ms = g_array_new (FALSE, FALSE, sizeof (double));
  self->answer_ms = g_array_new (FALSE, FALSE, sizeof (double));

  qusop_watchdog_start ();
  gtk_widget_realize (GTK_WIDGET (window));
  self->clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (window)));
  self->before_handler = g_signal_connect_swapped (self->clock, "before-paint",
                                                   G_CALLBACK (before_paint_cb), self);
  self->update_handler =
      g_signal_connect_data (self->clock, "update", G_CALLBACK (updated_cb), self, NULL,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  self->after_handler = g_signal_connect_swapped (self->clock, "after-paint",
                                                  G_CALLBACK (after_paint_cb), self);
  self->result_handler =
      g_signal_connect_swapped (session, "notify::result", G_CALLBACK (result_cb), self);
  self->dataset_handler = g_signal_connect_swapped (session, "notify::dataset",
                                                    G_CALLBACK (dataset_cb), self);
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, self, NULL);
  return self;
}

void
qusop_frames_free (QusopFrames *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->window), self->tick);
  /* A clock whose window is gone has dropped its listeners already. */
  if (g_signal_handler_is_connected (self->clock, self->before_handler)) {
    g_signal_handler_disconnect (self->clock, self->before_handler);
    g_signal_handler_disconnect (self->clock, self->update_handler);
    g_signal_handler_disconnect (self->clock, self->after_handler);
  }
  g_clear_signal_handler (&self->dataset_handler, self->session);
  g_clear_signal_handler (&self->result_handler, self->session);
  g_object_unref (self->clock);
  g_array_unref (self->frame_ms);
  g_array_unref (self->cpu_ms);
  g_array_unref (self->engine_ms);
  g_array_unref (self->answer_ms);
  g_free (self);
}
