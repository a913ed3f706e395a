/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-predictor.h"
#include "report/qs-report.h"

/* How a language says what all of them have. */
typedef struct {
  const char *comment;
  const char *indent;
  const char *assign;
  const char *log;
  const char *exp;
  const char *power;
  const char *names[QS_PKPD_N_PARAMETERS];
} QsCodeDialect;

/**
 * QsCodeWriter:
 * @columns: what the study's column of each further covariate that matters is called
 *
 * A population PK/PD model on its way into another language. Everything but @text and
 * @columns is borrowed.
 */
typedef struct {
  const QsCodeDialect    *dialect;
  const QsPkpdStructure  *structure;
  const QsPkpdPopulation *population;
  const QsPkpdDonors     *donors;
  char                   *columns[QS_PKPD_MAX_REGRESSORS];
  GString                *text;
} QsCodeWriter;

extern const QsCodeDialect qs_code_nonmem;
extern const QsCodeDialect qs_code_rxode2;

void qs_code_write_nonmem (QsCodeWriter *self);
void qs_code_write_rxode2 (QsCodeWriter *self);

void     qs_code_add (QsCodeWriter *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
char    *qs_code_number (double value) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_code_bit (guint mask, guint parameter);
gboolean qs_code_is_direct (const QsCodeWriter *self);
gboolean qs_code_is_share (const QsCodeWriter *self, guint parameter);
gboolean qs_code_varies (const QsCodeWriter *self, guint parameter);
gboolean qs_code_has_error (const QsCodeWriter *self, guint endpoint, QsPkpdError kind);
void     qs_code_add_regressors (QsCodeWriter *self);
void     qs_code_add_individual (QsCodeWriter *self, guint parameter, const char *inner);
char    *qs_code_effect (const QsCodeWriter *self,
                         const char         *concentration,
                         const char         *raised) G_GNUC_WARN_UNUSED_RESULT;
char *qs_code_turnover (const QsCodeWriter *self, const char *effect, const char *state)
    G_GNUC_WARN_UNUSED_RESULT;
