/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-saem.h"

/**
 * QsPkpdCoordinate:
 *
 * One estimated number of a population model and the scale on which its uncertainty is
 * computed: typical values and effects as they are, variances and SDs as logarithms,
 * correlations by their inverse hyperbolic tangent (Fisher 1915).
 */
typedef enum {
  QS_COORDINATE_THETA,
  QS_COORDINATE_BETA_COMED,
  QS_COORDINATE_BETA_BW,
  QS_COORDINATE_BETA_EFFECT,
  QS_COORDINATE_LOG_OMEGA2,
  QS_COORDINATE_CORRELATION, /* of the effects on the parameters index > other */
  QS_COORDINATE_LOG_SIGMA_PROP,
  QS_COORDINATE_LOG_SIGMA_ADD,
} QsPkpdCoordinateKind;

typedef struct {
  QsPkpdCoordinateKind kind;
  guint                index; /* parameter, or endpoint for the residual SDs */
  guint effect;               /* of a further covariate, for %QS_COORDINATE_BETA_EFFECT */
  guint other;                /* for %QS_COORDINATE_CORRELATION */
} QsPkpdCoordinate;

#define QS_PKPD_MAX_COORDINATES \
  (4 * QS_PKPD_N_PARAMETERS + QS_PKPD_MAX_EFFECTS + 4 + QS_PKPD_N_PAIRS)

guint  qs_pkpd_coordinates (const QsPkpdStructure  *structure,
                            const QsPkpdPopulation *population,
                            QsPkpdCoordinate       *coordinates);
double qs_pkpd_coordinate_get (const QsPkpdPopulation *population,
                               QsPkpdCoordinate        coordinate);
void   qs_pkpd_coordinate_set (QsPkpdPopulation *population,
                               QsPkpdCoordinate  coordinate,
                               double            value);

/**
 * QsPkpdMarginal:
 *
 * Importance samples of every person's parameters, drawn around the conditional moments
 * of a fit. They give the marginal likelihood at the estimate, its curvature, and the
 * likelihood of populations nearby, without solving the model again. Immutable after it
 * is made.
 */
typedef struct _QsPkpdMarginal QsPkpdMarginal;

QsPkpdMarginal *qs_pkpd_marginal_new (const QsPkpdStudy *study,
                                      const QsSaemFit   *fit,
                                      guint              n_samples,
                                      guint              n_slopes,
                                      guint64            seed,
                                      QsRun             *run,
                                      GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void            qs_pkpd_marginal_free (QsPkpdMarginal *self);
double          qs_pkpd_marginal_minus2ll (const QsPkpdMarginal   *self,
                                           const QsPkpdPopulation *population,
                                           QsRun                  *run,
                                           double                 *mc_error);
void            qs_pkpd_marginal_moments (const QsPkpdMarginal *self,
                                          QsRun                *run,
                                          double               *mean,
                                          double               *covariance);
void            qs_pkpd_marginal_information (const QsPkpdMarginal *self,
                                              QsRun                *run,
                                              double               *gradient,
                                              double               *information);
void            qs_pkpd_marginal_persons (const QsPkpdMarginal *self,
                                          QsRun                *run,
                                          double               *gradients,
                                          double               *parts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdMarginal, qs_pkpd_marginal_free)
