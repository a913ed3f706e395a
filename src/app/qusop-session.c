/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-session.h"

#include "watchdog/qusop-watchdog.h"

#include <math.h>
#include <string.h>

struct _QusopSession {
  GObject parent_instance;

  QsDataset *dataset;
  gboolean   needs_mapping;
  guint      selected_subject;

  QsNca   *nca;
  QsModel *emax;
  char    *emax_reason;

  double fractions[QUSOP_N_ACTIVITIES];
  char  *texts[QUSOP_N_ACTIVITIES];
  gint64 began_us[QUSOP_N_ACTIVITIES];

  QsFitOptions fit_options;
  GArray      *losses;  /* QsLossPoint per epoch */
  GArray      *traces;  /* QsTracePoint, as they come */
  GPtrArray   *models;  /* finished, oldest first */
  QsModel     *chosen;  /* one of them */
  QsModel     *growing; /* in training, with the networks so far */

  QsDiagnostics *diagnostics;
  char          *diagnostics_problem;

  QsRaceCurve race_curves[QS_RACE_N_CURVES];
  QsRace     *race;
  QsSearch   *search;
  char       *race_problem;
  guint       race_question;

  QsCompare *comparison;
  char      *comparison_problem;

  QsPublished *published;
  QsModel     *published_model;   /* whose answers stand beside */
  GPtrArray   *published_answers; /* QsResult */
  char        *published_problem;

  QsScenario          scenario;
  QsPopulationOptions population_options;
  QsPopulationOptions suited; /* what suits the current model */
  guint               question;
  guint               answered; /* the question that result or refusal belongs to */
  QsResult           *result;
  char               *refusal;
  double              course_dose_mg; /* pointed at; NaN for the answer's */
  QsCourse           *course;         /* of an answer of this model */
  QsResult           *course_of;      /* which one */
  QsResult           *pinned;
  QsResult           *twin; /* of the result, by the other regimen */
  gboolean            with_twin;
  QusopScenarios     *scenarios;
  char               *project;
  guint               state;
  guint               saved_state; /* the one that @project holds */
  guint               overdue_timer;
  gboolean            overdue;

  char *problem;
  char *problem_detail;
};

G_DEFINE_FINAL_TYPE (QusopSession, qusop_session, G_TYPE_OBJECT)

enum {
  PROP_0,
  PROP_DATASET,
  PROP_SELECTED_SUBJECT,
  PROP_EXPLORATION,
  PROP_ACTIVITY,
  PROP_FIT_OPTIONS,
  PROP_LOSSES,
  PROP_TRACES,
  PROP_MODELS,
  PROP_MODEL,
  PROP_DIAGNOSTICS,
  PROP_RACE,
  PROP_COMPARISON,
  PROP_PUBLISHED,
  PROP_QUESTION,
  PROP_RESULT,
  PROP_OVERDUE,
  PROP_COURSE,
  PROP_PINNED,
  PROP_PROJECT,
  PROP_PROBLEM,
  N_PROPS,
};

/* How long a result may be stale before it is shown as such, ms: while a slider moves
 * every curve is replaced within a frame or two, and would only flicker. */
static const guint patience_ms = 120;

/* Of a piece of work, before which nothing can be said of the time that is left. */
static const double least_share = 0.05;

static GParamSpec *properties[N_PROPS];
static guint       announced_signal;

static void
notify (QusopSession *self, guint property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
qusop_session_get_property (GObject    *object,
                            guint       property,
                            GValue     *value,
                            GParamSpec *pspec)
{
  QusopSession *self = QUSOP_SESSION (object);

  switch (property) {
  case PROP_DATASET:
    g_value_set_pointer (value, self->dataset);
    break;
  case PROP_SELECTED_SUBJECT:
    g_value_set_pointer (value, &self->selected_subject);
    break;
  case PROP_DIAGNOSTICS:
    g_value_set_pointer (value, self->diagnostics);
    break;
  case PROP_RACE:
    g_value_set_pointer (value, self->race);
    break;
  case PROP_COMPARISON:
    g_value_set_pointer (value, self->comparison);
    break;
  case PROP_PUBLISHED:
    g_value_set_pointer (value, self->published);
    break;
  case PROP_EXPLORATION:
    g_value_set_pointer (value, self->nca);
    break;
  case PROP_ACTIVITY:
    g_value_set_pointer (value, self->fractions);
    break;
  case PROP_FIT_OPTIONS:
    g_value_set_pointer (value, &self->fit_options);
    break;
  case PROP_LOSSES:
    g_value_set_pointer (value, self->losses);
    break;
  case PROP_TRACES:
    g_value_set_pointer (value, self->traces);
    break;
  case PROP_MODELS:
    g_value_set_pointer (value, self->models);
    break;
  case PROP_MODEL:
    g_value_set_pointer (value, qusop_session_get_model (self));
    break;
  case PROP_QUESTION:
    g_value_set_pointer (value, &self->scenario);
    break;
  case PROP_RESULT:
    g_value_set_pointer (value, self->result);
    break;
  case PROP_OVERDUE:
    g_value_set_pointer (value, &self->overdue);
    break;
  case PROP_COURSE:
    g_value_set_pointer (value, self->course);
    break;
  case PROP_PINNED:
    g_value_set_pointer (value, self->pinned);
    break;
  case PROP_PROJECT:
    g_value_set_pointer (value, self->project);
    break;
  case PROP_PROBLEM:
    g_value_set_pointer (value, self->problem);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
  }
}

static void
clear_exploration (QusopSession *self)
{
  g_clear_pointer (&self->nca, qs_nca_unref);
  g_clear_pointer (&self->emax, qs_model_unref);
  g_clear_pointer (&self->emax_reason, g_free);
}

static void
clear_diagnostics (QusopSession *self)
{
  g_clear_pointer (&self->diagnostics, qs_diagnostics_unref);
  g_clear_pointer (&self->diagnostics_problem, g_free);
}

static void
clear_race (QusopSession *self)
{
  memset (self->race_curves, 0, sizeof self->race_curves);
  g_clear_pointer (&self->race, qs_race_unref);
  g_clear_pointer (&self->search, qs_search_unref);
  g_clear_pointer (&self->race_problem, g_free);
}

static void
clear_comparison (QusopSession *self)
{
  g_clear_pointer (&self->comparison, qs_compare_unref);
  g_clear_pointer (&self->comparison_problem, g_free);
}

static void
clear_published (QusopSession *self)
{
  g_clear_pointer (&self->published, qs_published_unref);
  g_clear_pointer (&self->published_model, qs_model_unref);
  g_clear_pointer (&self->published_answers, g_ptr_array_unref);
  g_clear_pointer (&self->published_problem, g_free);
}

static void
clear_course (QusopSession *self)
{
  self->course_dose_mg = NAN;
  g_clear_pointer (&self->course, qs_course_unref);
  g_clear_pointer (&self->course_of, qs_result_unref);
}

static void
qusop_session_finalize (GObject *object)
{
  QusopSession *self = QUSOP_SESSION (object);

  g_clear_handle_id (&self->overdue_timer, g_source_remove);
  g_clear_pointer (&self->dataset, qs_dataset_unref);
  clear_exploration (self);
  clear_diagnostics (self);
  clear_race (self);
  clear_comparison (self);
  clear_published (self);
  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++)
    g_free (self->texts[i]);
  g_array_unref (self->losses);
  g_array_unref (self->traces);
  g_ptr_array_unref (self->models);
  g_clear_pointer (&self->chosen, qs_model_unref);
  g_clear_pointer (&self->growing, qs_model_unref);
  g_clear_pointer (&self->result, qs_result_unref);
  clear_course (self);
  g_free (self->refusal);
  g_clear_pointer (&self->pinned, qs_result_unref);
  g_clear_pointer (&self->twin, qs_result_unref);
  g_clear_object (&self->scenarios);
  g_free (self->project);
  g_free (self->problem);
  g_free (self->problem_detail);

  G_OBJECT_CLASS (qusop_session_parent_class)->finalize (object);
}

/* All that listens runs here. */
static void
qusop_session_dispatch_properties_changed (GObject *object, guint n, GParamSpec **changed)
{
  for (guint i = 0; i < n; i++) {
    QUSOP_WATCH (g_param_spec_get_name (changed[i]));

    G_OBJECT_CLASS (qusop_session_parent_class)
        ->dispatch_properties_changed (object, 1, &changed[i]);
  }
}

static void
qusop_session_class_init (QusopSessionClass *klass)
{
  static const char *const names[] = {
    [PROP_DATASET] = "dataset",
    [PROP_SELECTED_SUBJECT] = "selected-subject",
    [PROP_EXPLORATION] = "exploration",
    [PROP_ACTIVITY] = "activity",
    [PROP_FIT_OPTIONS] = "fit-options",
    [PROP_LOSSES] = "losses",
    [PROP_TRACES] = "traces",
    [PROP_COURSE] = "course",
    [PROP_MODELS] = "models",
    [PROP_MODEL] = "model",
    [PROP_QUESTION] = "question",
    [PROP_RESULT] = "result",
    [PROP_OVERDUE] = "overdue",
    [PROP_PINNED] = "pinned",
    [PROP_PROBLEM] = "problem",
    [PROP_DIAGNOSTICS] = "diagnostics",
    [PROP_RACE] = "race",
    [PROP_COMPARISON] = "comparison",
    [PROP_PUBLISHED] = "published",
    [PROP_PROJECT] = "project",
  };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = qusop_session_get_property;
  object_class->finalize = qusop_session_finalize;
  object_class->dispatch_properties_changed = qusop_session_dispatch_properties_changed;

  for (guint i = 1; i < N_PROPS; i++)
    properties[i] = g_param_spec_pointer (names[i], NULL, NULL,
                                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  announced_signal = g_signal_new ("announced", QUSOP_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

/* The project's file does not hold what the session holds any more. */
static void
touch (QusopSession *self)
{
  self->state++;
  notify (self, PROP_PROJECT);
}

static void
qusop_session_init (QusopSession *self)
{
  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++)
    self->fractions[i] = -1.0;
  self->selected_subject = QUSOP_NO_SUBJECT;
  self->fit_options = qs_fit_options_default (QS_MODEL_PKPD);
  self->losses = g_array_new (FALSE, FALSE, sizeof (QsLossPoint));
  self->traces = g_array_new (FALSE, FALSE, sizeof (QsTracePoint));
  self->models = g_ptr_array_new_with_free_func ((GDestroyNotify) qs_model_unref);
  self->course_dose_mg = NAN;
  self->scenario = qs_scenario_default ();
  self->suited = qs_population_options_default (self->fit_options.kind);
  self->population_options = self->suited;
  self->scenarios = qusop_scenarios_new ();
  g_signal_connect_swapped (self->scenarios, "edited", G_CALLBACK (touch), self);
}

static void
set_overdue (QusopSession *self, gboolean overdue)
{
  if (self->overdue == overdue)
    return;

  self->overdue = overdue;
  notify (self, PROP_OVERDUE);
}

static gboolean
overdue_cb (gpointer data)
{
  QusopSession *self = data;

  self->overdue_timer = 0;
  set_overdue (self, qusop_session_is_stale (self));
  return G_SOURCE_REMOVE;
}

/* Another question: what is on screen answers the former one. */
static void
ask (QusopSession *self)
{
  self->question++;
  touch (self);
  if (self->overdue_timer == 0)
    self->overdue_timer = g_timeout_add (patience_ms, overdue_cb, self);
  notify (self, PROP_QUESTION);
}

static void
answer (QusopSession *self, guint question)
{
  self->answered = question;
  g_clear_handle_id (&self->overdue_timer, g_source_remove);
  /* An answer that is one step behind a moving slider buys time for the next. */
  if (self->answered == self->question)
    set_overdue (self, FALSE);
  else
    self->overdue_timer = g_timeout_add (patience_ms, overdue_cb, self);
  notify (self, PROP_RESULT);
}

QusopSession *
qusop_session_new (void)
{
  return g_object_new (QUSOP_TYPE_SESSION, NULL);
}

QsDataset *
qusop_session_get_dataset (QusopSession *self)
{
  return self->dataset;
}

/* Whether the meaning of the columns was guessed and nobody has confirmed it yet. */
gboolean
qusop_session_needs_mapping (QusopSession *self)
{
  return self->needs_mapping;
}

/* The number of a subject within the dataset, or %QUSOP_NO_SUBJECT. */
guint
qusop_session_get_selected_subject (QusopSession *self)
{
  return self->selected_subject;
}

/**
 * qusop_session_set_selected_subject:
 * @subject: its number within the dataset; %QUSOP_NO_SUBJECT points out nobody
 *
 * A number that the study does not have counts as nobody.
 */
void
qusop_session_set_selected_subject (QusopSession *self, guint subject)
{
  if (self->dataset == NULL || subject >= qs_dataset_n_subjects (self->dataset))
    subject = QUSOP_NO_SUBJECT;
  if (self->selected_subject == subject)
    return;

  self->selected_subject = subject;
  notify (self, PROP_SELECTED_SUBJECT);
}

QsNca *
qusop_session_get_nca (QusopSession *self)
{
  return self->nca;
}

QsModel *
qusop_session_get_emax (QusopSession *self)
{
  return self->emax;
}

/* Why there is no dose–response model, %NULL while it is being fitted or where there is.
 */
const char *
qusop_session_get_emax_reason (QusopSession *self)
{
  return self->emax_reason;
}

/**
 * qusop_session_set_exploration:
 * @nca: (nullable): %NULL where the study has no concentrations
 * @emax: (nullable): the model of the dose response
 * @emax_reason: (nullable): why there is no @emax
 */
void
qusop_session_set_exploration (QusopSession *self,
                               QsNca        *nca,
                               QsModel      *emax,
                               const char   *emax_reason)
{
  g_autofree char *reason = g_strdup (emax_reason);

  /* They may be those that are held now. */
  if (nca != NULL)
    qs_nca_ref (nca);
  if (emax != NULL)
    qs_model_ref (emax);
  clear_exploration (self);
  self->nca = nca;
  self->emax = emax;
  self->emax_reason = g_steal_pointer (&reason);
  notify (self, PROP_EXPLORATION);
}

/* Everything that was computed from the study that leaves. Settings stay. */
static void
clear_derived (QusopSession *self)
{
  self->selected_subject = QUSOP_NO_SUBJECT;
  clear_diagnostics (self);
  clear_race (self);
  clear_comparison (self);
  clear_published (self);
  clear_exploration (self);
  g_array_set_size (self->losses, 0);
  g_array_set_size (self->traces, 0);
  clear_course (self);
  g_ptr_array_set_size (self->models, 0);
  g_clear_pointer (&self->chosen, qs_model_unref);
  g_clear_pointer (&self->growing, qs_model_unref);
  g_clear_pointer (&self->result, qs_result_unref);
  g_clear_pointer (&self->refusal, g_free);
  g_clear_pointer (&self->pinned, qs_result_unref);
  g_clear_pointer (&self->twin, qs_result_unref);
  g_clear_handle_id (&self->overdue_timer, g_source_remove);
  qusop_scenarios_forget (self->scenarios);
  self->question++;
  set_overdue (self, FALSE);
}

/**
 * qusop_session_set_dataset:
 * @dataset: (nullable): the study
 * @needs_mapping: the columns' meaning has to be confirmed first
 *
 * Changes the study and clears what was derived from the former one: selected subject,
 * exploration, learning curve, models, result, refusal, pinned curve.
 */
void
qusop_session_set_dataset (QusopSession *self, QsDataset *dataset, gboolean needs_mapping)
{
  if (dataset != NULL)
    qs_dataset_ref (dataset);
  g_clear_pointer (&self->dataset, qs_dataset_unref);
  self->dataset = dataset;
  self->needs_mapping = needs_mapping;
  clear_derived (self);

  g_object_freeze_notify (G_OBJECT (self));
  notify (self, PROP_DATASET);
  notify (self, PROP_SELECTED_SUBJECT);
  notify (self, PROP_EXPLORATION);
  notify (self, PROP_LOSSES);
  notify (self, PROP_MODELS);
  notify (self, PROP_MODEL);
  notify (self, PROP_DIAGNOSTICS);
  notify (self, PROP_RACE);
  notify (self, PROP_COMPARISON);
  notify (self, PROP_QUESTION);
  notify (self, PROP_RESULT);
  notify (self, PROP_PINNED);
  qusop_session_set_project (self, NULL, self->state);
  g_object_thaw_notify (G_OBJECT (self));
}

void
qusop_session_set_activity (QusopSession *self,
                            QusopActivity activity,
                            double        fraction,
                            const char   *text)
{
  if (self->fractions[activity] == fraction &&
      g_strcmp0 (self->texts[activity], text) == 0)
    return;

  if (self->fractions[activity] < 0.0)
    self->began_us[activity] = g_get_monotonic_time ();
  self->fractions[activity] = fraction;
  g_free (self->texts[activity]);
  self->texts[activity] = g_strdup (text);
  notify (self, PROP_ACTIVITY);
}

double
qusop_session_get_fraction (QusopSession *self, QusopActivity activity)
{
  return self->fractions[activity];
}

const char *
qusop_session_get_activity_text (QusopSession *self, QusopActivity activity)
{
  return self->texts[activity] != NULL ? self->texts[activity] : "";
}

gboolean
qusop_session_is_busy (QusopSession *self, QusopActivity activity)
{
  return self->fractions[activity] >= 0.0;
}

/* Since it began. */
double
qusop_session_get_seconds_passed (QusopSession *self, QusopActivity activity)
{
  return 1e-6 * (double) (g_get_monotonic_time () - self->began_us[activity]);
}

/* As far as the share that is done tells; NaN while it tells nothing. */
double
qusop_session_get_seconds_left (QusopSession *self, QusopActivity activity)
{
  const double share = self->fractions[activity];
  const double passed_s = qusop_session_get_seconds_passed (self, activity);

  return share < least_share || passed_s < 1.0 ? NAN : passed_s * (1.0 - share) / share;
}

const QsFitOptions *
qusop_session_get_fit_options (QusopSession *self)
{
  return &self->fit_options;
}

void
qusop_session_set_fit_options (QusopSession *self, const QsFitOptions *options)
{
  if (memcmp (&self->fit_options, options, sizeof *options) == 0)
    return;

  self->fit_options = *options;
  touch (self);
  notify (self, PROP_FIT_OPTIONS);
}

/* Another family brings its own defaults; the seed is the user's. */
void
qusop_session_set_model_kind (QusopSession *self, QsModelKind kind)
{
  QsFitOptions options = qs_fit_options_default (kind);

  if (kind == self->fit_options.kind)
    return;

  options.seed = self->fit_options.seed;
  qusop_session_set_fit_options (self, &options);
}

void
qusop_session_clear_losses (QusopSession *self)
{
  g_array_set_size (self->losses, 0);
  g_array_set_size (self->traces, 0);
  notify (self, PROP_LOSSES);
  notify (self, PROP_TRACES);
}

/**
 * qusop_session_add_loss:
 * @epoch: from 0
 * @curve: training or validation
 *
 * Adds one point to the live learning curve; the two curves may come in any order.
 */
void
qusop_session_add_loss (QusopSession *self, guint epoch, QsCurve curve, double y)
{
  static const QsLossPoint unknown = { NAN, NAN };
  QsLossPoint             *point;

  while (self->losses->len <= epoch)
    g_array_append_val (self->losses, unknown);

  point = &g_array_index (self->losses, QsLossPoint, epoch);
  if (curve == QS_CURVE_TRAIN_LOSS)
    point->train = y;
  else
    point->validation = y;
  notify (self, PROP_LOSSES);
}

const GArray *
qusop_session_get_losses (QusopSession *self)
{
  return self->losses;
}

/* Adds one point to the live traces. */
void
qusop_session_add_trace (QusopSession *self, const QsTracePoint *point)
{
  g_array_append_vals (self->traces, point, 1);
  notify (self, PROP_TRACES);
}

const GArray *
qusop_session_get_traces (QusopSession *self)
{
  return self->traces;
}

const GPtrArray *
qusop_session_get_models (QusopSession *self)
{
  return self->models;
}

/* The model that questions are put to: the one in training as soon as it can answer. */
QsModel *
qusop_session_get_model (QusopSession *self)
{
  return self->growing != NULL ? self->growing : self->chosen;
}

/* As many virtual patients as suit the current model, or the one that would be fitted. */
QsPopulationOptions
qusop_session_get_default_population (QusopSession *self)
{
  return self->suited;
}

gboolean
qusop_session_is_growing (QusopSession *self)
{
  return self->growing != NULL;
}

/* As many virtual patients as suit the model, unless somebody chose their number. */
static void
suit_crowd (QusopSession *self)
{
  const QsModel      *model = qusop_session_get_model (self);
  QsPopulationOptions suited;

  if (model == NULL)
    return;

  suited = qs_population_options_for (model);
  if (self->population_options.n_subjects == self->suited.n_subjects &&
      self->population_options.n_replicates == self->suited.n_replicates) {
    self->population_options.n_subjects = suited.n_subjects;
    self->population_options.n_replicates = suited.n_replicates;
  }
  self->suited = suited;
}

static void
model_changed (QusopSession *self)
{
  suit_crowd (self);
  clear_diagnostics (self);
  clear_race (self);
  qusop_scenarios_forget (self->scenarios);
  g_object_freeze_notify (G_OBJECT (self));
  notify (self, PROP_MODEL);
  notify (self, PROP_DIAGNOSTICS);
  notify (self, PROP_RACE);
  ask (self);
  g_object_thaw_notify (G_OBJECT (self));
}

void
qusop_session_choose_model (QusopSession *self, QsModel *model)
{
  if (self->chosen == model && self->growing == NULL)
    return;

  g_clear_pointer (&self->growing, qs_model_unref);
  g_clear_pointer (&self->chosen, qs_model_unref);
  self->chosen = qs_model_ref (model);
  model_changed (self);
}

/* A finished model joins the list and becomes the current one. */
void
qusop_session_add_model (QusopSession *self, QsModel *model)
{
  g_ptr_array_add (self->models, qs_model_ref (model));
  touch (self);
  notify (self, PROP_MODELS);
  qusop_session_choose_model (self, model);
}

/**
 * qusop_session_set_growing:
 * @model: (nullable): what the training has so far; %NULL gives it up and goes back to
 * the model chosen before
 */
void
qusop_session_set_growing (QusopSession *self, QsModel *model)
{
  if (self->growing == model)
    return;

  if (model != NULL)
    qs_model_ref (model);
  g_clear_pointer (&self->growing, qs_model_unref);
  self->growing = model;
  model_changed (self);
}

QsDiagnostics *
qusop_session_get_diagnostics (QusopSession *self)
{
  return self->diagnostics;
}

/* Why there are none: the computation failed or was cancelled. */
const char *
qusop_session_get_diagnostics_problem (QusopSession *self)
{
  return self->diagnostics_problem;
}

/**
 * qusop_session_set_diagnostics:
 * @diagnostics: (nullable): of the current model
 * @problem: (nullable): why there are none
 */
void
qusop_session_set_diagnostics (QusopSession  *self,
                               QsDiagnostics *diagnostics,
                               const char    *problem)
{
  clear_diagnostics (self);
  self->diagnostics = diagnostics != NULL ? qs_diagnostics_ref (diagnostics) : NULL;
  self->diagnostics_problem = g_strdup (problem);
  notify (self, PROP_DIAGNOSTICS);
}

/* A race begins for what is asked now. */
void
qusop_session_begin_race (QusopSession *self)
{
  clear_race (self);
  self->race_question = self->question;
  notify (self, PROP_RACE);
}

void
qusop_session_add_race_point (QusopSession *self,
                              guint         curve,
                              double        calls,
                              double        half_width)
{
  QsRaceCurve *at = &self->race_curves[curve];

  g_return_if_fail (curve < QS_RACE_N_CURVES && at->n < QS_RACE_N_POINTS);

  at->calls[at->n] = calls;
  at->half_width[at->n] = half_width;
  at->n++;
  at->slope = NAN;
  notify (self, PROP_RACE);
}

/**
 * qusop_session_set_race:
 * @race: (nullable): the whole of it
 * @problem: (nullable): why there is none
 */
void
qusop_session_set_race (QusopSession *self, QsRace *race, const char *problem)
{
  clear_race (self);
  if (race != NULL) {
    self->race = qs_race_ref (race);
    memcpy (self->race_curves, race->curves, sizeof self->race_curves);
  }
  self->race_problem = g_strdup (problem);
  notify (self, PROP_RACE);
}

/* The landscape that was searched beside the race, or %NULL; told as part of it. */
void
qusop_session_set_search (QusopSession *self, QsSearch *search)
{
  g_clear_pointer (&self->search, qs_search_unref);
  self->search = search != NULL ? qs_search_ref (search) : NULL;
  notify (self, PROP_RACE);
}

QsSearch *
qusop_session_get_search (QusopSession *self)
{
  return self->search;
}

const QsRaceCurve *
qusop_session_get_race_curves (QusopSession *self)
{
  return self->race_curves;
}

QsRace *
qusop_session_get_race (QusopSession *self)
{
  return self->race;
}

const char *
qusop_session_get_race_problem (QusopSession *self)
{
  return self->race_problem;
}

gboolean
qusop_session_is_race_current (QusopSession *self)
{
  return self->race_question == self->question;
}

/**
 * qusop_session_set_comparison:
 * @comparison: (nullable): of the study
 * @problem: (nullable): why there is none
 */
void
qusop_session_set_comparison (QusopSession *self,
                              QsCompare    *comparison,
                              const char   *problem)
{
  clear_comparison (self);
  if (comparison != NULL)
    self->comparison = qs_compare_ref (comparison);
  self->comparison_problem = g_strdup (problem);
  notify (self, PROP_COMPARISON);
}

QsCompare *
qusop_session_get_comparison (QusopSession *self)
{
  return self->comparison;
}

const char *
qusop_session_get_comparison_problem (QusopSession *self)
{
  return self->comparison_problem;
}

/**
 * qusop_session_set_published:
 * @published: (nullable): the published pipeline on the study
 * @model: (nullable): whose answers stand beside
 * @answers: (nullable) (element-type QsResult): these
 * @problem: (nullable): what went wrong
 */
void
qusop_session_set_published (QusopSession *self,
                             QsPublished  *published,
                             QsModel      *model,
                             GPtrArray    *answers,
                             const char   *problem)
{
  /* It may be the one that is held now, with other answers. */
  if (published != NULL)
    qs_published_ref (published);
  clear_published (self);
  self->published = published;
  if (model != NULL && answers != NULL) {
    self->published_model = qs_model_ref (model);
    self->published_answers = g_ptr_array_ref (answers);
  }
  self->published_problem = g_strdup (problem);
  notify (self, PROP_PUBLISHED);
}

QsPublished *
qusop_session_get_published (QusopSession *self)
{
  return self->published;
}

QsModel *
qusop_session_get_published_model (QusopSession *self)
{
  return self->published_model;
}

const GPtrArray *
qusop_session_get_published_answers (QusopSession *self)
{
  return self->published_answers;
}

const char *
qusop_session_get_published_problem (QusopSession *self)
{
  return self->published_problem;
}

const QsScenario *
qusop_session_get_scenario (QusopSession *self)
{
  return &self->scenario;
}

void
qusop_session_set_scenario (QusopSession *self, const QsScenario *scenario)
{
  if (qs_scenario_equal (&self->scenario, scenario))
    return;

  self->scenario = *scenario;
  ask (self);
}

const QsPopulationOptions *
qusop_session_get_population_options (QusopSession *self)
{
  return &self->population_options;
}

void
qusop_session_set_population_options (QusopSession              *self,
                                      const QsPopulationOptions *options)
{
  const QsPopulationOptions *now = &self->population_options;

  if (now->seed == options->seed && now->n_subjects == options->n_subjects &&
      now->n_replicates == options->n_replicates &&
      now->subject_effect == options->subject_effect)
    return;

  self->population_options = *options;
  ask (self);
}

/* A number that every change of scenario, virtual patients or model increases. */
guint
qusop_session_get_question (QusopSession *self)
{
  return self->question;
}

/**
 * qusop_session_set_result:
 * @result: the answer
 * @question: which question it answers, see qusop_session_get_question()
 *
 * A result that answers an older question is kept, but is_stale() until replaced.
 */
void
qusop_session_set_result (QusopSession *self, QsResult *result, guint question)
{
  qs_result_ref (result);
  g_clear_pointer (&self->result, qs_result_unref);
  g_clear_pointer (&self->refusal, g_free);
  self->result = result;
  self->course_dose_mg = NAN;
  answer (self, question);
}

double
qusop_session_get_course_dose (QusopSession *self)
{
  return self->course_dose_mg;
}

/**
 * qusop_session_set_course_dose:
 * @dose_mg: NaN for the answer's
 */
void
qusop_session_set_course_dose (QusopSession *self, double dose_mg)
{
  if (dose_mg == self->course_dose_mg ||
      (isnan (dose_mg) && isnan (self->course_dose_mg)))
    return;

  self->course_dose_mg = dose_mg;
  notify (self, PROP_COURSE);
}

QsCourse *
qusop_session_get_course (QusopSession *self)
{
  return self->course;
}

/* Whether the course belongs to the answer on screen. */
gboolean
qusop_session_is_course_current (QusopSession *self)
{
  return self->course != NULL && self->course_of == self->result;
}

/**
 * qusop_session_set_details:
 * @answer: the session's result when it was asked for details
 * @detailed: the same with exposure, which takes its place
 * @course: (nullable): of the same
 *
 * Does nothing where another answer has come in between.
 */
void
qusop_session_set_details (QusopSession *self,
                           QsResult     *answer,
                           QsResult     *detailed,
                           QsCourse     *course)
{
  if (answer != self->result)
    return;

  qs_result_ref (detailed);
  g_clear_pointer (&self->result, qs_result_unref);
  self->result = detailed;

  g_clear_pointer (&self->course, qs_course_unref);
  g_clear_pointer (&self->course_of, qs_result_unref);
  self->course = course != NULL ? qs_course_ref (course) : NULL;
  self->course_of = qs_result_ref (detailed);
  notify (self, PROP_RESULT);
  notify (self, PROP_COURSE);
}

/* The question was refused; a former curve would answer another one, so it goes. */
void
qusop_session_set_refusal (QusopSession *self, const char *reason, guint question)
{
  g_clear_pointer (&self->result, qs_result_unref);
  g_free (self->refusal);
  self->refusal = g_strdup (reason);
  answer (self, question);
}

QsResult *
qusop_session_get_result (QusopSession *self)
{
  return self->result;
}

const char *
qusop_session_get_refusal (QusopSession *self)
{
  return self->refusal;
}

gboolean
qusop_session_is_stale (QusopSession *self)
{
  return (self->result != NULL || self->refusal != NULL) &&
         self->answered != self->question;
}

/* Stale for so long that it has to be shown. */
gboolean
qusop_session_is_overdue (QusopSession *self)
{
  return self->overdue;
}

/* Whether both common regimens are asked about; the present question is asked again. */
void
qusop_session_set_with_twin (QusopSession *self, gboolean with_twin)
{
  if (self->with_twin == with_twin)
    return;

  self->with_twin = with_twin;
  if (with_twin) {
    ask (self);
    return;
  }

  g_clear_pointer (&self->twin, qs_result_unref);
  notify (self, PROP_RESULT);
}

gboolean
qusop_session_get_with_twin (QusopSession *self)
{
  return self->with_twin;
}

/**
 * qusop_session_set_twin:
 * @twin: (nullable): of the result that is set next, which notifies for both
 */
void
qusop_session_set_twin (QusopSession *self, QsResult *twin)
{
  if (twin != NULL)
    qs_result_ref (twin);
  g_clear_pointer (&self->twin, qs_result_unref);
  self->twin = twin;
}

QsResult *
qusop_session_get_twin (QusopSession *self)
{
  return self->twin;
}

QsResult *
qusop_session_get_pinned (QusopSession *self)
{
  return self->pinned;
}

void
qusop_session_set_pinned (QusopSession *self, QsResult *result)
{
  if (result != NULL)
    qs_result_ref (result);
  g_clear_pointer (&self->pinned, qs_result_unref);
  g_clear_pointer (&self->twin, qs_result_unref);
  self->pinned = result;
  notify (self, PROP_PINNED);
}

const char *
qusop_session_get_project (QusopSession *self)
{
  return self->project;
}

guint
qusop_session_get_state (QusopSession *self)
{
  return self->state;
}

/**
 * qusop_session_set_project:
 * @path: (nullable): the file that holds the session's work; %NULL begins another
 * @state: which state it holds, see qusop_session_get_state()
 */
void
qusop_session_set_project (QusopSession *self, const char *path, guint state)
{
  char *copy = g_strdup (path);

  g_free (self->project);
  self->project = copy;
  self->saved_state = state;
  notify (self, PROP_PROJECT);
}

gboolean
qusop_session_is_unsaved (QusopSession *self)
{
  return self->state != self->saved_state;
}

QusopScenarios *
qusop_session_get_scenarios (QusopSession *self)
{
  return self->scenarios;
}

/**
 * qusop_session_set_problem:
 * @title: (nullable): what failed; %NULL when it is settled
 * @detail: (nullable): why, and what the reader can do
 */
void
qusop_session_set_problem (QusopSession *self, const char *title, const char *detail)
{
  g_free (self->problem);
  g_free (self->problem_detail);
  self->problem = g_strdup (title);
  self->problem_detail = g_strdup (detail);
  notify (self, PROP_PROBLEM);
}

const char *
qusop_session_get_problem (QusopSession *self)
{
  return self->problem;
}

const char *
qusop_session_get_problem_detail (QusopSession *self)
{
  return self->problem_detail;
}

/* Says in passing that something was done. */
void
qusop_session_announce (QusopSession *self, const char *text)
{
  g_signal_emit (self, announced_signal, 0, text);
}
