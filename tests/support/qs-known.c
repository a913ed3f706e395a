/* SPDX-License-Identifier: Apache-2.0 */
#include "qs-known.h"

#include "core/qs-error.h"
#include "core/qs-rng.h"

#include <math.h>

typedef struct {
  QsPredictor parent;
  QsKnown     known;
} Known;

QsKnown
qs_known_default (void)
{
  return (QsKnown){
    .shape = QS_KNOWN_EMAX,
    .r0 = 9.0,
    .imax = 0.95,
    .u50 = 0.06,
    .beta = 0.15,
    .omega = 0.3,
    .wave = 0.2,
    .waves = 12.0,
  };
}

double
qs_known_score (const QsKnown *known, QsSuccess success, double u, guint comed)
{
  const double falls =
      log (known->r0 * (1.0 - known->imax * u / (known->u50 + u))) + known->beta * comed;
  double score = falls;

  if (known->shape == QS_KNOWN_WAVY)
    score += known->wave * sin (2.0 * G_PI * known->waves * u);
  else if (known->shape == QS_KNOWN_KINKED)
    score = fmax (2.2 - 9.0 * u, 1.3 - 1.5 * u) + known->beta * comed;
  else if (known->shape == QS_KNOWN_FLAT)
    score = log (known->r0) + known->beta * comed;
  else if (known->shape == QS_KNOWN_NOISY)
    score = (float) (falls + 1e-6 * sin (1e9 * u));

  return success == QS_SUCCESS_BELOW ? score : -score;
}

static gboolean
known_answers (const QsPredictor *predictor, QsRegimen regimen, GError **error)
{
  if (regimen == QS_REGIMEN_QD)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_REFUSED, "Daily doses only");
  return FALSE;
}

static void
known_score (const QsPredictor *predictor,
             const QsCriterion *criterion,
             gsize              n,
             const double      *dose_mg_per_kg,
             const guint8      *comed,
             double            *score)
{
  const Known *self = (const Known *) predictor;

  for (gsize i = 0; i < n; i++)
    score[i] =
        qs_known_score (&self->known, criterion->success, dose_mg_per_kg[i], comed[i]);
}

static double
known_shift (const QsPredictor *predictor, QsSuccess success, double z)
{
  const Known *self = (const Known *) predictor;

  return (success == QS_SUCCESS_BELOW ? z : -z) * self->known.omega;
}

static double
known_level (const QsPredictor *predictor, QsSuccess success, double threshold_ng_ml)
{
  return success == QS_SUCCESS_BELOW ? log (threshold_ng_ml) : -log (threshold_ng_ml);
}

static void
known_free (QsPredictor *predictor)
{
  g_free (predictor);
}

static const QsPredictorClass known_class = {
  .name = "known",
  .answers = known_answers,
  .score = known_score,
  .shift = known_shift,
  .level = known_level,
  .free = known_free,
};

QsPredictor *
qs_known_new (const QsKnown *known)
{
  Known *self = g_new0 (Known, 1);

  qs_predictor_init (&self->parent, &known_class);
  self->parent.has_subject_effect = known->omega > 0.0;
  self->known = *known;

  return &self->parent;
}

/* A model of a study up to 10 mg in 50–100 kg; its draws scatter by @spread on the log
 * scale. */
QsModel *
qs_known_model (const QsKnown *known, guint n_draws, double spread)
{
  QsModel *model = qs_model_new (QS_MODEL_EMAX);

  model->facts = (QsStudyFacts){
    .n_subjects = 48,
    .highest_dose_mg = 10.0,
    .bw_low_kg = 50.0,
    .bw_high_kg = 100.0,
    .has_comed = TRUE,
    .comed_share = 0.5,
    .interval_h = 24.0,
  };
  model->estimate = qs_known_new (known);

  for (guint i = 0; i < n_draws; i++) {
    const QsRngKey key = { .seed = 7, .stream = QS_RNG_TEST, .replicate = i };
    QsKnown        draw = *known;

    draw.r0 *= exp (spread * qs_rng_normal (&key, 0, 0));
    draw.u50 *= exp (spread * qs_rng_normal (&key, 0, 1));
    draw.omega *= exp (0.5 * spread * qs_rng_normal (&key, 0, 2));
    g_ptr_array_add (model->draws, qs_known_new (&draw));
  }

  return model;
}
