/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "registry/qs-run-record.h"

G_BEGIN_DECLS

typedef enum {
  QS_RUN_PAIR_INPUT,
  QS_RUN_PAIR_ANSWER,
} QsRunPairPart;

/**
 * QsRunPair:
 * @what: what is compared: "seed", an option, a file, a value in a file
 * @first: (nullable): what it is in the first run
 * @second: (nullable): likewise, in the second
 * @same: whether they are
 *
 * One line of two runs beside each other.
 */
typedef struct {
  QsRunPairPart part;
  char         *what;
  char         *first;
  char         *second;
  gboolean      same;
} QsRunPair;

GPtrArray *qs_run_pairs_new (const QsRunRecord *first, const QsRunRecord *second)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_run_pairs_csv (const GPtrArray   *pairs,
                        const QsRunRecord *first,
                        const QsRunRecord *second) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
