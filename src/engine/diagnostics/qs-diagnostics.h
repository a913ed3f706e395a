/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "domain/qs-model.h"

G_BEGIN_DECLS

/**
 * QsDiagnosticsOptions:
 * @seed: of the simulations
 * @n_simulations: simulated studies, in [100, 10000]
 * @parameter_uncertainty: each study from the next of the model's parameter draws; else
 *   all from its point estimate
 * @other_data: the data need not be those the model was fitted to: an external check,
 *   such as of an arm that was held out
 * @success: side of the threshold, for attainment
 * @threshold_ng_ml: likewise
 */
typedef struct {
  guint64   seed;
  guint     n_simulations;
  gboolean  parameter_uncertainty;
  gboolean  other_data;
  QsSuccess success;
  double    threshold_ng_ml;
} QsDiagnosticsOptions;

/**
 * QsResidual:
 * @subject: index into the dataset
 * @endpoint: what was measured
 * @time_h: since the first dose
 * @tad_h: since the last dose before it; NaN without one
 * @dv: the observation; the limit where @below_limit
 * @below_limit: left-censored; such a value has no residuals but @npde
 * @pred: prediction without random effects
 * @ipred: prediction at the individual's η̂; NaN without random effects
 * @ires: dv − ipred
 * @iwres: ires over the residual SD at ipred
 * @cwres: Hooker, Staatz & Karlsson 2007
 * @npde: Brendel et al. 2006
 * @standardised: for models without random effects: log (dv / pred) over its SD; else NaN
 *
 * One observation and what the model says of it. What is not defined is NaN.
 */
typedef struct {
  guint      subject;
  QsEndpoint endpoint;
  double     time_h;
  double     tad_h;
  double     dv;
  gboolean   below_limit;
  double     pred;
  double     ipred;
  double     ires;
  double     iwres;
  double     cwres;
  double     npde;
  double     standardised;
} QsResidual;

/**
 * QsEffect:
 * @name: of the parameter
 * @sd: ω, of its random effect
 * @shrinkage: 1 − SD (η̂) / ω over subjects whose data depend on it (Savic & Karlsson
 *   2009)
 * @n_informed: how many these are
 */
typedef struct {
  const char *name;
  double      sd;
  double      shrinkage;
  guint       n_informed;
} QsEffect;

/**
 * QsFitPoint:
 *
 * One time of a subject's predicted course, for lines through individual fits.
 */
typedef struct {
  double time_h;
  double pred[2];  /* by endpoint: mg/L, ng/mL */
  double ipred[2]; /* likewise */
} QsFitPoint;

/**
 * QsIndividual:
 * @eta: (array): η̂, one per effect of the diagnostics
 * @eta_se: (array): posterior SDs
 * @informed: (array): whether the subject's data depend on the effect at all
 * @converged: whether the mode was found
 * @first: the subject's first place among the residuals
 * @n: how many are its own
 * @course: (array length=n_course): the predicted course
 */
typedef struct {
  double     *eta;
  double     *eta_se;
  gboolean   *informed;
  gboolean    converged;
  gsize       first;
  gsize       n;
  QsFitPoint *course;
  gsize       n_course;
} QsIndividual;

/* 5th, 50th and 95th percentile of the observations. */
#define QS_VPC_N_PERCENTILES 3
extern const double qs_vpc_percentiles[QS_VPC_N_PERCENTILES];

/**
 * QsVpcRange:
 *
 * What simulated studies say of one number: median and 95 % interval.
 */
typedef struct {
  double low;
  double median;
  double high;
} QsVpcRange;

/**
 * QsVpcBin:
 * @time_h: median time of its observations
 * @from_h: of the first
 * @to_h: of the last
 * @n: observations
 * @observed: percentiles; NaN where one lies below the limit of quantification
 * @simulated: the same percentiles of the simulated studies; likewise
 * @observed_below: share of values below the limit
 * @simulated_below: likewise
 */
typedef struct {
  double     time_h;
  double     from_h;
  double     to_h;
  guint      n;
  double     observed[QS_VPC_N_PERCENTILES];
  QsVpcRange simulated[QS_VPC_N_PERCENTILES];
  double     observed_below;
  QsVpcRange simulated_below;
} QsVpcBin;

/**
 * QsVpc:
 * @endpoint: what is checked
 * @corrected: prediction-corrected (Bergstrand et al. 2011)
 * @dose_mg: the arm; NaN for all arms together
 * @lloq: limit of quantification, NaN for none
 * @nominal: whether each bin is one planned time; else bins hold about equal numbers
 * @bins: (array length=n_bins): by time
 *
 * One visual predictive check.
 */
typedef struct {
  QsEndpoint endpoint;
  gboolean   corrected;
  double     dose_mg;
  double     lloq;
  gboolean   nominal;
  QsVpcBin  *bins;
  guint      n_bins;
} QsVpc;

/**
 * QsAttainmentCheck:
 * @dose_mg: the arm
 * @n: subjects with biomarker values in their last dosing window
 * @observed: how many of them were on the right side of the threshold all through it
 * @mean: of that number over simulated studies
 * @low: its 2.5th percentile
 * @median: its median
 * @high: its 97.5th percentile
 * @p_value: two-sided predictive probability of a number as far out, mid-p
 */
typedef struct {
  double dose_mg;
  guint  n;
  guint  observed;
  double mean;
  double low;
  double median;
  double high;
  double p_value;
} QsAttainmentCheck;

/**
 * QsCalibrationPoint:
 * @dose_mg: the arm; NaN for subjects of similar predicted probability, from all arms
 * @n: subjects
 * @predicted: their mean probability of attainment
 * @predicted_low: 95 % prediction interval of their share
 * @predicted_high: likewise
 * @observed: share that attained
 * @low: 95 % Clopper–Pearson interval of @observed
 * @high: likewise
 */
typedef struct {
  double dose_mg;
  guint  n;
  double predicted;
  double predicted_low;
  double predicted_high;
  double observed;
  double low;
  double high;
} QsCalibrationPoint;

/**
 * QsDiagnostics:
 * @kind: of the model
 * @options: as given
 * @not_applicable: (nullable): what this kind of model has none of, and why
 * @n_subjects: of the dataset
 * @residuals: (array length=n_residuals): by subject, then in the order of the file
 * @effects: (array length=n_effects): the random effects
 * @individuals: (array length=n_subjects): %NULL without random effects
 * @iwres_shrinkage: 1 − SD (IWRES), by endpoint
 * @vpcs: (element-type QsVpc): by endpoint; plain, corrected, then one per arm
 * @attainment: (element-type QsAttainmentCheck): by arm
 * @calibration: (element-type QsCalibrationPoint): by arm, then by predicted probability
 *
 * How well a model describes a study: an immutable value, reference-counted.
 */
typedef struct {
  int                  n_refs;
  QsModelKind          kind;
  QsDiagnosticsOptions options;
  char                *not_applicable;
  guint                n_subjects;
  QsResidual          *residuals;
  gsize                n_residuals;
  QsEffect            *effects;
  guint                n_effects;
  QsIndividual        *individuals;
  double               iwres_shrinkage[2];
  GArray              *vpcs;
  GArray              *attainment;
  GArray              *calibration;
} QsDiagnostics;

QsDiagnosticsOptions qs_diagnostics_options_default (void);
gboolean             qs_diagnostics_options_validate (const QsDiagnosticsOptions *self,
                                                      GError                    **error);

/* The verb. */
QsDiagnostics *qs_diagnose (const QsDataset            *dataset,
                            const QsModel              *model,
                            const QsDiagnosticsOptions *options,
                            QsRun                      *run,
                            GError                    **error) G_GNUC_WARN_UNUSED_RESULT;

QsDiagnostics *qs_diagnostics_new (QsModelKind                 kind,
                                   const QsDiagnosticsOptions *options,
                                   guint n_subjects) G_GNUC_WARN_UNUSED_RESULT;
QsDiagnostics *qs_diagnostics_ref (QsDiagnostics *self);
void           qs_diagnostics_unref (QsDiagnostics *self);
gboolean       qs_diagnostics_has_below (const QsDiagnostics *self, QsEndpoint endpoint);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsDiagnostics, qs_diagnostics_unref)

G_END_DECLS
