/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-rng.h"
#include "domain/qs-scenario.h"
#include "pkpd/qs-pkpd-model.h"

G_BEGIN_DECLS

#define QS_TRUTH_MAX_ARMS 16
#define QS_TRUTH_MAX_TIMES 64

/**
 * QsTruth:
 * @n_compartments: 1 or 2
 * @response: what the drug does to the biomarker
 * @value: typical values at 70 kg without co-medication, by #QsPkpdParameter; a Tlag of 0
 *   is none
 * @beta_comed: log ratio with co-medication, by parameter; of Imax the log odds ratio
 * @omega2: variance of the between-subject effect on the log of each parameter, of Imax
 *   on its log odds
 * @corr_cl_v: correlation of the effects on CL and V
 * @sigma_prop: proportional residual SD, by endpoint
 * @sigma_add: additive residual SD in the endpoint's unit; both: variances add up
 * @lloq: lower limit of quantification, by endpoint; 0 for none
 * @doses_mg: arms, 0 for placebo
 * @n_arms: how many
 * @n_per_arm: subjects in each
 * @n_without_pk: of them, who has no concentrations measured
 * @n_doses: doses of each, @interval_h apart
 * @times_h: when everybody is sampled
 * @n_times: how often
 * @success: on which side of the threshold success lies
 * @threshold_ng_ml: of the biomarker
 * @window_from_h: start of the judged part of the dosing interval
 * @window_to_h: its end; 0 for the end of the interval
 *
 * What a synthetic study is made from, and the question it is asked. Allometry has
 * exponents 0.75 and 1. A plain value.
 */
typedef struct {
  guint          n_compartments;
  QsResponseKind response;
  double         value[QS_PKPD_N_PARAMETERS];
  double         beta_comed[QS_PKPD_N_PARAMETERS];
  double         omega2[QS_PKPD_N_PARAMETERS];
  double         corr_cl_v;
  double         sigma_prop[2];
  double         sigma_add[2];
  double         lloq[2];
  double         doses_mg[QS_TRUTH_MAX_ARMS];
  guint          n_arms;
  guint          n_per_arm;
  guint          n_without_pk;
  guint          n_doses;
  double         interval_h;
  double         times_h[QS_TRUTH_MAX_TIMES];
  guint          n_times;
  QsSuccess      success;
  double         threshold_ng_ml;
  double         window_from_h;
  double         window_to_h;
} QsTruth;

typedef enum {
  QS_TRUTH_NUMBER, /* a double */
  QS_TRUTH_COUNT,  /* a guint */
  QS_TRUTH_WORD,   /* an enumeration */
  QS_TRUTH_LIST,   /* increasing doubles, and a guint that counts them */
} QsTruthType;

/**
 * QsTruthField:
 * @section: of DATA.truth.json
 * @name: in files
 * @unit: "" for none
 * @type: what it holds
 * @offset: its place in #QsTruth
 * @low: what is allowed at least
 * @high: what is allowed at most; of a word how many there are, less 1
 * @count_offset: of a list, the place of its length
 * @max: of a list, its greatest length
 * @word: of a word, its spelling
 *
 * One thing that a truth says.
 */
typedef struct {
  const char *section;
  const char *name;
  const char *unit;
  QsTruthType type;
  gsize       offset;
  double      low;
  double      high;
  gsize       count_offset;
  guint       max;
  const char *(*word) (guint value);
} QsTruthField;

QsTruth             qs_truth_default (void);
const QsTruthField *qs_truth_fields (gsize *n_fields);
const char *const  *qs_truth_names (void);
gboolean            qs_truth_find (const char *name, QsTruth *truth);
gboolean            qs_truth_load (const char *path, QsTruth *truth, GError **error);
gboolean qs_truth_parse (const char *name, GBytes *yaml, QsTruth *truth, GError **error);
gboolean qs_truth_validate (const QsTruth *self, GError **error);
QsScenario qs_truth_scenario (const QsTruth   *self,
                              QsPopulationName population,
                              QsRegimen        regimen,
                              double           target);
void       qs_truth_effects (const QsTruth  *self,
                             const QsRngKey *key,
                             guint32         item,
                             guint32         dimension,
                             double         *effects);
void       qs_truth_person (const QsTruth  *self,
                            double          bw_kg,
                            guint           comed,
                            const double   *effects,
                            QsPkParameters *pk,
                            QsPdParameters *pd);

G_END_DECLS
