/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

/* What a study file has to obey. The first block keeps a file from being shown at all,
 * the others become findings. */
typedef enum {
  QS_RULE_READABLE,
  QS_RULE_REGULAR_FILE,
  QS_RULE_FILE_SIZE,
  QS_RULE_NOT_EMPTY,
  QS_RULE_NOT_UTF16,
  QS_RULE_NO_NUL,
  QS_RULE_UTF8,
  QS_RULE_SEPARATED,
  QS_RULE_QUOTES,
  QS_RULE_QUOTE_CLOSED,
  QS_RULE_HAS_ROWS,
  QS_RULE_N_COLUMNS,
  QS_RULE_N_CELLS,
  QS_RULE_CELL_LENGTH,
  QS_RULE_MAP_FORM,
  QS_RULE_MAP_ROLE,
  QS_RULE_MAP_COLUMN,
  QS_RULE_MAP_ONCE,

  QS_RULE_COLUMN_PRESENT,
  QS_RULE_COLUMN_UNIQUE,
  QS_RULE_COLUMN_NAMED,
  QS_RULE_COLUMN_UNIT,
  QS_RULE_COLUMN_CLEAR,
  QS_RULE_COLUMN_GUESSED,
  QS_RULE_EVID_DERIVED,
  QS_RULE_COMMENT_COLUMN,
  QS_RULE_ROW_SHORT,
  QS_RULE_ROW_LONG,
  QS_RULE_ROW_EMPTY,

  QS_RULE_NUMBER,
  QS_RULE_FINITE,
  QS_RULE_PRESENT,
  QS_RULE_NA_TEXT,
  QS_RULE_DECIMAL_COMMA,
  QS_RULE_DECIMAL_MIX,

  QS_RULE_ID_NOT_NEGATIVE,
  QS_RULE_ID_CONTIGUOUS,
  QS_RULE_TIME_NOT_NEGATIVE,
  QS_RULE_TIME_RANGE,
  QS_RULE_TIME_ORDER,
  QS_RULE_TIME_RESTART,
  QS_RULE_TIME_ORIGIN,
  QS_RULE_EVID,
  QS_RULE_EVID_OTHER,
  QS_RULE_MDV,
  QS_RULE_MDV_MISSING_DV,
  QS_RULE_MDV_IGNORED_DV,
  QS_RULE_DV_MISSING,
  QS_RULE_DV_ON_DOSE,
  QS_RULE_DV_RANGE,
  QS_RULE_DV_NEGATIVE_PK,
  QS_RULE_DV_PK_UNIT,
  QS_RULE_DV_POSITIVE_PD,
  QS_RULE_DVID,
  QS_RULE_DVID_TEXT,
  QS_RULE_DVID_ON_DOSE,
  QS_RULE_CMT,
  QS_RULE_CMT_OF_DOSES,
  QS_RULE_AMT_POSITIVE,
  QS_RULE_AMT_RANGE,
  QS_RULE_AMT_ON_OBSERVATION,
  QS_RULE_AMT_PLACEBO,
  QS_RULE_DOSE_ITEM_ON_OBSERVATION,
  QS_RULE_ADDL,
  QS_RULE_ADDL_NEGATIVE,
  QS_RULE_ADDL_RANGE,
  QS_RULE_ADDL_NEEDS_II,
  QS_RULE_II,
  QS_RULE_II_UNUSED,
  QS_RULE_SS,
  QS_RULE_SS_UNSUPPORTED,
  QS_RULE_SS_NEEDS_II,
  QS_RULE_RATE_UNSUPPORTED,
  QS_RULE_RATE_RANGE,
  QS_RULE_RATE_STEADY,
  QS_RULE_INFUSION,
  QS_RULE_BOLUS,
  QS_RULE_ROUTES,
  QS_RULE_CMT_TEXT,
  QS_RULE_CMT_NAME,
  QS_RULE_CMT_WORD,
  QS_RULE_BW,
  QS_RULE_BW_UNUSUAL,
  QS_RULE_COMED,
  QS_RULE_DOSE,
  QS_RULE_CONSTANT,
  QS_RULE_CONSTANT_COVARIATE,
  QS_RULE_TEXT_COVARIATE,
  QS_RULE_MISSING_COVARIATE,
  QS_RULE_MANY_COVARIATES,
  QS_RULE_CENS,
  QS_RULE_CENS_RIGHT,
  QS_RULE_CENS_LIMIT,
  QS_RULE_LLOQ,
  QS_RULE_BELOW_TEXT,
  QS_RULE_BELOW_LLOQ,
  QS_RULE_BELOW_LLOQ_UNMARKED,
  QS_RULE_DUPLICATE,
  QS_RULE_REPLICATE,
  QS_RULE_N_RECORDS,
  QS_RULE_DOSED,
  QS_RULE_DOSE_LABEL,
  QS_RULE_OBSERVED,
  QS_RULE_PLACEBO,
  QS_RULE_ANY_PD,
  QS_RULE_ANY_DOSE,
  QS_RULE_TWO_SUBJECTS,
  QS_N_RULES,
} QsRule;

#define QS_N_COLUMN_ROLES (QS_COLUMN_IGNORED + 1)

/**
 * QsPlace:
 *
 * Where a rule was broken and what was found there. Strings are borrowed for the call.
 */
typedef struct {
  QsColumnRole role;
  guint        row;
  const char  *id;
  const char  *column;
  const char  *value;
} QsPlace;

/**
 * QsFindings:
 *
 * Findings while they are being gathered. The first ten places of each rule and column
 * (of a mere note the first one) are listed, the others counted at the last one listed.
 */
typedef struct _QsFindings QsFindings;

/* Ask before memory is taken: what a file may hold. */
#define QS_MAX_FILE_BYTES ((gsize) 256 << 20)
#define QS_MAX_COLUMNS 4096
#define QS_MAX_CELLS ((gsize) 1 << 25)
#define QS_MAX_CELL_BYTES ((gsize) 1 << 20)
#define QS_MAX_ADDL 10000
#define QS_MAX_RECORDS ((gsize) 1 << 23)

QsFindings *qs_findings_new (void) G_GNUC_WARN_UNUSED_RESULT;
void        qs_findings_free (QsFindings *self);
void        qs_findings_add (QsFindings *self, QsRule rule, const QsPlace *place);
guint       qs_findings_n_fatal (const QsFindings *self);
GPtrArray  *qs_findings_finish (QsFindings *self) G_GNUC_WARN_UNUSED_RESULT;
void qs_refuse (GError **error, QsRule rule, const char *file, const QsPlace *place);
void qs_finding_free (QsFinding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsFindings, qs_findings_free)
