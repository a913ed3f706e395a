/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "core/qs-rng.h"
#include "nn/qs-exposure-net.h"
#include "nn/qs-pinn.h"
#include "nn/qs-window-net.h"
#include "pkpd/qs-pkpd-individual.h"
#include "pkpd/qs-pkpd-predictor.h"
#include "qusop.h"

#include <math.h>
#include <string.h>
#include <time.h>

#define N QS_PKPD_N_PARAMETERS
/* Dimension of the first residual error among a draw's random numbers. */
#define FIRST_NOISE 16

/* The population model of one fold, and where its predictions go. */
typedef struct {
  const QsContest        *contest;
  const QsPkpdStructure  *structure;
  const QsPkpdPopulation *population;
  double                 *concentration; /* per point, from own concentrations */
  double                 *predicted[2];  /* by endpoint, at a person's times */
} Population;

/* Of the calling thread, which does all of a fold's work for one model. */
static double
cpu_seconds (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Biomarker looks of a person are its points, in the same order. */
static void
predict_points (const Population *self,
                guint             subject,
                const double     *transformed,
                double           *response,
                double           *concentration)
{
  const QsPkpdPerson *person = &self->contest->study->persons[subject];
  gsize               point = self->contest->first[subject];

  qs_pkpd_person_predict (person, self->structure, transformed,
                          self->predicted[QS_ENDPOINT_PK],
                          self->predicted[QS_ENDPOINT_PD]);
  for (gsize i = 0; i < person->n_looks; i++) {
    if (person->looks[i].endpoint != QS_ENDPOINT_PD)
      continue;
    if (response != NULL)
      response[point] = self->predicted[QS_ENDPOINT_PD][person->looks[i].at];
    if (concentration != NULL)
      concentration[point] = self->predicted[QS_ENDPOINT_PK][person->looks[i].at];
    point++;
  }
}

/* One virtual twin of the subject: do all its looks of the window attain? */
static gboolean
attains (const Population *self, guint subject, guint draw, const double *transformed)
{
  const QsContest    *contest = self->contest;
  const QsPkpdPerson *person = &contest->study->persons[subject];
  const QsRngKey      key = { contest->result->options.seed, QS_RNG_COMPARE, subject };
  gsize               point = contest->first[subject];
  gboolean            attained = TRUE;

  qs_pkpd_person_predict (person, self->structure, transformed,
                          self->predicted[QS_ENDPOINT_PK],
                          self->predicted[QS_ENDPOINT_PD]);
  for (gsize i = 0; i < person->n_looks && attained; i++) {
    const double value = self->predicted[QS_ENDPOINT_PD][person->looks[i].at];

    if (person->looks[i].endpoint != QS_ENDPOINT_PD)
      continue;
    if (!isnan (contest->result->points[point].after_h))
      attained = value + qs_pkpd_residual_sd (self->population, QS_ENDPOINT_PD, value) *
                             qs_rng_normal (&key, draw, FIRST_NOISE + (guint32) i) <=
                 contest->result->options.threshold_ng_ml;
    point++;
  }

  return attained;
}

/* What the own concentrations tell is taken as known; all else is drawn. */
static double
attainment (const Population *self,
            guint             subject,
            QsPkpdEvidence    evidence,
            const double     *transformed)
{
  const QsCompareOptions *options = &self->contest->result->options;
  const QsRngKey          key = { options->seed, QS_RNG_COMPARE, subject };
  const guint first = evidence == QS_PKPD_FROM_CONCENTRATIONS ? QS_PKPD_R0 : 0;
  guint       n_attained = 0;

  for (guint draw = 0; draw < options->n_simulations; draw++) {
    double drawn[N];

    memcpy (drawn, transformed, sizeof drawn);
    for (guint p = first; p < N; p++)
      if (qs_pkpd_varies (self->structure, p))
        drawn[p] += sqrt (self->population->omega2[p]) * qs_rng_normal (&key, draw, p);
    n_attained += attains (self, subject, draw, drawn);
  }

  return n_attained / (double) options->n_simulations;
}

static guint
count_parameters (const QsPkpdStructure *structure)
{
  guint n = structure->n_effects;

  for (guint p = 0; p < N; p++) {
    const guint bit = 1u << p;

    if (!qs_pkpd_uses (structure, p))
      continue;
    n += 1 + ((structure->eta & bit) != 0) + ((structure->comed & bit) != 0) +
         ((structure->bw & bit) != 0);
  }
  for (guint endpoint = 0; endpoint < 2; endpoint++)
    n += structure->error[endpoint] == QS_PKPD_ERROR_COMBINED ? 2 : 1;

  return n;
}

/* The subject's record with the concentrations of one way. */
static void
add_record (const Population *self,
            guint             fold,
            guint             way,
            guint             subject,
            const double     *transformed)
{
  const QsContest  *contest = self->contest;
  const QsSubject  *seen = qs_dataset_subject (contest->dataset, subject);
  QsExposureRecord *record = qs_exposure_record_new (seen);

  qs_exposure_record_expose (record, seen, self->structure, transformed);
  qs_contest_records (contest, fold, way)[subject] = record;
}

static void
predict_subject (Population *self, guint fold, guint subject)
{
  static const QsPkpdEvidence evidence[] = { QS_PKPD_FROM_CONCENTRATIONS,
                                             QS_PKPD_FROM_COVARIATES };
  const QsContest            *contest = self->contest;

  for (guint e = 0; e < G_N_ELEMENTS (evidence); e++) {
    QsContestant *contestant =
        qs_contest_contestant (contest, QS_CONTESTANT_PKPD_OWN + e);
    const gboolean held_out = contest->result->fold[subject] == fold;
    double         transformed[N];

    qs_pkpd_individual_estimate (&contest->study->persons[subject], self->structure,
                                 self->population, evidence[e], transformed);
    predict_points (self, subject, transformed, held_out ? contestant->predicted : NULL,
                    e == 0 ? self->concentration : NULL);
    add_record (self, fold, e, subject, transformed);
    if (held_out)
      contestant->probability[subject] =
          attainment (self, subject, evidence[e], transformed);
  }
}

gboolean
qs_contest_population (const QsContest *self,
                       guint            fold,
                       double          *cpu_s,
                       QsRun           *run,
                       GError         **error)
{
  const double          begin_s = cpu_seconds ();
  QsFitOptions          options = qs_fit_options_default (QS_MODEL_PKPD);
  g_autoptr (QsDataset) training = qs_contest_training (self, fold, run, error);
  g_autoptr (QsModel)   model = NULL;
  g_autofree double    *concentration = g_new (double, self->result->n_points + 1);
  g_autofree double    *block = g_new (double, 2 * self->study->max_times + 1);
  Population            population = {
               .contest = self,
               .concentration = concentration,
               .predicted = { block, block + self->study->max_times },
  };

  options.seed = self->result->options.seed;
  options.n_bootstrap = 0;
  options.structure.search = FALSE;
  model = training != NULL ? qs_fit (training, &options, run, error) : NULL;
  if (model == NULL)
    return FALSE;

  population.structure = qs_pkpd_predictor_structure (model->estimate);
  population.population = qs_pkpd_predictor_population (model->estimate);
  for (guint i = 0; i < self->result->n_subjects; i++) {
    predict_subject (&population, fold, i);
    if (!qs_run_step (run, NULL, error))
      return FALSE;
  }
  for (guint c = QS_CONTESTANT_PKPD_OWN; c <= QS_CONTESTANT_PKPD_POPULATION; c++) {
    if (fold == 0)
      qs_contest_contestant (self, c)->n_classical =
          count_parameters (population.structure);
    cpu_s[c] = cpu_seconds () - begin_s;
  }

  self->kinetics[fold] = qs_predictor_ref (model->estimate);
  qs_contest_group_mean (self, fold);
  qs_contest_regression (self, fold, concentration);
  return TRUE;
}

/* An Emax model has 4 numbers; of networks the layout knows. */
static void
count_entry (const QsContest *self, const QsContestEntry *entry)
{
  const QsFitOptions *options = &entry->options;
  guint               n_classical = 4, n_quantum = 0;

  if (qs_model_kind_is_network (options->kind)) {
    const QsNetShape  shape = options->input == QS_INPUT_EXPOSURE
                                  ? qs_exposure_shape (options)
                                  : qs_window_shape (options);
    const QsNetLayout layout = qs_net_shape_layout (&shape);

    n_quantum = (guint) layout.n_quantum;
    n_classical = (guint) layout.n_params - n_quantum;
  } else if (qs_model_kind_is_pinn (options->kind)) {
    n_classical = (guint) qs_pinn_n_params (FALSE);
    n_quantum = (guint) qs_pinn_n_params (options->kind == QS_MODEL_QPINN) - n_classical;
  }
  for (guint way = 0; way < qs_contest_n_ways (entry); way++) {
    qs_contest_contestant (self, entry->first + way)->n_classical = n_classical;
    qs_contest_contestant (self, entry->first + way)->n_quantum = n_quantum;
  }
}

/* As the model has who is typical of dose, weight and co-medication, @after_h after a
 * dose at steady state. */
static double
predict_typical (const QsPredictor *predictor, const QsSubject *subject, double after_h)
{
  const float  latent[QS_PKPD_N_PARAMETERS + 1] = { 0.0f };
  const float  bw_kg = (float) subject->bw_kg;
  const guint8 comed = (guint8) subject->comed;
  QsScenario   scenario = qs_scenario_default ();
  double       concentration, response;

  if (predictor->klass->trajectory != NULL) {
    predictor->klass->trajectory (predictor, subject->dose_mg / subject->bw_kg,
                                  subject->comed, &after_h, 1, &response);
    return response;
  }

  scenario.regimen =
      subject->interval_h > 48.0 ? QS_REGIMEN_QW : QS_REGIMEN_QD; /* a day or a week */
  predictor->klass->course (predictor, &scenario, subject->dose_mg, 1, &bw_kg, &comed,
                            latent, 1, &after_h, &concentration, &response);
  return response;
}

/* Models that know the last dosing interval, or are asked for it, alone. */
static gboolean
predict_windows (const QsContest      *self,
                 guint                 fold,
                 const QsContestEntry *entry,
                 QsRun                *run,
                 GError              **error)
{
  QsContestant         *contestant = qs_contest_contestant (self, entry->first);
  g_autoptr (QsDataset) training = qs_contest_training (self, fold, run, error);
  g_autoptr (QsModel)   model =
      training != NULL ? qs_fit (training, &entry->options, run, error) : NULL;

  if (model == NULL)
    return FALSE;

  for (gsize i = 0; i < self->result->n_points; i++) {
    const QsComparePoint *point = &self->result->points[i];
    const QsSubject      *subject = qs_dataset_subject (self->dataset, point->subject);

    if (self->result->fold[point->subject] == fold && !isnan (point->after_h))
      contestant->predicted[i] =
          predict_typical (model->estimate, subject, point->after_h);
  }

  return TRUE;
}

gboolean
qs_contest_entry (const QsContest *self,
                  guint            fold,
                  guint            entry,
                  double          *cpu_s,
                  QsRun           *run,
                  GError         **error)
{
  const double          begin_s = cpu_seconds ();
  const QsContestEntry *mine = &g_array_index (self->entries, QsContestEntry, entry);
  const gboolean        good = mine->options.input == QS_INPUT_EXPOSURE
                                   ? qs_contest_exposure (self, fold, mine, run, error)
                                   : predict_windows (self, fold, mine, run, error);

  if (fold == 0)
    count_entry (self, mine);
  for (guint way = 0; way < qs_contest_n_ways (mine); way++)
    cpu_s[mine->first + way] = cpu_seconds () - begin_s;

  return good;
}
