/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-exposure-physics.h"

#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-person.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

/* How many records @options ask the population model to make; what weighs nothing is not
 * made. */
guint
qs_exposure_n_physics (const QsFitOptions *options)
{
  return options->physics_weight > 0.0 ? options->n_physics : 0;
}

static QsExposureRecord *
make (const QsSubject   *subject,
      const QsPredictor *kinetics,
      const QsRngKey    *key,
      guint              person)
{
  QsExposureRecord        *self = qs_exposure_record_new (subject);
  g_autoptr (QsPkpdCourse) course =
      qs_pkpd_subject_course (subject, self->times_h, self->n_steps);
  g_autofree double *response = g_new (double, self->n_steps + 1);
  float              latent[QS_PKPD_N_PARAMETERS];
  QsPkParameters     pk;
  QsPdParameters     pd;

  for (guint p = 0; p < QS_PKPD_N_PARAMETERS; p++)
    latent[p] = (float) qs_rng_normal (key, person, p);
  qs_pkpd_predictor_person (kinetics, subject->bw_kg, subject->comed, latent, &pk, &pd);
  qs_pkpd_course_predict (course, &pk, &pd, self->concentration_mg_l, response);

  for (guint t = 0; t < self->n_steps; t++)
    if (!isnan (self->log_response[t]))
      self->log_response[t] = log (fmax (response[t], G_MINDOUBLE));

  return self;
}

/**
 * qs_exposure_physics_make:
 * @members: (array length=n_members): subjects of @dataset who have labels
 * @kinetics: a population model
 * @options: seed, number of records and what each weighs
 * @replicate: of the bootstrap; 0 for the estimate
 * @records: (out) (array) (transfer full): as many as qs_exposure_n_physics()
 *
 * Records that @kinetics makes: people drawn from its population, each dosed and observed
 * as one of the members was, who take turns; what is observed is the true biomarker.
 * Their labels are physics for a network to learn, where a study has few subjects.
 */
void
qs_exposure_physics_make (const QsDataset    *dataset,
                          const guint        *members,
                          guint               n_members,
                          const QsPredictor  *kinetics,
                          const QsFitOptions *options,
                          guint32             replicate,
                          QsExposureRecord  **records)
{
  const QsRngKey key = { options->seed, QS_RNG_PHYSICS, replicate };

  for (guint k = 0; k < qs_exposure_n_physics (options); k++) {
    records[k] =
        make (qs_dataset_subject (dataset, members[k % n_members]), kinetics, &key, k);
    records[k]->physics_weight = options->physics_weight;
  }
}
