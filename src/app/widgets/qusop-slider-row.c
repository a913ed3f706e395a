/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-slider-row.h"

#include <math.h>

struct _QusopSliderRow {
  GtkWidget parent_instance;

  double default_value;
  char  *title;
  char  *group;

  /* Template children. */
  GtkWidget     *content;
  GtkLabel      *label;
  GtkSpinButton *spin;
  GtkScale      *scale;
};

G_DEFINE_FINAL_TYPE (QusopSliderRow, qusop_slider_row, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_TITLE,
  PROP_GROUP,
  PROP_ADJUSTMENT,
  PROP_DIGITS,
  PROP_DEFAULT,
  N_PROPS
};
enum { CHANGED, N_SIGNALS };

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

static GtkAdjustment *
adjustment (QusopSliderRow *self)
{
  return gtk_range_get_adjustment (GTK_RANGE (self->scale));
}

/* Slider and typed value are heard without their surroundings. */
static void
update_names (QusopSliderRow *self)
{
  g_auto (GStrv)   parts = g_strsplit (self->title != NULL ? self->title : "", "_", -1);
  g_autofree char *plain = g_strjoinv ("", parts);
  g_autofree char *name = self->group != NULL
                              ? g_strdup_printf ("%s: %s", self->group, plain)
                              : g_strdup (plain);

  gtk_label_set_label (self->label, self->title != NULL ? self->title : "");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->spin),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
value_changed_cb (QusopSliderRow *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_adjustment (QusopSliderRow *self, GtkAdjustment *value)
{
  if (value == NULL)
    return;

  gtk_range_set_adjustment (GTK_RANGE (self->scale), value);
  gtk_spin_button_set_adjustment (self->spin, value);
  g_signal_connect_object (value, "value-changed", G_CALLBACK (value_changed_cb), self,
                           G_CONNECT_SWAPPED);
}

static void
pressed_cb (QusopSliderRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  if (n_press == 2)
    qusop_slider_row_reset (self);
}

static void
qusop_slider_row_set_property (GObject      *object,
                               guint         property,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  QusopSliderRow *self = QUSOP_SLIDER_ROW (object);

  switch (property) {
  case PROP_TITLE:
    qusop_slider_row_set_title (self, g_value_get_string (value));
    break;
  case PROP_GROUP:
    g_free (self->group);
    self->group = g_value_dup_string (value);
    update_names (self);
    break;
  case PROP_ADJUSTMENT:
    set_adjustment (self, g_value_get_object (value));
    break;
  case PROP_DIGITS:
    gtk_spin_button_set_digits (self->spin, g_value_get_uint (value));
    gtk_range_set_round_digits (GTK_RANGE (self->scale), (int) g_value_get_uint (value));
    break;
  case PROP_DEFAULT:
    self->default_value = g_value_get_double (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
  }
}

static void
qusop_slider_row_dispose (GObject *object)
{
  QusopSliderRow *self = QUSOP_SLIDER_ROW (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), QUSOP_TYPE_SLIDER_ROW);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->group, g_free);

  G_OBJECT_CLASS (qusop_slider_row_parent_class)->dispose (object);
}

static void
install_properties (GObjectClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_GROUP] = g_param_spec_string ("group", NULL, NULL, NULL, flags);
  properties[PROP_ADJUSTMENT] =
      g_param_spec_object ("adjustment", NULL, NULL, GTK_TYPE_ADJUSTMENT, flags);
  properties[PROP_DIGITS] = g_param_spec_uint ("digits", NULL, NULL, 0, 10, 0, flags);
  properties[PROP_DEFAULT] = g_param_spec_double ("default-value", NULL, NULL,
                                                  -G_MAXDOUBLE, G_MAXDOUBLE, 0.0, flags);
  g_object_class_install_properties (klass, N_PROPS, properties);
}

static void
qusop_slider_row_class_init (QusopSliderRowClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = qusop_slider_row_set_property;
  object_class->dispose = qusop_slider_row_dispose;
  install_properties (object_class);

  signals[CHANGED] = g_signal_new ("changed", QUSOP_TYPE_SLIDER_ROW, G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "sliderrow");
  gtk_widget_class_set_template_from_resource (
      widget_class, "/io/github/qusop/qusop/ui/qusop-slider-row.ui");
  gtk_widget_class_bind_template_child (widget_class, QusopSliderRow, content);
  gtk_widget_class_bind_template_child (widget_class, QusopSliderRow, label);
  gtk_widget_class_bind_template_child (widget_class, QusopSliderRow, spin);
  gtk_widget_class_bind_template_child (widget_class, QusopSliderRow, scale);
}

static void
qusop_slider_row_init (QusopSliderRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_range_set_round_digits (GTK_RANGE (self->scale), 0);

  /* Listens before the slider's own gesture takes the click for itself. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scale), GTK_EVENT_CONTROLLER (click));
}

double
qusop_slider_row_get_value (QusopSliderRow *self)
{
  return gtk_adjustment_get_value (adjustment (self));
}

void
qusop_slider_row_set_value (QusopSliderRow *self, double value)
{
  gtk_adjustment_set_value (adjustment (self), value);
}

void
qusop_slider_row_set_title (QusopSliderRow *self, const char *title)
{
  g_free (self->title);
  self->title = g_strdup (title);
  update_names (self);
}

void
qusop_slider_row_reset (QusopSliderRow *self)
{
  qusop_slider_row_set_value (self, self->default_value);
}

gboolean
qusop_slider_row_is_default (QusopSliderRow *self)
{
  return fabs (qusop_slider_row_get_value (self) - self->default_value) < 1e-9;
}

/* For a row whose meaning changes: another name, range, value, and that as the default.
 */
void
qusop_slider_row_configure (QusopSliderRow *self,
                            const char     *title,
                            double          lower,
                            double          upper,
                            double          step,
                            double          value)
{
  qusop_slider_row_set_title (self, title);
  self->default_value = value;
  gtk_adjustment_configure (adjustment (self), value, lower, upper, step, 10.0 * step,
                            0.0);
}
