/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-search.h"

#include "core/qs-error.h"
#include "pkpd/qs-pkpd-convergence.h"
#include "pkpd/qs-pkpd-request.h"
#include "pkpd/qs-pkpd-score.h"
#include "pkpd/qs-study.h"
#include "rising-study.h"

#include <string.h>

/* A study of 40, whose truth is two compartments, turnover, co-medication on R0. */
static QsPkpdStudy *
small_study (void)
{
  QsTruth            truth = qs_truth_default ();
  g_autoptr (GError) error = NULL;
  QsPkpdStudy       *study;
  char              *csv;

  truth.n_per_arm = 10;
  truth.beta_comed[QS_PKPD_R0] = -0.6;
  csv = qs_study_csv (&truth, 3);
  g_autoptr (GBytes)    bytes = g_bytes_new_take (csv, strlen (csv));
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);
  g_assert_no_error (error);
  study = qs_pkpd_study_new (dataset, &error);
  g_assert_no_error (error);

  return study;
}

static QsStructureOptions
asked (const char *structure, const char *covariates)
{
  QsStructureOptions options;
  g_autoptr (GError) error = NULL;

  g_assert_true (qs_structure_options_parse (structure, covariates, &options, &error));
  g_assert_no_error (error);
  return options;
}

static void
test_a_request_is_written_as_it_was_read (void)
{
  static const struct {
    const char *structure;
    const char *covariates;
  } cases[] = {
    { "auto", "auto" },
    { "usual", NULL },
    { "auto", "none" },
    { "1cpt,direct,nolag", "R0:COMED" },
    { "2cpt,turnover,imax=1,gamma=est,lag,pk=combined,pd=additive",
      "CL:BW,R0:COMED,R0:BW,CL:AGE,V:SEX" },
    { "inhibits-loss,pk=additive", "auto" },
    { "stimulates-production", "CL:AGE" },
    { "stimulates-loss,imax=est,gamma=1", "none" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    const QsStructureOptions options = asked (cases[i].structure, cases[i].covariates);
    g_autofree char         *structure = qs_structure_options_format (&options);
    g_autofree char *covariates = qs_structure_options_format_covariates (&options);
    const QsStructureOptions again = asked (structure, covariates);

    g_assert_cmpstr (structure, ==, cases[i].structure);
    g_assert_cmpmem (&again, sizeof again, &options, sizeof options);
  }
}

static void
test_finds_the_truth_among_structures (void)
{
  g_autoptr (QsPkpdStudy)  study = small_study ();
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  const QsStructureOptions options = asked ("turnover,imax=est,gamma=1,nolag", "auto");
  g_autoptr (GError)       error = NULL;
  g_autoptr (QsPkpdSearch) search = qs_pkpd_search (study, &options, 1, run, &error);
  guint                    n_chosen = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < search->candidates->len; i++) {
    const QsCandidate *one = &g_array_index (search->candidates, QsCandidate, i);

    n_chosen += one->chosen;
    g_test_message ("%9.1f %s %s", one->bic, one->how, one->name);
  }
  g_assert_cmpuint (search->structure.n_compartments, ==, 2);
  g_assert_cmpuint (search->structure.comed, ==, 1u << QS_PKPD_R0);
  g_assert_cmpuint (search->structure.bw, ==, 0);
  g_assert_nonnull (strstr (search->sentence, "COMED on R0"));

  g_assert_cmpuint (n_chosen, ==, 1);
}

/* A biomarker that rises under the drug is not taken for one that is inhibited. */
static void
test_finds_what_makes_a_biomarker_rise (void)
{
  g_autoptr (QsPkpdStudy)  study = rising_study ();
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  const QsStructureOptions options = asked ("1cpt,imax=est,gamma=1,nolag", "none");
  g_autoptr (GError)       error = NULL;
  g_autoptr (QsPkpdSearch) search = qs_pkpd_search (study, &options, 1, run, &error);

  g_assert_no_error (error);
  g_assert_cmpint (search->structure.response, ==, QS_RESPONSE_STIMULATES_PRODUCTION);
  for (guint i = 0; i < search->candidates->len; i++)
    g_assert_null (strstr (g_array_index (search->candidates, QsCandidate, i).name,
                           "direct effect"));
}

/* Whose biomarker was measured with an error that does not grow with it. */
static void
test_finds_how_residuals_grow (void)
{
  g_autoptr (QsPkpdStudy)  study = rising_study ();
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  const QsStructureOptions options =
      asked ("1cpt,stimulates-production,imax=est,gamma=1,nolag", "none");
  const QsRngKey           key = { .seed = 3, .stream = QS_RNG_TEST };
  g_autoptr (GError)       error = NULL;
  g_autoptr (QsPkpdSearch) search = NULL;

  for (guint i = 0; i < study->n_persons; i++)
    for (gsize k = 0; k < study->persons[i].n_looks; k++)
      if (study->persons[i].looks[k].endpoint == QS_ENDPOINT_PD)
        study->persons[i].looks[k].value += 3.0 * qs_rng_normal (&key, i, (guint32) k);

  search = qs_pkpd_search (study, &options, 1, run, &error);
  g_assert_no_error (error);
  g_assert_cmpint (search->structure.error[QS_ENDPOINT_PK], ==,
                   QS_PKPD_ERROR_PROPORTIONAL);
  g_assert_cmpint (search->structure.error[QS_ENDPOINT_PD], ==, QS_PKPD_ERROR_ADDITIVE);
  g_assert_nonnull (strstr (search->sentence, "additive residuals of biomarker"));
}

/* One fit without the variability of volumes that its people have. */
static void
test_scores_tell_what_a_fit_would (void)
{
  const QsPkpdEffort effort = {
    .saem = { .seed = 1, .n_chains = 1, .n_explore = 80, .n_smooth = 40 },
    .n_polish = 5,
    .n_polish_samples = 64,
    .n_final_samples = 256,
    .n_final_slopes = 256
  };
  g_autoptr (QsPkpdStudy)    study = rising_study ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  QsPkpdStructure            structure = qs_pkpd_structure_default ();
  QsPkpdPopulation           start;
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdEstimate) poor = NULL, rich = NULL;
  double                     gains[QS_PKPD_N_PARAMETERS], kinds[QS_PKPD_N_ERRORS];

  structure.n_compartments = 1;
  structure.response = QS_RESPONSE_STIMULATES_PRODUCTION;
  structure.comed = 0;
  start = qs_pkpd_start (study, &structure);
  rich = qs_pkpd_estimate_from (study, &structure, &start, &effort, run, &error);
  g_assert_no_error (error);
  structure.eta &= ~(1u << QS_PKPD_V);
  start = qs_pkpd_start (study, &structure);
  poor = qs_pkpd_estimate_from (study, &structure, &start, &effort, run, &error);
  g_assert_no_error (error);

  g_assert_true (qs_pkpd_score_variances (study, poor, 1, gains, run, &error));
  g_assert_cmpfloat (gains[QS_PKPD_V], >, 4.0);
  g_assert_cmpfloat (gains[QS_PKPD_V], <, poor->minus2ll - rich->minus2ll);
  g_assert_cmpfloat (gains[QS_PKPD_KOUT], <, 4.0);

  /* Wald's statistic understates what is lost. */
  g_assert_cmpfloat (qs_pkpd_score_without (rich, QS_PKPD_V), >, 4.0);
  g_assert_cmpfloat (qs_pkpd_score_without (rich, QS_PKPD_V), <,
                     poor->minus2ll - rich->minus2ll);

  qs_pkpd_score_errors (study, rich, QS_ENDPOINT_PD, kinds);
  g_assert_cmpfloat (kinds[QS_PKPD_ERROR_PROPORTIONAL], ==, 0.0);
  g_assert_cmpfloat (kinds[QS_PKPD_ERROR_ADDITIVE], <, -10.0);
  g_assert_cmpfloat (kinds[QS_PKPD_ERROR_COMBINED], <, 4.0);
}

static void
test_a_verdict_comes_from_several_starts (void)
{
  const QsSaemOptions options = {
    .seed = 1, .n_chains = 2, .n_explore = 100, .n_smooth = 60
  };
  g_autoptr (QsPkpdStudy)       study = rising_study ();
  g_autoptr (QsRun)             run = qs_run_new (2, NULL, NULL);
  QsPkpdStructure               structure = qs_pkpd_structure_default ();
  g_autoptr (GError)            error = NULL;
  g_autofree char              *good = NULL, *bad = NULL, *lonely = NULL;
  g_autoptr (QsPkpdConvergence) all = NULL;

  structure.n_compartments = 1;
  structure.response = QS_RESPONSE_STIMULATES_PRODUCTION;
  structure.comed = 0;
  all = qs_pkpd_converge (study, &structure, &options, run, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (all->n_starts, ==, 3);
  g_assert_cmpuint (all->n_reached, >=, 2);

  /* As a long fit would have it. */
  all->distance = 0.3;
  all->estimate->gradient_size = 0.1;
  g_assert_cmpint (qs_pkpd_convergence_judge (all, study->donors, &good), ==,
                   QS_VERDICT_CONVERGED);
  g_assert_true (g_str_has_prefix (good, "Converged: "));

  /* The same estimate that no other start found, then one without a covariance. */
  all->n_reached = 1;
  g_assert_cmpint (qs_pkpd_convergence_judge (all, study->donors, &lonely), ==,
                   QS_VERDICT_DOUBTFUL);
  g_assert_nonnull (strstr (lonely, "only one of 3 starts"));
  g_clear_pointer (&all->estimate->covariance, g_free);
  all->estimate->weakest[0] = 0;
  all->estimate->weakest[1] = 1;
  g_assert_cmpint (qs_pkpd_convergence_judge (all, study->donors, &bad), ==,
                   QS_VERDICT_DOUBTFUL);
  g_assert_nonnull (strstr (bad, "no inverse: the data hardly tell ka and CL apart"));
  g_assert_null (strstr (bad, "nan"));
}

static void
test_a_cancelled_search_ends (void)
{
  g_autoptr (QsPkpdStudy)  study = small_study ();
  g_autoptr (QsRun)        run = qs_run_new (2, NULL, NULL);
  const QsStructureOptions options = asked ("auto", "auto");
  g_autoptr (GError)       error = NULL;

  qs_run_cancel (run);
  g_assert_null (qs_pkpd_search (study, &options, 1, run, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_CANCELLED);
}

static void
test_what_is_asked_is_kept (void)
{
  const QsStructureOptions options =
      asked ("1cpt, direct,imax=1,pk=combined", "CL:BW,R0:comed,V:AGE,CL:SEX=f");
  QsPkpdStructure structure = qs_pkpd_structure_default ();

  g_assert_true (options.search);
  g_assert_false (options.search_covariates);
  g_assert_cmpuint (options.bw, ==, 1u << QS_PKPD_CL);
  g_assert_cmpuint (options.comed, ==, 1u << QS_PKPD_R0);
  g_assert_cmpint (options.gamma, ==, QS_CHOICE_SEARCH);
  g_assert_cmpuint (options.error[QS_ENDPOINT_PK], ==, QS_PKPD_ERROR_COMBINED);
  g_assert_true (options.has_error[QS_ENDPOINT_PK]);
  g_assert_false (options.has_error[QS_ENDPOINT_PD]);
  g_assert_cmpstr (options.others, ==, "V:AGE,CL:SEX=f");

  g_assert_false (qs_pkpd_structure_allowed (&structure, &options));
  structure.n_compartments = 1;
  structure.response = QS_RESPONSE_DIRECT_INHIBITION;
  structure.imax_estimated = FALSE;
  structure.error[QS_ENDPOINT_PK] = QS_PKPD_ERROR_COMBINED;
  g_assert_true (qs_pkpd_structure_allowed (&structure, &options));
}

static void
test_every_response_has_its_word (void)
{
  for (guint kind = 0; kind < QS_PKPD_N_RESPONSES; kind++) {
    QsStructureOptions options = asked (qs_pkpd_response_name (kind), NULL);

    for (guint other = 0; other < QS_PKPD_N_RESPONSES; other++) {
      QsPkpdStructure structure = qs_pkpd_structure_default ();

      structure.response = other;
      g_assert_cmpint (qs_pkpd_structure_allowed (&structure, &options), ==,
                       other == kind);
    }
  }
}

static void
test_what_is_not_given_is_searched (void)
{
  const QsStructureOptions options = asked (NULL, NULL), usual = asked ("usual", NULL);
  const QsFitOptions       fit = qs_fit_options_default (QS_MODEL_PKPD);

  g_assert_true (options.search && options.search_covariates);
  g_assert_cmpmem (&fit.structure, sizeof options, &options, sizeof options);
  g_assert_false (usual.search);
}

static void
test_wrong_words_are_refused (void)
{
  static const struct {
    const char *structure;
    const char *covariates;
    const char *says;
  } cases[] = {
    { "3cpt", NULL, "3cpt" },
    { "1cpt,2cpt", NULL, "contradicts" },
    { "turnover,stimulates-loss", NULL, "contradicts" },
    { "stimulates", NULL, "stimulates-production" },
    { "pk=none", NULL, "pk=, pd=proportional" },
    { "", NULL, "auto" },
    { "usual", "R0:COMED", "usual structure" },
    { NULL, "R0", "R0:COMED" },
    { NULL, "R0:", "PARAMETER:COVARIATE" },
    { NULL, "XX:BW", "PARAMETER:COVARIATE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    QsStructureOptions options;
    g_autoptr (GError) error = NULL;

    g_assert_false (qs_structure_options_parse (cases[i].structure, cases[i].covariates,
                                                &options, &error));
    g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
    g_assert_nonnull (strstr (error->message, cases[i].says));
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/search/a-request-is-written-as-it-was-read",
                   test_a_request_is_written_as_it_was_read);
  g_test_add_func ("/pkpd/search/finds-the-truth-among-structures",
                   test_finds_the_truth_among_structures);
  g_test_add_func ("/pkpd/search/finds-what-makes-a-biomarker-rise",
                   test_finds_what_makes_a_biomarker_rise);
  g_test_add_func ("/pkpd/search/finds-how-residuals-grow",
                   test_finds_how_residuals_grow);
  g_test_add_func ("/pkpd/search/scores-tell-what-a-fit-would",
                   test_scores_tell_what_a_fit_would);
  g_test_add_func ("/pkpd/search/a-verdict-comes-from-several-starts",
                   test_a_verdict_comes_from_several_starts);
  g_test_add_func ("/pkpd/search/a-cancelled-search-ends", test_a_cancelled_search_ends);
  g_test_add_func ("/pkpd/search/what-is-asked-is-kept", test_what_is_asked_is_kept);
  g_test_add_func ("/pkpd/search/every-response-has-its-word",
                   test_every_response_has_its_word);
  g_test_add_func ("/pkpd/search/what-is-not-given-is-searched",
                   test_what_is_not_given_is_searched);
  g_test_add_func ("/pkpd/search/wrong-words-are-refused", test_wrong_words_are_refused);

  return g_test_run ();
}
