/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"
#include "population/qs-count.h"

G_BEGIN_DECLS

/**
 * QsCohort:
 *
 * Virtual patients of a model that gives each of them a critical dose: the whole curve is
 * the distribution function of these doses. The patients of the point estimate are
 * #QsPatients with latent values; those of the parameter draws are a few thousand, spread
 * evenly, the same for all draws.
 */
typedef struct _QsCohort QsCohort;

QsCohort *qs_cohort_new (QsPredictor *const *predictors,
                         gsize               n_predictors,
                         QsPatients         *patients,
                         guint64             seed,
                         gboolean            subject_effect,
                         QsRun              *run,
                         GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void      qs_cohort_free (QsCohort *self);
gboolean  qs_cohort_aim (QsCohort         *self,
                         const QsScenario *scenario,
                         QsRun            *run,
                         GError          **error);
void      qs_cohort_curves (const QsCohort *self,
                            gsize           n_doses,
                            const double   *doses_mg,
                            double         *success,
                            QsRun          *run);
void      qs_cohort_count (const QsCohort *self,
                           double          step_mg,
                           guint           n_steps,
                           QsCounts       *counts,
                           QsRun          *run);
double    qs_cohort_crossing (const QsCohort *self,
                              double          step_mg,
                              guint           step,
                              guint64         needed,
                              const QsCounts *counts);
double    qs_cohort_limit (const QsCohort *self);
void      qs_cohort_draw_latent (guint64 seed,
                                 guint32 replicate,
                                 guint32 subject,
                                 guint   n_latent,
                                 float  *latent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsCohort, qs_cohort_free)

G_END_DECLS
