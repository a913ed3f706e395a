/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#define QS_ERROR (qs_error_quark ())

/**
 * QsError:
 * @QS_ERROR_DATA: a data file breaks a rule; the message names file, row, column, value,
 *   rule and remedy
 * @QS_ERROR_TOO_FEW: the data are in order but too few for the task
 * @QS_ERROR_SCENARIO: a setting lies outside what is allowed
 * @QS_ERROR_MODEL: a model file is damaged, foreign or belongs to other data
 * @QS_ERROR_REFUSED: the model cannot answer this question; the message says why
 * @QS_ERROR_NUMERIC: a computation left the finite numbers
 * @QS_ERROR_RESOURCE: the request needs more memory than is sensible
 * @QS_ERROR_IO: a file cannot be read or written
 * @QS_ERROR_CANCELLED: the user cancelled
 *
 * What can go wrong for reasons outside the program.
 */
typedef enum {
  QS_ERROR_DATA,
  QS_ERROR_TOO_FEW,
  QS_ERROR_SCENARIO,
  QS_ERROR_MODEL,
  QS_ERROR_REFUSED,
  QS_ERROR_NUMERIC,
  QS_ERROR_RESOURCE,
  QS_ERROR_IO,
  QS_ERROR_CANCELLED,
} QsError;

GQuark qs_error_quark (void);
