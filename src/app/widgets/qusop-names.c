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

static gboolean
has_words_from_right (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c)) {
    const GUnicodeScript script = g_unichar_get_script (g_utf8_get_char (c));

    if (script == G_UNICODE_SCRIPT_ARABIC || script == G_UNICODE_SCRIPT_HEBREW)
      return TRUE;
  }
  return FALSE;
}

/**
 * qusop_set_number:
 * @text: a number, perhaps with its unit
 *
 * Shows a number, which is read from left to right in every language: among words that
 * are not, its sign would change sides.
 */
void
qusop_set_number (GtkLabel *label, const char *text)
{
  const gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (label)) == GTK_TEXT_DIR_RTL;
  g_autofree char *marked = rtl && !has_words_from_right (text)
                                ? g_strconcat ("\u200e", text, NULL)
                                : g_strdup (text);

  /* A label that is told the same text again would be measured and shaped again. */
  if (g_strcmp0 (gtk_label_get_label (label), marked) != 0)
    gtk_label_set_label (label, marked);
}
