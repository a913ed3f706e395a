/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-side-layout.h"

struct _QusopSideLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (QusopSideLayout, qusop_side_layout, GTK_TYPE_LAYOUT_MANAGER)

static const int spacing = 12;
/* Beside each other only if the main child gets this much of its narrowest width. */
static const double comfort = 1.4;

typedef struct {
  GtkWidget *main;
  GtkWidget *side;
  int        main_width; /* narrowest */
  int        side_width; /* narrowest */
  int        narrowest;
} Parts;

static Parts
measure_parts (GtkWidget *widget)
{
  Parts parts = { .main = gtk_widget_get_first_child (widget) };

  parts.side = gtk_widget_get_next_sibling (parts.main);
  gtk_widget_measure (parts.main, GTK_ORIENTATION_HORIZONTAL, -1, &parts.main_width, NULL,
                      NULL, NULL);
  gtk_widget_measure (parts.side, GTK_ORIENTATION_HORIZONTAL, -1, &parts.side_width, NULL,
                      NULL, NULL);
  parts.narrowest = MAX (parts.main_width, parts.side_width);
  return parts;
}

static gboolean
is_wide (const Parts *parts, int width)
{
  return width >= (int) (comfort * parts->main_width) + spacing + parts->side_width;
}

static GtkSizeRequestMode
get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkLayoutManager *manager,
         GtkWidget        *widget,
         GtkOrientation    orientation,
         int               for_size,
         int              *minimum,
         int              *natural,
         int              *minimum_baseline,
         int              *natural_baseline)
{
  const Parts    parts = measure_parts (widget);
  const gboolean wide = for_size >= 0 && is_wide (&parts, for_size);
  int            main_minimum, main_natural, side_minimum, side_natural;

  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = parts.narrowest;
    *natural = 2 * parts.main_width + spacing + parts.side_width;
    return;
  }

  gtk_widget_measure (parts.main, orientation,
                      wide ? for_size - spacing - parts.side_width : for_size,
                      &main_minimum, &main_natural, NULL, NULL);
  gtk_widget_measure (parts.side, orientation, wide ? parts.side_width : for_size,
                      &side_minimum, &side_natural, NULL, NULL);

  if (wide) {
    *minimum = MAX (main_minimum, side_minimum);
    *natural = MAX (main_natural, side_natural);
  } else {
    *minimum = main_minimum + spacing + side_minimum;
    *natural = main_natural + spacing + side_natural;
  }
}

static void
place (GtkWidget *parent, GtkWidget *child, int x, int y, int width, int height)
{
  const int left = gtk_widget_get_direction (parent) == GTK_TEXT_DIR_RTL
                       ? gtk_widget_get_width (parent) - x - width
                       : x;

  gtk_widget_size_allocate (child, &(GtkAllocation){ left, y, width, height }, -1);
}

static void
allocate (GtkLayoutManager *manager,
          GtkWidget        *widget,
          int               width,
          int               height,
          int               baseline)
{
  const Parts parts = measure_parts (widget);
  int         side_height;

  if (is_wide (&parts, width)) {
    const int main_width = width - spacing - parts.side_width;

    place (widget, parts.main, 0, 0, main_width, height);
    place (widget, parts.side, main_width + spacing, 0, parts.side_width, height);
    return;
  }

  gtk_widget_measure (parts.side, GTK_ORIENTATION_VERTICAL, width, &side_height, NULL,
                      NULL, NULL);
  place (widget, parts.main, 0, 0, width, height - spacing - side_height);
  place (widget, parts.side, 0, height - side_height, width, side_height);
}

static void
qusop_side_layout_class_init (QusopSideLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->get_request_mode = get_request_mode;
  layout_class->measure = measure;
  layout_class->allocate = allocate;
}

static void
qusop_side_layout_init (QusopSideLayout *self)
{
}
