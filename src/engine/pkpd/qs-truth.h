/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "pkpd/qs-turnover.h"

G_BEGIN_DECLS

#define QS_TRUTH_MAX_ARMS 16

/**
 * QsTruth:
 * @ka: absorption rate, 1/h
 * @cl: CL/F at 70 kg, L/h
 * @v: central V/F at 70 kg, L
 * @q: inter-compartmental Q/F at 70 kg, L/h
 * @v2: peripheral V2/F at 70 kg, L
 * @r0: baseline without co-medication, ng/mL
 * @kout: loss rate of the biomarker, 1/h
 * @imax: largest inhibition of production, in [0, 1]
 * @ic50: concentration of half the inhibition, mg/L
 * @gamma: Hill coefficient
 * @beta_r0_comed: log ratio of the baseline with co-medication
 * @omega2_ka: variance of the between-subject effect on log ka; the others alike
 * @sigma_pk_prop: proportional residual SD of concentrations
 * @sigma_pd_prop: proportional residual SD of the biomarker
 * @doses_mg: arms, 0 for placebo
 * @n_arms: how many
 * @n_per_arm: subjects in each
 *
 * What a synthetic study is made from: two compartments by mouth, turnover with
 * inhibition of production, allometry with exponents 0.75 and 1. A plain value.
 */
typedef struct {
  double ka;
  double cl;
  double v;
  double q;
  double v2;
  double r0;
  double kout;
  double imax;
  double ic50;
  double gamma;
  double beta_r0_comed;
  double omega2_ka;
  double omega2_cl;
  double omega2_v;
  double omega2_r0;
  double omega2_ic50;
  double sigma_pk_prop;
  double sigma_pd_prop;
  double doses_mg[QS_TRUTH_MAX_ARMS];
  guint  n_arms;
  guint  n_per_arm;
} QsTruth;

/**
 * QsTruthField:
 *
 * One number of a truth: its name in files, its place in #QsTruth, what is allowed.
 */
typedef struct {
  const char *name;
  const char *unit;
  gsize       offset;
  double      low;
  double      high;
} QsTruthField;

QsTruth             qs_truth_default (void);
const QsTruthField *qs_truth_fields (gsize *n_fields);
gboolean            qs_truth_load (const char *path, QsTruth *truth, GError **error);
gboolean qs_truth_parse (const char *name, GBytes *yaml, QsTruth *truth, GError **error);
void     qs_truth_person (const QsTruth  *self,
                          double          bw_kg,
                          guint           comed,
                          const double    effects[5],
                          QsPkParameters *pk,
                          QsPdParameters *pd);

G_END_DECLS
