/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-findings-list.h"

#include <glib/gi18n.h>
#include <string.h>

struct _QusopFindingsList {
  GtkWidget parent_instance;

  QsDataset *dataset; /* nullable */
  GtkWidget *list;
};

G_DEFINE_FINAL_TYPE (QusopFindingsList, qusop_findings_list, GTK_TYPE_WIDGET)

static guint chosen_signal;

/* More rows than anyone reads would only slow the page down; the rest is counted. */
static const guint n_shown_at_most = 200;

static const char *
severity_icon (QsSeverity severity)
{
  switch (severity) {
  case QS_SEVERITY_FATAL:
    return "dialog-error-symbolic";
  case QS_SEVERITY_WARNING:
    return "dialog-warning-symbolic";
  case QS_SEVERITY_INFO:
  default:
    return "dialog-information-symbolic";
  }
}

static const char *
severity_text (QsSeverity severity)
{
  switch (severity) {
  case QS_SEVERITY_FATAL:
    return _ ("Must be mended");
  case QS_SEVERITY_WARNING:
    return _ ("Warning");
  case QS_SEVERITY_INFO:
  default:
    return _ ("Information");
  }
}

static void
add_word (GString *text, const char *format, const char *word)
{
  if (word == NULL)
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append_printf (text, format, word);
}

/* "Row 17 · ID 3 · DV · <0.1 · and 4 more" */
static char *
describe_place (const QsFinding *finding)
{
  GString *text = g_string_new (NULL);

  if (finding->row > 0)
    g_string_append_printf (text, _ ("Row %u"), finding->row);
  add_word (text, _ ("ID %s"), finding->id);
  add_word (text, _ ("column %s"), finding->column);
  add_word (text, "“%s”", finding->value);
  if (finding->n_more > 0)
    g_string_append_printf (
        text, ngettext (" · and %u more place", " · and %u more places", finding->n_more),
        finding->n_more);
  if (text->len == 0)
    g_string_append (text, _ ("Whole file"));

  return g_string_free (text, FALSE);
}

static GtkWidget *
make_label (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 34);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* The engine's rules are parts of sentences; here each one stands alone. */
static char *
as_sentence (const char *text)
{
  g_autofree char *first = g_utf8_substring (text, 0, MIN (1, g_utf8_strlen (text, -1)));
  g_autofree char *upper = g_utf8_strup (first, -1);

  return g_strconcat (upper, text + strlen (first), NULL);
}

static GtkWidget *
make_row (const QsFinding *finding)
{
  g_autofree char *rule = as_sentence (finding->rule);
  g_autofree char *place = describe_place (finding);
  g_autofree char *name =
      g_strdup_printf ("%s: %s. %s. %s", severity_text (finding->severity), place,
                       finding->rule, finding->action);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *icon = gtk_image_new_from_icon_name (severity_icon (finding->severity));

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (icon, severity_text (finding->severity));
  gtk_widget_add_css_class (icon, finding->severity == QS_SEVERITY_FATAL     ? "error"
                                  : finding->severity == QS_SEVERITY_WARNING ? "warning"
                                                                             : "accent");
  gtk_box_append (GTK_BOX (text), make_label (rule, NULL));
  gtk_box_append (GTK_BOX (text), make_label (place, "caption"));
  gtk_box_append (GTK_BOX (text), make_label (finding->action, "dim-label"));
  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), text);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_add_css_class (box, "finding");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), finding->row > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);

  return row;
}

static void
row_activated_cb (QusopFindingsList *self, GtkListBoxRow *row)
{
  const guint index = gtk_list_box_row_get_index (row);

  if (self->dataset != NULL && index < qs_dataset_n_findings (self->dataset))
    g_signal_emit (self, chosen_signal, 0,
                   qs_dataset_finding (self->dataset, index)->row);
}

static void
qusop_findings_list_dispose (GObject *object)
{
  QusopFindingsList *self = QUSOP_FINDINGS_LIST (object);

  g_clear_pointer (&self->list, gtk_widget_unparent);
  g_clear_pointer (&self->dataset, qs_dataset_unref);

  G_OBJECT_CLASS (qusop_findings_list_parent_class)->dispose (object);
}

static void
qusop_findings_list_class_init (QusopFindingsListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_findings_list_dispose;
  chosen_signal = g_signal_new ("chosen", QUSOP_TYPE_FINDINGS_LIST, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
qusop_findings_list_init (QusopFindingsList *self)
{
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list),
                                make_label (_ ("Nothing to report"), "finding"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Findings"), -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb),
                            self);
  gtk_widget_set_parent (self->list, GTK_WIDGET (self));
}

static void
add_rest (QusopFindingsList *self, guint n_rest)
{
  g_autofree char *text = g_strdup_printf (
      ngettext ("and %u finding more", "and %u findings more", n_rest), n_rest);

  gtk_list_box_append (GTK_LIST_BOX (self->list), make_label (text, "finding"));
}

void
qusop_findings_list_set_dataset (QusopFindingsList *self, QsDataset *dataset)
{
  const guint n = dataset != NULL ? qs_dataset_n_findings (dataset) : 0;
  GtkWidget  *row;

  if (dataset != NULL)
    qs_dataset_ref (dataset);
  g_clear_pointer (&self->dataset, qs_dataset_unref);
  self->dataset = dataset;

  while ((row = GTK_WIDGET (
              gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0))) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);

  for (guint i = 0; i < MIN (n, n_shown_at_most); i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list),
                         make_row (qs_dataset_finding (dataset, i)));
  if (n > n_shown_at_most)
    add_rest (self, n - n_shown_at_most);
}
