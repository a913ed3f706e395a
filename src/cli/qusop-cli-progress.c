/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-cli.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

typedef enum {
  STYLE_BAR,
  STYLE_LINES,
  STYLE_JSON,
  STYLE_NONE,
} Style;

static const char *const styles[] = { "bar", "lines", "json", NULL };

#define BAR_WIDTH 32

/* People read a bar at most this often, and a line of a log. */
#define BAR_PAUSE_US (G_USEC_PER_SEC / 20)
#define LINE_PAUSE_US G_USEC_PER_SEC

/* The engine never calls the listener twice at the same time, so no lock is needed. */
static struct {
  Style    style;
  QsStage  stage;
  gint64   last_us;
  gboolean open_line; /* a bar waits for its line end */
} shown;

/**
 * qusop_cli_progress_choose:
 * @style: (nullable): "bar", "lines" or "json"; %NULL for a bar on a terminal, else lines
 */
gboolean
qusop_cli_progress_choose (const char *style, gboolean quiet, GError **error)
{
  guint chosen = isatty (STDERR_FILENO) ? STYLE_BAR : STYLE_LINES;

  if (style != NULL && !qusop_cli_choose ("--progress", style, styles, &chosen, error))
    return FALSE;

  shown.style = quiet ? STYLE_NONE : chosen;
  shown.last_us = g_get_monotonic_time ();
  return TRUE;
}

/* Nullable: none. */
const char *
qusop_cli_progress_style (void)
{
  return styles[shown.style];
}

static void
show_json (const QsEvent *event)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  fprintf (stderr, "{\"stage\": \"%s\", \"fraction\": %s", qs_stage_name (event->stage),
           g_ascii_formatd (number, sizeof number, "%.6g", event->fraction));
  if (event->curve != QS_CURVE_NONE && isfinite (event->x) && isfinite (event->y)) {
    fprintf (stderr, ", \"curve\": \"%s\", \"series\": %u", qs_curve_name (event->curve),
             event->series);
    if (event->curve == QS_CURVE_PARAMETER)
      fprintf (stderr, ", \"chain\": %u, \"name\": \"%s\"", event->chain, event->text);
    fprintf (stderr, ", \"x\": %s",
             g_ascii_formatd (number, sizeof number, "%.9g", event->x));
    fprintf (stderr, ", \"y\": %s",
             g_ascii_formatd (number, sizeof number, "%.9g", event->y));
  }
  fputs ("}\n", stderr);
}

static void
show_bar (const QsEvent *event)
{
  const guint filled = (guint) (BAR_WIDTH * CLAMP (event->fraction, 0.0, 1.0));

  fprintf (stderr, "\r%-10s [", qs_stage_name (event->stage));
  for (guint i = 0; i < BAR_WIDTH; i++)
    fputc (i < filled ? '#' : '.', stderr);
  fprintf (stderr, "] %3.0f %%", 100.0 * event->fraction);
  shown.open_line = TRUE;
}

static void
show_line (const QsEvent *event)
{
  fprintf (stderr, "%s %.0f %%\n", qs_stage_name (event->stage), 100.0 * event->fraction);
}

/* For programs every event is a line; for people as often as they can read, so a command
 * that takes a moment says nothing. */
void
qusop_cli_progress_cb (const QsEvent *event, gpointer user_data)
{
  const gint64 now_us = g_get_monotonic_time ();
  const gint64 pause_us = shown.style == STYLE_BAR ? BAR_PAUSE_US : LINE_PAUSE_US;

  if (shown.style == STYLE_NONE)
    return;
  if (shown.style == STYLE_JSON) {
    show_json (event);
    return;
  }
  if (now_us - shown.last_us < pause_us)
    return;

  if (shown.stage != event->stage)
    qusop_cli_progress_end ();
  shown.stage = event->stage;
  shown.last_us = now_us;

  if (shown.style == STYLE_BAR)
    show_bar (event);
  else
    show_line (event);
}

/* Ends the line of a bar, before anything else is printed. */
void
qusop_cli_progress_end (void)
{
  if (shown.open_line)
    fputc ('\n', stderr);
  shown.open_line = FALSE;
}
