/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-modes.h"

#include "core/qs-parallel.h"
#include "pkpd/qs-ebe.h"

#include <string.h>

#define N QS_PKPD_N_PARAMETERS

typedef struct {
  const QsPkpdStudy *study; /* borrowed */
  QsSaemFit         *fit;   /* borrowed */
  guint              moving[N];
  guint              n_moving;
  double             omega[N * N];
} Modes;

typedef struct {
  const Modes        *modes;
  const QsPkpdPerson *person;
  double              typical[N];
  double             *scratch;
} One;

static void
predict (const double *eta, double *prediction, gpointer data)
{
  const One          *one = data;
  const QsPkpdPerson *person = one->person;
  const gsize         half = one->modes->study->max_times;
  double              parameters[N];

  memcpy (parameters, one->typical, sizeof parameters);
  for (guint j = 0; j < one->modes->n_moving; j++)
    parameters[one->modes->moving[j]] += eta[j];

  qs_pkpd_person_predict (person, &one->modes->fit->structure, parameters, one->scratch,
                          one->scratch + half);
  for (gsize i = 0; i < person->n_looks; i++)
    prediction[i] =
        one->scratch[person->looks[i].at +
                     (person->looks[i].endpoint == QS_ENDPOINT_PD ? half : 0)];
}

static void
find_mode (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Modes              *self = data;
  const QsPkpdPerson *person = &self->study->persons[chunk];
  QsSaemFit          *fit = self->fit;
  const guint         n = self->n_moving;
  double              start[N];
  One                 one = { .modes = self, .person = person };
  const QsEbeProblem  problem = {
     .n_effects = n,
     .omega = self->omega,
     .n_looks = person->n_looks,
     .looks = person->looks,
     .population = &fit->population,
     .start = start,
     .predict = predict,
     .data = &one,
  };
  g_autofree double *scratch = g_new (double, 2 * self->study->max_times + 1);
  QsEbe             *ebe;

  one.scratch = scratch;
  qs_pkpd_typical (&fit->structure, &fit->population, person->bw_kg, person->comed,
                   person->regressors, one.typical);
  for (guint j = 0; j < n; j++)
    start[j] = fit->mean[chunk * N + self->moving[j]] - one.typical[self->moving[j]];
  ebe = qs_ebe_new (&problem);
  for (guint j = 0; ebe->converged && j < n; j++) {
    fit->mean[chunk * N + self->moving[j]] = one.typical[self->moving[j]] + ebe->eta[j];
    for (guint k = 0; k < n; k++)
      fit->covariance[(chunk * N + self->moving[j]) * N + self->moving[k]] =
          ebe->covariance[j * n + k];
  }
  qs_ebe_free (ebe);
}

/**
 * qs_pkpd_modes:
 * @fit: whose moments are replaced
 *
 * Everybody's individual parameters by the mode of their posterior next to the mean, and
 * its curvature there: a short run of chains knows both but roughly. Of people whose mode
 * is not found the moments stay.
 */
void
qs_pkpd_modes (const QsPkpdStudy *study, QsSaemFit *fit, QsRun *run)
{
  Modes self = { .study = study, .fit = fit };

  self.n_moving = qs_pkpd_varying (&fit->structure, self.moving);
  qs_pkpd_omega (&fit->population, self.moving, self.n_moving, self.omega);
  qs_parallel_for (run, study->n_persons, 1, find_mode, &self);
}
