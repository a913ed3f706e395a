/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-predictor.h"

G_BEGIN_DECLS

/**
 * QsBand:
 *
 * The dose–success curves of many parameter draws, without Monte Carlo noise: the
 * between-subject effect is integrated by its distribution function, the body weight by
 * the prior's, co-medication by its share. Scores come from 64 doses per e-fold, with
 * linear interpolation between them.
 */
typedef struct _QsBand QsBand;

QsBand  *qs_band_new (QsPredictor *const *predictors,
                      gsize               n_predictors,
                      const QsCriterion  *criterion,
                      gboolean            subject_effect,
                      double              scale_mg_per_kg,
                      double              end_mg_per_kg,
                      QsRun              *run,
                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;
void     qs_band_free (QsBand *self);
gboolean qs_band_extend (QsBand *self, double end_mg_per_kg, QsRun *run, GError **error);
double   qs_band_lightest_kg (const QsPrior *prior);
void     qs_band_aim (QsBand           *self,
                      const QsScenario *scenario,
                      double            highest_mg,
                      QsRun            *run);
void     qs_band_curves (const QsBand *self,
                         gsize         n_doses,
                         const double *doses_mg,
                         double       *success,
                         QsRun        *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsBand, qs_band_free)

G_END_DECLS
