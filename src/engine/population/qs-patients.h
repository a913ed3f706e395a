/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "domain/qs-prior.h"

G_BEGIN_DECLS

/**
 * QsPatients:
 * @n: subjects of all replicates, @n_subjects × @n_replicates
 * @bw_uniform: (array length=n): uniform value behind the body weight
 * @bw_normal: (array length=n): its standard normal quantile
 * @bw_jitter: (array length=n): standard normal value of the jitter of a sample
 * @comed_uniform: (array length=n): below the share means with co-medication
 * @latent: (array length=n): standard normal value of the between-subject effect
 * @bw_kg: (array length=n): body weight under the prior of the last
 * qs_patients_weigh()
 * @lightest_kg: the smallest of them
 *
 * Virtual patients, replicate after replicate. What is random in them is drawn once:
 * doses, scenarios, parameter draws and settings all see the same people. Values are
 * stored in single precision, and the rounded value is the person.
 */
typedef struct {
  guint    n_subjects;
  guint    n_replicates;
  gsize    n;
  float   *bw_uniform;
  float   *bw_normal;
  float   *bw_jitter;
  float   *comed_uniform;
  float   *latent;
  float   *bw_kg;
  float    lightest_kg;
  QsPrior  prior;
  gboolean weighed;
} QsPatients;

QsPatients *qs_patients_new (guint64  seed,
                             guint    n_subjects,
                             guint    n_replicates,
                             QsRun   *run,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void        qs_patients_free (QsPatients *self);
void        qs_patients_weigh (QsPatients *self, const QsPrior *prior, QsRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPatients, qs_patients_free)

G_END_DECLS
