/* SPDX-License-Identifier: Apache-2.0 */
#include "plots/qusop-theme.h"

#include <math.h>

/* WCAG 2.1: 1.4.3 text, 1.4.11 graphics, 1.4.6 text where high contrast is asked for. */
#define CONTRAST_TEXT 4.5
#define CONTRAST_LINE 3.0
#define CONTRAST_HIGH 7.0

static void
test_known_contrasts (void)
{
  const QusopColour black = { 0.0, 0.0, 0.0 };
  const QusopColour white = { 1.0, 1.0, 1.0 };
  const QusopColour grey = { 0x77 / 255.0, 0x77 / 255.0, 0x77 / 255.0 };

  g_assert_cmpfloat_with_epsilon (qusop_colour_contrast (black, white), 21.0, 1e-9);
  g_assert_cmpfloat_with_epsilon (qusop_colour_contrast (white, white), 1.0, 1e-12);
  /* #777777 on white is the well-known near miss of 4.5. */
  g_assert_cmpfloat_with_epsilon (qusop_colour_contrast (grey, white), 4.478, 5e-4);
}

static gboolean
is_high (guint theme)
{
  return theme == QUSOP_PLOT_LIGHT_HIGH_CONTRAST ||
         theme == QUSOP_PLOT_DARK_HIGH_CONTRAST;
}

static void
test_text_and_lines_stand_out (void)
{
  for (guint theme = 0; theme < QUSOP_N_THEMES; theme++) {
    const QusopPalette *palette = qusop_palette (theme);
    const double        text = is_high (theme) ? CONTRAST_HIGH : CONTRAST_TEXT;
    const double        line = is_high (theme) ? CONTRAST_TEXT : CONTRAST_LINE;

    g_assert_cmpfloat (qusop_colour_contrast (palette->text, palette->background), >=,
                       text);
    g_assert_cmpfloat (qusop_colour_contrast (palette->dim, palette->background), >=,
                       text);
    for (guint ink = 0; ink < QUSOP_N_INKS; ink++)
      g_assert_cmpfloat (qusop_colour_contrast (palette->inks[ink], palette->background),
                         >=, line);
    /* The target is written in its ink. */
    g_assert_cmpfloat (
        qusop_colour_contrast (palette->inks[QUSOP_INK_TARGET], palette->background), >=,
        text);
  }
}

static gboolean
same_dashes (QusopInk a, QusopInk b)
{
  int           n_a, n_b;
  const double *dashes_a = qusop_ink_dashes (a, FALSE, &n_a);
  const double *dashes_b = qusop_ink_dashes (b, FALSE, &n_b);

  for (int i = 0; n_a == n_b && i < n_a; i++)
    if (dashes_a[i] != dashes_b[i])
      return FALSE;

  return n_a == n_b;
}

/* Arms share a chart: each must be told apart without its colour. */
static void
test_arms_differ_without_colour (void)
{
  for (guint a = QUSOP_INK_ARM_1; a <= QUSOP_INK_ARM_6; a++) {
    for (guint b = a + 1; b <= QUSOP_INK_ARM_6; b++) {
      g_assert_cmpint (qusop_ink_marker (a), !=, qusop_ink_marker (b));
      g_assert_false (same_dashes (a, b));
    }
  }
}

/* As two cone types see it: Viénot, Brettel and Mollon (1999), equation 5, in linear RGB.
 */
static QusopColour
as_deuteranope (QusopColour c)
{
  const double r = pow (c.r, 2.2), g = pow (c.g, 2.2), b = pow (c.b, 2.2);
  const double mixed = 0.29275 * r + 0.70725 * g;

  return (QusopColour){ pow (mixed, 1 / 2.2), pow (mixed, 1 / 2.2),
                        pow (fmax (-0.02234 * r + 0.02234 * g + b, 0.0), 1 / 2.2) };
}

static double
distance (QusopColour a, QusopColour b)
{
  return sqrt ((a.r - b.r) * (a.r - b.r) + (a.g - b.g) * (a.g - b.g) +
               (a.b - b.b) * (a.b - b.b));
}

/* The bands of a dose–success curve lie on each other. */
static void
test_bands_differ_for_the_colour_blind (void)
{
  static const QusopInk inks[] = { QUSOP_INK_PRIMARY, QUSOP_INK_SECONDARY,
                                   QUSOP_INK_TARGET };

  for (guint theme = 0; theme < QUSOP_N_THEMES; theme++) {
    const QusopPalette *palette = qusop_palette (theme);

    for (guint a = 0; a < G_N_ELEMENTS (inks); a++)
      for (guint b = a + 1; b < G_N_ELEMENTS (inks); b++)
        g_assert_cmpfloat (distance (as_deuteranope (palette->inks[inks[a]]),
                                     as_deuteranope (palette->inks[inks[b]])),
                           >, 0.15);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/plots/theme/known-contrasts", test_known_contrasts);
  g_test_add_func ("/plots/theme/text-and-lines-stand-out",
                   test_text_and_lines_stand_out);
  g_test_add_func ("/plots/theme/arms-differ-without-colour",
                   test_arms_differ_without_colour);
  g_test_add_func ("/plots/theme/bands-differ-for-the-colour-blind",
                   test_bands_differ_for_the_colour_blind);
  return g_test_run ();
}
