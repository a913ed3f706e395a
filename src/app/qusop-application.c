/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-application.h"

#include "jobs/qusop-register.h"
#include "qusop-window.h"

#include <glib/gi18n.h>

struct _QusopApplication {
  AdwApplication parent_instance;

  gboolean measure_frames;
};

G_DEFINE_FINAL_TYPE (QusopApplication, qusop_application, ADW_TYPE_APPLICATION)

static const guint n_measured_frames = 200;

static QusopWindow *
make_window (QusopApplication *self)
{
  QusopWindow *window = qusop_window_new (GTK_APPLICATION (self));

  if (self->measure_frames)
    qusop_window_measure_frames (window, n_measured_frames);
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static void
qusop_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window != NULL)
    gtk_window_present (window);
  else
    qusop_window_offer_recovery (make_window (QUSOP_APPLICATION (application)));
}

static void
qusop_application_open (GApplication *application,
                        GFile       **files,
                        int           n_files,
                        const char   *hint)
{
  for (int i = 0; i < n_files; i++)
    qusop_window_open (make_window (QUSOP_APPLICATION (application)), files[i]);
}

static int
qusop_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  QusopApplication *self = QUSOP_APPLICATION (application);

  if (g_variant_dict_contains (options, "version")) {
    g_print ("qusop %s\n", qs_version ());
    return 0;
  }

  if (g_variant_dict_contains (options, "measure-frames")) {
    self->measure_frames = TRUE;
    g_application_set_flags (application, g_application_get_flags (application) |
                                              G_APPLICATION_NON_UNIQUE);
  }
  return -1;
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  adw_show_about_window (
      gtk_application_get_active_window (GTK_APPLICATION (data)), "application-name",
      "QuSOP", "application-icon", QUSOP_APP_ID, "version", qs_version (), "comments",
      _ ("Which dose keeps a biomarker at or below its threshold, in how many patients, "
         "and how sure is that? Research and education; not for treating patients."),
      "developer-name", _ ("The QuSOP authors"), "license-type", GTK_LICENSE_APACHE_2_0,
      NULL);
}

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GList *windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  for (GList *l = windows; l != NULL; l = l->next)
    gtk_window_close (GTK_WINDOW (l->data));
  g_list_free (windows);
}

static void
new_window_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  make_window (QUSOP_APPLICATION (data));
}

/* Results do not wait for it; whoever counts on the history has to know. */
static void
not_on_record_cb (const char *why)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  GtkWindow      *window = gtk_application_get_active_window (application);

  if (QUSOP_IS_WINDOW (window))
    qusop_session_set_problem (qusop_window_get_session (QUSOP_WINDOW (window)),
                               _ ("What is done here is not put on record"), why);
}

static void
qusop_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "about", about_action },
    { "new-window", new_window_action },
    { "quit", quit_action },
  };
  static const struct {
    const char *action;
    const char *accels[3];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.new-window", { "<Control>n" } },
    { "win.open", { "<Control>o" } },
    { "win.undo", { "<Control>z" } },
    { "win.redo", { "<Control><Shift>z" } },
    { "win.present", { "F11" } },
    { "win.save", { "<Control>s" } },
    { "win.save-as", { "<Control><Shift>s" } },
    { "win.export", { "<Control>e" } },
    { "win.export-table", { "<Control><Shift>e" } },
    { "win.train", { "<Control>t" } },
    { "win.cancel", { "Escape" } },
    { "win.page('start')", { "<Control>1" } },
    { "win.page('data')", { "<Control>2" } },
    { "win.page('explore')", { "<Control>3" } },
    { "win.page('exposure')", { "<Control>4" } },
    { "win.page('model')", { "<Control>5" } },
    { "win.page('diagnostics')", { "<Control>6" } },
    { "win.page('decide')", { "<Control>7" } },
    { "win.page('scenarios')", { "<Control>8" } },
    { "win.page('estimate')", { "<Control>9" } },
    { "win.page('report')", { "<Control>0" } },
    { "win.page('history')", { "<Control>h" } },
    { "win.glossary", { "F1" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (qusop_application_parent_class)->startup (application);

  g_action_map_add_action_entries (G_ACTION_MAP (application), entries,
                                   G_N_ELEMENTS (entries), application);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application),
                                           accels[i].action, accels[i].accels);
  gtk_window_set_default_icon_name (QUSOP_APP_ID);
  qusop_register_set_listener (not_on_record_cb);
}

static void
qusop_application_class_init (QusopApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = qusop_application_startup;
  application_class->activate = qusop_application_activate;
  application_class->open = qusop_application_open;
  application_class->handle_local_options = qusop_application_handle_local_options;
}

static void
qusop_application_init (QusopApplication *self)
{
  static const GOptionEntry options[] = {
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and end"), NULL },
    { "measure-frames", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL,
      "Move a slider, print the time of frames as JSON and end", NULL },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_summary (
      G_APPLICATION (self),
      _ ("Opens a study, fits models to it and shows which dose keeps the "
         "biomarker within bounds, in how many patients."));
  g_application_set_option_context_parameter_string (G_APPLICATION (self),
                                                     _ ("[STUDY.csv|PROJECT.qusop]"));
}

QusopApplication *
qusop_application_new (GApplicationFlags flags)
{
  return g_object_new (QUSOP_TYPE_APPLICATION, "application-id", QUSOP_APP_ID, "flags",
                       flags | G_APPLICATION_HANDLES_OPEN, "resource-base-path",
                       "/io/github/qusop/qusop", NULL);
}
