/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-plot.h"

G_BEGIN_DECLS

#define QUSOP_N_INKS (QUSOP_INK_ARM_6 + 1)
#define QUSOP_N_THEMES (QUSOP_PLOT_PRINT + 1)

typedef struct {
  double r;
  double g;
  double b;
} QusopColour;

/**
 * QusopPalette:
 * @background: what the text is read against
 * @painted: whether the chart paints its background
 * @text: titles and labels
 * @dim: tick labels and notes
 * @grid_alpha: of the text colour
 * @stroke: factor on line widths
 * @inks: by #QusopInk
 */
typedef struct {
  QusopColour background;
  gboolean    painted;
  QusopColour text;
  QusopColour dim;
  double      grid_alpha;
  double      stroke;
  QusopColour inks[QUSOP_N_INKS];
} QusopPalette;

const QusopPalette *qusop_palette (QusopPlotTheme theme);
double              qusop_colour_contrast (QusopColour a, QusopColour b);

/* What tells inks apart without colour. */
typedef enum {
  QUSOP_MARKER_CIRCLE,
  QUSOP_MARKER_SQUARE,
  QUSOP_MARKER_TRIANGLE,
  QUSOP_MARKER_DIAMOND,
  QUSOP_MARKER_CROSS,
  QUSOP_MARKER_PLUS,
} QusopMarker;

QusopMarker   qusop_ink_marker (QusopInk ink);
const double *qusop_ink_dashes (QusopInk ink, gboolean dashed, int *n_dashes);

G_END_DECLS
