/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-plot-private.h"

#include <locale.h>
#include <math.h>
#include <string.h>

/* More words than any chart has; a chart that moves says other numbers all the time. */
#define N_KEPT 1024

/* Words that were shaped once: what costs most in a chart that follows a slider are words
 * that did not change. Fonts belong to a thread, so do these. */
typedef struct {
  PangoContext *context;
  GHashTable   *layouts;
} KeptText;

static void
kept_text_free (gpointer data)
{
  KeptText *self = data;

  g_hash_table_unref (self->layouts);
  g_object_unref (self->context);
  g_free (self);
}

static GPrivate kept_text = G_PRIVATE_INIT (kept_text_free);

static PangoContext *
make_context (void)
{
  PangoContext *context =
      pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  /* Positions must not depend on the surface, or a pixel could not be traced back. */
  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_antialias (options, CAIRO_ANTIALIAS_GRAY);
  pango_cairo_context_set_font_options (context, options);
  cairo_font_options_destroy (options);
  pango_context_set_round_glyph_positions (context, FALSE);
  return context;
}

static KeptText *
kept (void)
{
  KeptText *self = g_private_get (&kept_text);

  if (self == NULL) {
    self = g_new0 (KeptText, 1);
    self->context = make_context ();
    self->layouts =
        g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
    g_private_set (&kept_text, self);
  }
  return self;
}

static PangoLayout *
shape (PangoContext *context, const char *text, int font_size, QusopTextStyle style)
{
  PangoLayout          *layout = pango_layout_new (context);
  PangoFontDescription *font = pango_font_description_from_string ("Sans");

  pango_font_description_set_absolute_size (font, font_size);
  if (style.bold)
    pango_font_description_set_weight (font, PANGO_WEIGHT_BOLD);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_text (layout, text, -1);
  if (style.room > 0.0)
    pango_layout_set_width (layout, (int) (style.room * PANGO_SCALE));
  pango_layout_set_alignment (layout, style.alignment);
  pango_layout_set_ellipsize (layout, style.ellipsize ? PANGO_ELLIPSIZE_END
                                                      : PANGO_ELLIPSIZE_NONE);
  return layout;
}

static gboolean
is_grouped (const char *comma)
{
  return g_ascii_isdigit (comma[1]) && g_ascii_isdigit (comma[2]) &&
         g_ascii_isdigit (comma[3]) && !g_ascii_isdigit (comma[4]);
}

/* A schedule such as "qd bands=60:0.75,1" is typed that way in every country. */
static gboolean
is_syntax (const char *word)
{
  return memchr (word, '=', strcspn (word, " \n")) != NULL;
}

/**
 * qusop_plot_local_text:
 *
 * Returns: (transfer full): @text with points and commas within its numbers replaced by
 *   the decimal point and thousands separator of the locale, or by a thin space where it
 *   has none
 */
char *
qusop_plot_local_text (const char *text)
{
  const struct lconv *locale = localeconv ();
  const char *gap = *locale->thousands_sep != '\0' ? locale->thousands_sep : "\u202f";
  GString    *local;
  gboolean    syntax = FALSE;

  if (strcmp (locale->decimal_point, ".") == 0)
    return g_strdup (text);

  local = g_string_sized_new (strlen (text) + 8);
  for (const char *c = text; *c != '\0'; c++) {
    const gboolean after_digit = c > text && g_ascii_isdigit (c[-1]);

    if (c == text || c[-1] == ' ' || c[-1] == '\n')
      syntax = is_syntax (c);
    if (!syntax && *c == '.' && after_digit && g_ascii_isdigit (c[1]))
      g_string_append (local, locale->decimal_point);
    else if (!syntax && *c == ',' && after_digit && is_grouped (c))
      g_string_append (local, gap);
    else
      g_string_append_c (local, *c);
  }
  return g_string_free (local, FALSE);
}

/**
 * qusop_layout_text:
 * @text: (nullable)
 *
 * Returns: (transfer full): the shaped words, shared with others: not to be changed
 */
PangoLayout *
qusop_layout_text (const QusopLayout *self, const char *text, QusopTextStyle style)
{
  KeptText        *all = kept ();
  g_autofree char *words =
      self->local && text != NULL ? qusop_plot_local_text (text) : g_strdup (text);
  const int        font_size = (int) (self->font_px * style.scale * PANGO_SCALE);
  g_autofree char *key =
      g_strdup_printf ("%d %d %d %d %d %s", font_size, style.bold, style.ellipsize,
                       (int) (style.room * PANGO_SCALE), (int) style.alignment,
                       words != NULL ? words : "");
  PangoLayout *layout = g_hash_table_lookup (all->layouts, key);

  if (layout == NULL) {
    if (g_hash_table_size (all->layouts) >= N_KEPT)
      g_hash_table_remove_all (all->layouts);
    layout = shape (all->context, words != NULL ? words : "", font_size, style);
    g_hash_table_insert (all->layouts, g_steal_pointer (&key), layout);
  }
  return g_object_ref (layout);
}
