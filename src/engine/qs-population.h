/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "population/qs-audit.h"
#include "population/qs-band.h"
#include "population/qs-cohort.h"
#include "population/qs-count.h"
#include "population/qs-proportion.h"
#include "qusop.h"

/**
 * QsPopulation:
 * @cohort: for a model that gives critical doses; it has none of what follows
 * @criterion: what the tables below were made for
 * @table: of the point estimate
 * @band: curves of the point estimate (first) and of the parameter draws
 *
 * Behind the seam: everything that a slider step needs and does not change.
 */
struct _QsPopulation {
  QsModel            *model;
  QsPopulationOptions options;
  gboolean            has_effect;
  QsPatients         *patients;
  QsCounts           *counts;
  QsProportion       *proportion;
  QsCohort           *cohort;
  QsCriterion         criterion;
  QsTable            *table;
  QsInverse          *inverse;
  float              *shift;
  QsBand             *band;
};

gboolean   qs_population_tabulate (QsPopulation     *self,
                                   const QsScenario *scenario,
                                   QsRun            *run,
                                   GError          **error);
gboolean   qs_population_curves (QsPopulation     *self,
                                 const QsScenario *scenario,
                                 gsize             n_doses,
                                 const double     *doses_mg,
                                 double           *success,
                                 QsRun            *run,
                                 GError          **error);
gboolean   qs_population_count (QsPopulation     *self,
                                const QsScenario *scenario,
                                guint             n_steps,
                                QsRun            *run,
                                GError          **error);
double     qs_population_crossing (QsPopulation     *self,
                                   const QsScenario *scenario,
                                   guint             step,
                                   guint64           needed,
                                   QsRun            *run);
GPtrArray *qs_population_answer (QsPopulation *self, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
double   qs_population_limit (const QsPopulation *self);
gboolean qs_population_audit (QsPopulation     *self,
                              const QsScenario *scenario,
                              guint64           seed,
                              guint64           n_points,
                              QsAudit          *audit,
                              QsRun            *run,
                              GError          **error);
