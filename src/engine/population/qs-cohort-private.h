/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "population/qs-cohort.h"

/* What the files of a cohort share; nothing here is for its users. */

/* Patients of each parameter draw: a power of two, as points of Sobol' want it. */
#define QS_COHORT_N_PANEL 2048

/* People and what is known of them. A place is the logarithm of a critical dose in mg:
 * −infinity for who needs none (success below) or never succeeds (success above),
 * +infinity for who never does, or always. */
typedef struct {
  gsize   n;
  gsize   n_predictors;
  float  *bw_kg;
  guint8 *comed;
  float  *latent; /* n × n_latent */
  float  *noise;  /* n × QS_N_LOOKS, once it is asked for */
  float  *place;  /* n_predictors × n */
} QsPeople;

/* Shapes of one regimen. */
typedef struct {
  gboolean    made;
  gboolean    good;
  QsCriterion criterion;
  double      low_kg;
  double      high_kg;
  float      *all;
  float      *panel;
} QsShapes;

struct _QsCohort {
  QsPredictor **predictors;
  gsize         n_predictors;
  guint64       seed;
  guint         n_latent;
  gsize        *shape_size; /* by predictor; 0 for those without shapes */
  gsize        *panel_at;   /* by draw: where its shapes begin; then their end */
  QsPatients   *patients;   /* borrowed */
  QsPeople      all;        /* of the point estimate */
  QsPeople      panel;      /* of the draws */
  double       *panel_bw;   /* uniform, jitter and co-medication, per person */
  float         lightest_kg;
  float         heaviest_kg;
  QsShapes      shapes[QS_N_REGIMENS];
  QsScenario    scenario;
  gboolean      aimed;
};
