/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-model.h"

#include <math.h>

#define BIT(parameter) (1u << (parameter))

static const struct {
  const char *name;
  const char *unit;
  double      allometric_exponent; /* of BW/70; Anderson & Holford 2008 */
} info[QS_PKPD_N_PARAMETERS] = {
  [QS_PKPD_KA] = { "ka", "1/h", 0.0 },    [QS_PKPD_TLAG] = { "Tlag", "h", 0.0 },
  [QS_PKPD_CL] = { "CL", "L/h", 0.75 },   [QS_PKPD_V] = { "V", "L", 1.0 },
  [QS_PKPD_Q] = { "Q", "L/h", 0.75 },     [QS_PKPD_V2] = { "V2", "L", 1.0 },
  [QS_PKPD_R0] = { "R0", "ng/mL", 0.0 },  [QS_PKPD_KOUT] = { "kout", "1/h", 0.0 },
  [QS_PKPD_IMAX] = { "Imax", "", 0.0 },   [QS_PKPD_IC50] = { "IC50", "mg/L", 0.0 },
  [QS_PKPD_GAMMA] = { "gamma", "", 0.0 },
};

/**
 * qs_pkpd_structure_default:
 *
 * Returns: two compartments, turnover with inhibited production, variability on ka, CL,
 * V, R0 and IC50, co-medication on the baseline
 */
QsPkpdStructure
qs_pkpd_structure_default (void)
{
  return (QsPkpdStructure){
    .n_compartments = 2,
    .response = QS_RESPONSE_INHIBITS_PRODUCTION,
    .imax_estimated = TRUE,
    .eta = BIT (QS_PKPD_KA) | BIT (QS_PKPD_CL) | BIT (QS_PKPD_V) | BIT (QS_PKPD_R0) |
           BIT (QS_PKPD_IC50),
    .comed = BIT (QS_PKPD_R0),
  };
}

/* Whether the structure has the parameter at all, estimated. */
gboolean
qs_pkpd_uses (const QsPkpdStructure *structure, QsPkpdParameter parameter)
{
  switch (parameter) {
  case QS_PKPD_KA:
    return structure->route == QS_ROUTE_ORAL;
  case QS_PKPD_TLAG:
    return structure->has_lag && structure->route == QS_ROUTE_ORAL;
  case QS_PKPD_Q:
  case QS_PKPD_V2:
    return structure->n_compartments == 2;
  case QS_PKPD_KOUT:
    return structure->response != QS_RESPONSE_DIRECT_INHIBITION;
  case QS_PKPD_IMAX:
    return structure->imax_estimated;
  case QS_PKPD_GAMMA:
    return structure->gamma_estimated;
  case QS_PKPD_CL:
  case QS_PKPD_V:
  case QS_PKPD_R0:
  case QS_PKPD_IC50:
  default:
    return TRUE;
  }
}

/* Whether the structure has the parameter, and it varies between subjects. */
gboolean
qs_pkpd_varies (const QsPkpdStructure *structure, QsPkpdParameter parameter)
{
  return (structure->eta & BIT (parameter)) != 0 && qs_pkpd_uses (structure, parameter);
}

/**
 * qs_pkpd_varying:
 * @parameters: (out) (array length=QS_PKPD_N_PARAMETERS): those with variability
 *
 * Returns: how many
 */
guint
qs_pkpd_varying (const QsPkpdStructure *structure, guint *parameters)
{
  guint n = 0;

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    if (qs_pkpd_varies (structure, i))
      parameters[n++] = i;

  return n;
}

/**
 * qs_pkpd_omega:
 * @parameters: (array length=n): increasing
 * @omega: (out) (array): n × n, the covariance of their between-subject effects
 */
void
qs_pkpd_omega (const QsPkpdPopulation *population,
               const guint            *parameters,
               guint                   n,
               double                 *omega)
{
  for (guint j = 0; j < n; j++) {
    const guint a = parameters[j];

    omega[j * n + j] = population->omega2[a];
    for (guint k = 0; k < j; k++) {
      const guint b = parameters[k];

      omega[j * n + k] = omega[k * n + j] =
          population->correlation[QS_PKPD_PAIR (a, b)] *
          sqrt (population->omega2[a] * population->omega2[b]);
    }
  }
}

const char *
qs_pkpd_parameter_name (QsPkpdParameter parameter)
{
  return info[parameter].name;
}

const char *
qs_pkpd_parameter_unit (QsPkpdParameter parameter)
{
  return info[parameter].unit;
}

/* The fixed exponent of BW/70. */
double
qs_pkpd_allometric_exponent (QsPkpdParameter parameter)
{
  return info[parameter].allometric_exponent;
}

/* As in files and options. */
const char *
qs_pkpd_error_name (QsPkpdError error)
{
  static const char *const names[QS_PKPD_N_ERRORS] = {
    [QS_PKPD_ERROR_PROPORTIONAL] = "proportional",
    [QS_PKPD_ERROR_ADDITIVE] = "additive",
    [QS_PKPD_ERROR_COMBINED] = "combined",
  };

  return names[error];
}

/* As in files and options; "turnover" is the usual one. */
const char *
qs_pkpd_response_name (QsResponseKind response)
{
  static const char *const names[QS_PKPD_N_RESPONSES] = {
    [QS_RESPONSE_INHIBITS_PRODUCTION] = "turnover",
    [QS_RESPONSE_INHIBITS_LOSS] = "inhibits-loss",
    [QS_RESPONSE_STIMULATES_PRODUCTION] = "stimulates-production",
    [QS_RESPONSE_STIMULATES_LOSS] = "stimulates-loss",
    [QS_RESPONSE_DIRECT_INHIBITION] = "direct",
  };

  return names[response];
}

/**
 * qs_pkpd_transform:
 *
 * Returns: the logarithm of @value; for Imax the logit, so that an effect never exceeds 1
 */
double
qs_pkpd_transform (QsPkpdParameter parameter, double value)
{
  return parameter == QS_PKPD_IMAX ? log (value / (1.0 - value)) : log (value);
}

double
qs_pkpd_back_transform (QsPkpdParameter parameter, double transformed)
{
  return parameter == QS_PKPD_IMAX ? 1.0 / (1.0 + exp (-transformed)) : exp (transformed);
}

/**
 * qs_pkpd_value:
 *
 * Returns: as qs_pkpd_back_transform(), but that what stimulates may do so without limit:
 * its largest effect is kept as a logarithm too
 */
double
qs_pkpd_value (const QsPkpdStructure *structure,
               QsPkpdParameter        parameter,
               double                 transformed)
{
  return parameter == QS_PKPD_IMAX && qs_pkpd_stimulates (structure)
             ? exp (transformed)
             : qs_pkpd_back_transform (parameter, transformed);
}

gboolean
qs_pkpd_stimulates (const QsPkpdStructure *structure)
{
  return structure->response == QS_RESPONSE_STIMULATES_PRODUCTION ||
         structure->response == QS_RESPONSE_STIMULATES_LOSS;
}

/**
 * qs_pkpd_typical:
 * @regressors: (nullable): the person's further covariates; %NULL for the reference
 * @transformed: (out) (array length=QS_PKPD_N_PARAMETERS): what a person with these
 * covariates and no random effect has, on the transformed scale
 */
void
qs_pkpd_typical (const QsPkpdStructure  *structure,
                 const QsPkpdPopulation *population,
                 double                  bw_kg,
                 guint                   comed,
                 const double           *regressors,
                 double                 *transformed)
{
  const double size = log (bw_kg / 70.0);

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    transformed[i] = population->theta[i] + info[i].allometric_exponent * size;
    if (structure->bw & BIT (i))
      transformed[i] += population->beta_bw[i] * size;
    if (comed != 0 && (structure->comed & BIT (i)))
      transformed[i] += population->beta_comed[i];
  }

  for (guint e = 0; e < structure->n_effects && regressors != NULL; e++)
    transformed[structure->effects[e].parameter] +=
        population->beta[e] * regressors[structure->effects[e].regressor];
}

/**
 * qs_pkpd_individual:
 * @transformed: (array length=QS_PKPD_N_PARAMETERS): one person's parameters
 */
void
qs_pkpd_individual (const QsPkpdStructure *structure,
                    const double          *transformed,
                    QsPkParameters        *pk,
                    QsPdParameters        *pd)
{
  double value[QS_PKPD_N_PARAMETERS];

  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++)
    value[i] =
        qs_pkpd_uses (structure, i) ? qs_pkpd_value (structure, i, transformed[i]) : 0.0;

  *pk = (QsPkParameters){
    .n_compartments = structure->n_compartments,
    .route = structure->route,
    .ka = value[QS_PKPD_KA],
    .tlag_h = value[QS_PKPD_TLAG],
    .cl = value[QS_PKPD_CL],
    .v = value[QS_PKPD_V],
    .q = value[QS_PKPD_Q],
    .v2 = value[QS_PKPD_V2],
  };
  *pd = (QsPdParameters){
    .kind = structure->response,
    .r0 = value[QS_PKPD_R0],
    .kout = value[QS_PKPD_KOUT],
    .imax = structure->imax_estimated ? value[QS_PKPD_IMAX] : 1.0,
    .ic50 = value[QS_PKPD_IC50],
    .gamma = structure->gamma_estimated ? value[QS_PKPD_GAMMA] : 1.0,
  };
}
