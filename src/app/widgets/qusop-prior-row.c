/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-prior-row.h"

#include "widgets/qusop-names.h"
#include "widgets/qusop-slider-row.h"

#include <glib/gi18n.h>
#include <math.h>

struct _QusopPriorRow {
  GtkWidget parent_instance;

  gboolean setting; /* the change comes from us, not from the user */

  /* Template children. */
  GtkWidget      *content;
  GtkDropDown    *shape;
  GtkDrawingArea *picture;
  GtkLabel       *caption;
  QusopSliderRow *first;
  QusopSliderRow *second;
};

G_DEFINE_FINAL_TYPE (QusopPriorRow, qusop_prior_row, GTK_TYPE_WIDGET)

static guint changed_signal;

/* What the sliders span, kg. */
static const double lightest_kg = 30.0, heaviest_kg = 200.0;
/* Two weights closer than this are no range, kg. */
static const double narrowest_kg = 1.0;

static QsPriorKind
kind (QusopPriorRow *self)
{
  return (QsPriorKind) gtk_drop_down_get_selected (self->shape);
}

QsPrior
qusop_prior_row_get_prior (QusopPriorRow *self)
{
  const double a = qusop_slider_row_get_value (self->first);
  const double b = qusop_slider_row_get_value (self->second);

  switch (kind (self)) {
  case QS_PRIOR_NORMAL:
    return (QsPrior){
      .kind = QS_PRIOR_NORMAL, .a = a, .b = b, .min = lightest_kg, .max = heaviest_kg
    };
  case QS_PRIOR_LOGNORMAL:
    return (QsPrior){ .kind = QS_PRIOR_LOGNORMAL,
                      .a = a,
                      .b = b / 100.0,
                      .min = lightest_kg,
                      .max = heaviest_kg };
  case QS_PRIOR_UNIFORM:
  default:
    return qs_prior_uniform (a, b);
  }
}

static void
draw_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
  QusopPriorRow *self = QUSOP_PRIOR_ROW (data);
  const QsPrior  prior = qusop_prior_row_get_prior (self);
  double         highest = 0.0;
  GdkRGBA        ink;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (area)), &ink);
  for (int px = 0; px <= width; px++)
    highest = MAX (highest,
                   qs_prior_density (&prior, lightest_kg + (heaviest_kg - lightest_kg) *
                                                               px / MAX (1, width)));
  if (!(highest > 0.0))
    return;

  cairo_move_to (cr, 0.0, height);
  for (int px = 0; px <= width; px++) {
    const double kg = lightest_kg + (heaviest_kg - lightest_kg) * px / MAX (1, width);

    cairo_line_to (cr, px,
                   height - (height - 2.0) * qs_prior_density (&prior, kg) / highest);
  }
  cairo_line_to (cr, width, height);
  cairo_close_path (cr);
  cairo_set_source_rgba (cr, ink.red, ink.green, ink.blue, 0.35);
  cairo_fill (cr);
  cairo_rectangle (cr, 0.0, height - 1.0, width, 1.0);
  cairo_fill (cr);
}

static void
update_caption (QusopPriorRow *self)
{
  const QsPrior    prior = qusop_prior_row_get_prior (self);
  g_autofree char *text = NULL;

  if (prior.kind == QS_PRIOR_UNIFORM)
    text = g_strdup_printf (_ ("Equally likely from %.0f to %.0f kg"), prior.a, prior.b);
  else
    text = g_strdup_printf (_ ("Cut off below %.0f and above %.0f kg"), prior.min,
                            prior.max);
  gtk_label_set_label (self->caption, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->picture),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self->picture));
}

static void
emit_changed (QusopPriorRow *self)
{
  update_caption (self);
  if (!self->setting)
    g_signal_emit (self, changed_signal, 0);
}

/* The handle that is moved pushes the other one along: a range never turns round. */
static void
first_changed_cb (QusopPriorRow *self)
{
  const double a = qusop_slider_row_get_value (self->first);

  if (!self->setting && kind (self) == QS_PRIOR_UNIFORM &&
      qusop_slider_row_get_value (self->second) < a + narrowest_kg) {
    self->setting = TRUE;
    qusop_slider_row_set_value (self->second, a + narrowest_kg);
    self->setting = FALSE;
  }
  emit_changed (self);
}

static void
second_changed_cb (QusopPriorRow *self)
{
  const double b = qusop_slider_row_get_value (self->second);

  if (!self->setting && kind (self) == QS_PRIOR_UNIFORM &&
      qusop_slider_row_get_value (self->first) > b - narrowest_kg) {
    self->setting = TRUE;
    qusop_slider_row_set_value (self->first, b - narrowest_kg);
    self->setting = FALSE;
  }
  emit_changed (self);
}

static void
show_prior (QusopPriorRow *self, const QsPrior *prior)
{
  switch (prior->kind) {
  case QS_PRIOR_NORMAL:
    qusop_slider_row_configure (self->first, _ ("Mean (kg)"), 40.0, 160.0, 1.0, prior->a);
    qusop_slider_row_configure (self->second, _ ("SD (kg)"), 1.0, 40.0, 1.0, prior->b);
    break;
  case QS_PRIOR_LOGNORMAL:
    qusop_slider_row_configure (self->first, _ ("Mean (kg)"), 40.0, 160.0, 1.0, prior->a);
    qusop_slider_row_configure (self->second, _ ("CV (%)"), 2.0, 60.0, 1.0,
                                100.0 * prior->b);
    break;
  case QS_PRIOR_UNIFORM:
  default:
    qusop_slider_row_configure (self->first, _ ("_Lowest (kg)"), lightest_kg,
                                heaviest_kg - narrowest_kg, 1.0, prior->a);
    qusop_slider_row_configure (self->second, _ ("_Highest (kg)"),
                                lightest_kg + narrowest_kg, heaviest_kg, 1.0, prior->b);
  }
}

/* Another shape starts with the mean and spread of the base question, 50 to 100 kg. */
static void
shape_changed_cb (QusopPriorRow *self)
{
  const double mean_kg = 75.0, sd_kg = 50.0 / sqrt (12.0);
  QsPrior      prior = { .kind = kind (self), .a = mean_kg, .b = round (sd_kg) };

  if (self->setting)
    return;

  if (prior.kind == QS_PRIOR_UNIFORM)
    prior = qs_prior_uniform (50.0, 100.0);
  else if (prior.kind == QS_PRIOR_LOGNORMAL)
    prior.b = 0.19;

  self->setting = TRUE;
  show_prior (self, &prior);
  self->setting = FALSE;
  emit_changed (self);
}

void
qusop_prior_row_set_prior (QusopPriorRow *self, const QsPrior *prior)
{
  if (prior->kind > QS_PRIOR_LOGNORMAL)
    return;

  self->setting = TRUE;
  gtk_drop_down_set_selected (self->shape, prior->kind);
  show_prior (self, prior);
  self->setting = FALSE;
  update_caption (self);
}

static void
qusop_prior_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), QUSOP_TYPE_PRIOR_ROW);
  G_OBJECT_CLASS (qusop_prior_row_parent_class)->dispose (object);
}

static void
qusop_prior_row_class_init (QusopPriorRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = qusop_prior_row_dispose;
  changed_signal = g_signal_new ("changed", QUSOP_TYPE_PRIOR_ROW, G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (QUSOP_TYPE_SLIDER_ROW);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-prior-row.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopPriorRow, content);
  gtk_widget_class_bind_template_child (widget_class, QusopPriorRow, shape);
  gtk_widget_class_bind_template_child (widget_class, QusopPriorRow, picture);
  gtk_widget_class_bind_template_child (widget_class, QusopPriorRow, caption);
  gtk_widget_class_bind_template_child (widget_class, QusopPriorRow, first);
  gtk_widget_class_bind_template_child (widget_class, QusopPriorRow, second);
  gtk_widget_class_bind_template_callback (widget_class, first_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, second_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, shape_changed_cb);
}

static void
qusop_prior_row_init (QusopPriorRow *self)
{
  const QsPrior prior = qs_prior_uniform (50.0, 100.0);

  gtk_widget_init_template (GTK_WIDGET (self));
  qusop_name_inner (GTK_WIDGET (self->shape), GTK_TYPE_TOGGLE_BUTTON,
                    _ ("Shape of body weight"));
  gtk_drawing_area_set_draw_func (self->picture, draw_cb, self, NULL);
  qusop_prior_row_set_prior (self, &prior);
}
