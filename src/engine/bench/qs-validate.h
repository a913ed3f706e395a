/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"

G_BEGIN_DECLS

/**
 * QsValidationCheck:
 * @name: what is checked
 * @expected: in words or numbers
 * @found: likewise
 *
 * One check of this installation.
 */
typedef struct {
  const char *name; /* static */
  char       *expected;
  char       *found;
  gboolean    passed;
} QsValidationCheck;

GArray *qs_validate (const char *sample, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_validation_passed (const GArray *checks);
char    *qs_validation_json (const GArray *checks) G_GNUC_WARN_UNUSED_RESULT;
char    *qs_validation_text (const GArray *checks) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
