/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-step-rail.h"

#include <glib/gi18n.h>

typedef struct {
  char           *title;
  QusopStepStatus status;
  GtkWidget      *row; /* borrowed: the list owns it */
  GtkWidget      *icon;
} Step;

struct _QusopStepRail {
  GtkWidget parent_instance;

  GtkWidget *list;
  GArray    *steps;
};

G_DEFINE_FINAL_TYPE (QusopStepRail, qusop_step_rail, GTK_TYPE_WIDGET)

static guint selected_signal;

static const char *const icons[] = {
  [QUSOP_STEP_EMPTY] = "qusop-step-empty-symbolic",
  [QUSOP_STEP_OK] = "qusop-step-ok-symbolic",
  [QUSOP_STEP_STALE] = "qusop-step-stale-symbolic",
  [QUSOP_STEP_WARNING] = "qusop-step-warning-symbolic",
  [QUSOP_STEP_RUNNING] = "qusop-step-running-symbolic",
};

static const char *const css_classes[] = {
  [QUSOP_STEP_EMPTY] = "dim-label", [QUSOP_STEP_OK] = "success",
  [QUSOP_STEP_STALE] = "warning",   [QUSOP_STEP_WARNING] = "warning",
  [QUSOP_STEP_RUNNING] = "accent",
};

const char *
qusop_step_status_text (QusopStepStatus status)
{
  switch (status) {
  case QUSOP_STEP_OK:
    return _ ("done");
  case QUSOP_STEP_STALE:
    return _ ("out of date");
  case QUSOP_STEP_WARNING:
    return _ ("needs attention");
  case QUSOP_STEP_RUNNING:
    return _ ("running");
  case QUSOP_STEP_EMPTY:
  default:
    return _ ("not started");
  }
}

static void
row_selected_cb (QusopStepRail *self, GtkListBoxRow *row)
{
  if (row != NULL)
    g_signal_emit (self, selected_signal, 0, gtk_list_box_row_get_index (row));
}

static void
step_clear (Step *step)
{
  g_free (step->title);
}

static void
show_status (QusopStepRail *self, guint index)
{
  Step            *step = &g_array_index (self->steps, Step, index);
  g_autofree char *name = g_strdup_printf (_ ("Step %u, %s, %s"), index + 1, step->title,
                                           qusop_step_status_text (step->status));

  gtk_image_set_from_icon_name (GTK_IMAGE (step->icon), icons[step->status]);
  for (guint i = 0; i < G_N_ELEMENTS (css_classes); i++)
    gtk_widget_remove_css_class (step->icon, css_classes[i]);
  gtk_widget_add_css_class (step->icon, css_classes[step->status]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (step->row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_tooltip_text (step->row, qusop_step_status_text (step->status));
}

static void
qusop_step_rail_dispose (GObject *object)
{
  QusopStepRail *self = QUSOP_STEP_RAIL (object);

  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_pointer (&self->steps, g_array_unref);

  G_OBJECT_CLASS (qusop_step_rail_parent_class)->dispose (object);
}

/* Tab comes to the step that is shown and leaves with the next: going through the rows
 * would show one page after the other. The arrow keys do that. */
static gboolean
qusop_step_rail_focus (GtkWidget *widget, GtkDirectionType direction)
{
  QusopStepRail *self = QUSOP_STEP_RAIL (widget);
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return GTK_WIDGET_CLASS (qusop_step_rail_parent_class)->focus (widget, direction);

  return gtk_widget_get_focus_child (widget) == NULL && row != NULL &&
         gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
qusop_step_rail_class_init (QusopStepRailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_step_rail_dispose;

  selected_signal = g_signal_new ("selected", QUSOP_TYPE_STEP_RAIL, G_SIGNAL_RUN_LAST, 0,
                                  NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  widget_class->focus = qusop_step_rail_focus;
  gtk_widget_class_set_css_name (widget_class, "steprail");
}

static void
qusop_step_rail_init (QusopStepRail *self)
{
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (self->steps, (GDestroyNotify) step_clear);

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Steps"), -1);
  g_signal_connect_swapped (self->list, "row-selected", G_CALLBACK (row_selected_cb),
                            self);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

void
qusop_step_rail_add (QusopStepRail *self, const char *title)
{
  const guint      index = self->steps->len;
  g_autofree char *number = g_strdup_printf ("%u", index + 1);
  GtkWidget       *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  Step             step = { .title = g_strdup (title), .status = QUSOP_STEP_EMPTY };

  step.row = gtk_list_box_row_new ();
  step.icon = gtk_image_new ();
  gtk_box_append (GTK_BOX (box), step.icon);
  gtk_box_append (GTK_BOX (box), gtk_label_new (number));
  gtk_box_append (GTK_BOX (box), gtk_label_new (title));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (step.row), box);
  g_array_append_val (self->steps, step);
  gtk_list_box_append (GTK_LIST_BOX (self->list), step.row);
  show_status (self, index);
}

void
qusop_step_rail_select (QusopStepRail *self, guint step)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), step);

  if (row != NULL && !gtk_list_box_row_is_selected (row))
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
}

void
qusop_step_rail_set_status (QusopStepRail *self, guint step, QusopStepStatus status)
{
  g_return_if_fail (step < self->steps->len);

  if (g_array_index (self->steps, Step, step).status == status)
    return;

  g_array_index (self->steps, Step, step).status = status;
  show_status (self, step);
}
