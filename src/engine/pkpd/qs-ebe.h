/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-pkpd-person.h"

/**
 * QsEbePredict:
 * @eta: (array): the effects
 * @prediction: (out) (array): one value per look
 */
typedef void (*QsEbePredict) (const double *eta, double *prediction, gpointer data);

/**
 * QsEbeProblem:
 * @n_effects: random effects that vary, at most QS_PKPD_N_PARAMETERS
 * @omega: (array): their covariance, n_effects × n_effects
 * @looks: (array length=n_looks): what was observed
 * @population: its residual errors are those of the looks
 * @start: (nullable) (array length=n_effects): where to begin; else at 0
 * @predict: the model
 * @data: for @predict
 *
 * One subject's data and the distribution its random effects come from. All pointers are
 * borrowed.
 */
typedef struct {
  guint                   n_effects;
  const double           *omega;
  gsize                   n_looks;
  const QsPkpdLook       *looks;
  const QsPkpdPopulation *population;
  const double           *start;
  QsEbePredict            predict;
  gpointer                data;
} QsEbeProblem;

/**
 * QsEbe:
 * @eta: (array length=n_effects): the posterior mode
 * @prediction: (array length=n_looks): there
 * @slope: (array): ∂ prediction / ∂ η, n_looks × n_effects
 * @covariance: (array): of the posterior about its mode, n_effects × n_effects
 * @converged: whether the last step was below a thousandth of a posterior SD
 *
 * Empirical Bayes estimates of one subject.
 */
typedef struct {
  double  *eta;
  double  *prediction;
  double  *slope;
  double  *covariance;
  gboolean converged;
} QsEbe;

QsEbe   *qs_ebe_new (const QsEbeProblem *problem) G_GNUC_WARN_UNUSED_RESULT;
void     qs_ebe_free (QsEbe *self);
double   qs_ebe_objective (const QsEbeProblem *problem,
                           const double       *eta,
                           double             *prediction);
gboolean qs_ebe_conditional_residuals (const QsEbe        *self,
                                       const QsEbeProblem *problem,
                                       double             *cwres);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsEbe, qs_ebe_free)
