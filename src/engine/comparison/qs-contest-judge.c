/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison/qs-contest.h"
#include "core/qs-stats.h"
#include "nn/qs-reml.h"

#include <math.h>
#include <string.h>

/* Points of the quadrature over the effect of the subject. */
#define N_NODES 200

static double
miss (const QsCompare *result, const QsContestant *contestant, gsize point)
{
  return result->points[point].observed_ng_ml - contestant->predicted[point];
}

/* Accuracy over the points that count: those of the last dosing interval, or all. */
static QsFit
fit_of (const QsCompare *result, const QsContestant *contestant, gboolean window_only)
{
  QsFit  fit = { .rmse_ng_ml = NAN, .r_squared = NAN };
  double errors = 0.0, sum = 0.0, squares = 0.0;
  gsize  n = 0;

  for (gsize i = 0; i < result->n_points; i++) {
    if (window_only && isnan (result->points[i].after_h))
      continue;
    if (isnan (contestant->predicted[i]))
      return fit;
    errors += miss (result, contestant, i) * miss (result, contestant, i);
    sum += result->points[i].observed_ng_ml;
    n++;
  }
  for (gsize i = 0; i < result->n_points; i++)
    if (!window_only || !isnan (result->points[i].after_h))
      squares += (result->points[i].observed_ng_ml - sum / (double) n) *
                 (result->points[i].observed_ng_ml - sum / (double) n);

  fit.n = (guint) n;
  fit.rmse_ng_ml = sqrt (errors / (double) n);
  fit.r_squared = 1.0 - errors / squares;
  return fit;
}

/* How much subjects, and observations of one subject, scatter about the predictions of a
 * contestant, on the logarithmic scale: from the folds other than @fold, whose subjects
 * their fit had not seen either. */
static gboolean
scatter (const QsContest    *self,
         const QsContestant *contestant,
         guint               fold,
         QsReml             *effect,
         GError            **error)
{
  const QsCompare          *result = self->result;
  g_autofree QsRemlSubject *subjects = g_new (QsRemlSubject, result->n_subjects);
  g_autofree double        *residuals = g_new (double, result->n_points + 1);
  guint                     n_subjects = 0;

  for (guint i = 0; i < result->n_subjects; i++) {
    guint n = 0;

    for (gsize k = self->first[i]; k < self->first[i + 1] && result->fold[i] != fold; k++)
      if (!isnan (result->points[k].after_h))
        residuals[n++] =
            log (result->points[k].observed_ng_ml / contestant->predicted[k]);
    if (n > 0)
      subjects[n_subjects++] = qs_reml_subject (residuals, n);
  }

  return qs_reml_fit (subjects, NULL, n_subjects, effect, error);
}

/* The probability that every observation of the window attains: over the effect of the
 * subject, of the product over its observations. */
static double
probability (const QsContest    *self,
             const QsContestant *contestant,
             guint               subject,
             const QsReml       *effect)
{
  const QsCompare *result = self->result;
  const double     limit = log (result->options.threshold_ng_ml);
  double           sum = 0.0;

  for (guint node = 0; node < N_NODES; node++) {
    const double shift = effect->omega * qs_normal_quantile ((node + 0.5) / N_NODES);
    double       product = 1.0;

    for (gsize i = self->first[subject]; i < self->first[subject + 1]; i++)
      if (!isnan (result->points[i].after_h))
        product *= qs_normal_cdf ((limit - log (contestant->predicted[i]) - shift) /
                                  fmax (effect->sigma, 1e-9));
    sum += product / N_NODES;
  }

  return sum;
}

static gboolean
is_seen (const QsContest *self, guint subject)
{
  for (gsize i = self->first[subject]; i < self->first[subject + 1]; i++)
    if (!isnan (self->result->points[i].after_h))
      return TRUE;

  return FALSE;
}

static gboolean
give_probabilities (const QsContest *self, QsContestant *contestant, GError **error)
{
  const QsCompare *result = self->result;

  for (guint fold = 0; fold < result->options.n_folds; fold++) {
    QsReml effect;

    if (!scatter (self, contestant, fold, &effect, error))
      return FALSE;
    for (guint i = 0; i < result->n_subjects; i++)
      if (result->fold[i] == fold && is_seen (self, i))
        contestant->probability[i] = probability (self, contestant, i, &effect);
  }

  return TRUE;
}

static gboolean
is_in (const QsSubject *subject, QsStratum stratum, double median_kg)
{
  switch (stratum) {
  case QS_STRATUM_LIGHT:
    return subject->bw_kg <= median_kg;
  case QS_STRATUM_HEAVY:
    return subject->bw_kg > median_kg;
  case QS_STRATUM_NO_COMED:
    return subject->comed == 0;
  case QS_STRATUM_COMED:
  default:
    return subject->comed != 0;
  }
}

static void
calibrate (const QsContest *self, QsContestant *contestant)
{
  const QsCompare     *result = self->result;
  g_autofree double   *p = g_new (double, result->n_subjects);
  g_autofree gboolean *attained = g_new (gboolean, result->n_subjects);
  gsize                n_weights;
  const double        *weights = qs_dataset_sorted_weights (self->dataset, &n_weights);
  const double         median_kg = qs_quantile_sorted (weights, n_weights, 0.5);
  guint                n = 0;

  for (guint i = 0; i < result->n_subjects; i++) {
    const QsSubject *subject = qs_dataset_subject (self->dataset, i);

    if (isnan (contestant->probability[i]))
      continue;
    p[n] = contestant->probability[i];
    attained[n++] = result->attained[i];
    for (guint s = 0; s < QS_N_STRATA; s++) {
      QsReliability *stratum = &contestant->strata[s];

      if (!is_in (subject, s, median_kg))
        continue;
      stratum->n++;
      stratum->predicted += contestant->probability[i];
      stratum->observed += result->attained[i];
    }
  }
  for (guint s = 0; s < QS_N_STRATA; s++) {
    contestant->strata[s].predicted /= contestant->strata[s].n;
    contestant->strata[s].observed /= contestant->strata[s].n;
  }
  contestant->calibration = qs_calibrate (p, attained, n);
}

/* By how many standard errors over subjects the mean squared error of @a exceeds that of
 * @b. */
static double
excess (const QsContest *self, const QsContestant *a, const QsContestant *b)
{
  const QsCompare   *result = self->result;
  g_autofree double *differences = g_new (double, result->n_subjects);
  gsize              n = 0;

  for (guint i = 0; i < result->n_subjects; i++) {
    double sum = 0.0;
    guint  n_points = 0;

    for (gsize k = self->first[i]; k < self->first[i + 1]; k++) {
      if (isnan (result->points[k].after_h))
        continue;
      sum += miss (result, a, k) * miss (result, a, k) -
             miss (result, b, k) * miss (result, b, k);
      n_points++;
    }
    if (n_points > 0)
      differences[n++] = sum / n_points;
  }

  return qs_mean (differences, n) / sqrt (qs_variance (differences, n) / (double) n);
}

static char *
verdict (const QsContest *self, const QsContestant *network)
{
  GString *words = g_string_new (NULL);

  g_string_printf (words, "%s: out-of-fold RMSE %.2f ng/mL", network->name,
                   network->window.rmse_ng_ml);
  for (guint i = 0; i < self->result->contestants->len; i++) {
    const QsContestant *other = qs_contest_contestant (self, i);
    double              t;

    if ((other->is_network && !(network->twin > 0 && network->twin == i)) ||
        other->window.n == 0)
      continue;
    t = excess (self, network, other);
    g_string_append_printf (words, "; %s %s (%.2f), %s two standard errors over subjects",
                            t > 0.0 ? "loses to" : "beats", other->name,
                            other->window.rmse_ng_ml,
                            fabs (t) > 2.0 ? "beyond" : "within");
  }
  g_string_append_c (words, '.');
  for (guint i = 0; network->weights != NULL && i < self->result->contestants->len; i++)
    if (network->weights[i] > 0.0)
      g_string_append_printf (words, "%s %s %.2f",
                              strstr (words->str, " Weights:") != NULL ? ","
                                                                       : " Weights:",
                              qs_contest_contestant (self, i)->name, network->weights[i]);

  return g_string_free (words, FALSE);
}

gboolean
qs_contest_judge (QsContest *self, GError **error)
{
  QsCompare               *result = self->result;
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint c = 0; c < result->contestants->len; c++) {
    QsContestant *contestant = qs_contest_contestant (self, c);

    contestant->window = fit_of (result, contestant, TRUE);
    contestant->record = fit_of (result, contestant, FALSE);
    if (c != QS_CONTESTANT_PKPD_OWN && c != QS_CONTESTANT_PKPD_POPULATION &&
        !give_probabilities (self, contestant, error))
      return FALSE;
    calibrate (self, contestant);
  }

  for (guint c = 0; c < result->contestants->len; c++) {
    if (qs_contest_contestant (self, c)->is_network &&
        !qs_contest_contestant (self, c)->is_twin) {
      g_autofree char *sentence = verdict (self, qs_contest_contestant (self, c));

      g_strv_builder_add (words, sentence);
    }
  }
  result->verdicts = g_strv_builder_end (words);

  return TRUE;
}
