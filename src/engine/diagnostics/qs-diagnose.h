/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "diagnostics/qs-diagnostics.h"
#include "pkpd/qs-pkpd-person.h"

/**
 * QsDiagnosis:
 * @dataset: borrowed
 * @model: borrowed
 * @study: the same subjects, as the estimator sees them
 * @structure: of the point estimate
 * @population: likewise
 * @effects: parameters that vary
 * @draws: (element-type QsPkpdPopulation): parameter draws of the structure
 * @n_effects: how many
 * @omega: (array): their covariance, n_effects × n_effects
 * @simulated: (array): per residual @n_simulations values with residual error
 * @lloq: by endpoint; NaN for none
 * @result: what is filled
 *
 * The workings of qs_diagnose(), for its parts.
 */
typedef struct {
  const QsDataset        *dataset;
  const QsModel          *model;
  QsPkpdStudy            *study;
  const QsPkpdStructure  *structure;
  const QsPkpdPopulation *population;
  GPtrArray              *draws;
  guint                   effects[QS_PKPD_N_PARAMETERS];
  guint                   n_effects;
  double                  omega[QS_PKPD_N_PARAMETERS * QS_PKPD_N_PARAMETERS];
  guint                   n_simulations;
  double                 *simulated;
  double                  lloq[2];
  QsDiagnostics          *result;
  QsRun                  *run;
} QsDiagnosis;

/* The parts, in their order. */
gboolean qs_diagnose_subjects (QsDiagnosis *self, GError **error);
gboolean qs_diagnose_simulate (QsDiagnosis *self, GError **error);
gboolean qs_diagnose_npde (QsDiagnosis *self, GError **error);
gboolean qs_diagnose_vpc (QsDiagnosis *self, GError **error);
gboolean qs_diagnose_attainment (QsDiagnosis *self, GError **error);

void   qs_diagnose_omega (const QsDiagnosis      *self,
                          const QsPkpdPopulation *population,
                          double                 *omega);
double qs_diagnose_quantile (const double *sorted, gsize n, double p);
