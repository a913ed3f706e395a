/* SPDX-License-Identifier: Apache-2.0 */
#include "ui-support.h"

#include <math.h>

/* WCAG 2.1, success criterion 1.4.3. */
static const double least_contrast = 4.5;

/* Enough pixels for the stem of a letter to have its pure colour somewhere. */
static const int scale = 3;

/* The window as it is drawn, @scale times as large. */
typedef struct {
  GtkWidget *window;
  int        width;
  int        height;
  guint32   *pixels;
} Picture;

static Picture
picture_of (QusopWindow *window)
{
  g_autoptr (GdkPaintable)  paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  GskRenderer              *renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture)    texture = NULL;
  Picture                   self = { .window = GTK_WIDGET (window) };

  self.width = scale * gtk_widget_get_width (self.window);
  self.height = scale * gtk_widget_get_height (self.window);
  /* There is nothing to see until the window has been laid out again. */
  for (guint i = 0; node == NULL && i < 100; i++) {
    GtkSnapshot *snapshot = gtk_snapshot_new ();

    ui_settle ();
    gtk_snapshot_scale (snapshot, scale, scale);
    gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (self.window),
                            gtk_widget_get_height (self.window));
    node = gtk_snapshot_free_to_node (snapshot);
  }
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (
      renderer, node,
      &GRAPHENE_RECT_INIT (0, 0, (float) self.width, (float) self.height));
  self.pixels = g_new (guint32, (gsize) self.width * self.height);
  gdk_texture_download (texture, (guchar *) self.pixels, 4 * (gsize) self.width);
  return self;
}

static double
linear (guint32 channel)
{
  const double value = channel / 255.0;

  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

/* Relative luminance. */
static double
luminance (guint32 pixel)
{
  return 0.2126 * linear (pixel >> 16 & 0xff) + 0.7152 * linear (pixel >> 8 & 0xff) +
         0.0722 * linear (pixel & 0xff);
}

static double
contrast (guint32 a, guint32 b)
{
  const double first = luminance (a), second = luminance (b);

  return (MAX (first, second) + 0.05) / (MIN (first, second) + 0.05);
}

/* The part of a widget that no container cuts off, in pixels of the picture. Of a line of
 * which only a strip shows, that strip may hold no letter. */
static gboolean
visible_part (const Picture *self, GtkWidget *widget, int box[4])
{
  graphene_rect_t whole, part;

  if (!gtk_widget_compute_bounds (widget, self->window, &whole))
    return FALSE;
  part = whole;
  for (GtkWidget *parent = gtk_widget_get_parent (widget); parent != NULL;
       parent = gtk_widget_get_parent (parent)) {
    graphene_rect_t bounds;

    if (!gtk_widget_compute_bounds (parent, self->window, &bounds) ||
        !graphene_rect_intersection (&part, &bounds, &part))
      return FALSE;
  }

  box[0] = (int) ceilf (scale * part.origin.x);
  box[1] = (int) ceilf (scale * part.origin.y);
  box[2] = MIN (self->width, (int) (scale * (part.origin.x + part.size.width)));
  box[3] = MIN (self->height, (int) (scale * (part.origin.y + part.size.height)));
  return part.size.height > 0.9f * whole.size.height &&
         part.size.width > MIN (10.0f, 0.9f * whole.size.width);
}

/* The commonest pixel is the ground, the one that differs most from it is the ink. */
static double
contrast_within (const Picture *self, const int box[4])
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  GHashTableIter         iter;
  gpointer               pixel, count;
  guint32                ground = 0;
  guint                  most = 0;
  double                 best = 1.0;

  for (int y = box[1]; y < box[3]; y++)
    for (int x = box[0]; x < box[2]; x++) {
      gpointer key = GUINT_TO_POINTER (self->pixels[(gsize) y * self->width + x]);

      g_hash_table_insert (
          counts, key,
          GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1));
    }

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &pixel, &count))
    if (GPOINTER_TO_UINT (count) > most) {
      most = GPOINTER_TO_UINT (count);
      ground = GPOINTER_TO_UINT (pixel);
    }
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &pixel, &count))
    best = MAX (best, contrast (ground, GPOINTER_TO_UINT (pixel)));

  return best;
}

static gboolean
is_text (GtkWidget *widget)
{
  return (GTK_IS_LABEL (widget) && *gtk_label_get_text (GTK_LABEL (widget)) != '\0') ||
         (GTK_IS_TEXT (widget) &&
          gtk_entry_buffer_get_length (gtk_text_get_buffer (GTK_TEXT (widget))) > 0);
}

/* What cannot be used need not be readable. */
static guint
check (const Picture *self, GtkWidget *widget, guint *n_pale)
{
  guint n = 0;
  int   box[4];

  if (!gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget))
    return 0;

  if (is_text (widget) && visible_part (self, widget, box)) {
    const double found = contrast_within (self, box);

    n++;
    if (found < least_contrast) {
      const char *text = GTK_IS_LABEL (widget)
                             ? gtk_label_get_text (GTK_LABEL (widget))
                             : gtk_editable_get_text (GTK_EDITABLE (widget));

      g_printerr ("# %.2f : 1 for “%s”\n", found, text);
      (*n_pale)++;
    }
  }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n += check (self, child, n_pale);
  return n;
}

static gboolean
has_no_toast (gpointer window)
{
  const GType toast = g_type_from_name ("AdwToastWidget");

  return toast == 0 || ui_find (window, toast, NULL) == NULL;
}

static void
check_pages (QusopWindow *window)
{
  static const char *const pages[] = { "start", "data",        "explore", "exposure",
                                       "model", "diagnostics", "decide" };
  guint                    n_pale = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++) {
    Picture picture;

    g_action_group_activate_action (G_ACTION_GROUP (window), "page",
                                    g_variant_new_string (pages[i]));
    ui_settle ();
    ui_wait_for (ui_is_idle, window);
    ui_wait_for (has_no_toast, window);
    picture = picture_of (window);
    g_test_message ("page %s", pages[i]);
    g_assert_cmpuint (check (&picture, GTK_WIDGET (window), &n_pale), >, 8);
    g_free (picture.pixels);
  }
  g_assert_cmpuint (n_pale, ==, 0);
}

static void
test_text_stands_out (gconstpointer data)
{
  QusopWindow *window;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      GPOINTER_TO_INT (data));
  window = ui_window_new ();
  check_pages (window);
  ui_open_sample (window);
  ui_train (window, QS_MODEL_EMAX, 5);
  ui_wait_for (ui_has_current_result, window);
  check_pages (window);
  ui_window_close (window);
}

/* The measure itself, with pairs whose contrast is known. */
static void
test_contrast_of_known_pairs (void)
{
  g_assert_cmpfloat_with_epsilon (contrast (0xff000000, 0xffffffff), 21.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (contrast (0xff777777, 0xffffffff), 4.48, 0.01);
  g_assert_cmpfloat_with_epsilon (contrast (0xff0000ff, 0xffffffff), 8.59, 0.01);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_set_application_name ("QuSOP");
  /* Bars that come and go above a table hide the row below them. */
  g_object_set (gtk_settings_get_default (), "gtk-overlay-scrolling", FALSE, NULL);
  /* Nor do pages and switches fade into each other. */
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/contrast/of-known-pairs", test_contrast_of_known_pairs);
  g_test_add_data_func ("/contrast/light", GINT_TO_POINTER (ADW_COLOR_SCHEME_FORCE_LIGHT),
                        test_text_stands_out);
  g_test_add_data_func ("/contrast/dark", GINT_TO_POINTER (ADW_COLOR_SCHEME_FORCE_DARK),
                        test_text_stands_out);
  return g_test_run ();
}
