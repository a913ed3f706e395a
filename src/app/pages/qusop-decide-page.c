/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-decide-page.h"

#include "document/qusop-figures.h"
#include "document/qusop-words.h"
#include "pages/qusop-course.h"
#include "watchdog/qusop-watchdog.h"
#include "widgets/qusop-answer-card.h"
#include "widgets/qusop-follow.h"
#include "widgets/qusop-glossary.h"
#include "widgets/qusop-prior-row.h"
#include "widgets/qusop-side-layout.h"
#include "widgets/qusop-slider-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

struct _QusopDecidePage {
  GtkWidget parent_instance;

  QusopSession *session;
  gboolean      updating; /* controls follow the session, not the user */
  gboolean      presenting;

  /* Template children. */
  GtkStack        *stack;
  GtkWidget       *controls;
  AdwStatusPage   *empty;
  GtkToggleButton *daily;
  GtkToggleButton *weekly;
  GtkToggleButton *other;
  GtkEntry        *schedule;
  GtkLabel        *schedule_hint;
  QusopSliderRow  *threshold;
  QusopSliderRow  *target;
  QusopPriorRow   *weight;
  QusopSliderRow  *comed;
  QusopSliderRow  *subjects;
  QusopSliderRow  *replicates;
  GtkAdjustment   *replicates_adjustment;
  GtkWidget       *more;
  GtkSwitch       *subject_effect;
  GtkSwitch       *observed;
  GtkCheckButton  *twin;
  GtkCheckButton  *band_parameter;
  GtkCheckButton  *band_monte_carlo;
  GtkCheckButton  *band_replicates;
  GtkToggleButton *pin;
  QusopPlotView   *chart;
  GtkWidget       *course_frame;
  QusopPlotView   *course;
  QusopAnswerCard *answer;
  guint            details_timer;
};

/* Curve and dose follow a moving slider in every frame, what is read beside them at this
 * pace: to lay out words and a second chart costs more than the frame has. */
static const guint details_pace_ms = 120;

G_DEFINE_FINAL_TYPE (QusopDecidePage, qusop_decide_page, GTK_TYPE_WIDGET)

static QusopBands
bands (QusopDecidePage *self)
{
  QusopBands shown = 0;

  if (gtk_check_button_get_active (self->band_parameter))
    shown |= QUSOP_BAND_PARAMETER;
  if (gtk_check_button_get_active (self->band_monte_carlo))
    shown |= QUSOP_BAND_MONTE_CARLO;
  if (gtk_check_button_get_active (self->band_replicates))
    shown |= QUSOP_BAND_REPLICATES;
  return shown;
}

/* Of virtual patients where the model knows them, else of the typical patient. */
static QusopPlotSpec *
course_figure (QusopDecidePage *self, QsModel *model, QsResult *result)
{
  const QsCourse *course = qusop_session_get_course (self->session);

  if (model == NULL || result == NULL)
    return NULL;
  if (model->estimate->klass->course == NULL)
    return qusop_course_figure (model, result);
  return course != NULL ? qusop_figure_course (course) : NULL;
}

/* A course of virtual patients is found once the answer rests; until then the former one
 * stays, grey. */
static gboolean
course_is_stale (QusopDecidePage *self)
{
  return qusop_session_is_overdue (self->session) ||
         (qusop_session_get_course (self->session) != NULL &&
          !qusop_session_is_course_current (self->session));
}

static void
show_course (QusopDecidePage *self)
{
  QsModel                  *model = qusop_session_get_model (self->session);
  QsResult                 *result = qusop_session_get_result (self->session);
  g_autoptr (QusopPlotSpec) spec = course_figure (self, model, result);

  qusop_plot_view_set_placeholder (
      self->course,
      result != NULL && isnan (result->decision.dose_mg)
          ? _ ("There is no dose to follow; point at one in the curve above")
          : _ ("The time course appears as soon as the answer rests"));
  qusop_plot_view_set_spec (self->course, spec);
  qusop_plot_view_set_stale (self->course, course_is_stale (self));
  gtk_widget_set_visible (self->course_frame,
                          !self->presenting && model != NULL &&
                              (model->estimate->klass->trajectory != NULL ||
                               model->estimate->klass->course != NULL));
}

static void
show_answer (QusopDecidePage *self)
{
  QsResult   *result = qusop_session_get_result (self->session);
  const char *refusal = qusop_session_get_refusal (self->session);

  if (refusal != NULL)
    qusop_answer_card_show_text (self->answer, _ ("No answer"), refusal);
  else if (result != NULL)
    qusop_answer_card_show_result (self->answer, result);
  else
    qusop_answer_card_show_text (self->answer, _ ("Wait…"),
                                 _ ("The virtual patients are being simulated."));
}

/* So many more replicates does the shown dose need, 0 where it is decision-grade. */
static guint
more_replicates (QusopDecidePage *self)
{
  const QsResult     *result = qusop_session_get_result (self->session);
  QsPopulationOptions options = *qusop_session_get_population_options (self->session);

  options.n_people_max = QS_POPULATION_N_PEOPLE_MAX;
  return result != NULL ? qs_population_more (&options, result) : 0;
}

static void
show_details (QusopDecidePage *self)
{
  gtk_widget_set_visible (self->more, more_replicates (self) > 0);
  g_clear_handle_id (&self->details_timer, g_source_remove);
  show_course (self);
  show_answer (self);
}

static gboolean
details_due_cb (gpointer data)
{
  QUSOP_WATCH ("words beside the curve");
  QusopDecidePage *self = data;

  self->details_timer = 0;
  show_details (self);
  return G_SOURCE_REMOVE;
}

/* The answer by the other regimen, where both are to be seen and both have one. */
static QsResult *
shown_twin (QusopDecidePage *self)
{
  QsResult *result = qusop_session_get_result (self->session);
  QsResult *twin = qusop_session_get_twin (self->session);

  return result != NULL && twin != NULL && result->n_estimates > 0 &&
                 twin->n_estimates > 0 &&
                 twin->scenario.regimen != result->scenario.regimen
             ? twin
             : NULL;
}

static void
show_curve (QusopDecidePage *self)
{
  QsModel                  *model = qusop_session_get_model (self->session);
  QsResult                 *result = qusop_session_get_result (self->session);
  g_autoptr (QusopPlotSpec) spec = NULL;

  if (shown_twin (self) != NULL && model != NULL)
    spec = qusop_figure_twin (result, shown_twin (self), &model->facts, bands (self));
  else if (result != NULL && model != NULL)
    spec = qusop_figure_dose_success (
        result, &model->facts, qusop_session_get_pinned (self->session), bands (self));
  if (spec == NULL)
    qusop_plot_view_set_placeholder (
        self->chart,
        qusop_session_get_refusal (self->session) != NULL
            ? qusop_session_get_refusal (self->session)
            : _ ("The curve appears as soon as the virtual patients are ready"));
  qusop_plot_view_set_spec (self->chart, spec);
}

/* Everything that depends on the result, or on how it is shown: the details at once where
 * none are shown, or what is shown must go. */
static void
show_result (QusopDecidePage *self)
{
  QsResult      *result = qusop_session_get_result (self->session);
  const gboolean is_first = qusop_plot_view_get_spec (self->chart) == NULL;

  show_curve (self);
  if (result == NULL || is_first) {
    show_details (self);
    return;
  }

  qusop_answer_card_show_dose (self->answer, result);
  if (self->details_timer == 0)
    self->details_timer = g_timeout_add (details_pace_ms, details_due_cb, self);
}

static void
show_stale (QusopDecidePage *self)
{
  const gboolean stale = qusop_session_is_overdue (self->session);

  qusop_plot_view_set_stale (self->chart, stale);
  qusop_plot_view_set_stale (self->course, course_is_stale (self));
  qusop_answer_card_set_stale (self->answer, stale);
}

/* Puts the session's question into the controls. */
static void
show_question (QusopDecidePage *self)
{
  const QsScenario          *scenario = qusop_session_get_scenario (self->session);
  const QsPopulationOptions *options =
      qusop_session_get_population_options (self->session);
  const QsPopulationOptions usual = qusop_session_get_default_population (self->session);

  self->updating = TRUE;
  gtk_toggle_button_set_active (self->daily, scenario->regimen == QS_REGIMEN_QD);
  gtk_toggle_button_set_active (self->weekly, scenario->regimen == QS_REGIMEN_QW);
  gtk_toggle_button_set_active (self->other, scenario->regimen == QS_REGIMEN_SCHEDULE);
  if (scenario->regimen == QS_REGIMEN_SCHEDULE)
    gtk_editable_set_text (GTK_EDITABLE (self->schedule), scenario->schedule.text);
  qusop_prior_row_set_prior (self->weight, &scenario->bw);
  qusop_slider_row_set_value (self->threshold, scenario->threshold_ng_ml);
  qusop_slider_row_set_value (self->target, 100.0 * scenario->target);
  qusop_slider_row_set_value (self->comed, 100.0 * scenario->comed_share);
  g_object_set (self->subjects, "default-value", (double) usual.n_subjects, NULL);
  g_object_set (self->replicates, "default-value", (double) usual.n_replicates, NULL);
  qusop_slider_row_set_value (self->subjects, options->n_subjects);
  if (options->n_replicates > gtk_adjustment_get_upper (self->replicates_adjustment))
    gtk_adjustment_set_upper (self->replicates_adjustment, options->n_replicates);
  qusop_slider_row_set_value (self->replicates, options->n_replicates);
  gtk_switch_set_active (self->subject_effect, options->subject_effect);
  /* Setting a switch to what it shows already would stop it half-way through a toggle. */
  if (gtk_switch_get_active (self->observed) !=
      (scenario->biomarker == QS_BIOMARKER_OBSERVED))
    gtk_switch_set_active (self->observed, scenario->biomarker == QS_BIOMARKER_OBSERVED);
  self->updating = FALSE;
}

static void
question_changed_cb (QusopDecidePage *self)
{
  if (!self->updating)
    show_question (self);
}

static void
model_changed_cb (QusopDecidePage *self)
{
  QsModel *model = qusop_session_get_model (self->session);

  gtk_stack_set_visible_child_name (self->stack, model != NULL ? "decide" : "empty");
  if (model != NULL)
    gtk_widget_set_visible (GTK_WIDGET (self->comed), model->facts.has_comed);
  show_curve (self);
  show_details (self);
}

/* Before there is a model, somebody may be waiting for one. */
static void
activity_changed_cb (QusopDecidePage *self)
{
  adw_status_page_set_title (self->empty,
                             qusop_session_is_busy (self->session, QUSOP_ACTIVITY_TRAIN)
                                 ? _ ("The model is being trained")
                                 : _ ("No model to ask yet"));
}

static void
pinned_changed_cb (QusopDecidePage *self)
{
  self->updating = TRUE;
  gtk_toggle_button_set_active (self->pin,
                                qusop_session_get_pinned (self->session) != NULL);
  self->updating = FALSE;
  show_result (self);
}

/* What the toggles and the entry say; the entry is told what is wrong with it. %FALSE
 * where they say nothing: between two toggles, and while a schedule is being written. */
static gboolean
take_regimen (QusopDecidePage *self, QsScenario *scenario)
{
  g_autoptr (GError) error = NULL;
  QsDosing           schedule;
  const char        *text = gtk_toggle_button_get_active (self->daily)    ? "qd"
                            : gtk_toggle_button_get_active (self->weekly) ? "qw"
                            : gtk_toggle_button_get_active (self->other)
                                ? gtk_editable_get_text (GTK_EDITABLE (self->schedule))
                                : NULL;

  if (text == NULL)
    return FALSE;

  if (!qs_dosing_parse (text, &schedule, &error)) {
    gtk_widget_add_css_class (GTK_WIDGET (self->schedule), "error");
    gtk_label_set_label (self->schedule_hint, error->message);
    return FALSE;
  }

  gtk_widget_remove_css_class (GTK_WIDGET (self->schedule), "error");
  gtk_label_set_label (self->schedule_hint,
                       _ ("Such as qd mg/kg, q12h, qw load=2 judge=4, qd miss=1-2, "
                          "qd bands=60:0.75,80:1,1.25"));
  qs_scenario_set_schedule (scenario, &schedule);
  return TRUE;
}

/* The controls say what is asked. */
static void
controls_changed_cb (QusopDecidePage *self)
{
  QsScenario scenario;

  if (self->updating || self->session == NULL)
    return;

  scenario = *qusop_session_get_scenario (self->session);
  scenario.name = g_intern_static_string ("window");
  if (!take_regimen (self, &scenario))
    return;
  scenario.biomarker =
      gtk_switch_get_active (self->observed) ? QS_BIOMARKER_OBSERVED : QS_BIOMARKER_TRUE;
  scenario.threshold_ng_ml = qusop_slider_row_get_value (self->threshold);
  scenario.target = qusop_slider_row_get_value (self->target) / 100.0;
  scenario.bw = qusop_prior_row_get_prior (self->weight);
  scenario.comed_share = qusop_slider_row_get_value (self->comed) / 100.0;

  self->updating = TRUE;
  qusop_session_set_scenario (self->session, &scenario);
  self->updating = FALSE;
}

static void
patients_changed_cb (QusopDecidePage *self)
{
  QsPopulationOptions options;

  if (self->updating || self->session == NULL)
    return;

  options = *qusop_session_get_population_options (self->session);
  options.n_subjects = (guint) lround (qusop_slider_row_get_value (self->subjects));
  options.n_replicates = (guint) lround (qusop_slider_row_get_value (self->replicates));
  options.subject_effect = gtk_switch_get_active (self->subject_effect);

  self->updating = TRUE;
  qusop_session_set_population_options (self->session, &options);
  self->updating = FALSE;
}

static void
more_clicked_cb (QusopDecidePage *self)
{
  QsPopulationOptions options = *qusop_session_get_population_options (self->session);

  options.n_replicates += more_replicates (self);
  qusop_session_set_population_options (self->session, &options);
}

static void
bands_changed_cb (QusopDecidePage *self)
{
  if (self->session != NULL)
    show_result (self);
}

static void
twin_toggled_cb (QusopDecidePage *self)
{
  if (self->session != NULL)
    qusop_session_set_with_twin (self->session, gtk_check_button_get_active (self->twin));
}

static void
pin_toggled_cb (QusopDecidePage *self)
{
  if (self->updating || self->session == NULL)
    return;

  qusop_session_set_pinned (self->session, gtk_toggle_button_get_active (self->pin)
                                               ? qusop_session_get_result (self->session)
                                               : NULL);
}

/* Back to the base question: 50–100 kg, half with co-medication, 3.3 ng/mL, 90 %. */
void
qusop_decide_page_reset (QusopDecidePage *self)
{
  const QsScenario          scenario = qs_scenario_default ();
  const QsPopulationOptions options =
      qusop_session_get_default_population (self->session);

  qusop_prior_row_set_prior (self->weight, &scenario.bw);
  qusop_session_set_population_options (self->session, &options);
  qusop_session_set_scenario (self->session, &scenario);
}

/* The curve and the answer alone, large, to be read from afar. */
void
qusop_decide_page_set_presenting (QusopDecidePage *self, gboolean presenting)
{
  self->presenting = presenting;
  gtk_widget_set_visible (self->controls, !presenting);
  if (presenting)
    gtk_widget_add_css_class (GTK_WIDGET (self), "presentation");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "presentation");
  qusop_plot_view_set_magnification (self->chart, presenting ? 1.4 : 1.0);
  show_course (self);
}

static void
reset_clicked_cb (QusopDecidePage *self)
{
  qusop_decide_page_reset (self);
}

static const QsDoseEstimate *
nearest (const QsResult *result, double dose_mg)
{
  const QsDoseEstimate *best = NULL;

  for (gsize i = 0; result != NULL && i < result->n_estimates; i++) {
    const QsDoseEstimate *estimate = &result->estimates[i];

    if (best == NULL ||
        fabs (estimate->dose_mg - dose_mg) < fabs (best->dose_mg - dose_mg))
      best = estimate;
  }

  return best;
}

static char *
estimate_text (const QsResult *result, const QsDoseEstimate *estimate)
{
  const char *unit = qs_scenario_dose_unit (&result->scenario);

  if (!isfinite (estimate->lower) || !isfinite (estimate->upper))
    return g_strdup_printf (_ ("%g %s: %.1f %%"), estimate->dose_mg, unit,
                            100.0 * estimate->probability);
  return g_strdup_printf (_ ("%g %s: %.1f %% (%.1f–%.1f %%)"), estimate->dose_mg, unit,
                          100.0 * estimate->probability, 100.0 * estimate->lower,
                          100.0 * estimate->upper);
}

/* The crosshair: the grid dose nearest to the pointer and what is known there, of both
 * regimens where both are shown. The time course follows it. */
static char *
probe (double x, double y, gpointer data)
{
  QusopDecidePage      *self = data;
  const QsResult       *result = qusop_session_get_result (self->session);
  const QsResult       *twin = shown_twin (self);
  const double          days = result != NULL && twin != NULL
                                   ? qs_scenario_interval_h (&result->scenario) / 24.0
                                   : 1.0;
  const QsDoseEstimate *best = nearest (result, x * days);
  const QsDoseEstimate *other;
  g_autofree char      *here = NULL, *there = NULL;

  if (best == NULL)
    return NULL;

  qusop_session_set_course_dose (self->session, best->dose_mg);
  here = estimate_text (result, best);
  if (twin == NULL)
    return g_steal_pointer (&here);

  other = nearest (twin, x * qs_scenario_interval_h (&twin->scenario) / 24.0);
  there = estimate_text (twin, other);
  return g_strdup_printf (_ ("%s %s\n%s %s"), qusop_word_regimen (&result->scenario),
                          here, qusop_word_regimen (&twin->scenario), there);
}

static void
qusop_decide_page_dispose (GObject *object)
{
  QusopDecidePage *self = QUSOP_DECIDE_PAGE (object);

  g_clear_handle_id (&self->details_timer, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_DECIDE_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_decide_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, stack);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, controls);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, empty);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, daily);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, weekly);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, other);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, schedule);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, schedule_hint);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, threshold);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, target);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, weight);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, comed);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, subjects);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, replicates);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, more);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage,
                                        replicates_adjustment);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, subject_effect);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, observed);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, band_parameter);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, band_monte_carlo);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, band_replicates);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, twin);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, pin);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, chart);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, course_frame);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, course);
  gtk_widget_class_bind_template_child (widget_class, QusopDecidePage, answer);
}

static void
qusop_decide_page_class_init (QusopDecidePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_decide_page_dispose;

  g_type_ensure (QUSOP_TYPE_ANSWER_CARD);
  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_PRIOR_ROW);
  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  g_type_ensure (QUSOP_TYPE_SLIDER_ROW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-decide-page.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, controls_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, patients_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, bands_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, twin_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, pin_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_clicked_cb);
}

static void
explain (QusopDecidePage *self)
{
  qusop_explain (GTK_WIDGET (self->schedule), "regimen");
  qusop_explain (GTK_WIDGET (self->threshold), "threshold");
  qusop_explain (GTK_WIDGET (self->target), "target");
  qusop_explain (GTK_WIDGET (self->weight), "weight");
  qusop_explain (GTK_WIDGET (self->comed), "comed");
  qusop_explain (GTK_WIDGET (self->subjects), "subjects");
  qusop_explain (GTK_WIDGET (self->replicates), "replicates");
  qusop_explain (GTK_WIDGET (self->subject_effect), "between-subject");
  qusop_explain (GTK_WIDGET (self->band_parameter), "parameter-uncertainty");
  qusop_explain (GTK_WIDGET (self->band_monte_carlo), "mc-error");
  qusop_explain (GTK_WIDGET (self->band_replicates), "replicates");
}

static void
qusop_decide_page_init (QusopDecidePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  explain (self);
  qusop_plot_view_set_probe (self->chart, probe, self);
}

static void
listen (QusopDecidePage *self, const char *signal, GCallback callback)
{
  qusop_follow (GTK_WIDGET (self), self->session, signal, callback);
}

void
qusop_decide_page_set_session (QusopDecidePage *self, QusopSession *session)
{
  g_set_object (&self->session, session);
  listen (self, "notify::question", G_CALLBACK (question_changed_cb));
  listen (self, "notify::overdue", G_CALLBACK (show_stale));
  listen (self, "notify::result", G_CALLBACK (show_result));
  listen (self, "notify::model", G_CALLBACK (model_changed_cb));
  listen (self, "notify::activity", G_CALLBACK (activity_changed_cb));
  listen (self, "notify::course", G_CALLBACK (show_course));
  listen (self, "notify::pinned", G_CALLBACK (pinned_changed_cb));

  qusop_prior_row_set_prior (self->weight, &qusop_session_get_scenario (session)->bw);
  show_question (self);
  model_changed_cb (self);
}

QusopPlotView *
qusop_decide_page_get_chart (QusopDecidePage *self)
{
  return self->chart;
}

/* For measurements: what dragging the slider does. */
void
qusop_decide_page_set_lowest_weight (QusopDecidePage *self, double kg)
{
  QsPrior prior = qusop_prior_row_get_prior (self->weight);

  prior.a = kg;
  qusop_prior_row_set_prior (self->weight, &prior);
  controls_changed_cb (self);
}
