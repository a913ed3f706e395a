/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-nca-columns.h"

#include "widgets/qusop-glossary.h"
#include "widgets/qusop-gradual-list.h"
#include "widgets/qusop-names.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <math.h>

/* What a column of the subjects shows; parameters follow. */
enum { SUBJECT_ID, SUBJECT_DOSE, SUBJECT_WEIGHT, SUBJECT_NOTE, SUBJECT_PARAMETER };

enum {
  SUMMARY_DOSE,
  SUMMARY_PARAMETER,
  SUMMARY_N,
  SUMMARY_MEAN,
  SUMMARY_CV,
  SUMMARY_MEDIAN,
  SUMMARY_RANGE,
};

typedef struct _Column Column;

/* The words of a cell, transfer full. */
typedef char *(*CellText) (const Column *column, guint row);

/* One line of the summary. */
typedef struct {
  guint          arm;
  QsNcaParameter parameter;
} Line;

/* Owned by the factory of its cells. */
struct _Column {
  QsDataset *dataset; /* of a table of subjects */
  GArray    *lines;   /* of a summary */
  QsNca     *nca;
  CellText   text;
  guint      what;
  gboolean   is_number;
};

static void
column_free (gpointer data, GClosure *closure)
{
  Column *self = data;

  if (self->dataset != NULL)
    qs_dataset_unref (self->dataset);
  if (self->lines != NULL)
    g_array_unref (self->lines);
  qs_nca_unref (self->nca);
  g_free (self);
}

/* Three digits, with the reader's decimal sign. */
static char *
number_text (double value)
{
  char *text = qs_report_significant (value);
  char *point = strchr (text, '.');

  if (point != NULL && strlen (localeconv ()->decimal_point) == 1)
    *point = *localeconv ()->decimal_point;
  return text;
}

static char *
parameter_title (QsNcaParameter parameter)
{
  const QsNcaParameterInfo *info = qs_nca_parameter_info (parameter);

  return *info->unit != '\0' ? g_strdup_printf ("%s (%s)", info->title, info->unit)
                             : g_strdup (info->title);
}

static char *
subject_text (const Column *column, guint row)
{
  const QsSubject *subject = qs_dataset_subject (column->dataset, row);

  switch (column->what) {
  case SUBJECT_ID:
    return g_strdup (subject->id);
  case SUBJECT_DOSE:
    return g_strdup_printf ("%g", subject->dose_mg);
  case SUBJECT_WEIGHT:
    return g_strdup_printf ("%g", subject->bw_kg);
  case SUBJECT_NOTE:
    return g_strdup (qs_nca_note (column->nca, row));
  default:
    return number_text (
        qs_nca_value (column->nca, row, column->what - SUBJECT_PARAMETER));
  }
}

/* What each arm has, arm by arm. */
static GArray *
find_lines (const QsNca *nca)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));

  for (guint arm = 0; arm < qs_nca_n_arms (nca); arm++) {
    for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++) {
      const Line line = { arm, p };

      if (qs_nca_summary (nca, arm, p).n > 0)
        g_array_append_val (lines, line);
    }
  }

  return lines;
}

static char *
summary_text (const Column *column, guint row)
{
  const Line         line = g_array_index (column->lines, Line, row);
  const QsNcaSummary summary = qs_nca_summary (column->nca, line.arm, line.parameter);
  g_autofree char   *low = NULL, *high = NULL;

  switch (column->what) {
  case SUMMARY_DOSE:
    return g_strdup_printf ("%g", qs_nca_arm_mg (column->nca, line.arm));
  case SUMMARY_PARAMETER:
    return parameter_title (line.parameter);
  case SUMMARY_N:
    return g_strdup_printf ("%u", summary.n);
  case SUMMARY_MEAN:
    return number_text (summary.geometric_mean);
  case SUMMARY_CV:
    return number_text (summary.geometric_cv_percent);
  case SUMMARY_MEDIAN:
    return number_text (summary.median);
  default:
    low = number_text (summary.low);
    high = number_text (summary.high);
    return g_strdup_printf ("%s–%s", low, high);
  }
}

static void
setup_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column *column = data;
  GtkWidget    *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), column->is_number ? 1.f : 0.f);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

/* A row holds the number of what it shows. */
static guint
number_of (gpointer row)
{
  return (guint) g_ascii_strtoull (gtk_string_object_get_string (row), NULL, 10);
}

/* What the glossary says of a cell. */
static const char *
term_of (const Column *column, guint row)
{
  if (column->dataset != NULL)
    return column->what == SUBJECT_DOSE     ? "dose"
           : column->what == SUBJECT_WEIGHT ? "study-weight"
           : column->what >= SUBJECT_PARAMETER
               ? qs_nca_parameter_info (column->what - SUBJECT_PARAMETER)->code
               : NULL;

  return column->what == SUMMARY_DOSE   ? "dose"
         : column->what == SUMMARY_MEAN ? "geometric-mean"
         : column->what == SUMMARY_CV
             ? "geometric-cv"
             : qs_nca_parameter_info (g_array_index (column->lines, Line, row).parameter)
                   ->code;
}

static void
bind_cell_cb (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const Column    *column = data;
  const guint      row = number_of (gtk_list_item_get_item (item));
  g_autofree char *text = column->text (column, row);
  GtkWidget       *label = gtk_list_item_get_child (item);
  const gboolean   missing = *text == '\0' && column->is_number;
  const char      *term = term_of (column, row);

  qusop_set_number (GTK_LABEL (label), missing ? "–" : text);
  gtk_widget_set_tooltip_text (label, NULL);
  if (missing && column->dataset != NULL)
    gtk_widget_set_tooltip_text (label, qs_nca_note (column->nca, row));
  else if (term != NULL)
    qusop_explain (label, term);
}

static GtkColumnViewColumn *
add_column (GtkColumnView *table, const char *title, Column content)
{
  GtkListItemFactory  *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *view = gtk_column_view_column_new (title, factory);
  Column              *column = g_memdup2 (&content, sizeof content);

  qs_nca_ref (column->nca);
  if (column->dataset != NULL)
    qs_dataset_ref (column->dataset);
  if (column->lines != NULL)
    g_array_ref (column->lines);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cell_cb), column);
  g_signal_connect_data (factory, "bind", G_CALLBACK (bind_cell_cb), column, column_free,
                         0);
  gtk_column_view_column_set_resizable (view, TRUE);
  gtk_column_view_append_column (table, view);
  g_object_unref (view); /* the table's alone now */

  return view;
}

static void
clear_columns (GtkColumnView *table)
{
  GListModel *columns = gtk_column_view_get_columns (table);

  gtk_column_view_set_model (table, NULL);
  while (g_list_model_get_n_items (columns) > 0) {
    g_autoptr (GtkColumnViewColumn) column = g_list_model_get_item (columns, 0);

    gtk_column_view_remove_column (table, column);
  }
}

static void
add_row (GtkStringList *rows, guint number)
{
  gtk_string_list_take (rows, g_strdup_printf ("%u", number));
}

static GListModel *
rows_new (guint n)
{
  GtkStringList *rows = gtk_string_list_new (NULL);

  for (guint i = 0; i < n; i++)
    add_row (rows, i);

  return G_LIST_MODEL (rows);
}

/* Placebo has no exposure: it comes last. */
static GListModel *
subject_rows_new (QsDataset *dataset)
{
  GtkStringList *rows = gtk_string_list_new (NULL);
  const guint    n = qs_dataset_n_subjects (dataset);

  for (guint i = 0; i < n; i++)
    if (qs_dataset_subject (dataset, i)->dose_mg > 0.0)
      add_row (rows, i);
  for (guint i = 0; i < n; i++)
    if (!(qs_dataset_subject (dataset, i)->dose_mg > 0.0))
      add_row (rows, i);

  return G_LIST_MODEL (rows);
}

/**
 * qusop_nca_columns_subject:
 * @row: of a table of subjects
 *
 * Returns: the number of the subject within the study; %GTK_INVALID_LIST_POSITION for no
 *   row
 */
guint
qusop_nca_columns_subject (GListModel *rows, guint row)
{
  g_autoptr (GObject) item = g_list_model_get_item (rows, row);

  return item != NULL ? number_of (item) : GTK_INVALID_LIST_POSITION;
}

/* The other way round; rows that are still to come are not found. */
guint
qusop_nca_columns_row (GListModel *rows, guint subject)
{
  const guint n = g_list_model_get_n_items (rows);

  for (guint row = 0; row < n; row++)
    if (qusop_nca_columns_subject (rows, row) == subject)
      return row;

  return GTK_INVALID_LIST_POSITION;
}

void
qusop_nca_columns_show_subjects (GtkColumnView *table, QsDataset *dataset, QsNca *nca)
{
  g_autoptr (GtkSingleSelection) selection = gtk_single_selection_new (
      G_LIST_MODEL (qusop_gradual_list_new (subject_rows_new (dataset))));
  Column column = { .dataset = dataset, .nca = nca, .text = subject_text };

  clear_columns (table);
  column.what = SUBJECT_ID;
  add_column (table, _ ("ID"), column);
  column.is_number = TRUE;
  column.what = SUBJECT_DOSE;
  add_column (table, _ ("Dose (mg)"), column);
  column.what = SUBJECT_WEIGHT;
  add_column (table, _ ("Weight (kg)"), column);
  for (guint p = 0; p < QS_N_NCA_PARAMETERS; p++) {
    g_autofree char *title = parameter_title (p);

    column.what = SUBJECT_PARAMETER + p;
    if (qs_nca_has (nca, p))
      add_column (table, title, column);
  }
  column.is_number = FALSE;
  column.what = SUBJECT_NOTE;
  gtk_column_view_column_set_expand (add_column (table, _ ("What is missing"), column),
                                     TRUE);

  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_single_selection_set_selected (selection, GTK_INVALID_LIST_POSITION);
  gtk_column_view_set_model (table, GTK_SELECTION_MODEL (selection));
}

void
qusop_nca_columns_show_summary (GtkColumnView *table, QsNca *nca)
{
  static const struct {
    const char *title;
    guint       what;
    gboolean    is_number;
  } columns[] = {
    { N_ ("Dose (mg)"), SUMMARY_DOSE, TRUE },
    { N_ ("Parameter"), SUMMARY_PARAMETER, FALSE },
    { N_ ("n"), SUMMARY_N, TRUE },
    { N_ ("Geometric mean"), SUMMARY_MEAN, TRUE },
    { N_ ("Geometric CV (%)"), SUMMARY_CV, TRUE },
    { N_ ("Median"), SUMMARY_MEDIAN, TRUE },
    { N_ ("Range"), SUMMARY_RANGE, FALSE },
  };
  g_autoptr (GArray)         lines = find_lines (nca);
  g_autoptr (GtkNoSelection) rows = gtk_no_selection_new (
      G_LIST_MODEL (qusop_gradual_list_new (rows_new (lines->len))));

  clear_columns (table);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    GtkColumnViewColumn *view =
        add_column (table, _ (columns[i].title),
                    (Column){ .lines = lines,
                              .nca = nca,
                              .text = summary_text,
                              .what = columns[i].what,
                              .is_number = columns[i].is_number });

    gtk_column_view_column_set_expand (view, i + 1 == G_N_ELEMENTS (columns));
  }
  gtk_column_view_set_model (table, GTK_SELECTION_MODEL (rows));
}
