/* SPDX-License-Identifier: Apache-2.0 */
#include "population/qs-cohort-private.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"

/* The first dimension of a patient's stream that is free for latent values. */
#define FIRST_LATENT 8

static void
people_init (QsPeople *self, gsize n, guint n_latent, gsize n_predictors)
{
  self->n = n;
  self->n_predictors = n_predictors;
  self->bw_kg = g_new (float, n);
  self->comed = g_new (guint8, n);
  self->latent = g_new0 (float, n *n_latent);
  self->place = g_new (float, n *n_predictors);
}

static void
people_clear (QsPeople *self)
{
  g_free (self->bw_kg);
  g_free (self->comed);
  g_free (self->latent);
  g_free (self->noise);
  g_free (self->place);
}

/**
 * qs_cohort_draw_latent:
 * @latent: (out) (array length=n_latent): standard normal values
 *
 * The latent values of one of the virtual patients, wherever they are asked for.
 */
void
qs_cohort_draw_latent (guint64 seed,
                       guint32 replicate,
                       guint32 subject,
                       guint   n_latent,
                       float  *latent)
{
  const QsRngKey key = { .seed = seed,
                         .stream = QS_RNG_POPULATION,
                         .replicate = replicate };

  for (guint k = 0; k < n_latent; k++)
    latent[k] = (float) qs_rng_normal (&key, subject, FIRST_LATENT + k);
}

typedef struct {
  QsCohort *cohort;
  QsRun    *run;
} Draw;

/* The same people as everywhere, with latent values of their own. */
static void
draw_latent (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Draw *draw = data;
  QsCohort   *self = draw->cohort;
  const guint n_subjects = self->patients->n_subjects;

  for (gsize i = begin; i < end && !qs_run_is_cancelled (draw->run); i++)
    qs_cohort_draw_latent (self->seed, (guint32) (i / n_subjects),
                           (guint32) (i % n_subjects), self->n_latent,
                           self->all.latent + i * self->n_latent);
}

/* Scrambled points of Sobol': every draw sees the same even spread. */
static void
draw_panel (QsCohort *self, guint64 seed, gboolean subject_effect)
{
  const QsRngKey key = { .seed = seed,
                         .stream = QS_RNG_POPULATION,
                         .replicate = G_MAXUINT32 };
  QsSobol        points;

  qs_sobol_init (&points, &key, 0);
  for (guint k = 0; k < self->n_latent + 3; k++) {
    for (guint32 i = 0; i < QS_COHORT_N_PANEL; i++) {
      const double u = qs_sobol_uniform (&points, i, k);

      if (k < 3)
        self->panel_bw[3 * i + k] = u;
      else if (subject_effect)
        self->panel.latent[i * self->n_latent + k - 3] = (float) qs_normal_quantile (u);
    }
  }
}

/* Draws may be of several structures, with shapes of several sizes or none. */
static void
measure_shapes (QsCohort *self)
{
  self->shape_size = g_new0 (gsize, self->n_predictors);
  self->panel_at = g_new0 (gsize, self->n_predictors);

  for (gsize i = 0; i < self->n_predictors; i++) {
    const QsPredictorClass *klass = self->predictors[i]->klass;

    if (klass->shape_size != NULL)
      self->shape_size[i] = klass->shape_size (self->predictors[i]);
    if (i > 0)
      self->panel_at[i] = self->panel_at[i - 1] + QS_COHORT_N_PANEL * self->shape_size[i];
  }
}

/**
 * qs_cohort_new:
 * @predictors: (array length=n_predictors): the point estimate, then the draws; all with
 * critical_dose(); borrowed
 * @patients: borrowed
 * @subject_effect: else all latent values are 0
 * @error: return location for %QS_ERROR_CANCELLED
 */
QsCohort *
qs_cohort_new (QsPredictor *const *predictors,
               gsize               n_predictors,
               QsPatients         *patients,
               guint64             seed,
               gboolean            subject_effect,
               QsRun              *run,
               GError            **error)
{
  g_autoptr (QsCohort) self = g_new0 (QsCohort, 1);
  Draw                 draw = { .cohort = self, .run = run };

  self->predictors = g_memdup2 (predictors, n_predictors * sizeof *predictors);
  self->n_predictors = n_predictors;
  self->seed = seed;
  self->n_latent = predictors[0]->klass->n_latent;
  measure_shapes (self);
  self->patients = patients;
  people_init (&self->all, patients->n, self->n_latent, 1);
  people_init (&self->panel, QS_COHORT_N_PANEL, self->n_latent, n_predictors - 1);
  self->panel_bw = g_new (double, 3 * QS_COHORT_N_PANEL);

  if (subject_effect)
    qs_parallel_for (run, patients->n, 4096, draw_latent, &draw);
  draw_panel (self, seed, subject_effect);
  if (!qs_run_step (run, NULL, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
qs_cohort_free (QsCohort *self)
{
  if (self == NULL)
    return;

  people_clear (&self->all);
  people_clear (&self->panel);
  for (guint i = 0; i < G_N_ELEMENTS (self->shapes); i++) {
    g_free (self->shapes[i].all);
    g_free (self->shapes[i].panel);
  }
  g_free (self->panel_bw);
  g_free (self->shape_size);
  g_free (self->panel_at);
  g_free (self->predictors);
  g_free (self);
}
