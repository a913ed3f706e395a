/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "data/qs-split.h"
#include "nn/qs-exposure-net.h"
#include "nn/qs-exposure-physics.h"

#include <math.h>
#include <string.h>

QsExposureRecord **
qs_contest_records (const QsContest *self, guint fold, guint way)
{
  return self->records +
         ((gsize) fold * QS_CONTEST_N_WAYS + way) * self->result->n_subjects;
}

/* The prediction at the step of each of the subject's points: both are by time. */
static void
place_predictions (const QsContest        *self,
                   const QsExposureNet    *net,
                   guint                   subject,
                   const QsExposureRecord *record,
                   double                 *predicted)
{
  g_autofree double *log_response = g_new (double, record->n_steps + 1);
  guint              step = 0;

  qs_exposure_net_predict (net, record, log_response);
  for (gsize i = self->first[subject]; i < self->first[subject + 1]; i++) {
    while (record->times_h[step] < self->result->points[i].time_h)
      step++;
    predicted[i] = exp (log_response[step]);
  }
}

static QsExposureNet *
train (const QsContest    *self,
       guint               fold,
       const QsFitOptions *options,
       QsRun              *run,
       GError            **error)
{
  const guint                   n = self->result->n_subjects;
  const guint                   n_physics = qs_exposure_n_physics (options);
  const QsNetShape              shape = qs_exposure_shape (options);
  g_autofree gboolean          *aside = g_new0 (gboolean, n);
  g_autofree guint             *training = g_new (guint, n + n_physics);
  g_autofree guint             *validation = g_new (guint, n);
  g_autofree QsExposureRecord **records = g_new0 (QsExposureRecord *, n + n_physics);
  QsExposureNet                *net;
  QsLesson                      lesson = {
                         .training = training,
                         .validation = validation,
                         .weight_decay = QS_EXPOSURE_WEIGHT_DECAY,
                         .stage = QS_STAGE_TRAIN,
  };

  qs_split_validation (self->dataset, options->validation_share, options->seed, fold,
                       aside);
  for (guint i = 0; i < n; i++) {
    if (self->result->fold[i] == fold)
      continue;
    if (aside[i])
      validation[lesson.n_validation++] = i;
    else
      training[lesson.n_training++] = i;
  }

  memcpy (records, qs_contest_records (self, fold, QS_CONTEST_OWN), n * sizeof *records);
  qs_exposure_physics_make (self->dataset, training, lesson.n_training,
                            self->kinetics[fold], options, 0, records + n);
  for (guint k = 0; k < n_physics; k++)
    training[lesson.n_training++] = n + k;

  net = qs_exposure_net_train (&shape, NULL, records, &lesson, options, NULL, run, error);
  for (guint k = 0; k < n_physics; k++)
    qs_exposure_record_free (records[n + k]);
  return net;
}

/**
 * qs_contest_exposure:
 * @entry: a network with exposure as input
 *
 * Trains it on whole records, with the concentrations that the population model of the
 * fold, which has not seen the held-out subjects, makes of each subject's own. Held-out
 * subjects are predicted from theirs, and from typical ones.
 */
gboolean
qs_contest_exposure (const QsContest      *self,
                     guint                 fold,
                     const QsContestEntry *entry,
                     QsRun                *run,
                     GError              **error)
{
  g_autoptr (QsExposureNet) net = train (self, fold, &entry->options, run, error);

  if (net == NULL)
    return FALSE;

  for (guint way = 0; way < QS_CONTEST_N_WAYS; way++) {
    QsExposureRecord **records = qs_contest_records (self, fold, way);

    for (guint i = 0; i < self->result->n_subjects; i++)
      if (self->result->fold[i] == fold)
        place_predictions (self, net, i, records[i],
                           qs_contest_contestant (self, entry->first + way)->predicted);
  }

  return TRUE;
}
