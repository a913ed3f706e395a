/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "pkpd/qs-pkpd-course.h"
#include "pkpd/qs-pkpd-donors.h"

/**
 * QsPkpdLook:
 *
 * One observation and where its prediction stands among the person's times.
 */
typedef struct {
  gsize      at;
  QsEndpoint endpoint;
  double     value;
  gboolean   below_limit;
} QsPkpdLook;

/**
 * QsPkpdPerson:
 * @regressors: (nullable): further covariates, borrowed from the study's donors
 * @looks: (array length=n_looks): all observations
 * @n_times: distinct times; the size of arrays that receive predictions
 *
 * One subject as the estimator sees it.
 */
typedef struct {
  double        bw_kg;
  guint         comed;
  const double *regressors;
  double        dose_mg; /* the arm; 0 for placebo */
  QsPkpdCourse *course;
  gsize         n_times;
  QsPkpdLook   *looks;
  gsize         n_looks;
} QsPkpdPerson;

typedef struct {
  QsPkpdPerson *persons;
  guint         n_persons;
  gsize         max_times;
  gsize         n_looks[2];
  gboolean      censors[2]; /* whether some values lie below the limit, by endpoint */
  gboolean      has_comed;  /* whether some have it and some don't */
  QsRoute       route;      /* of all doses */
  QsPkpdDonors *donors;
} QsPkpdStudy;

QsPkpdStudy *qs_pkpd_study_new (const QsDataset *dataset, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qs_pkpd_study_free (QsPkpdStudy *self);

QsPkpdCourse *qs_pkpd_subject_course (const QsSubject *subject,
                                      const double    *times_h,
                                      gsize            n_times) G_GNUC_WARN_UNUSED_RESULT;

double qs_pkpd_least_variance (double variance);
double qs_pkpd_residual_sd (const QsPkpdPopulation *population,
                            QsEndpoint              endpoint,
                            double                  prediction);
double qs_pkpd_censored_pull (double z);
double qs_pkpd_log_density (const QsPkpdPopulation *population,
                            const QsPkpdLook       *look,
                            double                  prediction);
void   qs_pkpd_person_predict (const QsPkpdPerson    *self,
                               const QsPkpdStructure *structure,
                               const double          *transformed,
                               double                *concentration_mg_l,
                               double                *response_ng_ml);
double qs_pkpd_person_log_likelihood (const QsPkpdPerson     *self,
                                      const QsPkpdStructure  *structure,
                                      const QsPkpdPopulation *population,
                                      const double           *transformed,
                                      double                 *concentration_mg_l,
                                      double                 *response_ng_ml);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdStudy, qs_pkpd_study_free)
