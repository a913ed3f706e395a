/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-bootstrap.h"
#include "pkpd/qs-pkpd-uncertainty.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"

#include "sample-study.h"

#include <math.h>
#include <string.h>

#define N_REFITS 16

static const QsSaemOptions quick = { .seed = 1,
                                     .n_chains = 2,
                                     .n_explore = 80,
                                     .n_smooth = 40 };

/* Every @stride-th person. Borrows them: free its array alone. */
static QsPkpdStudy
part_of (const QsPkpdStudy *study, guint stride)
{
  QsPkpdStudy part = *study;

  part.persons = g_new (QsPkpdPerson, study->n_persons);
  part.n_persons = 0;
  part.n_looks[0] = part.n_looks[1] = 0;
  for (guint i = 0; i < study->n_persons; i += stride) {
    part.persons[part.n_persons++] = study->persons[i];
    for (gsize k = 0; k < study->persons[i].n_looks; k++)
      part.n_looks[study->persons[i].looks[k].endpoint]++;
  }

  return part;
}

static QsPkpdEstimate *
estimate_of (const QsPkpdStudy *study, const QsPkpdStructure *structure)
{
  g_autoptr (QsRun)  run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError) error = NULL;
  QsPkpdEstimate    *estimate = qs_pkpd_estimate (study, structure, &quick, run, &error);

  g_assert_no_error (error);
  return estimate;
}

static GArray *
bootstrap (const QsPkpdStudy    *study,
           const QsPkpdEstimate *estimate,
           guint                 n,
           guint                 n_threads)
{
  g_autoptr (QsRun)  run = qs_run_new (n_threads, NULL, NULL);
  g_autoptr (GError) error = NULL;
  GArray            *draws = qs_pkpd_bootstrap (study, estimate, n, 7, run, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (draws->len, ==, n);
  return draws;
}

/* The refits differ as the standard errors say, over all coordinates taken together: 16
 * refits know one SD to about 18 %, a bootstrap of 16 subjects is a little narrow, and
 * the likelihood a little skew. */
static void
test_refits_scatter_as_standard_errors_say (void)
{
  const QsPkpdStructure      structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  QsPkpdStudy                part = part_of (study, 3);
  g_autoptr (QsPkpdEstimate) estimate = estimate_of (&part, &structure);
  g_autoptr (GArray)         draws = bootstrap (&part, estimate, N_REFITS, 2);
  double                     sum = 0.0;

  g_assert_nonnull (estimate->covariance);
  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    double                 values[N_REFITS];
    double                 ratio;

    for (guint i = 0; i < N_REFITS; i++)
      values[i] =
          qs_pkpd_coordinate_get (&g_array_index (draws, QsPkpdPopulation, i), at);
    ratio = sqrt (qs_variance (values, N_REFITS)) / qs_pkpd_estimate_se (estimate, j);
    g_test_message ("%u/%u: SD over standard error %.2f", at.kind, at.index, ratio);
    g_assert_cmpfloat (ratio, >, 0.2);
    g_assert_cmpfloat (ratio, <, 5.0);
    sum += log (ratio);
  }
  g_assert_cmpfloat (fabs (sum / estimate->n_coordinates), <, log (1.6));
  g_free (part.persons);
}

static void
test_a_replicate_is_the_same_whoever_fits_it (void)
{
  const QsPkpdStructure      structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  QsPkpdStudy                part = part_of (study, 7);
  g_autoptr (QsPkpdEstimate) estimate = estimate_of (&part, &structure);
  g_autoptr (GArray)         few = bootstrap (&part, estimate, 2, 1);
  g_autoptr (GArray)         more = bootstrap (&part, estimate, 5, 3);

  g_assert_cmpmem (few->data, 2 * sizeof (QsPkpdPopulation), more->data,
                   2 * sizeof (QsPkpdPopulation));
  g_assert_cmpint (memcmp (more->data, more->data + sizeof (QsPkpdPopulation),
                           sizeof (QsPkpdPopulation)),
                   !=, 0);
  g_free (part.persons);
}

/* Of so few people some variance is next to zero: no covariance, yet intervals, and words
 * for it. */
static void
test_a_small_study_gets_intervals_and_a_reason (void)
{
  const QsPkpdStructure         structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdStudy)       study = sample_study ();
  QsPkpdStudy                   part = part_of (study, 7);
  g_autoptr (QsRun)             run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)            error = NULL;
  g_autoptr (QsPkpdEstimate)    estimate = estimate_of (&part, &structure);
  g_autoptr (QsPkpdUncertainty) uncertainty = qs_pkpd_uncertainty_new (
      &part, estimate, NULL, QS_UNCERTAINTY_LIKELIHOOD, 4, 1, run, &error);

  g_assert_no_error (error);
  g_assert_null (estimate->covariance);
  g_assert_cmpuint (uncertainty->draws->len, ==, 4);
  g_assert_true (isnan (uncertainty->effective_size));
  g_assert_nonnull (strstr (uncertainty->sentence, "no inverse"));
  g_assert_nonnull (strstr (uncertainty->sentence, "4 studies of resampled subjects"));
  g_free (part.persons);
}

static void
test_no_draws_are_no_intervals_in_words (void)
{
  const QsPkpdStructure         structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdStudy)       study = sample_study ();
  g_autoptr (QsPkpdEstimate)    estimate = g_new0 (QsPkpdEstimate, 1);
  g_autoptr (QsPkpdUncertainty) uncertainty = NULL;

  estimate->structure = structure;
  uncertainty = qs_pkpd_uncertainty_new (study, estimate, NULL, QS_UNCERTAINTY_BOOTSTRAP,
                                         0, 1, NULL, NULL);
  g_assert_cmpuint (uncertainty->draws->len, ==, 0);
  g_assert_true (g_str_has_prefix (uncertainty->sentence, "There are no intervals"));
}

static void
cancel_cb (const QsEvent *event, gpointer data)
{
  QsRun **run = data;

  g_assert_cmpint (event->stage, ==, QS_STAGE_BOOTSTRAP);
  g_assert_cmpfloat (event->fraction, <, 1.0);
  qs_run_cancel (*run);
}

static void
test_can_be_cancelled (void)
{
  QsPkpdStructure            structure = qs_pkpd_structure_default ();
  g_autoptr (QsPkpdStudy)    study = sample_study ();
  QsPkpdStudy                part = part_of (study, 16);
  g_autoptr (QsPkpdEstimate) estimate = NULL;
  QsRun                     *heard = NULL;
  g_autoptr (QsRun)          run = qs_run_new (2, cancel_cb, &heard);
  g_autoptr (GError)         error = NULL;

  structure.comed = 0;
  estimate = estimate_of (&part, &structure);
  heard = run;
  g_assert_null (qs_pkpd_bootstrap (&part, estimate, 2000, 7, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
  g_free (part.persons);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/bootstrap/refits-scatter-as-standard-errors-say",
                   test_refits_scatter_as_standard_errors_say);
  g_test_add_func ("/pkpd/bootstrap/a-replicate-is-the-same-whoever-fits-it",
                   test_a_replicate_is_the_same_whoever_fits_it);
  g_test_add_func ("/pkpd/bootstrap/a-small-study-gets-intervals-and-a-reason",
                   test_a_small_study_gets_intervals_and_a_reason);
  g_test_add_func ("/pkpd/bootstrap/no-draws-are-no-intervals-in-words",
                   test_no_draws_are_no_intervals_in_words);
  g_test_add_func ("/pkpd/bootstrap/can-be-cancelled", test_can_be_cancelled);
  return g_test_run ();
}
