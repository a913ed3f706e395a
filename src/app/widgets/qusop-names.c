/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-names.h"

/**
 * qusop_name_inner:
 *
 * Names what is a @type inside @outer, at any depth. The focus goes to such
 * inner parts of drop-downs, split buttons and tables, which would be announced by the
 * name of their class.
 */
void
qusop_name_inner (GtkWidget *outer, GType type, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (outer); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    if (g_type_is_a (G_OBJECT_TYPE (child), type))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    else
      qusop_name_inner (child, type, name);
  }
}
