/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "data/qs-split.h"
#include "nn/qs-exposure-net.h"

#include <math.h>

/* Records of all subjects, first as their own concentrations have them, then as typical
 * ones. */
typedef struct {
  const QsContest   *contest;
  QsExposureRecord **records;
  guint              n;
} Records;

static void
records_clear (Records *self)
{
  for (guint i = 0; i < 2 * self->n; i++)
    qs_exposure_record_free (self->records[i]);
  g_free (self->records);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Records, records_clear)

static void
records_init (Records                *self,
              const QsContest        *contest,
              const QsPkpdStructure  *structure,
              const QsPkpdPopulation *population)
{
  static const QsPkpdEvidence evidence[] = { QS_PKPD_FROM_CONCENTRATIONS,
                                             QS_PKPD_FROM_COVARIATES };

  self->contest = contest;
  self->n = contest->result->n_subjects;
  self->records = g_new0 (QsExposureRecord *, 2 * (gsize) self->n);
  for (guint i = 0; i < 2 * self->n; i++) {
    const QsSubject *subject = qs_dataset_subject (contest->dataset, i % self->n);
    double           transformed[QS_PKPD_N_PARAMETERS];

    qs_pkpd_individual_estimate (&contest->study->persons[i % self->n], structure,
                                 population, evidence[i / self->n], transformed);
    self->records[i] = qs_exposure_record_new (subject);
    qs_exposure_record_expose (self->records[i], subject, structure, transformed);
  }
}

/* The prediction at the step of each of the subject's points: both are by time. */
static void
place_predictions (const Records       *self,
                   const QsExposureNet *net,
                   guint                record,
                   double              *predicted)
{
  const QsContest        *contest = self->contest;
  const guint             subject = record % self->n;
  const QsExposureRecord *steps = self->records[record];
  g_autofree double      *log_response = g_new (double, steps->n_steps + 1);
  guint                   step = 0;

  qs_exposure_net_predict (net, steps, log_response);
  for (gsize i = contest->first[subject]; i < contest->first[subject + 1]; i++) {
    while (steps->times_h[step] < contest->result->points[i].time_h)
      step++;
    predicted[i] = exp (log_response[step]);
  }
}

static QsExposureNet *
train (const Records    *self,
       guint             fold,
       const QsNetShape *shape,
       QsRun            *run,
       GError          **error)
{
  const QsCompareOptions *asked = &self->contest->result->options;
  QsFitOptions            options = qs_fit_options_default (QS_MODEL_LSTM);
  g_autofree gboolean    *aside = g_new0 (gboolean, self->n);
  g_autofree guint       *training = g_new (guint, self->n);
  g_autofree guint       *validation = g_new (guint, self->n);
  QsLesson                lesson = {
                   .training = training,
                   .validation = validation,
                   .weight_decay = QS_EXPOSURE_WEIGHT_DECAY,
                   .stage = QS_STAGE_TRAIN,
  };

  options.seed = asked->seed;
  qs_fit_options_set_input (&options, QS_INPUT_EXPOSURE);
  if (asked->n_epochs > 0)
    options.n_epochs = asked->n_epochs;
  qs_split_validation (self->contest->dataset, options.validation_share, asked->seed,
                       fold, aside);
  for (guint i = 0; i < self->n; i++) {
    if (self->contest->result->fold[i] == fold)
      continue;
    if (aside[i])
      validation[lesson.n_validation++] = i;
    else
      training[lesson.n_training++] = i;
  }

  return qs_exposure_net_train (shape, NULL, self->records, &lesson, &options, NULL, run,
                                error);
}

/**
 * qs_contest_exposure:
 * @structure: of the population model of this fold
 * @population: likewise: neither has seen the held-out subjects
 *
 * A network with exposure as input, on whole records: its concentrations are those that
 * the population model has for each subject from the own concentrations. Held-out
 * subjects are predicted from theirs, and from typical ones.
 */
gboolean
qs_contest_exposure (const QsContest        *self,
                     guint                   fold,
                     const QsPkpdStructure  *structure,
                     const QsPkpdPopulation *population,
                     QsRun                  *run,
                     GError                **error)
{
  const QsFitOptions        options = qs_fit_options_default (QS_MODEL_LSTM);
  const QsNetShape          shape = qs_exposure_shape (&options);
  const QsNetLayout         layout = qs_net_shape_layout (&shape);
  g_auto (Records)          records = { 0 };
  g_autoptr (QsExposureNet) net = NULL;

  records_init (&records, self, structure, population);
  net = train (&records, fold, &shape, run, error);
  if (net == NULL)
    return FALSE;

  for (guint way = 0; way < 2; way++) {
    QsContestant *contestant =
        qs_contest_contestant (self, QS_CONTESTANT_EXPOSURE_OWN + way);

    for (guint i = 0; i < records.n; i++)
      if (self->result->fold[i] == fold)
        place_predictions (&records, net, i + way * records.n, contestant->predicted);
    if (fold == 0) {
      contestant->n_classical = (guint) (layout.n_params - layout.n_quantum);
      contestant->n_quantum = (guint) layout.n_quantum;
    }
  }

  return TRUE;
}
