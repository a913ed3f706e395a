/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-result.h"

G_BEGIN_DECLS

/* Doses of an axis, and qubits of all axes together. */
#define QS_SEARCH_MAX_DOSES 1024
#define QS_SEARCH_MAX_QUBITS 18
#define QS_SEARCH_MAX_AXES 2

/**
 * QsSearchAxis:
 * @n: doses, one grid step apart, the first one step above 0
 * @step_mg: that step
 * @per_week: doses in a week, so that regimens are compared by what is taken in all
 * @probability: of success by dose; borrowed for the call
 */
typedef struct {
  guint         n;
  double        step_mg;
  double        per_week;
  const double *probability;
} QsSearchAxis;

/**
 * QsLandscape:
 * @n_axes: regimens that are searched together
 * @n_qubits: of each axis; the first axis has the low bits
 * @n: codes, 2 to the number of all qubits
 * @cost: of each code, mg per week: the doses taken, and @penalty for what is missing to
 * the target. Codes beyond the grid cost more than any other
 * @penalty: λ of each axis: the smallest that makes the cheapest code the answer, and a
 * tenth more
 * @found: every axis has a dose that reaches the target, there and at every higher dose
 * @best: the code of these doses; of the smallest cost where one has none
 *
 * The discrete question as a cost of bit strings. A dose counts with the lowest
 * probability from it on, as in qs_decision_select().
 */
typedef struct {
  guint    n_axes;
  guint    n_qubits[QS_SEARCH_MAX_AXES];
  guint    n_doses[QS_SEARCH_MAX_AXES];
  double   step_mg[QS_SEARCH_MAX_AXES];
  double   penalty[QS_SEARCH_MAX_AXES];
  gsize    n;
  double  *cost;
  double   span; /* from the cheapest to the dearest code */
  gboolean found;
  gsize    best;
  guint    n_looked; /* doses that the scan looked at */
} QsLandscape;

QsLandscape *qs_landscape_new (const QsSearchAxis *axes,
                               guint               n_axes,
                               double              target,
                               GError            **error) G_GNUC_WARN_UNUSED_RESULT;
QsLandscape *qs_landscape_of (const QsResult *const *results,
                              guint                  n_results,
                              GError               **error) G_GNUC_WARN_UNUSED_RESULT;
void         qs_landscape_free (QsLandscape *self);
double       qs_landscape_dose_mg (const QsLandscape *self, gsize code, guint axis);

/**
 * QsSearchOptions:
 * @n_sweeps: of annealing, over all bits
 * @n_reads: annealings, of which the cheapest code counts
 * @n_layers: of QAOA
 * @n_shots: codes that QAOA measures, of which the cheapest counts
 */
typedef struct {
  guint64 seed;
  guint   n_sweeps;
  guint   n_reads;
  guint   n_layers;
  guint   n_shots;
} QsSearchOptions;

/**
 * QsSearchFound:
 * @code: the cheapest that was seen
 * @n_looked: costs that were looked at; of QAOA uses of the cost's circuit
 * @share: of QAOA the probability that one shot is the answer; else NaN
 */
typedef struct {
  gsize   code;
  guint64 n_looked;
  double  share;
  double  elapsed_s;
} QsSearchFound;

QsSearchOptions qs_search_options_default (void);
gboolean        qs_search_anneal (const QsLandscape     *self,
                                  const QsSearchOptions *options,
                                  QsRun                 *run,
                                  QsSearchFound         *found,
                                  GError               **error);
gboolean        qs_search_qaoa (const QsLandscape     *self,
                                const QsSearchOptions *options,
                                QsRun                 *run,
                                QsSearchFound         *found,
                                GError               **error);

/**
 * QsSearch:
 * @landscape: of one regimen or of two together
 * @target: the share that has to succeed
 * @scanned: every dose looked at: the answer
 * @annealed: what simulated annealing found
 * @measured: what QAOA found
 *
 * One landscape searched in every way. Immutable, reference-counted.
 */
typedef struct {
  int           n_refs;
  QsLandscape  *landscape;
  double        target;
  QsSearchFound scanned;
  QsSearchFound annealed;
  QsSearchFound measured;
} QsSearch;

QsSearch *qs_search_new (const QsResult *const *results,
                         guint                  n_results,
                         const QsSearchOptions *options,
                         QsRun                 *run,
                         GError               **error) G_GNUC_WARN_UNUSED_RESULT;
QsSearch *qs_search_ref (QsSearch *self);
void      qs_search_unref (QsSearch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsLandscape, qs_landscape_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSearch, qs_search_unref)

G_END_DECLS
