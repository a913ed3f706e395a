/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "comparison/qs-compare.h"
#include "nn/qs-exposure-record.h"
#include "pkpd/qs-pkpd-individual.h"

/* What the files of the comparison share; nothing here is for its users. */

/* From whose concentrations a network on exposure predicts. */
enum {
  QS_CONTEST_OWN,
  QS_CONTEST_POPULATION,
  QS_CONTEST_N_WAYS,
};

/**
 * QsContestEntry:
 * @options: what is fitted, without draws
 * @first: its contestant; of a network on exposure one per way
 */
typedef struct {
  QsFitOptions options;
  guint        first;
} QsContestEntry;

/**
 * QsContest:
 * @dataset: the whole study, borrowed
 * @study: the same as the population model sees it; owned
 * @result: what is filled: points, folds, contestants
 * @first: (array): per subject its first point, and one past the last
 * @entries: #QsContestEntry: the models and the twins of the quantum ones; owned
 * @kinetics: (array): [fold]: the estimate of its population model; owned
 * @records: (array): [fold][way][subject]: as the population model of the fold has the
 * concentrations; owned
 */
typedef struct {
  const QsDataset   *dataset;
  QsPkpdStudy       *study;
  QsCompare         *result;
  gsize             *first;
  GArray            *entries;
  QsPredictor      **kinetics;
  QsExposureRecord **records;
} QsContest;

/* The contestants of one population fit, in this order; entries follow, then ensembles.
 */
enum {
  QS_CONTESTANT_GROUP_MEAN,
  QS_CONTESTANT_REGRESSION,
  QS_CONTESTANT_PKPD_OWN,
  QS_CONTESTANT_PKPD_POPULATION,
  QS_N_FIXED_CONTESTANTS,
};

/* Each fits to the subjects outside @fold and predicts those of @fold. @cpu_s is by
 * contestant. May run on several threads, for different folds and entries; an entry after
 * the population model of its fold. */
gboolean qs_contest_population (const QsContest *self,
                                guint            fold,
                                double          *cpu_s,
                                QsRun           *run,
                                GError         **error);
gboolean qs_contest_entry (const QsContest *self,
                           guint            fold,
                           guint            entry,
                           double          *cpu_s,
                           QsRun           *run,
                           GError         **error);
gboolean qs_contest_exposure (const QsContest      *self,
                              guint                 fold,
                              const QsContestEntry *entry,
                              QsRun                *run,
                              GError              **error);
void     qs_contest_group_mean (const QsContest *self, guint fold);
void     qs_contest_regression (const QsContest *self,
                                guint            fold,
                                const double    *concentration_mg_l);

QsDataset         *qs_contest_training (const QsContest *self,
                                        guint            fold,
                                        QsRun           *run,
                                        GError         **error) G_GNUC_WARN_UNUSED_RESULT;
QsContestant      *qs_contest_contestant (const QsContest *self, guint index);
guint              qs_contest_n_ways (const QsContestEntry *entry);
QsExposureRecord **qs_contest_records (const QsContest *self, guint fold, guint way);

/* From what all contestants predicted: accuracy, attainment, calibration, words. */
void     qs_contest_ensemble (const QsContest *self, guint way, guint contestant);
gboolean qs_contest_answer (const QsContest *self, QsRun *run, GError **error);
gboolean qs_contest_judge (QsContest *self, GError **error);
