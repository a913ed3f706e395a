/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-glossary-window.h"

#include "widgets/qusop-glossary.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static GtkWidget *
make_row (const QusopTerm *term)
{
  g_autofree char *subtitle =
      g_strdup_printf ("%s (%s)", _ (term->definition), _ (term->source));
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ (term->term));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (term->term), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  subtitle, -1);
  return row;
}

static AdwPreferencesGroup *
make_group (QusopTopic topic)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  guint                n;
  const QusopTerm     *terms = qusop_glossary_terms (&n);

  adw_preferences_group_set_title (group, qusop_topic_title (topic));
  for (guint i = 0; i < n; i++)
    if (terms[i].topic == topic)
      adw_preferences_group_add (group, make_row (&terms[i]));
  return group;
}

/**
 * qusop_glossary_window_new:
 *
 * Returns: (transfer none): all terms by topic, which can be searched and stays open
 *   beside @parent
 */
GtkWindow *
qusop_glossary_window_new (GtkWindow *parent)
{
  GtkWidget          *window = adw_preferences_window_new ();
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());

  gtk_window_set_title (GTK_WINDOW (window), _ ("Glossary"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), FALSE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  for (guint topic = 0; topic < QUSOP_N_TOPICS; topic++)
    adw_preferences_page_add (page, make_group (topic));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), page);
  return GTK_WINDOW (window);
}
