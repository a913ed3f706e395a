/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-turnover.h"

/**
 * QsPkpdParameter:
 *
 * The individual parameters, in the order of every array over them. Volumes and
 * clearances are apparent (per bioavailability).
 */
typedef enum {
  QS_PKPD_KA,
  QS_PKPD_TLAG,
  QS_PKPD_CL,
  QS_PKPD_V,
  QS_PKPD_Q,
  QS_PKPD_V2,
  QS_PKPD_R0,
  QS_PKPD_KOUT,
  QS_PKPD_IMAX,
  QS_PKPD_IC50,
  QS_PKPD_GAMMA,
} QsPkpdParameter;
#define QS_PKPD_N_PARAMETERS 11

/* Pairs of them, and the place of one of i > j. */
#define QS_PKPD_N_PAIRS (QS_PKPD_N_PARAMETERS * (QS_PKPD_N_PARAMETERS - 1) / 2)
#define QS_PKPD_PAIR(i, j) ((i) * ((i) -1) / 2 + (j))

/* Covariates beside body weight and co-medication, and their effects, at most. */
#define QS_PKPD_MAX_REGRESSORS 8
#define QS_PKPD_MAX_EFFECTS 32

/**
 * QsPkpdEffect:
 *
 * That a regressor, one of the study's further covariates, changes a parameter.
 */
typedef struct {
  guint8 parameter;
  guint8 regressor;
} QsPkpdEffect;

/* How the spread of observations grows with what is observed. */
typedef enum {
  QS_PKPD_ERROR_PROPORTIONAL,
  QS_PKPD_ERROR_ADDITIVE,
  QS_PKPD_ERROR_COMBINED, /* variances add up */
} QsPkpdError;
#define QS_PKPD_N_ERRORS 3
#define QS_PKPD_N_RESPONSES 5

/**
 * QsPkpdStructure:
 * @n_compartments: 1 or 2
 * @route: how doses are given; into a vein there is no absorption
 * @response: what the drug does to the biomarker
 * @has_lag: whether absorption starts late
 * @imax_estimated: else Imax is 1
 * @gamma_estimated: else γ is 1
 * @eta: bit per #QsPkpdParameter with between-subject variability
 * @correlated: whether all between-subject effects are, pair by pair
 * @comed: bit per parameter that co-medication changes
 * @bw: bit per parameter with an estimated effect of log (BW/70), beside the fixed
 * allometry
 * @error: residual error, by endpoint
 * @n_effects: effects of further covariates
 * @effects: which; zero beyond
 *
 * The form of a population model. Its parameters are numbers on top.
 */
typedef struct {
  guint          n_compartments;
  QsRoute        route;
  QsResponseKind response;
  gboolean       has_lag;
  gboolean       imax_estimated;
  gboolean       gamma_estimated;
  guint          eta;
  gboolean       correlated;
  guint          comed;
  guint          bw;
  QsPkpdError    error[2];
  guint          n_effects;
  QsPkpdEffect   effects[QS_PKPD_MAX_EFFECTS];
} QsPkpdStructure;

/**
 * QsPkpdPopulation:
 * @theta: typical values on the transformed scale (see qs_pkpd_transform()) at 70 kg
 * @beta_comed: added on that scale with co-medication
 * @beta_bw: times log (BW/70), beside allometry
 * @beta: times the regressor, by effect
 * @omega2: variances of the between-subject effects on that scale
 * @correlation: of these effects, by %QS_PKPD_PAIR; 0 where they are not correlated
 * @sigma_prop: proportional residual SD, by endpoint
 * @sigma_add: additive residual SD in the endpoint's unit, by endpoint
 *
 * The parameters of a population model; a plain value.
 */
typedef struct {
  double theta[QS_PKPD_N_PARAMETERS];
  double beta_comed[QS_PKPD_N_PARAMETERS];
  double beta_bw[QS_PKPD_N_PARAMETERS];
  double beta[QS_PKPD_MAX_EFFECTS];
  double omega2[QS_PKPD_N_PARAMETERS];
  double correlation[QS_PKPD_N_PAIRS];
  double sigma_prop[2];
  double sigma_add[2];
} QsPkpdPopulation;

QsPkpdStructure qs_pkpd_structure_default (void);
gboolean    qs_pkpd_uses (const QsPkpdStructure *structure, QsPkpdParameter parameter);
gboolean    qs_pkpd_varies (const QsPkpdStructure *structure, QsPkpdParameter parameter);
guint       qs_pkpd_varying (const QsPkpdStructure *structure, guint *parameters);
void        qs_pkpd_omega (const QsPkpdPopulation *population,
                           const guint            *parameters,
                           guint                   n,
                           double                 *omega);
const char *qs_pkpd_parameter_name (QsPkpdParameter parameter);
const char *qs_pkpd_parameter_unit (QsPkpdParameter parameter);
const char *qs_pkpd_error_name (QsPkpdError error);
double      qs_pkpd_allometric_exponent (QsPkpdParameter parameter);
double      qs_pkpd_transform (QsPkpdParameter parameter, double value);
const char *qs_pkpd_response_name (QsResponseKind response);
gboolean    qs_pkpd_stimulates (const QsPkpdStructure *structure);
double      qs_pkpd_value (const QsPkpdStructure *structure,
                           QsPkpdParameter        parameter,
                           double                 transformed);
double      qs_pkpd_back_transform (QsPkpdParameter parameter, double transformed);
void        qs_pkpd_typical (const QsPkpdStructure  *structure,
                             const QsPkpdPopulation *population,
                             double                  bw_kg,
                             guint                   comed,
                             const double           *regressors,
                             double                 *transformed);
void        qs_pkpd_individual (const QsPkpdStructure *structure,
                                const double          *transformed,
                                QsPkParameters        *pk,
                                QsPdParameters        *pd);
