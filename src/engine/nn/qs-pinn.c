/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn.h"

#include "core/qs-error.h"
#include "nn/qs-pinn-kinetics.h"

#include <math.h>
#include <string.h>

typedef QsLearner Kinetics;
typedef QsLearner Response;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Kinetics, qs_pinn_kinetics_learner_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Response, qs_pinn_response_learner_free)

void
qs_pinn_free (QsPinn *self)
{
  if (self == NULL)
    return;

  g_free (self->params);
  g_free (self);
}

gsize
qs_pinn_n_params (gboolean quantum)
{
  return qs_pinn_kinetics_n_params () + qs_pinn_response_n_params (quantum);
}

const double *
qs_pinn_response (const QsPinn *self)
{
  return self->params + qs_pinn_kinetics_n_params ();
}

/* The geometric mean of the members' concentrations, and of their doses. */
static gboolean
find_scales (QsPinnPerson *const *persons, const QsLesson *lesson, QsPinnScales *scales)
{
  double c = 0.0, u = 0.0;
  guint  n_c = 0, n_u = 0;

  for (guint i = 0; i < lesson->n_training; i++) {
    const QsPinnPerson *person = persons[lesson->training[i]];
    const GArray       *looks = person->looks[QS_ENDPOINT_PK];

    for (guint k = 0; k < looks->len; k++, n_c++)
      c += g_array_index (looks, QsPinnLook, k).log_value;
    if (person->dose_mg_per_kg > 0.0 && person->doses->len > 0) {
      u += log (person->dose_mg_per_kg);
      n_u++;
    }
  }

  scales->c0_mg_l = n_c > 0 ? exp (c / n_c) : NAN;
  scales->u0_mg_per_kg = n_u > 0 ? exp (u / n_u) : NAN;
  return n_c > 0 && n_u > 0;
}

static gboolean
train_kinetics (QsPinn              *self,
                QsPinnPerson *const *persons,
                guint                n,
                const QsPinn        *from,
                const QsLesson      *lesson,
                const QsFitOptions  *options,
                QsPinnStory         *story,
                QsRun               *run,
                GError             **error)
{
  g_autoptr (Kinetics)  learner = qs_pinn_kinetics_learner_new (persons, n);
  g_autoptr (QsTrained) trained = NULL;
  g_autoptr (QsRun)     quiet = NULL;
  QsLesson              alone = *lesson;

  if (from != NULL)
    memcpy (self->params, from->params, learner->n_params * sizeof *self->params);
  else
    qs_pinn_kinetics_init (persons, lesson->training, lesson->n_training, options->seed,
                           self->params);
  /* The curve that is shown is the response's. */
  quiet = qs_run_new_quiet (run);
  alone.progress = NULL;
  trained = qs_train (learner, self->params, &alone, options, quiet, error);
  if (trained == NULL)
    return FALSE;

  memcpy (self->params, trained->params, learner->n_params * sizeof *self->params);
  learner->klass->set_params (learner, run, self->params);
  if (story != NULL)
    story->kinetics_residual =
        qs_pinn_kinetics_residual (learner, lesson->training, lesson->n_training);
  return TRUE;
}

static gboolean
train_response (QsPinn              *self,
                QsPinnPerson *const *persons,
                guint                n,
                const QsPinn        *from,
                const QsLesson      *lesson,
                const QsFitOptions  *options,
                QsPinnStory         *story,
                QsRun               *run,
                GError             **error)
{
  g_autoptr (Response) learner = qs_pinn_response_learner_new (
      persons, n, self->params, &self->scales, self->quantum, run);
  double               *params = self->params + qs_pinn_kinetics_n_params ();
  g_autoptr (QsTrained) trained = NULL;

  if (from != NULL)
    memcpy (params, qs_pinn_response (from), learner->n_params * sizeof *params);
  else
    qs_pinn_response_init (persons, lesson->training, lesson->n_training, &self->scales,
                           self->quantum, options->seed, params);
  trained = qs_train (learner, params, lesson, options, run, error);
  if (trained == NULL)
    return FALSE;

  memcpy (params, trained->params, learner->n_params * sizeof *params);
  learner->klass->set_params (learner, run, params);
  if (story != NULL) {
    story->response_residual =
        qs_pinn_response_residual (learner, lesson->training, lesson->n_training);
    story->response = g_steal_pointer (&trained);
  }
  return TRUE;
}

/**
 * qs_pinn_train:
 * @from: (nullable): what to start from, with its scales
 * @lesson: who learns what; its members are the persons
 * @story: (out) (nullable): of the training
 * @error: %QS_ERROR_TOO_FEW without concentrations, or as qs_train()
 *
 * First the kinetics, then the response on the concentrations that they say.
 */
QsPinn *
qs_pinn_train (QsPinnPerson *const *persons,
               guint                n,
               const QsPinn        *from,
               const QsLesson      *lesson,
               const QsFitOptions  *options,
               QsPinnStory         *story,
               QsRun               *run,
               GError             **error)
{
  g_autoptr (QsPinn) self = g_new0 (QsPinn, 1);

  self->quantum = options->kind == QS_MODEL_QPINN;
  self->n_params = qs_pinn_n_params (self->quantum);
  self->params = g_new0 (double, self->n_params);
  if (from != NULL) {
    self->scales = from->scales;
  } else if (!find_scales (persons, lesson, &self->scales)) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_TOO_FEW,
                         "Nobody who trains has a dose and a concentration");
    return NULL;
  }

  if (!train_kinetics (self, persons, n, from, lesson, options, story, run, error) ||
      !train_response (self, persons, n, from, lesson, options, story, run, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * qs_pinn_predict:
 * @log_response: (out) (array): at the biomarker's observations of person @which
 */
void
qs_pinn_predict (const QsPinn        *self,
                 QsPinnPerson *const *persons,
                 guint                n,
                 guint                which,
                 double              *log_response)
{
  g_autoptr (Response) learner = qs_pinn_response_learner_new (
      persons + which, 1, self->params, &self->scales, self->quantum, NULL);

  learner->klass->set_params (learner, NULL, qs_pinn_response (self));
  qs_pinn_response_predict (learner, 0, log_response);
}
