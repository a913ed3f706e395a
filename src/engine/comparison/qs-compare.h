/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "comparison/qs-calibration.h"
#include "core/qs-run.h"
#include "data/qs-dataset.h"
#include "domain/qs-model.h"
#include "domain/qs-result.h"

G_BEGIN_DECLS

#define QS_COMPARE_MAX_MODELS 16

/**
 * QsCompareModel:
 * @kind: with a biomarker of its own; not the population model
 * @input: of a network
 */
typedef struct {
  QsModelKind kind;
  QsInput     input;
} QsCompareModel;

/**
 * QsCompareOptions:
 * @seed: of folds, fits and simulations
 * @n_folds: at least 2; subjects are dealt to them by arm
 * @threshold_ng_ml: attainment is to stay at or below it
 * @n_epochs: of every network; 0 for its default
 * @n_physics: records that each fold's population model makes for networks on exposure
 * @physics_weight: of each of them beside a subject's
 * @n_simulations: of each subject by the population model
 * @answers: also fit every model to the whole study and ask it the questions of
 * qs_answer(); takes minutes
 * @models: (array length=n_models): what is compared with the population model, the
 * regression and the mean curves; of each quantum network the LSTM of equal size, too
 */
typedef struct {
  guint64  seed;
  guint    n_folds;
  double   threshold_ng_ml;
  guint    n_epochs;
  guint    n_physics;
  double   physics_weight;
  guint    n_simulations;
  gboolean answers;

  QsCompareModel models[QS_COMPARE_MAX_MODELS];
  guint          n_models;
} QsCompareOptions;

/**
 * QsComparePoint:
 * @subject: index into the dataset
 * @time_h: since the first dose
 * @after_h: since the begin of the subject's last dosing interval; NaN outside of it
 * @observed_ng_ml: the biomarker
 */
typedef struct {
  guint  subject;
  double time_h;
  double after_h;
  double observed_ng_ml;
} QsComparePoint;

/**
 * QsFit:
 * @n: predictions; 0 where there are none
 * @rmse_ng_ml: of predicted against observed biomarker
 * @r_squared: share of variance explained
 */
typedef struct {
  guint  n;
  double rmse_ng_ml;
  double r_squared;
} QsFit;

/* Subjects of similar body weight or equal co-medication. */
typedef enum {
  QS_STRATUM_LIGHT,
  QS_STRATUM_HEAVY,
  QS_STRATUM_NO_COMED,
  QS_STRATUM_COMED,
  QS_N_STRATA,
} QsStratum;

/**
 * QsContestant:
 * @name: such as "lstm", "group mean"
 * @what: how it predicts a subject it has not seen, in a few words
 * @is_network: whether it is a network, for the verdicts
 * @is_twin: whether it stands beside a quantum network of equal size
 * @twin: of a quantum network the place of the LSTM of equal size; else 0
 * @weights: (nullable) (array length=n_contestants): of an ensemble, from all folds; the
 * predictions of each fold are by weights from the others
 * @n_classical: trained or estimated numbers that are no angles of gates
 * @n_quantum: those that are
 * @cpu_s: processor time of its fits, all folds
 * @answers: (nullable) (element-type QsResult): what the model says to the questions of
 * qs_answer() when it was fitted to everybody
 * @predicted: (array): per point, the typical biomarker in ng/mL, each from the fit that
 * has not seen its subject; NaN where it does not predict
 * @probability: (array): per subject, of attainment; NaN where not observed
 * @window: accuracy in the last dosing interval
 * @record: over the whole record; none for models that know the interval only
 * @calibration: of attainment
 * @strata: the same by stratum, counts and shares alone
 */
typedef struct {
  char         *name;
  const char   *what;
  gboolean      is_network;
  gboolean      is_twin;
  guint         twin;
  double       *weights;
  guint         n_classical;
  guint         n_quantum;
  double        cpu_s;
  GPtrArray    *answers;
  double       *predicted;
  double       *probability;
  QsFit         window;
  QsFit         record;
  QsCalibration calibration;
  QsReliability strata[QS_N_STRATA];
} QsContestant;

/**
 * QsCompare:
 * @fold: (array): per subject, which fold holds it out
 * @points: (array length=n_points): biomarker observations by subject and time
 * @attained: (array): per subject
 * @contestants: #QsContestant
 * @verdicts: %NULL-terminated: how the networks do, in words, a sentence each
 *
 * Models beside each other on the same subject-wise folds: all figures are about
 * subjects that the fit had not seen. Immutable, reference-counted.
 */
typedef struct {
  int              n_refs;
  QsCompareOptions options;
  guint            n_subjects;
  guint           *fold;
  QsComparePoint  *points;
  gsize            n_points;
  gboolean        *attained;
  GArray          *contestants;
  char           **verdicts;
} QsCompare;

QsCompareOptions qs_compare_options_default (void);
gboolean qs_compare_model_parse (const char *text, QsCompareModel *model, GError **error);
gboolean qs_compare_options_validate (const QsCompareOptions *self, GError **error);

/* The verb. */
QsCompare *qs_compare (const QsDataset        *dataset,
                       const QsCompareOptions *options,
                       QsRun                  *run,
                       GError                **error) G_GNUC_WARN_UNUSED_RESULT;

QsCompare      *qs_compare_ref (QsCompare *self);
void            qs_compare_unref (QsCompare *self);
const char     *qs_stratum_name (QsStratum stratum);
const QsResult *qs_contestant_answer (const QsContestant *self,
                                      const char         *population,
                                      QsRegimen           regimen,
                                      double              target);
guint           qs_contestant_coherence (const QsContestant *self,
                                         guint              *n_coherent,
                                         double             *least);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsCompare, qs_compare_unref)

G_END_DECLS
