/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-truth.h"

#include "core/qs-error.h"
#include "domain/qs-subject.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS

static const char *
response_word (guint response)
{
  return qs_pkpd_response_name (response);
}

static const char *
success_word (guint success)
{
  return success == QS_SUCCESS_ABOVE ? "above" : "below";
}

#define AT(member) G_STRUCT_OFFSET (QsTruth, member)
#define NUMBER(section, name, unit, member, low, high)           \
  {                                                              \
    section, name, unit, QS_TRUTH_NUMBER, AT (member), low, high \
  }
#define COUNT(section, name, member, low, high)               \
  {                                                           \
    section, name, "", QS_TRUTH_COUNT, AT (member), low, high \
  }
#define WORD(section, name, member, n, word)                              \
  {                                                                       \
    section, name, "", QS_TRUTH_WORD, AT (member), 0, (n) -1, 0, 0, word, \
  }
#define LIST(name, unit, member, count, max, high)                               \
  {                                                                              \
    "design", name, unit, QS_TRUTH_LIST, AT (member), 0.0, high, AT (count), max \
  }
/* A typical value, how it varies between subjects, and what co-medication does to it. */
#define PARAMETER(name, unit, i, low, high)                           \
  NUMBER ("parameters", name, unit, value[i], low, high),             \
      NUMBER ("parameters", "omega2_" name, "", omega2[i], 0.0, 4.0), \
      NUMBER ("parameters", "beta_" name "_COMED", "", beta_comed[i], -3.0, 3.0)

static const QsTruthField fields[] = {
  COUNT ("structure", "compartments", n_compartments, 1, 2),
  WORD ("structure", "response", response, QS_PKPD_N_RESPONSES, response_word),
  PARAMETER ("ka", "1/h", QS_PKPD_KA, 1e-3, 100.0),
  PARAMETER ("Tlag", "h", QS_PKPD_TLAG, 0.0, 24.0),
  PARAMETER ("CL", "L/h", QS_PKPD_CL, 1e-5, 1e4),
  PARAMETER ("V", "L", QS_PKPD_V, 1e-3, 1e5),
  PARAMETER ("Q", "L/h", QS_PKPD_Q, 1e-5, 1e4),
  PARAMETER ("V2", "L", QS_PKPD_V2, 1e-3, 1e5),
  PARAMETER ("R0", "ng/mL", QS_PKPD_R0, 1e-6, 1e6),
  PARAMETER ("kout", "1/h", QS_PKPD_KOUT, 1e-4, 10.0),
  PARAMETER ("Imax", "", QS_PKPD_IMAX, 0.0, 100.0),
  PARAMETER ("IC50", "mg/L", QS_PKPD_IC50, 1e-6, 1e6),
  PARAMETER ("gamma", "", QS_PKPD_GAMMA, 0.1, 10.0),
  NUMBER ("parameters", "corr_CL_V", "", corr_cl_v, -0.99, 0.99),
  NUMBER ("parameters", "sigma_pk_prop", "", sigma_prop[QS_ENDPOINT_PK], 0.0, 0.5),
  NUMBER ("parameters", "sigma_pk_add", "mg/L", sigma_add[QS_ENDPOINT_PK], 0.0, 1e5),
  NUMBER ("parameters", "sigma_pd_prop", "", sigma_prop[QS_ENDPOINT_PD], 0.0, 0.5),
  NUMBER ("parameters", "sigma_pd_add", "ng/mL", sigma_add[QS_ENDPOINT_PD], 0.0, 1e5),
  LIST ("doses_mg", "mg", doses_mg, n_arms, QS_TRUTH_MAX_ARMS, 1e6),
  COUNT ("design", "n_per_arm", n_per_arm, 1, 10000),
  COUNT ("design", "n_without_pk", n_without_pk, 0, 10000),
  COUNT ("design", "n_doses", n_doses, 1, 1000),
  NUMBER ("design", "interval_h", "h", interval_h, 1.0, 8760.0),
  LIST ("times_h", "h", times_h, n_times, QS_TRUTH_MAX_TIMES, 1e5),
  NUMBER ("design", "lloq_pk", "mg/L", lloq[QS_ENDPOINT_PK], 0.0, 1e5),
  NUMBER ("design", "lloq_pd", "ng/mL", lloq[QS_ENDPOINT_PD], 0.0, 1e5),
  WORD ("question", "success", success, 2, success_word),
  NUMBER ("question", "threshold_ng_ml", "ng/mL", threshold_ng_ml, 1e-6, 1e6),
  NUMBER ("question", "window_from_h", "h", window_from_h, 0.0, 168.0),
  NUMBER ("question", "window_to_h", "h", window_to_h, 0.0, 168.0),
};

/* Truths of other shapes, each told as a user would tell it in a file. */
static const struct {
  const char *name;
  const char *yaml;
} named[] = {
  { "default", "{}" },
  { "large-variability", "omega2_R0: 0.14842\n" /* 40 % */
                         "omega2_IC50: 0.14842\n" },
  { "levels-off", "Imax: 0.7\n" },
  { "beyond", "IC50: 4.5\n" },
  { "missing-arm", "doses_mg: [0, 1, 10]\n" },
  { "without-pk", "n_without_pk: 3\n" },
  { "one-compartment", "compartments: 1\n" },
  { "lag", "Tlag: 1.5\nlloq_pk: 0.02\n"
           "times_h: [0, 1, 1.5, 2, 2.5, 3, 4, 6, 8, 12, 24, 48, 168, 336, 480, 481, "
           "482, 483, 484, 488, 492, 504, 552, 600, 672, 840, 1008]\n" },
  { "direct", "response: direct\nIC50: 0.8\n" },
  { "inhibits-loss", "response: inhibits-loss\nImax: 0.8\nR0: 4\nsuccess: above\n"
                     "threshold_ng_ml: 6\n" },
  { "stimulates-production", "response: stimulates-production\nImax: 3\nR0: 4\n"
                             "success: above\nthreshold_ng_ml: 6\n" },
  { "stimulates-loss", "response: stimulates-loss\nImax: 8\n" },
  { "comed-clearance", "beta_R0_COMED: 0\nbeta_CL_COMED: 0.5\n" },
  { "blq", "lloq_pk: 0.28\nlloq_pd: 3.2\n" },
  { "single-dose", "n_doses: 1\ndoses_mg: [0, 10, 30, 100]\n"
                   "times_h: [0, 0.5, 1, 2, 4, 6, 8, 12, 24, 36, 48, 72, 96, 120, 168, "
                   "240, 336, 504]\n" },
  { "additive", "sigma_pk_prop: 0\nsigma_pk_add: 0.05\nsigma_pd_prop: 0\n"
                "sigma_pd_add: 0.5\n" },
  { "combined", "sigma_pk_prop: 0.12\nsigma_pk_add: 0.05\nsigma_pd_prop: 0.08\n"
                "sigma_pd_add: 0.4\n" },
};

/**
 * qs_truth_default:
 *
 * Returns: invented numbers of the size one meets in practice: a drug that stays for
 * days, a biomarker that turns over in two days, 90 % success near 6 mg once daily; 21
 * daily doses with dense sampling on the first day and after the last one, then washout
 * for four weeks
 */
QsTruth
qs_truth_default (void)
{
  return (QsTruth){
    .n_compartments = 2,
    .response = QS_RESPONSE_INHIBITS_PRODUCTION,
    .value = {
      [QS_PKPD_KA] = 0.6,
      [QS_PKPD_CL] = 0.05,
      [QS_PKPD_V] = 2.4,
      [QS_PKPD_Q] = 0.08,
      [QS_PKPD_V2] = 3.0,
      [QS_PKPD_R0] = 9.6,
      [QS_PKPD_KOUT] = 0.02,
      [QS_PKPD_IMAX] = 0.95,
      [QS_PKPD_IC50] = 1.3,
      [QS_PKPD_GAMMA] = 1.0,
    },
    .beta_comed = { [QS_PKPD_R0] = -0.3 },
    .omega2 = {
      [QS_PKPD_KA] = 0.09,
      [QS_PKPD_CL] = 0.05,
      [QS_PKPD_V] = 0.03,
      [QS_PKPD_R0] = 0.04,
      [QS_PKPD_IC50] = 0.06,
    },
    .sigma_prop = { [QS_ENDPOINT_PK] = 0.18, [QS_ENDPOINT_PD] = 0.12 },
    .doses_mg = { 0.0, 1.0, 3.0, 10.0 },
    .n_arms = 4,
    .n_per_arm = 12,
    .n_doses = 21,
    .interval_h = 24.0,
    .times_h = { 0.0,   1.0,   2.0,   4.0,   8.0,   12.0,  24.0,  36.0,   48.0,
                 72.0,  168.0, 336.0, 480.0, 481.0, 482.0, 484.0, 488.0,  492.0,
                 504.0, 552.0, 600.0, 672.0, 840.0, 1008.0, 1176.0 },
    .n_times = 25,
    .success = QS_SUCCESS_BELOW,
    .threshold_ng_ml = 3.3,
  };
}

/**
 * qs_truth_fields:
 * @n_fields: (out): their number
 *
 * Returns: (transfer none): everything that a truth says
 */
const QsTruthField *
qs_truth_fields (gsize *n_fields)
{
  *n_fields = G_N_ELEMENTS (fields);
  return fields;
}

/**
 * qs_truth_names:
 *
 * Returns: (transfer none): of the truths that need no file, %NULL-terminated
 */
const char *const *
qs_truth_names (void)
{
  static const char *names[G_N_ELEMENTS (named) + 1];

  for (gsize i = 0; i < G_N_ELEMENTS (named); i++)
    names[i] = named[i].name;

  return names;
}

/**
 * qs_truth_find:
 * @name: one of qs_truth_names()
 * @truth: (out caller-allocates): the truth
 *
 * Returns: %FALSE if there is none of this name
 */
gboolean
qs_truth_find (const char *name, QsTruth *truth)
{
  for (gsize i = 0; i < G_N_ELEMENTS (named); i++) {
    if (strcmp (name, named[i].name) == 0) {
      g_autoptr (GBytes) yaml =
          g_bytes_new_static (named[i].yaml, strlen (named[i].yaml));

      return qs_truth_parse (name, yaml, truth, NULL);
    }
  }

  return FALSE;
}

static gboolean
stimulates (const QsTruth *self)
{
  return self->response == QS_RESPONSE_STIMULATES_PRODUCTION ||
         self->response == QS_RESPONSE_STIMULATES_LOSS;
}

/**
 * qs_truth_validate:
 * @error: return location for %QS_ERROR_DATA
 *
 * What fields must be to each other.
 */
gboolean
qs_truth_validate (const QsTruth *self, GError **error)
{
  const double imax = self->value[QS_PKPD_IMAX];

  if (imax > 1.0 && !stimulates (self)) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "Imax is %g, must be at most 1 where the drug inhibits", imax);
    return FALSE;
  }
  if (self->n_without_pk > self->n_per_arm) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "n_without_pk is %u, must be at most n_per_arm, which is %u",
                 self->n_without_pk, self->n_per_arm);
    return FALSE;
  }
  if (self->window_to_h > 0.0 && !(self->window_to_h > self->window_from_h)) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "window_to_h is %g, must be 0 or lie after window_from_h, which is %g",
                 self->window_to_h, self->window_from_h);
    return FALSE;
  }

  return TRUE;
}

/**
 * qs_truth_scenario:
 *
 * Returns: what the truth is asked about @population under @regimen
 */
QsScenario
qs_truth_scenario (const QsTruth   *self,
                   QsPopulationName population,
                   QsRegimen        regimen,
                   double           target)
{
  QsScenario scenario = qs_scenario_named (population, regimen, target);

  scenario.success = self->success;
  scenario.threshold_ng_ml = self->threshold_ng_ml;
  scenario.window_from_h = self->window_from_h;
  scenario.window_to_h = self->window_to_h;
  return scenario;
}

/**
 * qs_truth_effects:
 * @key: of random numbers
 * @item: the person
 * @dimension: of the first of QS_PKPD_N_PARAMETERS random numbers
 * @effects: (out) (array length=QS_PKPD_N_PARAMETERS): standard normal between-subject
 *   effects, correlated as asked, by parameter; 0 for what does not vary
 */
void
qs_truth_effects (const QsTruth  *self,
                  const QsRngKey *key,
                  guint32         item,
                  guint32         dimension,
                  double         *effects)
{
  /* What varied first keeps its numbers, and with them the bundled study its bytes. */
  static const QsPkpdParameter order[N] = {
    QS_PKPD_KA, QS_PKPD_CL, QS_PKPD_V,    QS_PKPD_R0,   QS_PKPD_IC50,  QS_PKPD_TLAG,
    QS_PKPD_Q,  QS_PKPD_V2, QS_PKPD_KOUT, QS_PKPD_IMAX, QS_PKPD_GAMMA,
  };

  for (guint k = 0; k < N; k++)
    effects[order[k]] =
        self->omega2[order[k]] > 0.0 ? qs_rng_normal (key, item, dimension + k) : 0.0;
  if (self->corr_cl_v != 0.0)
    effects[QS_PKPD_V] =
        self->corr_cl_v * effects[QS_PKPD_CL] +
        sqrt (1.0 - self->corr_cl_v * self->corr_cl_v) * effects[QS_PKPD_V];
}

/**
 * qs_truth_person:
 * @effects: (array length=QS_PKPD_N_PARAMETERS): see qs_truth_effects()
 * @pk: (out): the person's pharmacokinetics
 * @pd: (out): the person's biomarker
 *
 * One person of the population that @self describes.
 */
void
qs_truth_person (const QsTruth  *self,
                 double          bw_kg,
                 guint           comed,
                 const double   *effects,
                 QsPkParameters *pk,
                 QsPdParameters *pd)
{
  double value[N];

  for (guint i = 0; i < N; i++) {
    const double typical = self->value[i];
    const double ratio = exp (sqrt (self->omega2[i]) * effects[i] +
                              (comed != 0 ? self->beta_comed[i] : 0.0));

    value[i] = i == QS_PKPD_IMAX && !stimulates (self)
                   ? typical / (typical + (1.0 - typical) / ratio)
                   : typical * ratio;
  }

  *pk = (QsPkParameters){
    .n_compartments = self->n_compartments,
    .ka = value[QS_PKPD_KA],
    .tlag_h = value[QS_PKPD_TLAG],
    .cl = value[QS_PKPD_CL],
    .v = value[QS_PKPD_V],
    .q = value[QS_PKPD_Q],
    .v2 = value[QS_PKPD_V2],
  };
  qs_pk_allometry (pk, bw_kg);

  *pd = (QsPdParameters){
    .kind = self->response,
    .r0 = value[QS_PKPD_R0],
    .kout = value[QS_PKPD_KOUT],
    .imax = value[QS_PKPD_IMAX],
    .ic50 = value[QS_PKPD_IC50],
    .gamma = value[QS_PKPD_GAMMA],
  };
}
