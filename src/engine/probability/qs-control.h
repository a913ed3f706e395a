/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-source.h"

G_BEGIN_DECLS

typedef struct {
  double  epsilon;
  double  level;
  guint64 max_calls;
} QsControlOptions;

/**
 * QsControlResult:
 * @n_calls: people asked, those that the surrogate was fitted to among them
 * @capped: fewer were allowed than were needed
 * @surrogate: the surrogate's own probability, known without asking anybody
 * @disagreement: share of people about whom model and surrogate disagree
 */
typedef struct {
  double   estimate;
  double   lower;
  double   upper;
  guint64  n_calls;
  gboolean capped;
  double   surrogate;
  double   disagreement;
} QsControlResult;

gboolean qs_control_estimate (const QsSource         *source,
                              QsSampler              *sampler,
                              const QsControlOptions *options,
                              QsRun                  *run,
                              QsControlResult        *result,
                              GError                **error);

G_END_DECLS
