/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-saem-maximise.h"

#include "core/qs-parallel.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-linear.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define N_FIXED_MAX (3 * N + QS_PKPD_MAX_EFFECTS)
#define N_TERMS_MAX (3 + QS_PKPD_MAX_EFFECTS)

/* A coefficient of a parameter: its typical value or a covariate effect; from
 * COEFFICIENT_EFFECT on those of further covariates. */
enum { COEFFICIENT_THETA, COEFFICIENT_COMED, COEFFICIENT_BW, COEFFICIENT_EFFECT };
typedef guint Coefficient;

typedef struct {
  guint       parameter;
  Coefficient coefficient;
} Fixed;

/* Gradient and expected information of the fixed coefficients from one person. */
typedef struct {
  double gradient[N_FIXED_MAX];
  double information[N_FIXED_MAX * N_FIXED_MAX];
} Score;

struct _QsSaemMaximiser {
  const QsPkpdStudy      *study; /* borrowed */
  QsPkpdStructure         structure;
  guint                   n_chains;
  double                 *first;  /* persons × N: averaged parameters */
  double                 *second; /* persons × N: averaged squares */
  gboolean                filled;
  Fixed                   fixed[N_FIXED_MAX];
  guint                   n_fixed;
  double                  information[N_FIXED_MAX * N_FIXED_MAX];
  Score                  *scores;
  double                  least_sigma[4]; /* proportional, then additive, by endpoint */
  const QsSaemChains     *chains;         /* borrowed, during a step */
  const QsPkpdPopulation *population;     /* borrowed, during a step */
};

static double
covariate (const QsSaemMaximiser *self,
           const QsPkpdPerson    *person,
           Coefficient            coefficient)
{
  if (coefficient >= COEFFICIENT_EFFECT)
    return person
        ->regressors[self->structure.effects[coefficient - COEFFICIENT_EFFECT].regressor];

  switch (coefficient) {
  case COEFFICIENT_COMED:
    return person->comed != 0 ? 1.0 : 0.0;
  case COEFFICIENT_BW:
    return log (person->bw_kg / 70.0);
  case COEFFICIENT_THETA:
  default:
    return 1.0;
  }
}

static double *
coefficient_of (QsPkpdPopulation *population, guint parameter, Coefficient coefficient)
{
  if (coefficient >= COEFFICIENT_EFFECT)
    return &population->beta[coefficient - COEFFICIENT_EFFECT];
  return coefficient == COEFFICIENT_COMED ? &population->beta_comed[parameter]
         : coefficient == COEFFICIENT_BW  ? &population->beta_bw[parameter]
                                          : &population->theta[parameter];
}

/* The coefficients of @parameter. Returns their number. */
static guint
list_terms (const QsPkpdStructure *structure, guint parameter, Coefficient *terms)
{
  guint n = 0;

  terms[n++] = COEFFICIENT_THETA;
  if (structure->comed & (1u << parameter))
    terms[n++] = COEFFICIENT_COMED;
  if (structure->bw & (1u << parameter))
    terms[n++] = COEFFICIENT_BW;
  for (guint e = 0; e < structure->n_effects; e++)
    if (structure->effects[e].parameter == parameter)
      terms[n++] = COEFFICIENT_EFFECT + e;

  return n;
}

static void
list_fixed (QsSaemMaximiser *self)
{
  Coefficient terms[N_TERMS_MAX];

  for (guint i = 0; i < N; i++) {
    guint n;

    if (qs_pkpd_varies (&self->structure, i) || !qs_pkpd_uses (&self->structure, i))
      continue;

    n = list_terms (&self->structure, i, terms);
    for (guint t = 0; t < n; t++)
      self->fixed[self->n_fixed++] = (Fixed){ i, terms[t] };
  }
}

/* Robbins–Monro averages of the parameters and their products. */
static void
average_moments (QsSaemMaximiser *self, double step)
{
  const double gain = self->filled ? step : 1.0;

  for (guint person = 0; person < self->study->n_persons; person++) {
    double first[N] = { 0.0 }, second[N * N] = { 0.0 };

    for (guint c = 0; c < self->n_chains; c++) {
      const double *value = qs_saem_chains_parameters (self->chains, person, c);

      for (guint i = 0; i < N; i++) {
        first[i] += value[i];
        for (guint j = 0; j < N; j++)
          second[i * N + j] += value[i] * value[j];
      }
    }

    for (guint i = 0; i < N; i++)
      self->first[person * N + i] +=
          gain * (first[i] / self->n_chains - self->first[person * N + i]);
    for (guint i = 0; i < N * N; i++)
      self->second[person * N * N + i] +=
          gain * (second[i] / self->n_chains - self->second[person * N * N + i]);
  }

  self->filled = TRUE;
}

/* Typical value and covariate effects of one parameter: least squares of the averaged
 * parameters on the covariates. */
static void
regress (const QsSaemMaximiser *self,
         guint                  parameter,
         const double          *pull,
         QsPkpdPopulation      *population)
{
  Coefficient      terms[N_TERMS_MAX];
  const guint      n_terms = list_terms (&self->structure, parameter, terms);
  double           matrix[N_TERMS_MAX * N_TERMS_MAX] = { 0.0 };
  double           right[N_TERMS_MAX] = { 0.0 };
  QsPkpdPopulation nothing = { 0 };

  for (guint person = 0; person < self->study->n_persons; person++) {
    const QsPkpdPerson *who = &self->study->persons[person];
    double              allometry[N];

    qs_pkpd_typical (&self->structure, &nothing, who->bw_kg, who->comed, who->regressors,
                     allometry);
    for (guint j = 0; j < n_terms; j++) {
      const double x = covariate (self, who, terms[j]);

      right[j] += x * (self->first[person * N + parameter] - allometry[parameter] +
                       (pull != NULL ? pull[person] : 0.0));
      for (guint k = 0; k < n_terms; k++)
        matrix[j * n_terms + k] += x * covariate (self, who, terms[k]);
    }
  }

  if (!qs_pkpd_solve_spd (matrix, right, n_terms))
    return;
  for (guint j = 0; j < n_terms; j++)
    *coefficient_of (population, parameter, terms[j]) = right[j];
}

/* What the other effects of each person say of the one on @at: those that are correlated
 * move its mean (the conditional maximisation of Meng & Rubin 1993, one parameter after
 * the other). */
static void
find_pulls (const QsSaemMaximiser  *self,
            const guint            *varying,
            guint                   n,
            guint                   at,
            const QsPkpdPopulation *population,
            double                 *pulls)
{
  double omega[N * N], row[N] = { 0.0 };

  memset (pulls, 0, self->study->n_persons * sizeof *pulls);
  qs_pkpd_omega (population, varying, n, omega);
  row[at] = 1.0;
  if (!qs_pkpd_solve_spd (omega, row, n))
    return;

  for (guint person = 0; person < self->study->n_persons; person++) {
    const QsPkpdPerson *who = &self->study->persons[person];
    double              typical[N];

    qs_pkpd_typical (&self->structure, population, who->bw_kg, who->comed,
                     who->regressors, typical);
    for (guint k = 0; k < n; k++)
      if (k != at)
        pulls[person] += row[k] / row[at] *
                         (self->first[person * N + varying[k]] - typical[varying[k]]);
  }
}

static void
regress_all (const QsSaemMaximiser *self, QsPkpdPopulation *population)
{
  g_autofree double *pulls = g_new (double, self->study->n_persons);
  guint              varying[N];
  const guint        n = qs_pkpd_varying (&self->structure, varying);

  for (guint j = 0; j < n; j++) {
    if (self->structure.correlated)
      find_pulls (self, varying, n, j, population, pulls);
    regress (self, varying[j], self->structure.correlated ? pulls : NULL, population);
  }
}

/* Correlations about the new typical values; kept off ±1, where chains would freeze. */
static void
estimate_correlations (const QsSaemMaximiser *self, QsPkpdPopulation *population)
{
  static const double most = 0.98;
  double              sums[N * N] = { 0.0 };

  for (guint person = 0; person < self->study->n_persons; person++) {
    const QsPkpdPerson *who = &self->study->persons[person];
    const double       *first = self->first + (gsize) person * N;
    const double       *second = self->second + (gsize) person * N * N;
    double              typical[N];

    qs_pkpd_typical (&self->structure, population, who->bw_kg, who->comed,
                     who->regressors, typical);
    for (guint i = 0; i < N; i++)
      for (guint j = 0; j <= i; j++)
        sums[i * N + j] += second[i * N + j] - typical[i] * first[j] -
                           first[i] * typical[j] + typical[i] * typical[j];
  }

  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < i; j++)
      if (qs_pkpd_varies (&self->structure, i) && qs_pkpd_varies (&self->structure, j))
        population->correlation[QS_PKPD_PAIR (i, j)] =
            most * sums[i * N + j] / sqrt (sums[i * N + i] * sums[j * N + j]);
}

/* Variance about the new typical values. While annealing it may not fall faster than by
 * the given factor, so that chains don't freeze near the start (Lavielle 2014,
 * section 9.2). */
static void
estimate_variance (const QsSaemMaximiser *self,
                   double                 annealing,
                   QsPkpdPopulation      *population)
{
  double sum[N] = { 0.0 };

  for (guint person = 0; person < self->study->n_persons; person++) {
    const QsPkpdPerson *who = &self->study->persons[person];
    double              typical[N];

    qs_pkpd_typical (&self->structure, population, who->bw_kg, who->comed,
                     who->regressors, typical);
    for (guint i = 0; i < N; i++)
      sum[i] += self->second[(person * N + i) * N + i] -
                2.0 * typical[i] * self->first[person * N + i] + typical[i] * typical[i];
  }

  for (guint i = 0; i < N; i++)
    if (qs_pkpd_varies (&self->structure, i))
      population->omega2[i] = MAX (MAX (1e-6, annealing * population->omega2[i]),
                                   sum[i] / self->study->n_persons);
}

/* Derivatives of one person's predictions with respect to the fixed coefficients by
 * forward differences, then Fisher scoring's gradient and information of a normal
 * observation with mean f and variance v (f): Σ f' f'/v + ½ v' v'/v². */
static void
score_person (gsize chunk, gsize begin, gsize end, gpointer data)
{
  QsSaemMaximiser    *self = data;
  const QsPkpdPerson *person = &self->study->persons[chunk];
  Score              *score = &self->scores[chunk];
  const gsize         half = self->study->max_times;
  const double        h = 1e-4;
  g_autofree double  *moved = g_new (double, 2 * half * MAX (1, self->n_fixed));
  /* One chain is enough for a direction; the averages over iterations do the rest. */
  const double *parameters = qs_saem_chains_parameters (self->chains, (guint) chunk, 0);
  const double *base[2];

  memset (score, 0, sizeof *score);
  base[QS_ENDPOINT_PK] =
      qs_saem_chains_predictions (self->chains, (guint) chunk, 0, QS_ENDPOINT_PK);
  base[QS_ENDPOINT_PD] =
      qs_saem_chains_predictions (self->chains, (guint) chunk, 0, QS_ENDPOINT_PD);

  for (guint j = 0; j < self->n_fixed; j++) {
    double *c = moved + 2 * half * j;
    double  shifted[N];

    memcpy (shifted, parameters, sizeof shifted);
    shifted[self->fixed[j].parameter] += h;
    qs_pkpd_person_predict (person, &self->structure, shifted, c, c + half);
  }

  for (gsize i = 0; i < person->n_looks; i++) {
    const QsPkpdLook *look = &person->looks[i];
    const gsize       at = look->at + (look->endpoint == QS_ENDPOINT_PD ? half : 0);
    const double      f = base[look->endpoint][look->at];
    const double      sd = qs_pkpd_residual_sd (self->population, look->endpoint, f);
    const double      v = sd * sd;
    const double      b = self->population->sigma_prop[look->endpoint];
    const double      residual = look->value - f;
    const double      z = residual / sd;
    double            slope[N_FIXED_MAX];

    if (!isfinite (f) || !isfinite (z))
      continue;

    for (guint j = 0; j < self->n_fixed; j++) {
      slope[j] = (moved[2 * half * j + at] - f) / h *
                 covariate (self, person, self->fixed[j].coefficient);
      slope[j] = isfinite (slope[j]) ? slope[j] : 0.0;
    }

    if (look->below_limit) {
      /* The score is d log Φ (z), its square the information. */
      const double pull = qs_pkpd_censored_pull (z) / sd;
      double       part[N_FIXED_MAX];

      for (guint j = 0; j < self->n_fixed; j++) {
        part[j] = -pull * slope[j] * (1.0 + z * b * b * f / sd);
        score->gradient[j] += part[j];
      }
      for (guint j = 0; j < self->n_fixed; j++)
        for (guint k = 0; k < self->n_fixed; k++)
          score->information[j * self->n_fixed + k] += part[j] * part[k];
      continue;
    }

    for (guint j = 0; j < self->n_fixed; j++) {
      const double dv = 2.0 * b * b * f * slope[j];

      score->gradient[j] +=
          residual * slope[j] / v + 0.5 * (residual * residual / v - 1.0) * dv / v;
      for (guint k = 0; k < self->n_fixed; k++)
        score->information[j * self->n_fixed + k] +=
            slope[j] * slope[k] / v + 0.5 * dv * (2.0 * b * b * f * slope[k]) / (v * v);
    }
  }
}

/* Parameters without variability have no sufficient statistics: a damped scoring step on
 * the likelihood of the current chains, with averaged information. */
static void
step_fixed (QsSaemMaximiser *self, double step, QsPkpdPopulation *population, QsRun *run)
{
  const guint n = self->n_fixed;
  double      gradient[N_FIXED_MAX] = { 0.0 };
  double      information[N_FIXED_MAX * N_FIXED_MAX] = { 0.0 };
  double      matrix[N_FIXED_MAX * N_FIXED_MAX];
  gboolean    first = TRUE;

  if (n == 0)
    return;

  self->population = population;
  qs_parallel_for (run, self->study->n_persons, 1, score_person, self);
  self->population = NULL;

  for (guint person = 0; person < self->study->n_persons; person++) {
    for (guint j = 0; j < n; j++)
      gradient[j] += self->scores[person].gradient[j];
    for (guint j = 0; j < n * n; j++)
      information[j] += self->scores[person].information[j];
  }

  for (guint j = 0; j < n; j++)
    first = first && self->information[j * n + j] == 0.0;
  for (guint j = 0; j < n * n; j++) {
    self->information[j] +=
        (first ? 1.0 : MIN (step, 0.2)) * (information[j] - self->information[j]);
    matrix[j] = self->information[j];
  }
  for (guint j = 0; j < n; j++)
    matrix[j * n + j] *= 1.0 + 1e-6;

  if (!qs_pkpd_solve_spd (matrix, gradient, n))
    return;

  for (guint j = 0; j < n; j++)
    *coefficient_of (population, self->fixed[j].parameter, self->fixed[j].coefficient) +=
        MIN (step, 0.5) * CLAMP (gradient[j], -0.5, 0.5);
}

static double
residual_density (const QsSaemMaximiser  *self,
                  const QsPkpdPopulation *population,
                  QsEndpoint              endpoint)
{
  double sum = 0.0;

  for (guint person = 0; person < self->study->n_persons; person++) {
    const QsPkpdPerson *who = &self->study->persons[person];

    for (guint c = 0; c < self->n_chains; c++) {
      const double *f = qs_saem_chains_predictions (self->chains, person, c, endpoint);

      for (gsize i = 0; i < who->n_looks; i++)
        if (who->looks[i].endpoint == endpoint)
          sum += qs_pkpd_log_density (population, &who->looks[i], f[who->looks[i].at]);
    }
  }

  return sum;
}

/* One Newton step in the logarithm of one residual SD; an SD of zero stays out of the
 * model. Others stay above @least, from where they still find back. */
static void
step_sigma (const QsSaemMaximiser *self,
            double                 step,
            double                 annealing,
            QsEndpoint             endpoint,
            double                 least,
            double                *sigma,
            QsPkpdPopulation      *population)
{
  const double h = 0.01, kept = *sigma;
  double       below, at, above, slope, curvature, move;

  if (kept <= 0.0)
    return;

  at = residual_density (self, population, endpoint);
  *sigma = kept * exp (h);
  above = residual_density (self, population, endpoint);
  *sigma = kept * exp (-h);
  below = residual_density (self, population, endpoint);

  slope = (above - below) / (2.0 * h);
  curvature = (above - 2.0 * at + below) / (h * h);
  move = curvature < 0.0 ? -slope / curvature : copysign (0.2, slope);
  move = step * CLAMP (move, -0.5, 0.5);
  move = MAX (move, 0.5 * log (annealing));
  *sigma = isfinite (move) ? MAX (least, kept * exp (move)) : kept;
}

/**
 * qs_saem_maximiser_step:
 * @step: Robbins–Monro step, 1 while exploring
 * @annealing: factor below which no variance may fall in this step; tiny for none
 * @population: (inout): the current population, replaced by the next
 */
void
qs_saem_maximiser_step (QsSaemMaximiser    *self,
                        const QsSaemChains *chains,
                        double              step,
                        double              annealing,
                        QsPkpdPopulation   *population,
                        QsRun              *run)
{
  self->chains = chains;
  for (guint i = 0; i < 4 && !self->filled; i++)
    self->least_sigma[i] =
        1e-3 * (i < 2 ? population->sigma_prop[i] : population->sigma_add[i - 2]);
  average_moments (self, step);

  regress_all (self, population);
  estimate_variance (self, annealing, population);
  if (self->structure.correlated)
    estimate_correlations (self, population);
  step_fixed (self, step, population, run);

  for (guint endpoint = 0; endpoint < 2; endpoint++) {
    step_sigma (self, step, annealing, endpoint, self->least_sigma[endpoint],
                &population->sigma_prop[endpoint], population);
    step_sigma (self, step, annealing, endpoint, self->least_sigma[2 + endpoint],
                &population->sigma_add[endpoint], population);
  }
  self->chains = NULL;
}

/* Conditional means, persons × N, and covariances, persons × N × N, of the parameters. */
void
qs_saem_maximiser_moments (const QsSaemMaximiser *self, double *mean, double *covariance)
{
  for (gsize person = 0; person < self->study->n_persons; person++) {
    const double *first = self->first + person * N;

    for (guint i = 0; i < N; i++) {
      mean[person * N + i] = first[i];
      for (guint j = 0; j < N; j++)
        covariance[(person * N + i) * N + j] =
            self->second[(person * N + i) * N + j] - first[i] * first[j];
    }
  }
}

QsSaemMaximiser *
qs_saem_maximiser_new (const QsPkpdStudy     *study,
                       const QsPkpdStructure *structure,
                       guint                  n_chains)
{
  QsSaemMaximiser *self = g_new0 (QsSaemMaximiser, 1);
  const gsize      n_moments = (gsize) study->n_persons * N;

  self->study = study;
  self->structure = *structure;
  self->n_chains = n_chains;
  self->first = g_new0 (double, n_moments);
  self->second = g_new0 (double, n_moments *N);
  self->scores = g_new0 (Score, study->n_persons);
  list_fixed (self);

  return self;
}

void
qs_saem_maximiser_free (QsSaemMaximiser *self)
{
  if (self == NULL)
    return;

  g_free (self->first);
  g_free (self->second);
  g_free (self->scores);
  g_free (self);
}
