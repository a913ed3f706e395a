/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include "qusop-application.h"

/* Many times what it takes on a machine that is busy with other things. */
static const double patience_s = 90.0;

void
ui_wait_for (UiCondition condition, gpointer data)
{
  const gint64 end_us = g_get_monotonic_time () + (gint64) (patience_s * 1e6);

  while (!condition (data)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    if (!g_main_context_iteration (NULL, FALSE))
      g_usleep (2000);
  }
}

/* Lets everything happen that is ready to. */
void
ui_settle (void)
{
  for (guint i = 0; i < 40; i++) {
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_usleep (2000);
  }
}

static QusopApplication *
application (void)
{
  static QusopApplication *shared = NULL;

  /* One per process: a second would be exported twice. */
  if (shared == NULL) {
    shared = qusop_application_new (G_APPLICATION_NON_UNIQUE);
    g_assert_true (g_application_register (G_APPLICATION (shared), NULL, NULL));
  }
  return shared;
}

QusopWindow *
ui_window_new (void)
{
  QusopWindow *window = qusop_window_new (GTK_APPLICATION (application ()));

  gtk_window_present (GTK_WINDOW (window));
  ui_settle ();
  return window;
}

/* Closes the window and fails if anything keeps it. */
void
ui_window_close (QusopWindow *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (G_OBJECT (window), &weak);
  gtk_window_destroy (GTK_WINDOW (window));
  ui_settle ();
  g_assert_null (weak);
}

gboolean
ui_is_idle (gpointer window)
{
  QusopSession *session = qusop_window_get_session (window);

  for (guint i = 0; i < QUSOP_N_ACTIVITIES; i++) {
    if (qusop_session_is_busy (session, i))
      return FALSE;
  }
  return TRUE;
}

gboolean
ui_has_current_result (gpointer window)
{
  QusopSession *session = qusop_window_get_session (window);

  return ui_is_idle (window) &&
         (qusop_session_get_result (session) != NULL ||
          qusop_session_get_refusal (session) != NULL) &&
         !qusop_session_is_stale (session);
}

void
ui_open_sample (QusopWindow *window)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_getenv ("QUSOP_SAMPLE"));

  qusop_window_open (window, file);
  ui_wait_for (ui_is_idle, window);
  g_assert_nonnull (qusop_session_get_dataset (qusop_window_get_session (window)));
}

void
ui_train (QusopWindow *window, QsModelKind kind, guint n_bootstrap)
{
  QusopSession *session = qusop_window_get_session (window);
  QsFitOptions  options;

  qusop_session_set_model_kind (session, kind);
  options = *qusop_session_get_fit_options (session);
  options.n_bootstrap = n_bootstrap;
  options.n_epochs = 20;
  options.structure.search = FALSE;
  qusop_session_set_fit_options (session, &options);
  g_action_group_activate_action (G_ACTION_GROUP (window), "train", NULL);
}

static gboolean
matches (GtkWidget *widget, GType type, const char *text)
{
  if (!g_type_is_a (G_OBJECT_TYPE (widget), type) || !gtk_widget_get_mapped (widget))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (GTK_IS_BUTTON (widget) && gtk_button_get_label (GTK_BUTTON (widget)) != NULL)
    return g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), text) == 0;
  if (GTK_IS_LABEL (widget))
    return g_str_has_prefix (gtk_label_get_label (GTK_LABEL (widget)), text);
  return gtk_widget_has_css_class (widget, text);
}

/* The first mapped widget below @root of @type; with that label, or that style class. */
GtkWidget *
ui_find (GtkWidget *root, GType type, const char *css_or_label)
{
  if (matches (root, type, css_or_label))
    return root;

  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = ui_find (child, type, css_or_label);

    if (found != NULL)
      return found;
  }
  return NULL;
}
