/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <gio/gio.h>
#include <string.h>

/* Widths of exported charts are in CSS pixels, 96 to the inch; PDF counts points. */
#define PIXELS_PER_INCH 96.0
#define POINTS_PER_INCH 72.0
#define PNG_DPI 300.0
/* What one side of an image surface may have. */
#define MAX_SIDE_PX 32767.0
/* Files must not depend on the day they are written. */
#define FIXED_DATE "2000-01-01T00:00:00Z"

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* Draws onto @surface and ends it; the last status tells whether all went well. */
static cairo_status_t
draw_on (cairo_surface_t     *surface,
         const QusopPlotSpec *self,
         double               width,
         double               height,
         double               text_scale,
         QusopPlotTheme       theme,
         gboolean             white)
{
  cairo_t       *cr = cairo_create (surface);
  cairo_status_t status;

  if (white) {
    cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
    cairo_paint (cr);
  }
  qusop_plot_draw (cr, self, width, height, theme, text_scale);
  status = cairo_status (cr);
  cairo_destroy (cr);
  return status;
}

/* Cairo writes no resolution, so a page layout would take the chart for three times its
 * size: a pHYs chunk in pixels per metre, right after the header (PNG specification,
 * 11.3.5.3), with its checksum worked out beforehand. */
static void
declare_resolution (GByteArray *png)
{
  static const guint8 chunk[] = { 0,    0,    0,    9,    'p',  'H',  'Y',
                                  's',  0x00, 0x00, 0x2e, 0x23, 0x00, 0x00,
                                  0x2e, 0x23, 1,    0x78, 0xa5, 0x3f, 0x76 };
  const gsize         header = 8 + 25;

  g_byte_array_set_size (png, png->len + sizeof chunk);
  memmove (png->data + header + sizeof chunk, png->data + header,
           png->len - header - sizeof chunk);
  memcpy (png->data + header, chunk, sizeof chunk);
}

static cairo_surface_t *
render_image (const QusopPlotSpec *self,
              double               width,
              double               height,
              double               text_scale,
              double               pixels,
              cairo_status_t      *status)
{
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_ARGB32, (int) (width * pixels + 0.5), (int) (height * pixels + 0.5));

  cairo_surface_set_device_scale (surface, pixels, pixels);
  *status = draw_on (surface, self, width, height, text_scale, QUSOP_PLOT_PRINT, TRUE);
  cairo_surface_flush (surface);
  return surface;
}

/**
 * qusop_plot_to_image:
 * @width: CSS pixels
 * @height: likewise
 * @pixels: of the image, by CSS pixel
 *
 * Returns: (transfer full) (nullable): the chart as PNG files have it, opaque; %NULL
 *   without the memory for it
 */
cairo_surface_t *
qusop_plot_to_image (const QusopPlotSpec *self,
                     double               width,
                     double               height,
                     double               text_scale,
                     double               pixels)
{
  cairo_status_t   status;
  cairo_surface_t *surface =
      render_image (self, width, height, text_scale, pixels, &status);

  if (status != CAIRO_STATUS_SUCCESS)
    g_clear_pointer (&surface, cairo_surface_destroy);
  return surface;
}

static GByteArray *
render_png (const QusopPlotSpec *self,
            double               width,
            double               height,
            cairo_status_t      *status)
{
  GByteArray      *bytes = g_byte_array_new ();
  cairo_surface_t *surface =
      render_image (self, width, height, 1.0, PNG_DPI / PIXELS_PER_INCH, status);

  if (*status == CAIRO_STATUS_SUCCESS)
    *status = cairo_surface_write_to_png_stream (surface, append_cb, bytes);
  if (*status == CAIRO_STATUS_SUCCESS)
    declare_resolution (bytes);
  cairo_surface_destroy (surface);
  return bytes;
}

/* Cairo numbers the surfaces of a process and names the outermost group by that number,
 * which nothing refers to: the second export of a chart would differ from the first. */
static void
forget_surface_number (GByteArray *svg)
{
  g_autoptr (GString) text = g_string_new_len ((const char *) svg->data, svg->len);
  char               *id = strstr (text->str, "<g id=\"surface");

  if (id == NULL)
    return;

  id += strlen ("<g");
  g_string_erase (text, id - text->str, strcspn (id, ">"));
  g_byte_array_set_size (svg, 0);
  g_byte_array_append (svg, (const guint8 *) text->str, text->len);
}

static GByteArray *
render_svg (const QusopPlotSpec *self,
            double               width,
            double               height,
            QusopPlotTheme       theme,
            gboolean             white,
            cairo_status_t      *status)
{
  GByteArray      *bytes = g_byte_array_new ();
  cairo_surface_t *surface =
      cairo_svg_surface_create_for_stream (append_cb, bytes, width, height);

  cairo_svg_surface_set_document_unit (surface, CAIRO_SVG_UNIT_PX);
  *status = draw_on (surface, self, width, height, 1.0, theme, white);
  cairo_surface_finish (surface);
  if (*status == CAIRO_STATUS_SUCCESS)
    *status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  forget_surface_number (bytes);
  return bytes;
}

static GByteArray *
render_pdf (const QusopPlotSpec *self,
            double               width,
            double               height,
            cairo_status_t      *status)
{
  const double     scale = POINTS_PER_INCH / PIXELS_PER_INCH;
  GByteArray      *bytes = g_byte_array_new ();
  cairo_surface_t *surface = cairo_pdf_surface_create_for_stream (
      append_cb, bytes, width * scale, height * scale);

  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->title);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_SUBJECT,
                                  qusop_plot_spec_description (self));
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, FIXED_DATE);
  cairo_surface_set_device_scale (surface, scale, scale);
  *status = draw_on (surface, self, width, height, 1.0, QUSOP_PLOT_PRINT, FALSE);
  cairo_surface_finish (surface);
  if (*status == CAIRO_STATUS_SUCCESS)
    *status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  return bytes;
}

/**
 * qusop_plot_to_svg:
 * @prefix: letters and digits, different for every chart of a page
 *
 * Returns: (transfer full): an `<svg>` element without XML declaration
 */
char *
qusop_plot_to_svg (const QusopPlotSpec *self,
                   double               width,
                   double               height,
                   QusopPlotTheme       theme,
                   const char          *prefix)
{
  static const char *const places[] = { " id=\"", "href=\"#", "url(#" };
  cairo_status_t           status;
  g_autoptr (GByteArray) bytes = render_svg (self, width, height, theme, FALSE, &status);
  g_autoptr (GString)    svg = NULL;
  const char            *start;

  g_byte_array_append (bytes, (const guint8 *) "", 1);
  start = strstr ((const char *) bytes->data, "<svg");
  g_return_val_if_fail (status == CAIRO_STATUS_SUCCESS && start != NULL, g_strdup (""));

  svg = g_string_new (start);
  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *unique = g_strconcat (places[i], prefix, "-", NULL);

    g_string_replace (svg, places[i], unique, 0);
  }

  return g_string_free (g_steal_pointer (&svg), FALSE);
}

static gboolean
check_status (cairo_status_t status, const char *path, GError **error)
{
  if (status == CAIRO_STATUS_SUCCESS)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s cannot be drawn: %s", path,
               cairo_status_to_string (status));
  return FALSE;
}

static gboolean
check_size (double width, double height, GError **error)
{
  const double largest = MAX_SIDE_PX * PIXELS_PER_INCH / PNG_DPI;

  if (width >= 40.0 && height >= 40.0 && width <= largest && height <= largest)
    return TRUE;

  g_set_error (
      error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
      "A chart of %.0f × %.0f pixels cannot be written, sides must lie in [40, %.0f]",
      width, height, largest);
  return FALSE;
}

static gboolean
write_bytes (const char *path, gconstpointer data, gsize size, GError **error)
{
  return g_file_set_contents_full (
      path, data, (gssize) size,
      G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}

static gboolean
write_csv (const QusopPlotSpec *self, const char *path, GError **error)
{
  g_autoptr (GBytes) csv = qusop_plot_to_csv (self);
  gsize              size;
  gconstpointer      data = g_bytes_get_data (csv, &size);

  return write_bytes (path, data, size, error);
}

/**
 * qusop_plot_export:
 * @path: ends in .png, .svg, .pdf or .csv, in any case
 * @width: CSS pixels, 96 to the inch; without meaning for CSV
 * @height: likewise
 *
 * Writes the chart, light on white. The file appears whole or not at all, and the same
 * chart gives the same bytes.
 */
gboolean
qusop_plot_export (const QusopPlotSpec *self,
                   const char          *path,
                   double               width,
                   double               height,
                   GError             **error)
{
  g_autofree char       *lower = g_ascii_strdown (path, -1);
  g_autoptr (GByteArray) bytes = NULL;
  cairo_status_t         status = CAIRO_STATUS_SUCCESS;

  if (g_str_has_suffix (lower, ".csv"))
    return write_csv (self, path, error);
  if (!check_size (width, height, error))
    return FALSE;

  if (g_str_has_suffix (lower, ".png"))
    bytes = render_png (self, width, height, &status);
  else if (g_str_has_suffix (lower, ".svg"))
    bytes = render_svg (self, width, height, QUSOP_PLOT_PRINT, TRUE, &status);
  else if (g_str_has_suffix (lower, ".pdf"))
    bytes = render_pdf (self, width, height, &status);
  if (bytes == NULL) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                 "%s: the name of a chart must end in .png, .svg, .pdf or .csv", path);
    return FALSE;
  }

  return check_status (status, path, error) &&
         write_bytes (path, bytes->data, bytes->len, error);
}
