/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-predictor.h"

G_BEGIN_DECLS

typedef enum {
  QS_MODEL_LSTM,
  QS_MODEL_LOGISTIC,
  QS_MODEL_EMAX,
  QS_MODEL_PKPD,
  QS_MODEL_QLSTM,
  QS_MODEL_QTLSTM,
  QS_MODEL_QKLSTM,
  QS_MODEL_PINN,
  QS_MODEL_QPINN,
  QS_MODEL_N_KINDS,
} QsModelKind;

/* Whether an estimate is to be relied on; not told of every model. */
typedef enum {
  QS_VERDICT_NONE,
  QS_VERDICT_CONVERGED,
  QS_VERDICT_DOUBTFUL,
} QsVerdict;

/**
 * QsStudyFacts:
 *
 * What a model remembers of the study it was fitted to, so that an answer can say how far
 * it reaches beyond.
 */
typedef struct {
  guint    n_subjects;
  double   highest_dose_mg;
  double   highest_cmax_mg_l;     /* observed in a last dosing interval; 0 if not known */
  double   highest_auctau_h_mg_l; /* likewise, over interval_h */
  double   bw_low_kg;
  double   bw_high_kg;
  gboolean has_comed;
  double   comed_share;
  double   interval_h;
  double   window_from_h;
  double   window_to_h;
  double   doses_mg[16]; /* studied arms, increasing, for the rug */
  guint    n_doses;
} QsStudyFacts;

typedef enum {
  QS_CHOICE_SEARCH, /* by BIC */
  QS_CHOICE_NO,
  QS_CHOICE_YES,
} QsChoice;

/**
 * QsStructureOptions:
 * @search: choose by BIC what is not fixed below; else the usual structure, whatever is
 * said below: two compartments, turnover, Imax estimated, proportional residuals and
 * co-medication on the baseline
 * @two_compartments: else one
 * @turnover: else a direct effect
 * @loss: with turnover the drug acts on loss, else on production
 * @stimulation: it stimulates, else it inhibits; where neither this nor @loss is fixed, a
 * biomarker that rises under the drug is taken for stimulated production or inhibited
 * loss
 * @imax: whether Imax is estimated, else 1
 * @gamma: whether γ is estimated, else 1
 * @lag: whether absorption starts late
 * @has_error: whether the residual error of concentrations and of the biomarker is fixed
 * @error: then which, a #QsPkpdError each
 * @correlated: whether the random effects of what is chosen are correlated
 * @search_covariates: choose covariate effects by BIC; else those of the masks
 * @comed: bit per parameter that co-medication changes
 * @bw: bit per parameter that body weight changes beside allometry
 * @others: effects of further covariates of the study, such as "CL:AGE,V:SEX"
 *
 * What is known of a population PK/PD model before it is fitted. A plain value.
 */
typedef struct {
  gboolean search;
  QsChoice two_compartments;
  QsChoice turnover;
  QsChoice loss;
  QsChoice stimulation;
  QsChoice imax;
  QsChoice gamma;
  QsChoice lag;
  gboolean has_error[2];
  guint    error[2];
  gboolean correlated;
  gboolean search_covariates;
  guint    comed;
  guint    bw;
  char     others[256];
} QsStructureOptions;

/**
 * QsUncertainty:
 * @QS_UNCERTAINTY_LIKELIHOOD: the covariance of the estimate, corrected by the
 * likelihood; a bootstrap where that cannot be
 * @QS_UNCERTAINTY_BOOTSTRAP: fits to resampled subjects
 *
 * Where the parameter draws of a population PK/PD model come from.
 */
typedef enum {
  QS_UNCERTAINTY_LIKELIHOOD,
  QS_UNCERTAINTY_BOOTSTRAP,
} QsUncertainty;

/**
 * QsCellOptions:
 * @n_qubits: of each circuit; 0 for the kind's own. Quantum-Train has as many as the
 * weights ask for
 * @n_layers: of each circuit, or how often a kernel uploads its inputs; 0 likewise
 * @replaces: the circuits of a QLSTM stand for the gates' affine maps instead of adding
 * to them
 * @twin: the LSTM of as many parameters in place of the network; not part of a file
 *
 * The quantum cells of a network. A plain value; all 0 is the default.
 */
typedef struct {
  guint    n_qubits;
  guint    n_layers;
  gboolean replaces;
  gboolean twin;
} QsCellOptions;

/**
 * QsInput:
 * @QS_INPUT_WINDOW: the last dosing interval, of one regimen, with dose per body weight
 * @QS_INPUT_EXPOSURE: the whole record, with concentrations as the population model has
 * them: any regimen
 *
 * What a network reads.
 */
typedef enum {
  QS_INPUT_WINDOW,
  QS_INPUT_EXPOSURE,
} QsInput;

#define QS_CELL_MAX_QUBITS 6
#define QS_CELL_MAX_LAYERS 32

/**
 * QsFitOptions:
 *
 * Settings of a fit. Start from qs_fit_options_default().
 */
typedef struct {
  QsModelKind        kind;
  guint64            seed;
  guint              n_epochs;
  gboolean           early_stopping;
  guint              patience;
  guint              batch_size;
  double             learning_rate;
  double             clip_norm;
  double             validation_share;
  guint              n_bootstrap;
  double             threshold_ng_ml; /* the logistic link is fitted to one threshold */
  QsSuccess          success;
  QsStructureOptions structure;      /* of the population PK/PD model */
  QsUncertainty      uncertainty;    /* likewise */
  QsCellOptions      cells;          /* of quantum networks */
  QsInput            input;          /* of networks */
  gboolean           full_bootstrap; /* of networks on exposure: not heads alone */
  guint              n_physics; /* of them: records that the population model makes */
  double             physics_weight; /* of each beside a subject's; 0 makes none */
} QsFitOptions;

/**
 * QsMetric:
 *
 * One figure of a fitted model, for the card and the file. Strings are static.
 */
typedef struct {
  const char *name;
  double      value;
  const char *unit;
} QsMetric;

/**
 * QsCandidate:
 * @name: the structure in words
 * @n_parameters: estimated numbers
 * @minus2ll_mc_error: NaN where no likelihood was computed
 * @how: "fitted", "score test", "residuals", "Wald test", "did not converge" or "not
 * identified": its information has no inverse
 * @chosen: whether this is the model
 * @n_draws: how many of the model's parameter draws are of this structure; 0 for all
 * where that is not known
 *
 * One model that a search looked at. Strings are static. What was looked at by a test
 * alone has the −2LL that the test promises.
 */
typedef struct {
  const char *name;
  guint       n_parameters;
  double      minus2ll;
  double      minus2ll_mc_error;
  double      aic;
  double      bic;
  const char *how;
  gboolean    chosen;
  guint       n_draws;
} QsCandidate;

/* The between-subject SD of a network, named after the residuals it was read from. */
#define QS_METRIC_OMEGA_IN_SAMPLE "omega (in-sample)"
#define QS_METRIC_OMEGA_OUT_OF_BAG "omega (out-of-bag)"

/* Of a quantum network: what was trained, and the LSTM of equal size beside it. */
#define QS_METRIC_N_CLASSICAL "classical parameters"
#define QS_METRIC_N_QUANTUM "quantum parameters"
#define QS_METRIC_N_TWIN "LSTM twin: parameters"
#define QS_METRIC_TWIN_RMSE_TRAINING "LSTM twin: RMSE (training)"
#define QS_METRIC_TWIN_RMSE_VALIDATION "LSTM twin: RMSE (validation)"

/* Of a network on exposure that has also learned from records that the population model
 * made. */
#define QS_METRIC_N_PHYSICS "physics records"
#define QS_METRIC_PHYSICS_WEIGHT "physics records: weight"

/* Of a population PK/PD model whose draws come from the likelihood. */
#define QS_METRIC_SIR_SIZE "SIR effective size"

/**
 * QsLossPoint:
 *
 * One epoch of the training of the estimate; @validation is NaN without a validation set.
 */
typedef struct {
  double train;
  double validation;
} QsLossPoint;

/**
 * QsTracePoint:
 * @name: of the parameter, static or interned
 * @chain: which of the fits from different starts
 * @iteration: from 1
 * @value: on the scale people read
 *
 * Where an estimation stood at one of its iterations.
 */
typedef struct {
  const char *name;
  guint       chain;
  guint       iteration;
  double      value;
} QsTracePoint;

/**
 * QsModel:
 * @kind: which family
 * @facts: the study it was fitted to
 * @options: how it was fitted
 * @data_sha256: of the file it was fitted to
 * @metrics: #QsMetric, in the order they are shown
 * @history: #QsLossPoint per epoch, empty for models without epochs
 * @candidates: #QsCandidate, what a model search looked at; empty without a search
 * @explanation: (nullable): why this one, in a sentence
 * @uncertainty: (nullable): where the draws come from, or why there are none, in a
 * sentence
 * @verdict: whether the estimation converged
 * @convergence: (nullable): the reasons, in a sentence
 * @origin: (nullable): how it came to be here, where that is not a fit just now, or why
 *   it is; not part of its file
 * @best_epoch: epoch whose weights were kept
 * @elapsed_s: time of the fit, not part of the hash
 * @estimate: the point estimate
 * @draws: (element-type QsPredictor): one per bootstrap replicate; may be empty. Those of
 *   a population PK/PD model may be of several structures
 *
 * A fitted model: an immutable value after qs_fit() handed it out.
 */
typedef struct {
  int          n_refs;
  QsModelKind  kind;
  QsStudyFacts facts;
  QsFitOptions options;
  char        *data_sha256;
  GArray      *metrics;
  GArray      *history;
  GArray      *candidates;
  char        *explanation;
  char        *uncertainty;
  QsVerdict    verdict;
  char        *convergence;
  char        *origin;
  guint        best_epoch;
  double       elapsed_s;
  QsPredictor *estimate;
  GPtrArray   *draws;
} QsModel;

QsFitOptions qs_fit_options_default (QsModelKind kind);
void         qs_fit_options_set_input (QsFitOptions *self, QsInput input);
gboolean     qs_fit_options_validate (const QsFitOptions *self, GError **error);
const char  *qs_model_kind_name (QsModelKind kind);
gboolean     qs_model_kind_is_network (QsModelKind kind);
gboolean     qs_model_kind_is_pinn (QsModelKind kind);
gboolean     qs_model_kind_parse (const char *text, QsModelKind *kind, GError **error);

QsModel *qs_model_new (QsModelKind kind) G_GNUC_WARN_UNUSED_RESULT;
QsModel *qs_model_copy (const QsModel *self) G_GNUC_WARN_UNUSED_RESULT;
QsModel *qs_model_ref (QsModel *self);
void     qs_model_unref (QsModel *self);
void     qs_model_add_metric (QsModel    *self,
                              const char *name,
                              double      value,
                              const char *unit);
gboolean qs_model_require_data (const QsModel *self,
                                const char    *name,
                                const char    *data_name,
                                const char    *data_sha256,
                                GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsModel, qs_model_unref)

G_END_DECLS
