/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-number.h"

#include <math.h>
#include <string.h>

/* A number as it may be written: [+-] digits [mark digits] [e [+-] digits]. */
typedef struct {
  guint64  digits; /* of the mantissa, meaningful while n_digits <= 18 */
  guint    n_digits;
  guint    n_decimals;
  gboolean has_mark;
  gboolean has_exponent;
} Spelling;

static const char *
skip_digits (const char *c, Spelling *spelling)
{
  for (; g_ascii_isdigit (*c); c++) {
    if (spelling->n_digits <= 18)
      spelling->digits = 10 * spelling->digits + (guint64) (*c - '0');
    spelling->n_digits += spelling->digits > 0;
  }

  return c;
}

/* Returns whether the whole of @text is a number in the form above. */
static gboolean
spell (const char *text, char mark, Spelling *spelling)
{
  const char *c = text + (*text == '-' || *text == '+');
  const char *start = c;
  gsize       n_characters;

  c = skip_digits (c, spelling);
  n_characters = (gsize) (c - start);

  if (*c == mark) {
    const char *decimals = ++c;

    spelling->has_mark = TRUE;
    c = skip_digits (c, spelling);
    spelling->n_decimals = (guint) MIN (c - decimals, 1000);
    n_characters += (gsize) (c - decimals);
  }

  if (n_characters == 0)
    return FALSE;

  if (*c == 'e' || *c == 'E') {
    spelling->has_exponent = TRUE;
    c += 1 + (c[1] == '-' || c[1] == '+');
    start = c;
    while (g_ascii_isdigit (*c))
      c++;
    if (c == start)
      return FALSE;
  }

  return *c == '\0';
}

static double
convert (const char *text, char mark)
{
  g_autofree char *copy = NULL;
  char            *comma;

  if (mark == '.')
    return g_ascii_strtod (text, NULL);

  copy = g_strdup (text);
  comma = strchr (copy, mark);
  if (comma != NULL)
    *comma = '.';

  return g_ascii_strtod (copy, NULL);
}

static QsCellKind
classify_text (const char *text)
{
  static const char *const infinite[] = { "nan", "inf", "infinity" };
  const char              *bare = text + (*text == '-' || *text == '+');

  if (g_ascii_strcasecmp (text, "na") == 0)
    return QS_CELL_NA;

  for (guint i = 0; i < G_N_ELEMENTS (infinite); i++)
    if (g_ascii_strcasecmp (bare, infinite[i]) == 0)
      return QS_CELL_INFINITE;

  return QS_CELL_TEXT;
}

/**
 * qs_number_parse:
 * @text: a cell
 * @decimal_mark: '.' or ','
 * @value: (out): the number; NaN unless the result is %QS_CELL_NUMBER
 *
 * Reads a number independently of the locale. Hexadecimal, thousands separators and
 * anything after the number are text.
 *
 * Returns: what the cell is
 */
QsCellKind
qs_number_parse (const char *text, char decimal_mark, double *value)
{
  static const double powers[] = { 1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
  Spelling            spelling = { 0 };

  *value = NAN;

  if (*text == '\0' || (text[0] == '.' && text[1] == '\0'))
    return QS_CELL_MISSING;

  if (!spell (text, decimal_mark, &spelling))
    return classify_text (text);

  /* Both parts are exact doubles here, so one division rounds as strtod would (Clinger
   * 1990); nearly all cells of a study take this way. */
  if (!spelling.has_exponent && spelling.n_digits <= 15 &&
      spelling.n_decimals < G_N_ELEMENTS (powers)) {
    const double magnitude = (double) spelling.digits / powers[spelling.n_decimals];

    *value = *text == '-' ? -magnitude : magnitude;
    return QS_CELL_NUMBER;
  }

  *value = convert (text, decimal_mark);
  if (isfinite (*value))
    return QS_CELL_NUMBER;

  *value = NAN;
  return QS_CELL_INFINITE;
}

/**
 * qs_number_uses_mark:
 *
 * Returns: whether @text is a number written with @decimal_mark
 */
gboolean
qs_number_uses_mark (const char *text, char decimal_mark)
{
  Spelling spelling = { 0 };

  return spell (text, decimal_mark, &spelling) && spelling.has_mark;
}
