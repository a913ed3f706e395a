/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-status-bar.h"

#include "qusop-activity-words.h"
#include "qusop-job-list.h"
#include "widgets/qusop-names.h"

#include <glib/gi18n.h>

struct _QusopStatusBar {
  GtkWidget parent_instance;

  QusopSession *session;

  /* Template children. */
  GtkImage       *state_icon;
  GtkLabel       *state;
  GtkWidget      *facts;
  GtkLabel       *seed;
  GtkLabel       *hash;
  GtkLabel       *patients;
  GtkLabel       *speed;
  GtkProgressBar *progress;
  GtkButton      *cancel;
  GtkMenuButton  *jobs;
  QusopJobList   *job_list;
};

G_DEFINE_FINAL_TYPE (QusopStatusBar, qusop_status_bar, GTK_TYPE_WIDGET)

/* What is going on, most important first; %QUSOP_N_ACTIVITIES for nothing. */
QusopActivity
qusop_status_bar_get_activity (QusopStatusBar *self)
{
  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++) {
    if (qusop_session_is_busy (self->session, i))
      return i;
  }
  return QUSOP_N_ACTIVITIES;
}

static const char *
rest_text (QusopStatusBar *self)
{
  if (qusop_session_get_dataset (self->session) == NULL)
    return _ ("No study");
  if (qusop_session_get_model (self->session) == NULL)
    return _ ("No model");
  if (qusop_session_get_refusal (self->session) != NULL)
    return _ ("No answer");
  return qusop_session_is_overdue (self->session) ? _ ("Out of date") : _ ("Up to date");
}

/* A label that is told the same text again would be measured and shaped again. */
static void
set_text (GtkLabel *label, const char *text)
{
  if (g_strcmp0 (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

/* What else is going on, besides what the line shows. */
static void
show_jobs (QusopStatusBar *self)
{
  const guint n = qusop_job_list_show (self->job_list, self->session);

  gtk_widget_set_visible (GTK_WIDGET (self->jobs), n > 1);
  if (n > 1) {
    g_autofree char *text = g_strdup_printf (ngettext ("%u job", "%u jobs", n), n);

    if (g_strcmp0 (gtk_menu_button_get_label (self->jobs), text) != 0)
      gtk_menu_button_set_label (self->jobs, text);
  }
}

static void
show_state (QusopStatusBar *self)
{
  const guint    activity = qusop_status_bar_get_activity (self);
  const gboolean busy = activity < QUSOP_N_ACTIVITIES;
  const gboolean stale = qusop_session_is_overdue (self->session);
  const gboolean answered = qusop_session_get_result (self->session) != NULL;

  g_autofree char *text =
      busy ? qusop_activity_words (self->session, activity) : g_strdup (rest_text (self));

  set_text (self->state, text);
  show_jobs (self);
  gtk_image_set_from_icon_name (self->state_icon, busy    ? "qusop-step-running-symbolic"
                                                  : stale ? "qusop-step-stale-symbolic"
                                                  : answered
                                                      ? "qusop-step-ok-symbolic"
                                                      : "qusop-step-empty-symbolic");
  gtk_widget_remove_css_class (GTK_WIDGET (self->state_icon), "warning");
  gtk_widget_remove_css_class (GTK_WIDGET (self->state_icon), "success");
  if (stale || answered)
    gtk_widget_add_css_class (GTK_WIDGET (self->state_icon),
                              stale ? "warning" : "success");
  /* Progress needs the room where the text is large. */
  gtk_widget_set_visible (self->facts, !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), busy);
  gtk_widget_set_visible (GTK_WIDGET (self->cancel),
                          busy && activity != QUSOP_ACTIVITY_EXPORT);
  if (busy)
    gtk_progress_bar_set_fraction (self->progress,
                                   qusop_session_get_fraction (self->session, activity));
}

static void
set_fact (GtkLabel *label, const char *text)
{
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
  set_text (label, text != NULL ? text : "");
}

/* What the figures on screen rest on. */
static void
show_facts (QusopStatusBar *self)
{
  QsDataset       *dataset = qusop_session_get_dataset (self->session);
  QsResult        *result = qusop_session_get_result (self->session);
  g_autofree char *hash =
      dataset != NULL ? g_strdup_printf (_ ("data %.8s…"), qs_dataset_sha256 (dataset))
                      : NULL;
  g_autofree char *seed = NULL, *patients = NULL, *speed = NULL;

  if (result != NULL) {
    g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, result->seed);

    /* Translators' tools do not know the width of a 64-bit number. */
    seed = g_strdup_printf (_ ("seed %s"), number);
    patients = g_strdup_printf (_ ("%u × %u virtual patients"), result->n_replicates,
                                result->n_subjects);
    speed = g_strdup_printf (_ ("curve in %.1f ms"), 1e3 * result->elapsed_s);
  }
  set_fact (self->hash, hash);
  set_fact (self->seed, seed);
  set_fact (self->patients, patients);
  set_fact (self->speed, speed);
}

static void
show_all (QusopStatusBar *self)
{
  show_facts (self);
  show_state (self);
}

static void
qusop_status_bar_dispose (GObject *object)
{
  QusopStatusBar *self = QUSOP_STATUS_BAR (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_STATUS_BAR);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_status_bar_parent_class)->dispose (object);
}

static void
qusop_status_bar_class_init (QusopStatusBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_status_bar_dispose;
  g_type_ensure (QUSOP_TYPE_JOB_LIST);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-status-bar.ui");
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, QusopStatusBar, name)
  BIND (state_icon);
  BIND (state);
  BIND (facts);
  BIND (seed);
  BIND (hash);
  BIND (patients);
  BIND (speed);
  BIND (progress);
  BIND (cancel);
  BIND (jobs);
  BIND (job_list);
#undef BIND
}

static void
qusop_status_bar_init (QusopStatusBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->jobs), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("All that is going on"));
}

void
qusop_status_bar_set_session (QusopStatusBar *self, QusopSession *session)
{
  static const struct {
    const char *signal;
    GCallback   callback;
  } listeners[] = {
    { "notify::dataset", G_CALLBACK (show_all) },
    { "notify::result", G_CALLBACK (show_all) },
    { "notify::activity", G_CALLBACK (show_state) },
    { "notify::model", G_CALLBACK (show_state) },
    { "notify::overdue", G_CALLBACK (show_state) },
  };

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (listeners); i++)
    g_signal_connect_object (session, listeners[i].signal, listeners[i].callback, self,
                             G_CONNECT_SWAPPED);
  show_all (self);
}
