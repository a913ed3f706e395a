/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef enum {
  QS_CELL_NUMBER,
  QS_CELL_MISSING,  /* empty or "." */
  QS_CELL_NA,       /* "NA", as R writes a missing value */
  QS_CELL_INFINITE, /* beyond the range of a double, or written as Inf or NaN */
  QS_CELL_TEXT,
} QsCellKind;

QsCellKind qs_number_parse (const char *text, char decimal_mark, double *value);
gboolean   qs_number_uses_mark (const char *text, char decimal_mark);
