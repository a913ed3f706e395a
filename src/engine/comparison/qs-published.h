/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "data/qs-dataset.h"
#include "domain/qs-model.h"
#include "domain/qs-scenario.h"

G_BEGIN_DECLS

/**
 * QsPublishedOptions:
 * @seed: of everything random
 * @threshold_ng_ml: success is to stay at or below it
 * @n_replicates: of the resampled population
 * @n_networks: trained from as many seeds
 * @n_epochs: of each network
 */
typedef struct {
  guint64 seed;
  double  threshold_ng_ml;
  guint   n_replicates;
  guint   n_networks;
  guint   n_epochs;
} QsPublishedOptions;

#define QS_PUBLISHED_N_TARGETS 3
extern const double qs_published_targets[QS_PUBLISHED_N_TARGETS];

/**
 * QsPublishedDose:
 * @mean_mg: the smallest dose that reaches the target, mean over replicates
 * @low_mg: its 2.5 % quantile over replicates
 * @high_mg: its 97.5 % quantile
 * @curve_mg: where the mean curve reaches the target, between two doses of the grid
 * @decision_mg: the smallest dose at which the lower end of the replicates' band reaches
 * the target
 *
 * One target of a success curve; NaN where the grid never gets there.
 */
typedef struct {
  double mean_mg;
  double low_mg;
  double high_mg;
  double curve_mg;
  double decision_mg;
} QsPublishedDose;

/**
 * QsPublishedCurve:
 * @regimen: its grid step is that of the doses, from the first step on
 * @n_doses: doses
 * @p: (array length=n_doses): success, mean over replicates
 * @lower: (array length=n_doses): 2.5 % quantile over replicates
 * @upper: (array length=n_doses): 97.5 % quantile
 * @doses: by target
 */
typedef struct {
  QsRegimen       regimen;
  gsize           n_doses;
  double         *p;
  double         *lower;
  double         *upper;
  QsPublishedDose doses[QS_PUBLISHED_N_TARGETS];
} QsPublishedCurve;

/**
 * QsPublishedLabel:
 * @subject: index into the dataset
 * @peak_ng_ml: highest biomarker of the window
 * @attained: whether that is at or below the threshold
 */
typedef struct {
  guint    subject;
  double   peak_ng_ml;
  gboolean attained;
} QsPublishedLabel;

/* Coefficients of the logistic regression. */
typedef enum {
  QS_PUBLISHED_INTERCEPT,
  QS_PUBLISHED_BW,
  QS_PUBLISHED_COMED,
  QS_PUBLISHED_DOSE, /* per mg/kg */
  QS_PUBLISHED_N_COEFFICIENTS,
} QsPublishedCoefficient;

/* Where the labels come from. */
typedef enum {
  QS_WINDOW_PUBLISHED, /* the week before the last visit */
  QS_WINDOW_LAST_DOSE, /* the last dosing interval */
  QS_N_WINDOWS,
} QsPublishedWindow;

/**
 * QsPublishedView:
 * @from_h: earliest begin of a subject's window
 * @to_h: latest end
 * @labels: (array length=n): of subjects observed there
 * @n_attained: how many attained
 * @coefficients: of the logit of success; infinite intercept where all or none attained
 * @logistic: its daily curve
 * @networks: #QsPublishedCurve, per network a daily one and a weekly one
 *
 * What the published pipeline makes of one choice of window.
 */
typedef struct {
  double            from_h;
  double            to_h;
  QsPublishedLabel *labels;
  guint             n;
  guint             n_attained;
  double            coefficients[QS_PUBLISHED_N_COEFFICIENTS];
  QsPublishedCurve  logistic;
  GArray           *networks;
} QsPublishedView;

/**
 * QsPublished:
 * @views: by #QsPublishedWindow
 * @last_dose_h: of the study
 * @reasons: %NULL-terminated: why these figures are not advice, a sentence each
 *
 * The pipeline of the QuSOP paper (Chen et al., LSQI Challenge 2025) on a study, with
 * its window and with the right one. Immutable, reference-counted.
 */
typedef struct {
  int                n_refs;
  QsPublishedOptions options;
  QsPublishedView    views[QS_N_WINDOWS];
  double             last_dose_h;
  char             **reasons;
} QsPublished;

QsPublishedOptions qs_published_options_default (void);

/* The verb. */
QsPublished *qs_reproduce (const QsDataset          *dataset,
                           const QsPublishedOptions *options,
                           QsRun                    *run,
                           GError                  **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether there is something to reproduce, and what to hold beside it. */
gboolean   qs_published_window (const QsDataset *dataset, double *from_h, double *to_h);
GPtrArray *qs_published_beside (const QsModel *model,
                                guint64        seed,
                                QsRun         *run,
                                GError       **error) G_GNUC_WARN_UNUSED_RESULT;

QsPublished *qs_published_ref (QsPublished *self);
void         qs_published_unref (QsPublished *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPublished, qs_published_unref)

G_END_DECLS
