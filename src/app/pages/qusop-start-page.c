/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-start-page.h"

#include <glib/gi18n.h>

struct _QusopStartPage {
  GtkWidget parent_instance;

  /* Template children. */
  GtkWidget  *content;
  GtkWidget  *recent_group;
  GtkListBox *recent;
};

G_DEFINE_FINAL_TYPE (QusopStartPage, qusop_start_page, GTK_TYPE_WIDGET)

static void
qusop_start_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), QUSOP_TYPE_START_PAGE);
  G_OBJECT_CLASS (qusop_start_page_parent_class)->dispose (object);
}

static void
qusop_start_page_class_init (QusopStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_start_page_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopStartPage, content);
  gtk_widget_class_bind_template_child (widget_class, QusopStartPage, recent_group);
  gtk_widget_class_bind_template_child (widget_class, QusopStartPage, recent);
}

static void
qusop_start_page_init (QusopStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

static GtkWidget *
make_row (const char *uri)
{
  g_autoptr (GFile) file = g_file_new_for_uri (uri);
  g_autofree char  *name = g_file_get_basename (file);
  g_autofree char  *path = g_file_get_parse_name (file);
  GtkWidget        *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), path);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (row), "win.open-uri");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (row), "s", uri);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  return row;
}

/* Shows @uris, latest first; none hides the list. */
void
qusop_start_page_set_recent (QusopStartPage *self, const char *const *uris)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->recent, 0)) != NULL)
    gtk_list_box_remove (self->recent, GTK_WIDGET (row));

  gtk_widget_set_visible (self->recent_group, uris[0] != NULL);
  for (guint i = 0; uris[i] != NULL; i++)
    gtk_list_box_append (self->recent, make_row (uris[i]));
}
