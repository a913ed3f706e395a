/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "pkpd/qs-pkpd-estimate.h"

/**
 * QsPkpdSearch:
 * @candidates: (element-type QsCandidate): everything that was tried, in order
 * @structure: the chosen one
 * @sentence: why, for people
 *
 * What a model search found.
 */
typedef struct {
  GArray         *candidates;
  QsPkpdStructure structure;
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
