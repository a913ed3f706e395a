/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-mapping-pane.h"

#include "widgets/qusop-names.h"

#include <glib/gi18n.h>
#include <string.h>

struct _QusopMappingPane {
  GtkWidget parent_instance;

  QsDataset *dataset; /* nullable */
  GPtrArray *roles;   /* GtkDropDown per column, borrowed: the grid owns them */

  /* Template children. */
  GtkWidget *content;
  GtkGrid   *grid;
};

G_DEFINE_FINAL_TYPE (QusopMappingPane, qusop_mapping_pane, GTK_TYPE_WIDGET)

static guint mapped_signal;

enum { N_ROLES = QS_COLUMN_IGNORED + 1 };

static const char *
role_text (QsColumnRole role)
{
  static const char *const texts[N_ROLES] = {
    [QS_COLUMN_ID] = N_ ("ID: subject"),
    [QS_COLUMN_TIME] = N_ ("TIME: hours"),
    [QS_COLUMN_DV] = N_ ("DV: measured value"),
    [QS_COLUMN_EVID] = N_ ("EVID: kind of record"),
    [QS_COLUMN_MDV] = N_ ("MDV: value missing"),
    [QS_COLUMN_AMT] = N_ ("AMT: amount given, mg"),
    [QS_COLUMN_CMT] = N_ ("CMT: compartment"),
    [QS_COLUMN_DVID] = N_ ("DVID: endpoint"),
    [QS_COLUMN_BW] = N_ ("BW: body weight, kg"),
    [QS_COLUMN_COMED] = N_ ("COMED: co-medication"),
    [QS_COLUMN_DOSE] = N_ ("DOSE: dose group, mg"),
    [QS_COLUMN_ADDL] = N_ ("ADDL: further doses"),
    [QS_COLUMN_II] = N_ ("II: dosing interval, h"),
    [QS_COLUMN_SS] = N_ ("SS: steady state"),
    [QS_COLUMN_RATE] = N_ ("RATE: infusion rate"),
    [QS_COLUMN_CENS] = N_ ("CENS: below the limit"),
    [QS_COLUMN_LLOQ] = N_ ("LLOQ: limit of quantification"),
    [QS_COLUMN_COVARIATE] = N_ ("Further covariate"),
    [QS_COLUMN_IGNORED] = N_ ("Not used"),
  };

  return gettext (texts[role]);
}

static void
clear_grid (QusopMappingPane *self)
{
  GtkWidget *child;

  g_ptr_array_set_size (self->roles, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->grid))) != NULL)
    gtk_grid_remove (self->grid, child);
}

static void
add_column (QusopMappingPane *self, guint column, const char *const *texts)
{
  const char      *name = qs_dataset_column_name (self->dataset, column);
  g_autofree char *label = g_strdup_printf (_ ("Meaning of column %s"), name);
  GtkWidget       *title = gtk_label_new (name);
  GtkWidget       *role = gtk_drop_down_new_from_strings (texts);

  gtk_label_set_xalign (GTK_LABEL (title), 0.f);
  gtk_widget_add_css_class (title, "value");
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (title), MIN (12, (int) strlen (name)));
  gtk_widget_set_tooltip_text (title, name);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (role),
                              qs_dataset_column_role (self->dataset, column));
  qusop_name_inner (role, GTK_TYPE_TOGGLE_BUTTON, label);
  gtk_grid_attach (self->grid, title, 0, (int) column, 1, 1);
  gtk_grid_attach (self->grid, role, 1, (int) column, 1, 1);
  g_ptr_array_add (self->roles, role);
}

void
qusop_mapping_pane_set_dataset (QusopMappingPane *self, QsDataset *dataset)
{
  const char *texts[N_ROLES + 1] = { NULL };

  clear_grid (self);
  qs_dataset_ref (dataset);
  g_clear_pointer (&self->dataset, qs_dataset_unref);
  self->dataset = dataset;

  for (guint i = 0; i < N_ROLES; i++)
    texts[i] = role_text (i);
  for (guint i = 0; i < qs_dataset_n_columns (dataset); i++)
    add_column (self, i, texts);
}

/**
 * qusop_mapping_pane_dup_mapping:
 *
 * Returns: (transfer full): such as "ID=SUBJ,BW=WT"
 */
char *
qusop_mapping_pane_dup_mapping (QusopMappingPane *self)
{
  GString *mapping = g_string_new (NULL);

  for (guint i = 0; i < self->roles->len; i++) {
    const QsColumnRole role =
        gtk_drop_down_get_selected (g_ptr_array_index (self->roles, i));

    if (role >= QS_COLUMN_COVARIATE)
      continue;
    if (mapping->len > 0)
      g_string_append_c (mapping, ',');
    g_string_append_printf (mapping, "%s=%s", qs_column_role_name (role),
                            qs_dataset_column_name (self->dataset, i));
  }

  return g_string_free (mapping, FALSE);
}

static void
confirm_cb (QusopMappingPane *self)
{
  g_autofree char *mapping = qusop_mapping_pane_dup_mapping (self);

  g_signal_emit (self, mapped_signal, 0, mapping);
}

static void
qusop_mapping_pane_dispose (GObject *object)
{
  QusopMappingPane *self = QUSOP_MAPPING_PANE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_MAPPING_PANE);
  g_clear_pointer (&self->roles, g_ptr_array_unref);
  g_clear_pointer (&self->dataset, qs_dataset_unref);

  G_OBJECT_CLASS (qusop_mapping_pane_parent_class)->dispose (object);
}

static void
qusop_mapping_pane_class_init (QusopMappingPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_mapping_pane_dispose;
  mapped_signal = g_signal_new ("mapped", QUSOP_TYPE_MAPPING_PANE, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-mapping-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopMappingPane, content);
  gtk_widget_class_bind_template_child (widget_class, QusopMappingPane, grid);
  gtk_widget_class_bind_template_callback (widget_class, confirm_cb);
}

static void
qusop_mapping_pane_init (QusopMappingPane *self)
{
  self->roles = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
