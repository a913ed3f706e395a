/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-job-list.h"

#include "qusop-activity-words.h"

#include <glib/gi18n.h>

typedef struct {
  GtkWidget      *box;
  GtkLabel       *text;
  GtkProgressBar *progress;
  GtkWidget      *cancel;
} Row;

struct _QusopJobList {
  GtkWidget parent_instance;

  Row rows[QUSOP_N_ACTIVITIES];
};

G_DEFINE_FINAL_TYPE (QusopJobList, qusop_job_list, GTK_TYPE_WIDGET)

/* What is over sooner is not worth a line, s. */
static const double least_shown_s = 0.4;

static void
show_row (const Row *row, QusopSession *session, QusopActivity activity)
{
  g_autofree char *text = qusop_activity_words (session, activity);
  g_autofree char *give_up = g_strdup_printf (
      _ ("Cancel: %s"), qusop_session_get_activity_text (session, activity));

  if (g_strcmp0 (gtk_label_get_label (row->text), text) == 0)
    return;

  gtk_label_set_label (row->text, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->cancel),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, give_up, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->progress),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* Brings the list up to date; returns how many there are. */
guint
qusop_job_list_show (QusopJobList *self, QusopSession *session)
{
  guint n = 0;

  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++) {
    const Row     *row = &self->rows[i];
    const gboolean shown = qusop_session_is_busy (session, i) &&
                           qusop_session_get_seconds_passed (session, i) >= least_shown_s;

    gtk_widget_set_visible (row->box, shown);
    if (!shown)
      continue;

    n++;
    gtk_progress_bar_set_fraction (row->progress,
                                   CLAMP (qusop_session_get_fraction (session, i), 0, 1));
    show_row (row, session, i);
  }
  return n;
}

static void
qusop_job_list_dispose (GObject *object)
{
  QusopJobList *self = QUSOP_JOB_LIST (object);

  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++)
    g_clear_pointer (&self->rows[i].box, gtk_widget_unparent);

  G_OBJECT_CLASS (qusop_job_list_parent_class)->dispose (object);
}

static void
qusop_job_list_class_init (QusopJobListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qusop_job_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass),
                                            GTK_TYPE_BOX_LAYOUT);
}

static void
make_row (QusopJobList *self, QusopActivity activity)
{
  Row       *row = &self->rows[activity];
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  row->text = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (row->text, 0.f);
  gtk_label_set_wrap (row->text, TRUE);
  gtk_label_set_width_chars (row->text, 30);
  gtk_label_set_max_width_chars (row->text, 40);
  row->progress = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  row->cancel = gtk_button_new_with_label (_ ("Cancel"));
  gtk_widget_set_valign (row->cancel, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (row->cancel, activity != QUSOP_ACTIVITY_EXPORT);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row->cancel), "win.cancel-activity");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row->cancel), "u", (guint) activity);

  row->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (row->text));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (row->progress));
  gtk_box_append (GTK_BOX (row->box), words);
  gtk_box_append (GTK_BOX (row->box), row->cancel);
  gtk_widget_set_visible (row->box, FALSE);
  gtk_widget_set_parent (row->box, GTK_WIDGET (self));
}

static void
qusop_job_list_init (QusopJobList *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 9);
  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++)
    make_row (self, i);
}
