/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "pkpd/qs-pkpd-estimate.h"

/**
 * QsPkpdRival:
 * @candidate: its place among the candidates
 * @estimate: (owned): by a short run
 *
 * A structure that was fitted and comes close to the chosen one.
 */
typedef struct {
  guint           candidate;
  QsPkpdEstimate *estimate;
} QsPkpdRival;

/**
 * QsPkpdSearch:
 * @candidates: (element-type QsCandidate): everything that was tried, in order
 * @structure: the chosen one
 * @chosen: its place among @candidates
 * @rivals: (element-type QsPkpdRival): other structures that BIC does not tell from it,
 *   by BIC
 * @sentence: why, for people
 *
 * What a model search found.
 */
typedef struct {
  GArray         *candidates;
  QsPkpdStructure structure;
  guint           chosen;
  GArray         *rivals;
  char           *sentence;
} QsPkpdSearch;

gboolean      qs_pkpd_structure_allowed (const QsPkpdStructure    *structure,
                                         const QsStructureOptions *options);
QsPkpdSearch *qs_pkpd_search (const QsPkpdStudy        *study,
                              const QsStructureOptions *options,
                              guint64                   seed,
                              QsRun                    *run,
                              GError                  **error) G_GNUC_WARN_UNUSED_RESULT;
void          qs_pkpd_search_free (QsPkpdSearch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdSearch, qs_pkpd_search_free)
