/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-report-content.h"

static const char style[] =
    ":root{color-scheme:light dark;--text:#241f31;--dim:#5e5c64;--line:#d5d3d8;"
    "--page:#fff;--notice:#fdf3e4;--edge:#a85200;--head:#f6f5f4}\n"
    "@media screen and (prefers-color-scheme:dark){:root{--text:#fff;--dim:#c8c7c4;"
    "--line:#4a4a4a;--page:#242424;--notice:#3a2f20;--edge:#e9a42b;--head:#303030}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:2.5rem 1.25rem;max-width:62rem;background:var(--page);"
    "color:var(--text);font:1rem/1.55 system-ui,Cantarell,\"DejaVu Sans\",sans-serif}\n"
    "h1{font-size:2rem;line-height:1.2;margin:0}\n"
    "h2{font-size:1.3rem;margin:2.6rem 0 .6rem;padding-bottom:.3rem;"
    "border-bottom:1px solid var(--line)}\n"
    ".sub{color:var(--dim);margin:.3rem 0 1.6rem}\n"
    "p{margin:.6rem 0;max-width:46rem}\n"
    ".notice{max-width:none;background:var(--notice);border-left:4px solid var(--edge);"
    "padding:.7rem 1rem;border-radius:0 6px 6px 0}\n"
    ".table{overflow-x:auto;margin:1.2rem 0}\n"
    "table{border-collapse:collapse;width:100%;font-size:.86rem;"
    "font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;font-weight:600;padding-bottom:.4rem}\n"
    "th,td{padding:.4rem .6rem;text-align:right;vertical-align:top;"
    "border-bottom:1px solid var(--line);overflow-wrap:break-word}\n"
    "thead th{background:var(--head);vertical-align:bottom;overflow-wrap:normal}\n"
    "tbody th{font-weight:400}\n"
    "th.l,td.l{text-align:left}\n"
    "@media screen{td:not(.l){white-space:nowrap}}\n"
    "figure{margin:1.4rem 0}\n"
    "figure svg{display:block;max-width:100%;height:auto}\n"
    "figcaption{color:var(--dim);font-size:.86rem;margin-top:.4rem;max-width:46rem}\n"
    ".on-dark{display:none}\n"
    "@media screen and (prefers-color-scheme:dark){.on-dark{display:block}"
    ".on-light{display:none}}\n"
    ".draft::before{content:\"DRAFT\";position:fixed;inset:0;display:grid;"
    "place-items:center;rotate:-55deg;font:700 11rem/1 sans-serif;letter-spacing:.1em;"
    "color:var(--text);opacity:.06;pointer-events:none}\n"
    "@page{size:A4;margin:18mm}\n"
    "@media print{body{padding:0;font-size:10pt;max-width:none}h2{break-after:avoid}"
    "figure,tr,.notice{break-inside:avoid}thead{display:table-header-group}"
    ".table{overflow:visible}}\n";

static void
append_escaped (GString *html, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  g_string_append (html, escaped);
}

static void
append_element (GString *html, const char *open, const char *text, const char *close)
{
  g_string_append (html, open);
  append_escaped (html, text);
  g_string_append (html, close);
}

static void
append_row (GString *html, const QusopBlock *table, char **cells, gboolean is_header)
{
  g_string_append (html, "<tr>");
  for (guint c = 0; c < table->n_columns; c++) {
    const char *tag = is_header || c == 0 ? "th" : "td";
    const char *scope = is_header ? " scope=\"col\"" : c == 0 ? " scope=\"row\"" : "";
    const char *side = c < table->n_text_columns ? " class=\"l\"" : "";

    g_string_append_printf (html, "<%s%s%s>", tag, scope, side);
    append_escaped (html, cells[c]);
    g_string_append_printf (html, "</%s>", tag);
  }
  g_string_append (html, "</tr>\n");
}

static void
append_table (GString *html, const QusopBlock *table)
{
  /* A table wider than the page scrolls, which the keyboard can do only where it can
   * stop. */
  g_string_append (html, "<div class=\"table\" tabindex=\"0\" role=\"group\" "
                         "aria-label=\"");
  append_escaped (html, table->text);
  append_element (html, "\">\n<table>\n<caption>", table->text, "</caption>\n<thead>\n");
  append_row (html, table, g_ptr_array_index (table->rows, 0), TRUE);
  g_string_append (html, "</thead>\n<tbody>\n");
  for (guint r = 1; r < table->rows->len; r++)
    append_row (html, table, g_ptr_array_index (table->rows, r), FALSE);
  g_string_append (html, "</tbody>\n</table>\n</div>\n");
}

static void
append_drawing (GString          *html,
                const QusopBlock *block,
                guint             number,
                QusopPlotTheme    theme,
                const char       *side)
{
  g_autofree char *prefix = g_strdup_printf ("f%u%s", number, side);
  g_autofree char *svg = qusop_plot_to_svg (block->figure, QUSOP_FIGURE_WIDTH_PX,
                                            block->height_px, theme, prefix);

  g_string_append_printf (html, "<div class=\"on-%s\" role=\"img\" aria-label=\"", side);
  append_escaped (html, block->text);
  g_string_append_printf (html, "\">\n%s</div>\n", svg);
}

static void
append_figure (GString *html, const QusopBlock *block, guint number)
{
  g_string_append (html, "<figure>\n");
  append_drawing (html, block, number, QUSOP_PLOT_PRINT, "light");
  append_drawing (html, block, number, QUSOP_PLOT_DARK, "dark");
  append_element (html, "<figcaption>", block->text, "</figcaption>\n</figure>\n");
}

static void
append_block (GString *html, const QusopBlock *block, guint number)
{
  switch (block->kind) {
  case QUSOP_BLOCK_HEADING:
    append_element (html, "<h2>", block->text, "</h2>\n");
    break;
  case QUSOP_BLOCK_PARAGRAPH:
    append_element (html, "<p>", block->text, "</p>\n");
    break;
  case QUSOP_BLOCK_NOTICE:
    append_element (html, "<p class=\"notice\">", block->text, "</p>\n");
    break;
  case QUSOP_BLOCK_TABLE:
    append_table (html, block);
    break;
  case QUSOP_BLOCK_FIGURE:
    append_figure (html, block, number);
    break;
  }
}

/**
 * qusop_report_to_html:
 *
 * Returns: (transfer full): one HTML5 page that needs no other file; light or dark as the
 *   reader's system, light on paper
 */
GBytes *
qusop_report_to_html (const QusopReport *self)
{
  GString *html = g_string_new ("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                                "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                                "content=\"width=device-width, initial-scale=1\">\n");

  append_element (html, "<title>", self->title, "</title>\n<style>\n");
  g_string_append (html, style);
  append_element (html,
                  self->is_draft
                      ? "</style>\n</head>\n<body class=\"draft\">\n<main>\n<h1>"
                      : "</style>\n</head>\n<body>\n<main>\n<h1>",
                  self->title, "</h1>\n");
  append_element (html, "<p class=\"sub\">", self->subtitle, "</p>\n");
  for (guint i = 0; i < self->blocks->len; i++)
    append_block (html, g_ptr_array_index (self->blocks, i), i);
  g_string_append (html, "</main>\n</body>\n</html>\n");

  return g_string_free_to_bytes (html);
}
