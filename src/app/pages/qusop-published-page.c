/* SPDX-License-Identifier: Apache-2.0 */
#include "pages/qusop-published-page.h"

#include "document/qusop-figures.h"
#include "widgets/qusop-follow.h"
#include "widgets/qusop-names.h"
#include "widgets/qusop-sentences.h"
#include "widgets/qusop-side-layout.h"
#include "widgets/qusop-text-table.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

struct _QusopPublishedPage {
  GtkWidget parent_instance;

  QusopSession *session;

  /* Template children. */
  GtkStack       *stack;
  AdwStatusPage  *nothing;
  GtkDropDown    *choice;
  QusopPlotView  *chart;
  QusopTextTable *table;
  GtkLabel       *note;
  GtkWidget      *run_button;
  GtkWidget      *cancel_button;
  GtkLabel       *reasons;
};

G_DEFINE_FINAL_TYPE (QusopPublishedPage, qusop_published_page, GTK_TYPE_WIDGET)

enum {
  CHOICE_LABELS,
  CHOICE_CURVES,
};

/* Of the table: two windows by two methods, and the population model. */
enum {
  COLUMN_WHO,
  COLUMN_LABELS,
  COLUMN_FIRST_TARGET,
  COLUMN_WEEKLY = COLUMN_FIRST_TARGET + QS_PUBLISHED_N_TARGETS,
  N_COLUMNS,
};

#define LAST_TARGET (QS_PUBLISHED_N_TARGETS - 1)

static void
draw (QusopPublishedPage *self)
{
  QsPublished              *published;
  QsDataset                *dataset;
  const GPtrArray          *answers;
  g_autoptr (QusopPlotSpec) spec = NULL;

  if (self->session == NULL)
    return;

  published = qusop_session_get_published (self->session);
  dataset = qusop_session_get_dataset (self->session);
  answers = qusop_session_get_published_answers (self->session);
  if (published != NULL && dataset != NULL)
    spec = gtk_drop_down_get_selected (self->choice) == CHOICE_LABELS
               ? qusop_figure_published_labels (published, dataset)
               : qusop_figure_published_curves (
                     published, qusop_session_get_published_model (self->session),
                     answers != NULL ? answers->pdata[0] : NULL);
  else {
    spec = qusop_plot_spec_new (_ ("Published pipeline"));
    qusop_plot_spec_set_empty_reason (spec, _ ("It has not run on this study yet."));
  }
  qusop_plot_view_set_spec (self->chart, spec);
}

static char *
end_of_grid (QsRegimen regimen, gsize n_doses)
{
  return g_strdup_printf (_ ("none up to %g"),
                          (double) n_doses * qs_regimen_grid_step_mg (regimen));
}

/* The mean over resampled populations, and where their mean curve arrives. */
static char *
logistic_dose (const QsPublishedCurve *curve, guint target)
{
  const QsPublishedDose *dose = &curve->doses[target];

  if (isnan (dose->curve_mg))
    return end_of_grid (curve->regimen, curve->n_doses);
  if (!isfinite (dose->mean_mg))
    return g_strdup_printf ("(%.2f)", dose->curve_mg);
  return g_strdup_printf ("%.2f (%.2f)", dose->mean_mg, dose->curve_mg);
}

/* From the lowest network to the highest, with how many find none. */
static char *
network_doses (const QsPublishedView *view, QsRegimen regimen, guint target)
{
  double low = INFINITY, high = -INFINITY;
  gsize  n_doses = 0;
  guint  n_without = 0;

  for (guint i = 0; i < view->networks->len; i++) {
    const QsPublishedCurve *curve = &g_array_index (view->networks, QsPublishedCurve, i);
    const double            dose_mg = curve->doses[target].curve_mg;

    if (curve->regimen != regimen)
      continue;
    n_doses = curve->n_doses;
    n_without += isnan (dose_mg);
    low = fmin (low, dose_mg);
    high = fmax (high, dose_mg);
  }

  if (n_doses == 0)
    return g_strdup ("–");
  if (!isfinite (low))
    return end_of_grid (regimen, n_doses);
  if (n_without > 0)
    return g_strdup_printf (_ ("%.1f to %.1f, %u none"), low, high, n_without);
  return g_strdup_printf (_ ("%.1f to %.1f"), low, high);
}

static char *
answered_dose (const GPtrArray *answers, QsRegimen regimen, double target)
{
  for (guint i = 0; i < answers->len; i++) {
    const QsResult *result = answers->pdata[i];

    if (result->scenario.regimen != regimen || result->decision.target != target)
      continue;
    if (!isfinite (result->decision.dose_mg))
      return g_strdup (_ ("not reached"));
    if (!isfinite (result->decision.assured_dose_mg))
      return g_strdup_printf ("%g", result->decision.dose_mg);
    return g_strdup_printf (_ ("%g, assured %g"), result->decision.dose_mg,
                            result->decision.assured_dose_mg);
  }

  return g_strdup ("–");
}

static void
add_row (QusopPublishedPage *self, char *cells[N_COLUMNS], gboolean emphasised)
{
  qusop_text_table_add_row (self->table, (const char *const *) cells, emphasised);
  for (guint i = 0; i < N_COLUMNS; i++)
    g_free (cells[i]);
}

static void
add_view (QusopPublishedPage    *self,
          const QsPublishedView *view,
          const char            *logistic,
          const char            *networks)
{
  const guint n_networks = view->networks->len / 2;
  char       *cells[2][N_COLUMNS];

  cells[0][COLUMN_WHO] = g_strdup (logistic);
  cells[1][COLUMN_WHO] = g_strdup_printf (networks, n_networks);
  for (guint i = 0; i < 2; i++)
    cells[i][COLUMN_LABELS] = g_strdup_printf (_ ("%g–%g h"), view->from_h, view->to_h);
  for (guint target = 0; target < QS_PUBLISHED_N_TARGETS; target++) {
    cells[0][COLUMN_FIRST_TARGET + target] = logistic_dose (&view->logistic, target);
    cells[1][COLUMN_FIRST_TARGET + target] = network_doses (view, QS_REGIMEN_QD, target);
  }
  cells[0][COLUMN_WEEKLY] = g_strdup ("–");
  cells[1][COLUMN_WEEKLY] = network_doses (view, QS_REGIMEN_QW, LAST_TARGET);
  for (guint i = 0; i < 2; i++)
    add_row (self, cells[i], FALSE);
}

static void
add_answers (QusopPublishedPage *self, const GPtrArray *answers)
{
  char *cells[N_COLUMNS];

  cells[COLUMN_WHO] = g_strdup (_ ("Population PK/PD"));
  cells[COLUMN_LABELS] = g_strdup (_ ("whole record"));
  for (guint target = 0; target < QS_PUBLISHED_N_TARGETS; target++)
    cells[COLUMN_FIRST_TARGET + target] =
        answered_dose (answers, QS_REGIMEN_QD, qs_published_targets[target]);
  cells[COLUMN_WEEKLY] =
      answered_dose (answers, QS_REGIMEN_QW, qs_published_targets[LAST_TARGET]);
  add_row (self, cells, TRUE);
}

static void
fill_table (QusopPublishedPage *self, const QsPublished *published)
{
  static const QusopCellKind kinds[N_COLUMNS] = { QUSOP_CELL_WORDS,  QUSOP_CELL_NUMBER,
                                                  QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER,
                                                  QUSOP_CELL_NUMBER, QUSOP_CELL_NUMBER };
  const GPtrArray *answers = qusop_session_get_published_answers (self->session);
  /* xgettext:no-c-format */
  const char *const heads[N_COLUMNS] = { _ ("Dose in mg"), _ ("Labels"),
                                         /* xgettext:no-c-format */
                                         _ ("Daily, 60 %"),
                                         /* xgettext:no-c-format */
                                         _ ("Daily, 75 %"),
                                         /* xgettext:no-c-format */
                                         _ ("Daily, 90 %"),
                                         /* xgettext:no-c-format */
                                         _ ("Weekly, 90 %") };

  qusop_text_table_begin (self->table, published != NULL ? N_COLUMNS : 0, heads, kinds);
  if (published == NULL)
    return;

  add_view (self, &published->views[QS_WINDOW_PUBLISHED],
            _ ("As published: logistic link"), _ ("As published: %u networks"));
  add_view (self, &published->views[QS_WINDOW_LAST_DOSE],
            _ ("Right window: logistic link"), _ ("Right window: %u networks"));
  if (answers != NULL)
    add_answers (self, answers);
}

static void
show_note (QusopPublishedPage *self, const QsPublished *published)
{
  static const char *const numbers =
      N_ ("Logistic link: mean over resampled populations, and in brackets where their "
          "mean curve reaches the target. Networks: from the lowest to the highest of "
          "their seeds.");
  const gboolean   alone = qusop_session_get_published_answers (self->session) == NULL;
  g_autofree char *words = g_strconcat (
      _ (numbers), " ",
      alone ? _ ("Fit the population model to see its doses beside them.")
            : _ ("Population PK/PD: the mean dose, and the one that is assured."),
      NULL);

  gtk_label_set_label (self->note, words);
  gtk_widget_set_visible (GTK_WIDGET (self->note), published != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->table), published != NULL);
}

/* What the right-hand side says: why, or what the run would do. */
static char *
words_of (QusopPublishedPage *self)
{
  QsPublished *published = qusop_session_get_published (self->session);
  const char  *problem = qusop_session_get_published_problem (self->session);
  GString     *words;

  if (problem != NULL)
    return g_strdup (problem);
  if (published == NULL)
    return g_strdup (
        _ ("The QuSOP paper (Chen et al., LSQI Challenge 2025) read success in the week "
           "before the last visit, when the drug was washing out. Run its pipeline on "
           "this study to see what it answers, what the same pipeline answers from the "
           "last dosing interval, and why."));

  words = g_string_new (NULL);
  for (guint i = 0; published->reasons[i] != NULL; i++) {
    g_autofree char *sentence = qusop_sentence_translate (published->reasons[i]);

    g_string_append_printf (words, i > 0 ? "\n\n%s" : "%s", sentence);
  }
  return g_string_free (words, FALSE);
}

/* Which of the page's states it is, and why there is nothing to reproduce. */
static const char *
state_of (QusopPublishedPage *self, QsDataset *dataset)
{
  double from_h, to_h;

  if (dataset == NULL || !qs_dataset_is_usable (dataset))
    return "empty";
  if (qs_published_window (dataset, &from_h, &to_h))
    return "ready";

  if (isfinite (to_h)) {
    g_autofree char *why = g_strdup_printf (
        _ ("The paper took its labels from the week before the last visit, weeks after "
           "the last dose. In this study that week, %g–%g h, is not behind the last "
           "dose: there is no washout that could be mistaken for treatment."),
        from_h, to_h);

    adw_status_page_set_description (self->nothing, why);
  } else {
    adw_status_page_set_description (self->nothing,
                                     _ ("This study has no observed biomarker."));
  }
  return "nothing";
}

static void
show (QusopPublishedPage *self)
{
  QsDataset       *dataset = qusop_session_get_dataset (self->session);
  QsPublished     *published = qusop_session_get_published (self->session);
  const gboolean   busy = qusop_session_is_busy (self->session, QUSOP_ACTIVITY_REPRODUCE);
  g_autofree char *words = words_of (self);

  gtk_stack_set_visible_child_name (self->stack, state_of (self, dataset));
  gtk_widget_set_visible (self->run_button, !busy);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_sensitive (GTK_WIDGET (self->choice), published != NULL);
  gtk_label_set_label (self->reasons, words);
}

static void
published_changed_cb (QusopPublishedPage *self)
{
  QsPublished *published = qusop_session_get_published (self->session);

  fill_table (self, published);
  show_note (self, published);
  draw (self);
  show (self);
}

static void
qusop_published_page_dispose (GObject *object)
{
  QusopPublishedPage *self = QUSOP_PUBLISHED_PAGE (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_PUBLISHED_PAGE);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (qusop_published_page_parent_class)->dispose (object);
}

static void
qusop_published_page_class_init (QusopPublishedPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_published_page_dispose;

  g_type_ensure (QUSOP_TYPE_PLOT_VIEW);
  g_type_ensure (QUSOP_TYPE_SIDE_LAYOUT);
  g_type_ensure (QUSOP_TYPE_TEXT_TABLE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-published-page.ui");
#define BIND(name) \
  gtk_widget_class_bind_template_child (widget_class, QusopPublishedPage, name)
  BIND (stack);
  BIND (nothing);
  BIND (choice);
  BIND (chart);
  BIND (table);
  BIND (note);
  BIND (run_button);
  BIND (cancel_button);
  BIND (reasons);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, draw);
}

static void
qusop_published_page_init (QusopPublishedPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->choice), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Chart to show"));
}

void
qusop_published_page_set_session (QusopPublishedPage *self, QusopSession *session)
{
  g_set_object (&self->session, session);
  qusop_follow (GTK_WIDGET (self), session, "notify::activity", G_CALLBACK (show));
  qusop_follow (GTK_WIDGET (self), session, "notify::published",
                G_CALLBACK (published_changed_cb));
  qusop_follow (GTK_WIDGET (self), session, "notify::dataset",
                G_CALLBACK (published_changed_cb));
  published_changed_cb (self);
}

QusopPlotView *
qusop_published_page_get_chart (QusopPublishedPage *self)
{
  return self->chart;
}
