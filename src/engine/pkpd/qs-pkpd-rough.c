/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-rough.h"

#include "core/qs-rng.h"
#include "core/qs-sobol.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS

/* Few people are enough, as they are the same for all populations. */
#define N_PEOPLE 64

static const double effect_share = 0.75, target = 0.9;

/* Beyond these shares of the largest effect doses tell nothing more. */
static const double least_share = 1e-3, largest_share = 1.0 - 1e-3;

struct _QsPkpdRough {
  QsPkpdStructure structure;
  double          aim; /* what the biomarker is to be brought to */
  float           bw_kg[QS_PKPD_N_ROUGH];
  float           latent[N_PEOPLE * N];
};

/* The biomarker over its baseline under a constant effect. */
static double
relative_under (QsResponseKind kind, double effect)
{
  return kind == QS_RESPONSE_DIRECT_INHIBITION
             ? 1.0 - effect
             : qs_response_production (kind, effect) / qs_response_loss (kind, effect);
}

static void
choose_weights (QsPkpdRough *self, const QsPkpdStudy *study)
{
  g_autofree double *bw_kg = g_new (double, study->n_persons);

  for (guint i = 0; i < study->n_persons; i++)
    bw_kg[i] = study->persons[i].bw_kg;
  qs_sort (bw_kg, study->n_persons);
  self->bw_kg[0] = (float) bw_kg[study->n_persons - 1];
  self->bw_kg[1] = (float) qs_quantile_sorted (bw_kg, study->n_persons, 0.5);
}

QsPkpdRough *
qs_pkpd_rough_new (const QsPkpdStudy *study, const QsPkpdEstimate *estimate, guint64 seed)
{
  QsPkpdRough            *self = g_new0 (QsPkpdRough, 1);
  const QsRngKey          key = { .seed = seed, .stream = QS_RNG_MARGINAL };
  g_autoptr (QsPredictor) typical =
      qs_pkpd_predictor_new (&estimate->structure, &estimate->population);
  QsPkParameters pk;
  QsPdParameters pd;
  QsSobol        points;

  self->structure = estimate->structure;
  choose_weights (self, study);
  qs_pkpd_predictor_person (typical, (double) self->bw_kg[1], 0, self->latent, &pk, &pd);
  self->aim = pd.r0 * relative_under (pd.kind, effect_share * pd.imax);

  qs_sobol_init (&points, &key, G_MAXUINT32);
  for (guint32 i = 0; i < N_PEOPLE; i++)
    for (guint k = 0; k < N; k++)
      self->latent[i * N + k] =
          (float) qs_normal_quantile (qs_sobol_uniform (&points, i, k));

  return self;
}

void
qs_pkpd_rough_free (QsPkpdRough *self)
{
  g_free (self);
}

/* The rate of an infusion whose constant effect holds the biomarker at the aim. */
static double
log_rate (const QsPkpdRough *self, const QsPkParameters *pk, const QsPdParameters *pd)
{
  const double effect = qs_response_sustaining (pd->kind, self->aim / pd->r0);
  const double share = CLAMP (effect / pd->imax, least_share, largest_share);

  return log (pk->cl * pd->ic50) + log (share / (1.0 - share)) / pd->gamma;
}

/**
 * qs_pkpd_rough_log_dose:
 * @population: of the estimate's structure
 * @log_dose: (out): up to a constant that is the same for all populations
 */
void
qs_pkpd_rough_log_dose (const QsPkpdRough      *self,
                        const QsPkpdPopulation *population,
                        double                  log_dose[QS_PKPD_N_ROUGH])
{
  g_autoptr (QsPredictor) predictor =
      qs_pkpd_predictor_new (&self->structure, population);

  for (guint w = 0; w < QS_PKPD_N_ROUGH; w++) {
    double values[N_PEOPLE];

    for (guint i = 0; i < N_PEOPLE; i++) {
      QsPkParameters pk;
      QsPdParameters pd;

      qs_pkpd_predictor_person (predictor, (double) self->bw_kg[w], 0,
                                self->latent + i * N, &pk, &pd);
      values[i] = log_rate (self, &pk, &pd);
    }
    qs_sort (values, N_PEOPLE);
    log_dose[w] = qs_quantile_sorted (values, N_PEOPLE, target);
  }
}
