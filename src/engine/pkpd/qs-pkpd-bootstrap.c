/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-bootstrap.h"

#include "core/qs-parallel.h"
#include "core/qs-rng.h"
#include "pkpd/qs-pkpd-predictor.h"

#include <math.h>

#define N QS_PKPD_N_PARAMETERS

/* Replicates between two reports. */
#define BATCH 16

/* A replicate's estimate is near that of the study: a short run finds it. */
static const QsPkpdEffort brief = {
  .saem = { .n_chains = 1, .n_explore = 50, .n_smooth = 40, .silent = TRUE },
  .n_polish = 1,
  .n_polish_samples = 128
};

/* A variance that the study puts at zero may be another in a replicate; from zero it
 * would not find away. */
static const double least_variance = 0.02;

typedef struct {
  const QsPkpdStudy    *study;    /* borrowed */
  const QsPkpdEstimate *estimate; /* borrowed */
  QsRun                *run;      /* borrowed */
  QsPkpdPopulation      start;
  guint64               seed;
  guint                *peers; /* persons, those of one stratum side by side */
  guint                *first; /* by person: where its stratum begins in @peers */
  guint                *n;     /* by person: how large it is */
  guint                 replicate;
  QsPkpdPopulation      found[BATCH];
  gboolean              converged[BATCH];
} Bootstrap;

/* Subjects are exchanged within their arm, and where co-medication has an effect within
 * its side, so that every replicate is a study of the same design. */
static int
compare_persons (gconstpointer a, gconstpointer b, gpointer data)
{
  const Bootstrap    *self = data;
  const QsPkpdPerson *x = &self->study->persons[*(const guint *) a];
  const QsPkpdPerson *y = &self->study->persons[*(const guint *) b];

  if (x->dose_mg != y->dose_mg)
    return x->dose_mg < y->dose_mg ? -1 : 1;
  if (self->estimate->structure.comed == 0)
    return 0;
  return (x->comed != 0) - (y->comed != 0);
}

static void
stratify (Bootstrap *self)
{
  const guint n = self->study->n_persons;

  for (guint i = 0; i < n; i++)
    self->peers[i] = i;
  g_qsort_with_data (self->peers, (int) n, sizeof *self->peers, compare_persons, self);

  for (guint begin = 0, end; begin < n; begin = end) {
    end = begin + 1;
    while (end < n && compare_persons (&self->peers[begin], &self->peers[end], self) == 0)
      end++;
    for (guint i = begin; i < end; i++) {
      self->first[self->peers[i]] = begin;
      self->n[self->peers[i]] = end - begin;
    }
  }
}

/* The study with other people in it, some more than once. They are borrowed: free its
 * array alone. */
static QsPkpdStudy
resample (const Bootstrap *self, guint replicate)
{
  const QsRngKey key = { .seed = self->seed,
                         .stream = QS_RNG_BOOTSTRAP,
                         .replicate = replicate };
  QsPkpdStudy    study = *self->study;

  study.persons = g_new (QsPkpdPerson, study.n_persons);
  study.n_looks[0] = study.n_looks[1] = 0;
  for (guint i = 0; i < study.n_persons; i++) {
    const guint peer =
        self->peers[self->first[i] + qs_rng_below (&key, i, 0, self->n[i])];

    study.persons[i] = self->study->persons[peer];
    for (gsize k = 0; k < study.persons[i].n_looks; k++)
      study.n_looks[study.persons[i].looks[k].endpoint]++;
  }

  return study;
}

static void
fit_replicate (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Bootstrap                 *self = data;
  const guint                replicate = self->replicate + (guint) chunk;
  const QsPkpdStudy          study = resample (self, replicate);
  g_autoptr (QsRun)          quiet = qs_run_new_quiet (self->run);
  QsPkpdEffort               effort = brief;
  g_autoptr (QsPkpdEstimate) estimate = NULL;

  effort.saem.seed = self->seed + replicate + 1;
  estimate = qs_pkpd_estimate_from (&study, &self->estimate->structure, &self->start,
                                    &effort, quiet, NULL);
  self->converged[chunk] =
      estimate != NULL && qs_pkpd_population_validate (&self->estimate->structure,
                                                       &estimate->population, NULL);
  if (self->converged[chunk])
    self->found[chunk] = estimate->population;
  g_free (study.persons);
}

static gboolean
fit_all (Bootstrap *self, guint n_replicates, GArray *draws, GError **error)
{
  for (guint first = 0; first < n_replicates; first += BATCH) {
    const guint   n = MIN (BATCH, n_replicates - first);
    const QsEvent event = { .stage = QS_STAGE_BOOTSTRAP,
                            .fraction = (first + n) / (double) n_replicates };

    self->replicate = first;
    qs_parallel_for (self->run, n, 1, fit_replicate, self);
    for (guint i = 0; i < n; i++)
      if (self->converged[i])
        g_array_append_val (draws, self->found[i]);
    if (!qs_run_step (self->run, &event, error))
      return FALSE;
  }

  return TRUE;
}

/**
 * qs_pkpd_bootstrap:
 * @estimate: of @study
 * @n_replicates: how many studies to make of its subjects
 * @error: return location for %QS_ERROR_CANCELLED
 *
 * Parameter uncertainty without a covariance: the model is fitted anew to studies whose
 * subjects are drawn with replacement within their arms. Replicate i is the same whatever
 * the number of threads and of replicates.
 *
 * Returns: (transfer full) (element-type QsPkpdPopulation): the estimates; fewer than
 * @n_replicates where some fits left the finite numbers
 */
GArray *
qs_pkpd_bootstrap (const QsPkpdStudy    *study,
                   const QsPkpdEstimate *estimate,
                   guint                 n_replicates,
                   guint64               seed,
                   QsRun                *run,
                   GError              **error)
{
  g_autofree guint     *peers = g_new (guint, study->n_persons);
  g_autofree guint     *first = g_new (guint, study->n_persons);
  g_autofree guint     *n = g_new (guint, study->n_persons);
  g_autofree Bootstrap *self = g_new0 (Bootstrap, 1);
  g_autoptr (GArray)    draws = g_array_new (FALSE, FALSE, sizeof (QsPkpdPopulation));

  *self = (Bootstrap){ .study = study,
                       .estimate = estimate,
                       .run = run,
                       .start = estimate->population,
                       .seed = seed,
                       .peers = peers,
                       .first = first,
                       .n = n };
  for (guint i = 0; i < N; i++)
    if (qs_pkpd_varies (&estimate->structure, i))
      self->start.omega2[i] = MAX (least_variance, self->start.omega2[i]);
  stratify (self);

  return fit_all (self, n_replicates, draws, error) ? g_steal_pointer (&draws) : NULL;
}
