/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-theme.h"

#include <math.h>

#define RGB(hex)                                                                     \
  {                                                                                  \
    ((hex) >> 16 & 0xff) / 255.0, ((hex) >> 8 & 0xff) / 255.0, ((hex) &0xff) / 255.0 \
  }

/* Hues after Okabe and Ito (2008), darkened or lightened until every ink reads as text on
 * its background (contrast 4.5 : 1; 7 : 1 for high contrast). */
#define LIGHT_INKS                                                                      \
  {                                                                                     \
    RGB (0x1b68c6), RGB (0x00785a), RGB (0xa85200), RGB (0x5e5c64), RGB (0x5e5c64),     \
        RGB (0x0072b2), RGB (0xb84f00), RGB (0x00785a), RGB (0xa0447c), RGB (0x7a5f00), \
  }

/* Print has what the screen shows, pixel for pixel. */
#define LIGHT_TEXT RGB (0x241f31)
#define LIGHT_DIM RGB (0x5e5c64)
#define LIGHT_GRID 0.10

static const QusopPalette palettes[QUSOP_N_THEMES] = {
  [QUSOP_PLOT_LIGHT] = {
    .background = RGB (0xffffff),
    .painted = TRUE,
    .text = LIGHT_TEXT,
    .dim = LIGHT_DIM,
    .grid_alpha = LIGHT_GRID,
    .stroke = 1.0,
    .inks = LIGHT_INKS,
  },
  [QUSOP_PLOT_DARK] = {
    .background = RGB (0x303030),
    .painted = TRUE,
    .text = RGB (0xffffff),
    .dim = RGB (0xc8c7c4),
    .grid_alpha = 0.11,
    .stroke = 1.0,
    .inks = {
      RGB (0x78aeed), RGB (0x3fcfa8), RGB (0xe9a42b), RGB (0xc0bfbc), RGB (0xc0bfbc),
      RGB (0x62b8ec), RGB (0xf08f4b), RGB (0x3fcfa8), RGB (0xe8a5cb), RGB (0xf0e442),
    },
  },
  [QUSOP_PLOT_LIGHT_HIGH_CONTRAST] = {
    .background = RGB (0xffffff),
    .painted = TRUE,
    .text = RGB (0x000000),
    .dim = RGB (0x1d1d20),
    .grid_alpha = 0.30,
    .stroke = 1.5,
    .inks = {
      RGB (0x0b4596), RGB (0x00513d), RGB (0x7a3800), RGB (0x3d3b42), RGB (0x3d3b42),
      RGB (0x004f7d), RGB (0x823600), RGB (0x00513d), RGB (0x76285a), RGB (0x574300),
    },
  },
  [QUSOP_PLOT_DARK_HIGH_CONTRAST] = {
    .background = RGB (0x000000),
    .painted = TRUE,
    .text = RGB (0xffffff),
    .dim = RGB (0xf0f0f0),
    .grid_alpha = 0.35,
    .stroke = 1.5,
    .inks = {
      RGB (0x99c8ff), RGB (0x5ce6c0), RGB (0xffc14d), RGB (0xdedddb), RGB (0xdedddb),
      RGB (0x85d0ff), RGB (0xffa666), RGB (0x5ce6c0), RGB (0xffbfe0), RGB (0xf7ee6b),
    },
  },
  [QUSOP_PLOT_PRINT] = {
    .background = RGB (0xffffff),
    .painted = FALSE,
    .text = LIGHT_TEXT,
    .dim = LIGHT_DIM,
    .grid_alpha = LIGHT_GRID,
    .stroke = 1.0,
    .inks = LIGHT_INKS,
  },
};

const QusopPalette *
qusop_palette (QusopPlotTheme theme)
{
  g_return_val_if_fail ((guint) theme < QUSOP_N_THEMES, &palettes[QUSOP_PLOT_LIGHT]);

  return &palettes[theme];
}

static double
linear_light (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

static double
luminance (QusopColour c)
{
  return 0.2126 * linear_light (c.r) + 0.7152 * linear_light (c.g) +
         0.0722 * linear_light (c.b);
}

/**
 * qusop_colour_contrast:
 *
 * Returns: the contrast ratio of WCAG 2.1, from 1 (the same) to 21 (black on white)
 */
double
qusop_colour_contrast (QusopColour a, QusopColour b)
{
  const double la = luminance (a);
  const double lb = luminance (b);

  return (fmax (la, lb) + 0.05) / (fmin (la, lb) + 0.05);
}

QusopMarker
qusop_ink_marker (QusopInk ink)
{
  static const QusopMarker markers[QUSOP_N_INKS] = {
    [QUSOP_INK_PRIMARY] = QUSOP_MARKER_CIRCLE,
    [QUSOP_INK_SECONDARY] = QUSOP_MARKER_SQUARE,
    [QUSOP_INK_TARGET] = QUSOP_MARKER_DIAMOND,
    [QUSOP_INK_NEUTRAL] = QUSOP_MARKER_CROSS,
    [QUSOP_INK_ARM_1] = QUSOP_MARKER_CROSS,
    [QUSOP_INK_ARM_2] = QUSOP_MARKER_CIRCLE,
    [QUSOP_INK_ARM_3] = QUSOP_MARKER_SQUARE,
    [QUSOP_INK_ARM_4] = QUSOP_MARKER_TRIANGLE,
    [QUSOP_INK_ARM_5] = QUSOP_MARKER_DIAMOND,
    [QUSOP_INK_ARM_6] = QUSOP_MARKER_PLUS,
  };

  return markers[ink];
}

/**
 * qusop_ink_dashes:
 * @n_dashes: (out): how many
 *
 * Returns: dash pattern in units of the line width; static
 */
const double *
qusop_ink_dashes (QusopInk ink, gboolean dashed, int *n_dashes)
{
  static const struct {
    int    n;
    double dashes[6];
  } patterns[QUSOP_N_INKS] = {
    [QUSOP_INK_PRIMARY] = { 0, { 0.0 } },
    [QUSOP_INK_SECONDARY] = { 2, { 6.0, 2.0 } },
    [QUSOP_INK_TARGET] = { 2, { 4.0, 2.5 } },
    [QUSOP_INK_NEUTRAL] = { 2, { 2.5, 2.0 } },
    [QUSOP_INK_ARM_1] = { 2, { 1.0, 2.0 } },
    [QUSOP_INK_ARM_2] = { 2, { 7.0, 2.5 } },
    [QUSOP_INK_ARM_3] = { 4, { 6.0, 2.0, 1.5, 2.0 } },
    [QUSOP_INK_ARM_4] = { 0, { 0.0 } },
    [QUSOP_INK_ARM_5] = { 6, { 6.0, 2.0, 1.5, 2.0, 1.5, 2.0 } },
    [QUSOP_INK_ARM_6] = { 2, { 3.0, 1.5 } },
  };
  static const double plain[] = { 3.0, 2.5 };

  if (dashed && patterns[ink].n == 0) {
    *n_dashes = 2;
    return plain;
  }

  *n_dashes = patterns[ink].n;
  return patterns[ink].dashes;
}
