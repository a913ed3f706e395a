/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-individual.h"

#include "pkpd/qs-ebe.h"

#include <string.h>

#define N QS_PKPD_N_PARAMETERS

typedef struct {
  const QsPkpdPerson    *person;
  const QsPkpdStructure *structure;
  double                 typical[N];
  guint                  effects[N]; /* parameters that vary */
  guint                  n_effects;
  QsPkpdLook            *looks; /* those that count */
  gsize                  n_looks;
  double                *predicted[2]; /* by endpoint, at the person's times */
} Individual;

static void
place (const Individual *self, const double *eta, double *transformed)
{
  memcpy (transformed, self->typical, sizeof self->typical);
  for (guint j = 0; j < self->n_effects; j++)
    transformed[self->effects[j]] += eta[j];
}

static void
predict (const double *eta, double *prediction, gpointer data)
{
  const Individual *self = data;
  double            transformed[N];

  place (self, eta, transformed);
  qs_pkpd_person_predict (self->person, self->structure, transformed,
                          self->predicted[QS_ENDPOINT_PK],
                          self->predicted[QS_ENDPOINT_PD]);
  for (gsize i = 0; i < self->n_looks; i++)
    prediction[i] = self->predicted[self->looks[i].endpoint][self->looks[i].at];
}

static void
choose_looks (Individual *self, QsPkpdEvidence evidence)
{
  const QsPkpdPerson *person = self->person;

  for (gsize i = 0; i < person->n_looks; i++)
    if (evidence == QS_PKPD_FROM_ALL || (evidence == QS_PKPD_FROM_CONCENTRATIONS &&
                                         person->looks[i].endpoint == QS_ENDPOINT_PK))
      self->looks[self->n_looks++] = person->looks[i];
}

/**
 * qs_pkpd_individual_estimate:
 * @transformed: (out) (array): the parameters most likely for @person on their
 * transformed scale, by the empirical Bayes estimate of what varies between subjects;
 * effects that the evidence says nothing of are at their typical value
 */
void
qs_pkpd_individual_estimate (const QsPkpdPerson     *person,
                             const QsPkpdStructure  *structure,
                             const QsPkpdPopulation *population,
                             QsPkpdEvidence          evidence,
                             double                 *transformed)
{
  g_autofree QsPkpdLook *looks = g_new (QsPkpdLook, person->n_looks + 1);
  g_autofree double     *predicted = g_new (double, 2 * person->n_times + 1);
  g_autoptr (QsEbe)      ebe = NULL;
  double                 omega[N * N] = { 0.0 };
  Individual             self = {
                .person = person,
                .structure = structure,
                .looks = looks,
                .predicted = { predicted, predicted + person->n_times },
  };
  QsEbeProblem problem = { .population = population, .predict = predict, .data = &self };

  qs_pkpd_typical (structure, population, person->bw_kg, person->comed,
                   person->regressors, self.typical);
  self.n_effects = qs_pkpd_varying (structure, self.effects);
  qs_pkpd_omega (population, self.effects, self.n_effects, omega);
  choose_looks (&self, evidence);

  problem.n_effects = self.n_effects;
  problem.omega = omega;
  problem.looks = looks;
  problem.n_looks = self.n_looks;
  if (self.n_looks > 0)
    ebe = qs_ebe_new (&problem);
  if (ebe != NULL && ebe->converged)
    place (&self, ebe->eta, transformed);
  else
    memcpy (transformed, self.typical, sizeof self.typical);
}
