/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "comparison/qs-compare.h"
#include "pkpd/qs-pkpd-individual.h"

/* What the files of the comparison share; nothing here is for its users. */

/**
 * QsContest:
 * @dataset: the whole study, borrowed
 * @study: the same as the population model sees it; owned
 * @result: what is filled: points, folds, contestants
 * @first: (array): per subject its first point, and one past the last
 */
typedef struct {
  const QsDataset *dataset;
  QsPkpdStudy     *study;
  QsCompare       *result;
  gsize           *first;
} QsContest;

/* The contestants of one population fit, in this order; models follow. */
enum {
  QS_CONTESTANT_GROUP_MEAN,
  QS_CONTESTANT_REGRESSION,
  QS_CONTESTANT_PKPD_OWN,
  QS_CONTESTANT_PKPD_POPULATION,
  QS_CONTESTANT_EXPOSURE_OWN,
  QS_CONTESTANT_EXPOSURE_POPULATION,
  QS_N_FIXED_CONTESTANTS,
};

/* Each fits to the subjects outside @fold and predicts those of @fold. @cpu_s is by
 * contestant. May run on several threads, for different folds. */
gboolean qs_contest_population (const QsContest *self,
                                guint            fold,
                                double          *cpu_s,
                                QsRun           *run,
                                GError         **error);
gboolean qs_contest_model (const QsContest *self,
                           guint            fold,
                           guint            kind,
                           double          *cpu_s,
                           QsRun           *run,
                           GError         **error);
void     qs_contest_group_mean (const QsContest *self, guint fold);
void     qs_contest_regression (const QsContest *self,
                                guint            fold,
                                const double    *concentration_mg_l);

gboolean qs_contest_exposure (const QsContest        *self,
                              guint                   fold,
                              const QsPkpdStructure  *structure,
                              const QsPkpdPopulation *population,
                              QsRun                  *run,
                              GError                **error);

QsDataset    *qs_contest_training (const QsContest *self,
                                   guint            fold,
                                   QsRun           *run,
                                   GError         **error) G_GNUC_WARN_UNUSED_RESULT;
QsContestant *qs_contest_contestant (const QsContest *self, guint index);

/* From what all contestants predicted: accuracy, attainment, calibration, words. */
gboolean qs_contest_judge (QsContest *self, GError **error);
