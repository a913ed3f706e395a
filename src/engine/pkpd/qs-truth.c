/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-truth.h"

#include <math.h>

#define FIELD(name, unit, member, low, high)                 \
  {                                                          \
    name, unit, G_STRUCT_OFFSET (QsTruth, member), low, high \
  }

static const QsTruthField fields[] = {
  FIELD ("ka", "1/h", ka, 1e-3, 100.0),
  FIELD ("CL", "L/h", cl, 1e-5, 1e4),
  FIELD ("V", "L", v, 1e-3, 1e5),
  FIELD ("Q", "L/h", q, 1e-5, 1e4),
  FIELD ("V2", "L", v2, 1e-3, 1e5),
  FIELD ("R0", "ng/mL", r0, 1e-6, 1e6),
  FIELD ("kout", "1/h", kout, 1e-4, 10.0),
  FIELD ("Imax", "", imax, 0.0, 1.0),
  FIELD ("IC50", "mg/L", ic50, 1e-6, 1e6),
  FIELD ("gamma", "", gamma, 0.1, 10.0),
  FIELD ("beta_R0_COMED", "", beta_r0_comed, -3.0, 3.0),
  FIELD ("omega2_ka", "", omega2_ka, 0.0, 4.0),
  FIELD ("omega2_CL", "", omega2_cl, 0.0, 4.0),
  FIELD ("omega2_V", "", omega2_v, 0.0, 4.0),
  FIELD ("omega2_R0", "", omega2_r0, 0.0, 4.0),
  FIELD ("omega2_IC50", "", omega2_ic50, 0.0, 4.0),
  FIELD ("sigma_pk_prop", "", sigma_pk_prop, 0.0, 0.5),
  FIELD ("sigma_pd_prop", "", sigma_pd_prop, 0.0, 0.5),
};

/**
 * qs_truth_default:
 *
 * Returns: invented numbers of the size one meets in practice: a drug that stays for
 * days, a biomarker that turns over in two days, 90 % success near 6 mg once daily
 */
QsTruth
qs_truth_default (void)
{
  return (QsTruth){
    .ka = 0.6,
    .cl = 0.05,
    .v = 2.4,
    .q = 0.08,
    .v2 = 3.0,
    .r0 = 9.6,
    .kout = 0.02,
    .imax = 0.95,
    .ic50 = 1.3,
    .gamma = 1.0,
    .beta_r0_comed = -0.3,
    .omega2_ka = 0.09,
    .omega2_cl = 0.05,
    .omega2_v = 0.03,
    .omega2_r0 = 0.04,
    .omega2_ic50 = 0.06,
    .sigma_pk_prop = 0.18,
    .sigma_pd_prop = 0.12,
    .doses_mg = { 0.0, 1.0, 3.0, 10.0 },
    .n_arms = 4,
    .n_per_arm = 12,
  };
}

/**
 * qs_truth_fields:
 * @n_fields: (out): their number
 *
 * Returns: (transfer none): every number of a truth
 */
const QsTruthField *
qs_truth_fields (gsize *n_fields)
{
  *n_fields = G_N_ELEMENTS (fields);
  return fields;
}

/**
 * qs_truth_person:
 * @effects: standard normal between-subject effects on ka, CL, V, R0 and IC50
 * @pk: (out): the person's pharmacokinetics
 * @pd: (out): the person's biomarker
 *
 * One person of the population that @self describes.
 */
void
qs_truth_person (const QsTruth  *self,
                 double          bw_kg,
                 guint           comed,
                 const double    effects[5],
                 QsPkParameters *pk,
                 QsPdParameters *pd)
{
  *pk = (QsPkParameters){
    .n_compartments = 2,
    .ka = self->ka * exp (sqrt (self->omega2_ka) * effects[0]),
    .cl = self->cl * exp (sqrt (self->omega2_cl) * effects[1]),
    .v = self->v * exp (sqrt (self->omega2_v) * effects[2]),
    .q = self->q,
    .v2 = self->v2,
  };
  qs_pk_allometry (pk, bw_kg);

  *pd = (QsPdParameters){
    .kind = QS_RESPONSE_INHIBITS_PRODUCTION,
    .r0 = self->r0 * exp (sqrt (self->omega2_r0) * effects[3] +
                          (comed != 0 ? self->beta_r0_comed : 0.0)),
    .kout = self->kout,
    .imax = self->imax,
    .ic50 = self->ic50 * exp (sqrt (self->omega2_ic50) * effects[4]),
    .gamma = self->gamma,
  };
}
