/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-first-steps.h"

#include <glib/gi18n.h>

struct _QusopFirstSteps {
  GtkWidget parent_instance;

  gboolean   done[QUSOP_N_FIRST_STEPS];
  GtkWidget *ticks[QUSOP_N_FIRST_STEPS]; /* borrowed: the box owns them */

  /* Template children. */
  GtkRevealer *content;
  GtkBox      *checklist;
  GtkLabel    *title;
  GtkLabel    *hint;
  GtkButton   *go;
};

G_DEFINE_FINAL_TYPE (QusopFirstSteps, qusop_first_steps, GTK_TYPE_WIDGET)

typedef struct {
  const char *title;
  const char *hint;
  const char *button;
  const char *action;
  const char *page; /* the action's target, NULL for none */
} Step;

static const Step steps[QUSOP_N_FIRST_STEPS] = {
  [QUSOP_FIRST_OPEN] = { N_ ("Open a study"),
                         N_ ("The sample is a made-up Phase 1 study of a drug that "
                             "lowers "
                             "a biomarker. A study of your own is a CSV file with one "
                             "row "
                             "per dose or observation."),
                         N_ ("Open the Sample"), "win.open-sample", NULL },
  [QUSOP_FIRST_LOOK] = { N_ ("Look at the data"),
                         N_ ("The page Data counts what was read and lists what is wrong "
                             "with it; Explore draws every subject before any model."),
                         N_ ("Explore"), "win.page", "explore" },
  [QUSOP_FIRST_FIT] = { N_ ("Fit a model"),
                        N_ ("Keep the population model and press Train. You may go on "
                            "while it runs; it can be cancelled at any time."),
                        N_ ("Model"), "win.page", "model" },
  [QUSOP_FIRST_DECIDE] = { N_ ("Ask for the dose"),
                           N_ ("The card reads out the dose. Move the threshold or the "
                               "weights and see it follow; point at a number for what it "
                               "means."),
                           N_ ("Decide"), "win.page", "decide" },
  [QUSOP_FIRST_EXPORT] = { N_ ("Take it with you"),
                           N_ ("Save the chart as a picture, or as a table of the "
                               "numbers "
                               "behind it."),
                           N_ ("Export…"), "win.export", NULL },
};

/* The first that is not done; all of them where none is left. */
static guint
current_step (QusopFirstSteps *self)
{
  guint step = 0;

  while (step < QUSOP_N_FIRST_STEPS && self->done[step])
    step++;
  return step;
}

static void
show_ticks (QusopFirstSteps *self)
{
  for (guint i = 0; i < QUSOP_N_FIRST_STEPS; i++) {
    const gboolean   done = self->done[i];
    g_autofree char *text =
        g_strdup_printf (done ? _ ("%s: done") : _ ("%s: to do"), _ (steps[i].title));

    gtk_image_set_from_icon_name (GTK_IMAGE (self->ticks[i]),
                                  done ? "qusop-step-ok-symbolic"
                                       : "qusop-step-empty-symbolic");
    gtk_widget_set_tooltip_text (self->ticks[i], text);
    gtk_accessible_update_property (GTK_ACCESSIBLE (self->ticks[i]),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  }
}

static void
show (QusopFirstSteps *self)
{
  const guint      step = current_step (self);
  const gboolean   over = step == QUSOP_N_FIRST_STEPS;
  g_autofree char *title =
      over ? g_strdup (_ ("That was the whole way"))
           : g_strdup_printf (_ ("First steps, %u of %u: %s"), step + 1,
                              QUSOP_N_FIRST_STEPS, _ (steps[step].title));

  show_ticks (self);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->hint, over ? _ ("Diagnostics tell whether the model may be "
                                             "believed; the glossary (F1) explains every "
                                             "term.")
                                        : _ (steps[step].hint));
  gtk_widget_set_visible (GTK_WIDGET (self->go), !over);
  if (!over) {
    gtk_button_set_label (self->go, _ (steps[step].button));
    /* Without an action in between, which would not take the new target. */
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->go), NULL);
    gtk_actionable_set_action_target_value (
        GTK_ACTIONABLE (self->go),
        steps[step].page != NULL ? g_variant_new_string (steps[step].page) : NULL);
    gtk_actionable_set_action_name (GTK_ACTIONABLE (self->go), steps[step].action);
  }
}

static void
close_cb (QusopFirstSteps *self)
{
  gtk_revealer_set_reveal_child (self->content, FALSE);
}

static void
qusop_first_steps_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), QUSOP_TYPE_FIRST_STEPS);
  G_OBJECT_CLASS (qusop_first_steps_parent_class)->dispose (object);
}

static void
qusop_first_steps_class_init (QusopFirstStepsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_first_steps_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-first-steps.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopFirstSteps, content);
  gtk_widget_class_bind_template_child (widget_class, QusopFirstSteps, checklist);
  gtk_widget_class_bind_template_child (widget_class, QusopFirstSteps, title);
  gtk_widget_class_bind_template_child (widget_class, QusopFirstSteps, hint);
  gtk_widget_class_bind_template_child (widget_class, QusopFirstSteps, go);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
qusop_first_steps_init (QusopFirstSteps *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < QUSOP_N_FIRST_STEPS; i++) {
    self->ticks[i] = gtk_image_new ();
    gtk_box_append (self->checklist, self->ticks[i]);
  }
  show (self);
}

/* Shows the strip; what is done already stays ticked. */
void
qusop_first_steps_begin (QusopFirstSteps *self)
{
  gtk_revealer_set_reveal_child (self->content, TRUE);
}

gboolean
qusop_first_steps_is_shown (QusopFirstSteps *self)
{
  return gtk_revealer_get_reveal_child (self->content);
}

void
qusop_first_steps_set_done (QusopFirstSteps *self, QusopFirstStep step, gboolean done)
{
  if (self->done[step] == done)
    return;

  self->done[step] = done;
  show (self);
}

gboolean
qusop_first_steps_is_done (QusopFirstSteps *self, QusopFirstStep step)
{
  return self->done[step];
}
