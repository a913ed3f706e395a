/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-plot-view.h"

#include "watchdog/qusop-watchdog.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

struct _QusopPlotView {
  GtkWidget parent_instance;

  QusopPlotSpec *spec; /* nullable */
  char          *title;
  char          *placeholder;
  gboolean       stale;
  GtkWidget     *menu;

  GskRenderNode *drawing; /* nullable: the chart as it was drawn last */
  QusopPlotTheme drawn_theme;
  double         drawn_scale;
  double         magnification;

  QusopPlotProbe probe;
  gpointer       probe_data; /* borrowed: the page that owns this widget */
  double         pointer_x;  /* negative without a crosshair */
  double         pointer_y;
};

G_DEFINE_FINAL_TYPE (QusopPlotView, qusop_plot_view, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_TITLE, PROP_PLACEHOLDER, N_PROPS };

static GParamSpec *properties[N_PROPS];
static guint       picked_signal;

/* Room that a chart needs to be read at normal text size, pixels. */
static const int    minimum_width = 220, minimum_height = 130;
static const double copy_scale = 2.0;
/* How far from a curve a click still means it, pixels at normal text size. */
static const double reach_px = 12.0;

static double
text_scale (GtkWidget *widget)
{
  int dpi = -1;

  g_object_get (gtk_widget_get_settings (widget), "gtk-xft-dpi", &dpi, NULL);
  return QUSOP_PLOT_VIEW (widget)->magnification *
         (dpi > 0 ? dpi / (96.0 * 1024.0) : 1.0);
}

static QusopPlotTheme
theme (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  if (adw_style_manager_get_high_contrast (manager))
    return adw_style_manager_get_dark (manager) ? QUSOP_PLOT_DARK_HIGH_CONTRAST
                                                : QUSOP_PLOT_LIGHT_HIGH_CONTRAST;
  return adw_style_manager_get_dark (manager) ? QUSOP_PLOT_DARK : QUSOP_PLOT_LIGHT;
}

static char *
probe_text (QusopPlotView *self)
{
  double x, y;

  if (self->spec == NULL || self->probe == NULL || self->pointer_x < 0.0 ||
      !qusop_plot_locate (self->spec, gtk_widget_get_width (GTK_WIDGET (self)),
                          gtk_widget_get_height (GTK_WIDGET (self)),
                          text_scale (GTK_WIDGET (self)), self->pointer_x,
                          self->pointer_y, &x, &y))
    return NULL;

  return self->probe (x, y, self->probe_data);
}

/* What the chart states, then what the crosshair reads. */
static void
update_accessible (QusopPlotView *self)
{
  const char *title = self->spec != NULL ? qusop_plot_spec_title (self->spec) : NULL;
  const char *said =
      self->spec != NULL ? qusop_plot_spec_description (self->spec) : self->placeholder;
  g_autofree char *text = said != NULL ? qusop_plot_local_text (said) : NULL;
  g_autofree char *probe = probe_text (self);
  g_autofree char *both =
      probe != NULL ? g_strdup_printf ("%s %s", probe, text != NULL ? text : "") : NULL;

  if (self->title != NULL)
    title = self->title;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title != NULL ? title : _ ("Chart"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  both != NULL ? both : (text != NULL ? text : ""), -1);
}

static void
snapshot_crosshair (QusopPlotView *self, GtkSnapshot *snapshot, GdkRGBA ink)
{
  const float      width = gtk_widget_get_width (GTK_WIDGET (self));
  const float      height = gtk_widget_get_height (GTK_WIDGET (self));
  const GdkRGBA    paper = { 1.f - ink.red, 1.f - ink.green, 1.f - ink.blue, .88f };
  g_autofree char *text = probe_text (self);
  g_autoptr (PangoLayout) layout = NULL;
  int                     w, h;
  float                   x;

  if (text == NULL)
    return;

  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  pango_layout_get_pixel_size (layout, &w, &h);
  x = CLAMP (self->pointer_x + 8.0, 0.0, MAX (0.0, width - w - 12.0));

  ink.alpha = .5f;
  gtk_snapshot_append_color (
      snapshot, &ink,
      &GRAPHENE_RECT_INIT (roundf (self->pointer_x), 4.f, 1.f, height - 8.f));
  gtk_snapshot_append_color (snapshot, &paper,
                             &GRAPHENE_RECT_INIT (x, 4.f, w + 12.f, h + 8.f));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x + 6.f, 8.f));
  ink.alpha = 1.f;
  gtk_snapshot_append_layout (snapshot, layout, &ink);
  gtk_snapshot_restore (snapshot);
}

/* Never a blank chart: says why there is none. */
static void
snapshot_placeholder (QusopPlotView *self, GtkSnapshot *snapshot, const GdkRGBA *ink)
{
  const int               width = gtk_widget_get_width (GTK_WIDGET (self));
  const int               height = gtk_widget_get_height (GTK_WIDGET (self));
  g_autoptr (PangoLayout) layout =
      gtk_widget_create_pango_layout (GTK_WIDGET (self), self->placeholder);
  int h;

  pango_layout_set_width (layout, MAX (1, width - 48) * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (layout, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (layout, NULL, &h);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot,
                          &GRAPHENE_POINT_INIT (24.f, MAX (0, (height - h) / 2)));
  gtk_snapshot_push_opacity (snapshot, .7);
  gtk_snapshot_append_layout (snapshot, layout, ink);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_restore (snapshot);
}

/* The chart as a node that is kept: a crosshair that moves, or a neighbour that changes,
 * does not draw it again. */
static GskRenderNode *
draw (QusopPlotView *self, int width, int height)
{
  QUSOP_WATCH ("chart");
  const QusopPlotTheme  look = theme ();
  const double          scale = text_scale (GTK_WIDGET (self));
  const graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, width, height);
  graphene_rect_t       drawn = GRAPHENE_RECT_INIT_ZERO;
  cairo_t              *cr;

  if (self->drawing != NULL)
    gsk_render_node_get_bounds (self->drawing, &drawn);
  if (graphene_rect_equal (&drawn, &bounds) && self->drawn_theme == look &&
      self->drawn_scale == scale)
    return self->drawing;

  g_clear_pointer (&self->drawing, gsk_render_node_unref);
  self->drawing = gsk_cairo_node_new (&bounds);
  self->drawn_theme = look;
  self->drawn_scale = scale;
  cr = gsk_cairo_node_get_draw_context (self->drawing);
  qusop_plot_draw_local (cr, self->spec, width, height, look, scale);
  cairo_destroy (cr);
  return self->drawing;
}

static void
qusop_plot_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QusopPlotView *self = QUSOP_PLOT_VIEW (widget);
  const int      width = gtk_widget_get_width (widget);
  const int      height = gtk_widget_get_height (widget);
  GdkRGBA        ink;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &ink);

  if (self->spec == NULL) {
    if (self->placeholder != NULL)
      snapshot_placeholder (self, snapshot, &ink);
    return;
  }

  if (self->stale)
    gtk_snapshot_push_opacity (snapshot, .4);
  gtk_snapshot_append_node (snapshot, draw (self, width, height));
  if (self->stale)
    gtk_snapshot_pop (snapshot);

  snapshot_crosshair (self, snapshot, ink);
}

static void
qusop_plot_view_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  const double scale = text_scale (widget);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL
                 ? (int) (minimum_width * MIN (scale, 1.5))
                 : (int) (minimum_height * scale);
  *natural = *minimum;
}

static void
qusop_plot_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_popover_present (GTK_POPOVER (QUSOP_PLOT_VIEW (widget)->menu));
}

static void
set_pointer (QusopPlotView *self, double x, double y)
{
  self->pointer_x = x;
  self->pointer_y = y;
  if (self->probe != NULL)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
motion_cb (QusopPlotView *self, double x, double y)
{
  set_pointer (self, x, y);
}

static void
leave_cb (QusopPlotView *self)
{
  set_pointer (self, -1.0, -1.0);
}

static gboolean
is_inside (QusopPlotView *self, double px)
{
  double x, y;

  return qusop_plot_locate (self->spec, gtk_widget_get_width (GTK_WIDGET (self)),
                            gtk_widget_get_height (GTK_WIDGET (self)),
                            text_scale (GTK_WIDGET (self)), px,
                            gtk_widget_get_height (GTK_WIDGET (self)) * .45, &x, &y);
}

/* Moves the crosshair by keys, from the middle where there was none. */
static gboolean
move_crosshair_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  QusopPlotView *self = QUSOP_PLOT_VIEW (widget);
  const double   width = gtk_widget_get_width (widget);
  const double   start = self->pointer_x < 0.0 ? width / 2.0 : self->pointer_x;
  const double   next = start + g_variant_get_int32 (args) * MAX (1.0, width / 150.0);

  if (self->spec == NULL || self->probe == NULL)
    return FALSE;

  if (is_inside (self, next))
    set_pointer (self, next, gtk_widget_get_height (widget) * .45);
  update_accessible (self);
  return TRUE;
}

static void
popup_at (QusopPlotView *self, double x, double y)
{
  if (self->spec == NULL)
    return;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu),
                               &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
clicked_cb (QusopPlotView *self, int n_press, double x, double y)
{
  const double scale = text_scale (GTK_WIDGET (self));

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->spec != NULL)
    g_signal_emit (self, picked_signal, 0,
                   qusop_plot_nearest (self->spec,
                                       gtk_widget_get_width (GTK_WIDGET (self)),
                                       gtk_widget_get_height (GTK_WIDGET (self)), scale,
                                       x, y, reach_px * scale));
}

static void
pressed_cb (QusopPlotView *self, int n_press, double x, double y)
{
  popup_at (self, x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget, GVariant *args, gpointer data)
{
  popup_at (QUSOP_PLOT_VIEW (widget), gtk_widget_get_width (widget) / 2.0,
            gtk_widget_get_height (widget) / 2.0);
  return TRUE;
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (widget);
  gtk_widget_activate_action (widget, "win.export", NULL);
}

/* The clipboard gets what the screen shows, at twice the pixels. */
static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QusopPlotView         *self = QUSOP_PLOT_VIEW (widget);
  const int              width = gtk_widget_get_width (widget);
  const int              height = gtk_widget_get_height (widget);
  cairo_surface_t       *surface;
  g_autoptr (GBytes)     bytes = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  gsize                  stride;

  if (self->spec == NULL || width == 0 || height == 0)
    return;
  surface =
      qusop_plot_to_image (self->spec, width, height, text_scale (widget), copy_scale);
  if (surface == NULL)
    return;

  stride = cairo_image_surface_get_stride (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface),
                       stride * cairo_image_surface_get_height (surface));
  texture = gdk_memory_texture_new (cairo_image_surface_get_width (surface),
                                    cairo_image_surface_get_height (surface),
                                    GDK_MEMORY_DEFAULT, bytes, stride);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (widget), texture);
  cairo_surface_destroy (surface);
}

static void
qusop_plot_view_set_property (GObject      *object,
                              guint         property,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  QusopPlotView *self = QUSOP_PLOT_VIEW (object);

  switch (property) {
  case PROP_TITLE:
    g_free (self->title);
    self->title = g_value_dup_string (value);
    update_accessible (self);
    break;
  case PROP_PLACEHOLDER:
    qusop_plot_view_set_placeholder (self, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
  }
}

static void
qusop_plot_view_dispose (GObject *object)
{
  QusopPlotView *self = QUSOP_PLOT_VIEW (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->drawing, gsk_render_node_unref);
  g_clear_pointer (&self->spec, qusop_plot_spec_unref);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->placeholder, g_free);

  G_OBJECT_CLASS (qusop_plot_view_parent_class)->dispose (object);
}

static void
add_keys (GtkWidgetClass *klass)
{
  gtk_widget_class_add_binding (klass, GDK_KEY_Left, 0, move_crosshair_cb, "i", -1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Right, 0, move_crosshair_cb, "i", 1);
  gtk_widget_class_add_binding (klass, GDK_KEY_Left, GDK_CONTROL_MASK, move_crosshair_cb,
                                "i", -10);
  gtk_widget_class_add_binding (klass, GDK_KEY_Right, GDK_CONTROL_MASK, move_crosshair_cb,
                                "i", 10);
  gtk_widget_class_add_binding (klass, GDK_KEY_Menu, 0, menu_key_cb, NULL);
  gtk_widget_class_add_binding (klass, GDK_KEY_F10, GDK_SHIFT_MASK, menu_key_cb, NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_c, GDK_CONTROL_MASK, "plot.copy",
                                       NULL);
}

static void
qusop_plot_view_class_init (QusopPlotViewClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = qusop_plot_view_set_property;
  object_class->dispose = qusop_plot_view_dispose;
  widget_class->snapshot = qusop_plot_view_snapshot;
  widget_class->measure = qusop_plot_view_measure;
  widget_class->size_allocate = qusop_plot_view_size_allocate;

  properties[PROP_TITLE] = g_param_spec_string (
      "title", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_PLACEHOLDER] = g_param_spec_string (
      "placeholder", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  picked_signal = g_signal_new ("picked", QUSOP_TYPE_PLOT_VIEW, G_SIGNAL_RUN_LAST, 0,
                                NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "plot");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_install_action (widget_class, "plot.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "plot.export", NULL, export_action);
  add_keys (widget_class);
}

static void
add_pointer (QusopPlotView *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture         *click = gtk_gesture_click_new ();
  GtkGesture         *pick = gtk_gesture_click_new ();

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_swapped (pick, "pressed", G_CALLBACK (clicked_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pick));
}

static void
qusop_plot_view_init (QusopPlotView *self)
{
  AdwStyleManager  *manager = adw_style_manager_get_default ();
  g_autoptr (GMenu) items = g_menu_new ();

  self->pointer_x = -1.0;
  self->magnification = 1.0;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);

  g_menu_append (items, _ ("_Export…"), "plot.export");
  g_menu_append (items, _ ("_Copy"), "plot.copy");
  self->menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (items));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  add_pointer (self);

  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (gtk_widget_queue_draw),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast",
                           G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  update_accessible (self);
}

/**
 * qusop_plot_view_set_spec:
 * @spec: (nullable): the chart; %NULL shows the placeholder
 */
void
qusop_plot_view_set_spec (QusopPlotView *self, QusopPlotSpec *spec)
{
  if (spec != NULL)
    qusop_plot_spec_ref (spec);
  g_clear_pointer (&self->spec, qusop_plot_spec_unref);
  self->spec = spec;
  g_clear_pointer (&self->drawing, gsk_render_node_unref);

  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

QusopPlotSpec *
qusop_plot_view_get_spec (QusopPlotView *self)
{
  return self->spec;
}

/* A chart that an input has overtaken is grey until it is replaced. */
void
qusop_plot_view_set_stale (QusopPlotView *self, gboolean stale)
{
  if (self->stale == stale)
    return;

  self->stale = stale;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
qusop_plot_view_set_magnification (QusopPlotView *self, double times)
{
  self->magnification = times;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

void
qusop_plot_view_set_placeholder (QusopPlotView *self, const char *text)
{
  g_free (self->placeholder);
  self->placeholder = g_strdup (text);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
qusop_plot_view_set_probe (QusopPlotView *self, QusopPlotProbe probe, gpointer user_data)
{
  self->probe = probe;
  self->probe_data = user_data;
}
