/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-rng.h"
#include "data/qs-number.h"

#include <math.h>

/* The oracle is the C library's correctly rounded conversion. */
static void
test_agrees_with_strtod (void)
{
  static const char *const formats[] = { "%.3f", "%.15g", "%.17g",
                                         "%.6e", "%.0f",  "%+.12f" };
  const QsRngKey           key = { .seed = 3, .stream = QS_RNG_TEST };

  for (guint i = 0; i < 20000; i++) {
    const double magnitude = pow (10.0, 40.0 * qs_rng_uniform (&key, i, 0) - 20.0);
    char         text[64];
    double       value;

    g_ascii_formatd (text, sizeof text, formats[i % G_N_ELEMENTS (formats)],
                     (qs_rng_uniform (&key, i, 1) - 0.5) * magnitude);
    g_assert_cmpint (qs_number_parse (text, '.', &value), ==, QS_CELL_NUMBER);
    g_assert_cmpfloat (value, ==, g_ascii_strtod (text, NULL));
  }
}

static void
test_every_kind_of_cell_is_known (void)
{
  static const struct {
    const char *text;
    QsCellKind  kind;
    double      value;
  } cases[] = {
    { "0", QS_CELL_NUMBER, 0.0 },
    { "-0.5", QS_CELL_NUMBER, -0.5 },
    { "+7.", QS_CELL_NUMBER, 7.0 },
    { ".25", QS_CELL_NUMBER, 0.25 },
    { "1e3", QS_CELL_NUMBER, 1000.0 },
    { "2E-2", QS_CELL_NUMBER, 0.02 },
    { "0000000000000000000001", QS_CELL_NUMBER, 1.0 },
    { "1e-400", QS_CELL_NUMBER, 0.0 },
    { "", QS_CELL_MISSING, 0.0 },
    { ".", QS_CELL_MISSING, 0.0 },
    { "NA", QS_CELL_NA, 0.0 },
    { "1e309", QS_CELL_INFINITE, 0.0 },
    { "-Inf", QS_CELL_INFINITE, 0.0 },
    { "nan", QS_CELL_INFINITE, 0.0 },
    { "0x10", QS_CELL_TEXT, 0.0 },
    { "1,5", QS_CELL_TEXT, 0.0 },
    { "1.5h", QS_CELL_TEXT, 0.0 },
    { "1e", QS_CELL_TEXT, 0.0 },
    { "-", QS_CELL_TEXT, 0.0 },
    { "-.", QS_CELL_TEXT, 0.0 },
    { "1 2", QS_CELL_TEXT, 0.0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    double value;

    g_assert_cmpint (qs_number_parse (cases[i].text, '.', &value), ==, cases[i].kind);
    if (cases[i].kind == QS_CELL_NUMBER)
      g_assert_cmpfloat (value, ==, cases[i].value);
    else
      g_assert_true (isnan (value));
  }
}

static void
test_decimal_comma_is_read (void)
{
  double value;

  g_assert_cmpint (qs_number_parse ("-12,375", ',', &value), ==, QS_CELL_NUMBER);
  g_assert_cmpfloat (value, ==, -12.375);
  g_assert_cmpint (qs_number_parse ("1,5e2", ',', &value), ==, QS_CELL_NUMBER);
  g_assert_cmpfloat (value, ==, 150.0);
  g_assert_cmpint (qs_number_parse ("1.234,5", ',', &value), ==, QS_CELL_TEXT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data/number/agrees-with-strtod", test_agrees_with_strtod);
  g_test_add_func ("/data/number/every-kind-of-cell-is-known",
                   test_every_kind_of_cell_is_known);
  g_test_add_func ("/data/number/decimal-comma-is-read", test_decimal_comma_is_read);
  return g_test_run ();
}
