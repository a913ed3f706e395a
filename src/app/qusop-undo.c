/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-undo.h"

#include <glib/gi18n.h>
#include <string.h>

/* Changes of the same thing that follow each other within this time are one step, µs. */
static const gint64 pause_us = 700000;
static const guint  n_steps_at_most = 500;

/* Beside the inputs of #QusopDifference. */
enum {
  CHANGED_FIT = 1 << 20,
  CHANGED_ROWS = 1 << 21,  /* which there are, and their order */
  CHANGED_NAMES = 1 << 22, /* or the base */
};

/* The inputs after a step. */
typedef struct {
  guint               what; /* was changed by it */
  QsScenario          scenario;
  QsPopulationOptions population;
  QsFitOptions        fit;
  GPtrArray          *rows;
} Step;

struct _QusopUndo {
  QusopSession *session; /* borrowed: the window owns both */
  QusopUndoFunc changed;
  gpointer      user_data;

  GArray       *steps; /* the first is where it began */
  guint         at;    /* the step that the session shows */
  GArray       *log;
  gint64        last_us;
  gboolean      is_open; /* the last step may still grow */
  gboolean      applying;
  guint         restart; /* idle source: another study came */
  gconstpointer model;   /* to compare with alone */
  gulong        handlers[4];
};

static void
step_clear (Step *step)
{
  g_clear_pointer (&step->rows, g_ptr_array_unref);
}

static Step
present (QusopUndo *self)
{
  return (Step){
    .scenario = *qusop_session_get_scenario (self->session),
    .population = *qusop_session_get_population_options (self->session),
    .fit = *qusop_session_get_fit_options (self->session),
    .rows = g_ptr_array_ref (
        qusop_scenarios_get_cases (qusop_session_get_scenarios (self->session))),
  };
}

static Step *
current (QusopUndo *self)
{
  return &g_array_index (self->steps, Step, self->at);
}

static gboolean
have_same_ids (const GPtrArray *a, const GPtrArray *b)
{
  for (guint i = 0; i < a->len && a->len == b->len; i++)
    if (((const QusopCase *) a->pdata[i])->id != ((const QusopCase *) b->pdata[i])->id)
      return FALSE;
  return a->len == b->len;
}

static guint
differences (const Step *a, const Step *b)
{
  g_autoptr (QusopCase) one = qusop_case_new (NULL, &a->scenario, &a->population);
  g_autoptr (QusopCase) other = qusop_case_new (NULL, &b->scenario, &b->population);
  guint                 what = qusop_case_compare (one, other);

  if (memcmp (&a->fit, &b->fit, sizeof a->fit) != 0)
    what |= CHANGED_FIT;
  if (a->rows != b->rows)
    what |= have_same_ids (a->rows, b->rows) ? CHANGED_NAMES : CHANGED_ROWS;
  return what;
}

static const char *
words_of (guint what)
{
  static const struct {
    guint       what;
    const char *words;
  } names[] = {
    { CHANGED_ROWS, N_ ("scenarios") },
    { CHANGED_NAMES, N_ ("name of a scenario") },
    { CHANGED_FIT, N_ ("settings of the fit") },
    { QUSOP_DIFFERS_REGIMEN, N_ ("dosing") },
    { QUSOP_DIFFERS_THRESHOLD, N_ ("threshold") },
    { QUSOP_DIFFERS_TARGET, N_ ("share of patients") },
    { QUSOP_DIFFERS_WEIGHT, N_ ("body weight") },
    { QUSOP_DIFFERS_COMED, N_ ("co-medication") },
    { QUSOP_DIFFERS_BIOMARKER, N_ ("what is judged") },
    { QUSOP_DIFFERS_WINDOW, N_ ("window") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (what == names[i].what)
      return _ (names[i].words);
  return what & (QUSOP_DIFFERS_PATIENTS | QUSOP_DIFFERS_EFFECT | QUSOP_DIFFERS_SEED) &&
                 (what & ~(guint) (QUSOP_DIFFERS_PATIENTS | QUSOP_DIFFERS_EFFECT |
                                   QUSOP_DIFFERS_SEED)) == 0
             ? _ ("virtual patients")
             : _ ("several inputs");
}

static void
add_to_log (QusopUndo *self, guint what, gboolean is_undo, gboolean is_redo)
{
  const QusopUndoEntry entry = { g_get_real_time (), words_of (what), is_undo, is_redo };

  g_array_append_val (self->log, entry);
}

/* Only so many can be taken back; the log keeps them all. */
static void
push (QusopUndo *self, const Step *step)
{
  g_array_set_size (self->steps, self->at + 1);
  g_array_append_vals (self->steps, step, 1);
  if (self->steps->len > n_steps_at_most)
    g_array_remove_index (self->steps, 0);
  self->at = self->steps->len - 1;
  add_to_log (self, step->what, FALSE, FALSE);
}

/* A model brings the number of patients that suits it: nobody's step. */
static void
follow_model (QusopUndo *self)
{
  gconstpointer model = qusop_session_get_model (self->session);

  if (model == self->model)
    return;

  self->model = model;
  current (self)->population = *qusop_session_get_population_options (self->session);
}

static void
changed_cb (QusopUndo *self)
{
  const gint64 now_us = g_get_monotonic_time ();
  Step         step;

  if (self->applying || self->restart != 0)
    return;

  follow_model (self);
  step = present (self);
  step.what = differences (&step, current (self));
  if (step.what == 0) {
    step_clear (&step);
    return;
  }

  /* Rows come and go one by one. */
  if (self->is_open && self->at > 0 && !(step.what & CHANGED_ROWS) &&
      step.what == current (self)->what && now_us - self->last_us < pause_us) {
    step_clear (current (self));
    *current (self) = step;
  } else {
    push (self, &step);
  }
  self->is_open = TRUE;
  self->last_us = now_us;
  self->changed (self->user_data);
}

/* From here on. */
static void
begin (QusopUndo *self)
{
  const Step step = present (self);

  g_array_set_size (self->steps, 0);
  g_array_append_val (self->steps, step);
  self->at = 0;
  self->is_open = FALSE;
  self->model = qusop_session_get_model (self->session);
}

static gboolean
restart_cb (gpointer data)
{
  QusopUndo *self = data;

  self->restart = 0;
  begin (self);
  self->changed (self->user_data);
  return G_SOURCE_REMOVE;
}

/* What comes with a study or a project is no step: it is there when this is over. */
static void
dataset_changed_cb (QusopUndo *self)
{
  if (self->restart == 0)
    self->restart = g_idle_add_full (G_PRIORITY_HIGH, restart_cb, self, NULL);
}

QusopUndo *
qusop_undo_new (QusopSession *session, QusopUndoFunc changed, gpointer user_data)
{
  QusopUndo      *self = g_new0 (QusopUndo, 1);
  QusopScenarios *scenarios = qusop_session_get_scenarios (session);

  self->session = session;
  self->changed = changed;
  self->user_data = user_data;
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (self->steps, (GDestroyNotify) step_clear);
  self->log = g_array_new (FALSE, FALSE, sizeof (QusopUndoEntry));
  self->handlers[0] = g_signal_connect_swapped (session, "notify::question",
                                                G_CALLBACK (changed_cb), self);
  self->handlers[1] = g_signal_connect_swapped (session, "notify::fit-options",
                                                G_CALLBACK (changed_cb), self);
  self->handlers[2] = g_signal_connect_swapped (session, "notify::dataset",
                                                G_CALLBACK (dataset_changed_cb), self);
  self->handlers[3] =
      g_signal_connect_swapped (scenarios, "edited", G_CALLBACK (changed_cb), self);
  begin (self);
  return self;
}

void
qusop_undo_free (QusopUndo *self)
{
  for (guint i = 0; i < 3; i++)
    g_clear_signal_handler (&self->handlers[i], self->session);
  g_clear_signal_handler (&self->handlers[3],
                          qusop_session_get_scenarios (self->session));
  g_clear_handle_id (&self->restart, g_source_remove);
  g_array_unref (self->steps);
  g_array_unref (self->log);
  g_free (self);
}

const char *
qusop_undo_what (QusopUndo *self)
{
  return self->restart == 0 && self->at > 0 ? words_of (current (self)->what) : NULL;
}

const char *
qusop_undo_redo_what (QusopUndo *self)
{
  return self->restart == 0 && self->at + 1 < self->steps->len
             ? words_of (g_array_index (self->steps, Step, self->at + 1).what)
             : NULL;
}

/* The rows' list is taken over as it is, so that it compares equal. */
static void
show (QusopUndo *self)
{
  const Step *step = current (self);

  self->applying = TRUE;
  qusop_session_set_population_options (self->session, &step->population);
  qusop_session_set_scenario (self->session, &step->scenario);
  qusop_session_set_fit_options (self->session, &step->fit);
  qusop_scenarios_set_cases (qusop_session_get_scenarios (self->session), step->rows);
  self->applying = FALSE;

  self->is_open = FALSE;
  g_ptr_array_unref (current (self)->rows);
  current (self)->rows = g_ptr_array_ref (
      qusop_scenarios_get_cases (qusop_session_get_scenarios (self->session)));
  self->changed (self->user_data);
}

/* %FALSE where there is nothing to take back. */
gboolean
qusop_undo_undo (QusopUndo *self)
{
  if (qusop_undo_what (self) == NULL)
    return FALSE;

  add_to_log (self, current (self)->what, TRUE, FALSE);
  self->at--;
  show (self);
  return TRUE;
}

gboolean
qusop_undo_redo (QusopUndo *self)
{
  if (qusop_undo_redo_what (self) == NULL)
    return FALSE;

  self->at++;
  add_to_log (self, current (self)->what, FALSE, TRUE);
  show (self);
  return TRUE;
}

const GArray *
qusop_undo_get_log (QusopUndo *self)
{
  return self->log;
}

void
qusop_undo_pause (QusopUndo *self)
{
  self->is_open = FALSE;
}
