/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-rng.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-estimate.h"
#include "pkpd/qs-pkpd-predictor.h"

#include "sample-study.h"

#include <math.h>
#include <string.h>

static QsDataset *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  QsDataset         *dataset = qs_dataset_parse (bytes, "four.csv", NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_no_error ((qs_dataset_require (dataset, &error), error));
  return dataset;
}

/* Four people: ages 20, 40, 80 and not known; two from one site, one each from others. */
static QsDataset *
four_people (void)
{
  GString *text =
      g_string_new ("ID,BW,DOSE,TIME,DV,EVID,MDV,AMT,CMT,DVID,AGE,SITE,SAME\n");

  static const char *const age[] = { "20", "40", "80", "." };
  static const char *const site[] = { "north", "south", "south", "west" };

  for (guint i = 0; i < 4; i++) {
    g_string_append_printf (text, "%u,70,3,0,.,1,1,3,1,0,%s,%s,5\n", i + 1, age[i],
                            site[i]);
    g_string_append_printf (text, "%u,70,3,1,9.1,0,0,0,3,2,%s,%s,5\n", i + 1, age[i],
                            site[i]);
  }

  g_autofree char *owned = g_string_free (text, FALSE);
  return parse (owned);
}

static void
test_a_study_gives_its_regressors (void)
{
  g_autoptr (QsDataset)    dataset = four_people ();
  g_autoptr (QsPkpdDonors) donors = qs_pkpd_donors_new (dataset);
  const double            *of[4];

  for (guint i = 0; i < 4; i++)
    of[i] = donors->values + (gsize) i * QS_PKPD_MAX_REGRESSORS;

  /* SAME is the same for all and tells nothing; the most frequent site is the reference.
   */
  g_assert_cmpuint (donors->n, ==, 3);
  g_assert_cmpstr (donors->names[0], ==, "AGE");
  g_assert_cmpstr (donors->names[1], ==, "SITE=north");
  g_assert_cmpstr (donors->names[2], ==, "SITE=west");
  g_assert_cmpfloat (donors->centres[0], ==, 40.0);
  g_assert_cmpint (donors->kinds[0], ==, QS_REGRESSOR_RATIO);
  g_assert_cmpint (donors->kinds[1], ==, QS_REGRESSOR_LEVEL);
  g_assert_cmpfloat_with_epsilon (of[0][0], log (0.5), 1e-15);
  g_assert_cmpfloat_with_epsilon (of[2][0], log (2.0), 1e-15);
  g_assert_cmpfloat (of[3][0], ==, 0.0); /* not known */
  g_assert_cmpfloat (of[0][1], ==, 1.0);
  g_assert_cmpfloat (of[1][1], ==, 0.0);
  g_assert_cmpfloat (of[3][2], ==, 1.0);
}

static void
test_effects_are_found_by_name (void)
{
  g_autoptr (QsDataset)    dataset = four_people ();
  g_autoptr (QsPkpdDonors) donors = qs_pkpd_donors_new (dataset);
  g_autoptr (GError)       error = NULL;
  QsPkpdStructure          structure = qs_pkpd_structure_default ();

  g_assert_true (qs_pkpd_donors_find (donors, "CL:age,R0:SITE,CL:AGE", &structure, NULL));
  g_assert_cmpuint (structure.n_effects, ==, 3);
  g_assert_cmpuint (structure.effects[0].parameter, ==, QS_PKPD_CL);
  g_assert_cmpuint (structure.effects[0].regressor, ==, 0);
  g_assert_cmpuint (structure.effects[2].parameter, ==, QS_PKPD_R0);
  g_assert_cmpuint (structure.effects[2].regressor, ==, 2);

  g_assert_false (qs_pkpd_donors_find (donors, "CL:HEIGHT", &structure, &error));
  g_assert_error (error, QS_ERROR, QS_ERROR_SCENARIO);
  g_assert_nonnull (strstr (error->message, "AGE, SITE=north, SITE=west"));
}

/* Virtual subjects take all values of one donor, each donor as often as another; the
 * typical one is at the reference. */
static void
test_virtual_subjects_take_after_a_donor (void)
{
  enum { N_SUBJECTS = 4000 };
  const QsRngKey           key = { .seed = 3, .stream = QS_RNG_TEST };
  g_autoptr (QsDataset)    dataset = four_people ();
  g_autoptr (QsPkpdDonors) donors = qs_pkpd_donors_new (dataset);
  QsPkpdStructure          structure = qs_pkpd_structure_default ();
  QsPkpdPopulation         population = { .beta = { 1.0, -0.5, 0.0 } };
  guint                    n_old = 0, n_north = 0;

  structure.eta = 0;
  g_assert_true (qs_pkpd_donors_find (donors, "CL:AGE,R0:SITE", &structure, NULL));
  g_autoptr (QsPredictor) predictor = qs_pkpd_predictor_new (&structure, &population);
  qs_pkpd_predictor_set_donors (predictor, donors);

  for (guint i = 0; i <= N_SUBJECTS; i++) {
    float          latent[QS_PKPD_N_PARAMETERS] = { 0.0f };
    QsPkParameters pk;
    QsPdParameters pd;

    for (guint k = 0; k < QS_PKPD_N_PARAMETERS && i > 0; k++)
      latent[k] = (float) qs_rng_normal (&key, i, k);
    qs_pkpd_predictor_person (predictor, 70.0, 0, latent, &pk, &pd);

    if (i == 0)
      g_assert_cmpfloat (pk.cl, ==, 1.0);
    n_old += fabs (pk.cl - 2.0) < 1e-9;
    n_north += fabs (pd.r0 - exp (-0.5)) < 1e-9;
    /* Who comes from the north is 20 years old. */
    g_assert_cmpint (fabs (pd.r0 - exp (-0.5)) < 1e-9, ==, fabs (pk.cl - 0.5) < 1e-9);
  }

  /* Five standard errors of a share of one quarter. */
  g_assert_cmpfloat_with_epsilon (n_old, 0.25 * N_SUBJECTS,
                                  5.0 * sqrt (0.1875 * N_SUBJECTS));
  g_assert_cmpfloat_with_epsilon (n_north, 0.25 * N_SUBJECTS,
                                  5.0 * sqrt (0.1875 * N_SUBJECTS));
}

/* Without a column COMED, or where it says 0 for all, nothing can be learnt of its
 * effect: it would have no information. */
static void
test_comed_needs_people_on_both_sides (void)
{
  g_autofree char    *path = g_test_build_filename (G_TEST_DIST, "..", "data", "sample",
                                                    "sample-study.csv", NULL);
  g_autofree char    *text = NULL;
  g_auto (GStrv)      lines = NULL;
  g_autoptr (GString) without = g_string_new (NULL);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], ",", 4);

    if (i == 0 || strcmp (cells[2], "0") == 0)
      g_string_append_printf (without, "%s\n", lines[i]);
  }

  g_autoptr (QsDataset)   some = parse (text);
  g_autoptr (QsDataset)   none = parse (without->str);
  g_autoptr (QsPkpdStudy) with_some = qs_pkpd_study_new (some, NULL);
  g_autoptr (QsPkpdStudy) with_none = qs_pkpd_study_new (none, NULL);

  g_assert_true (with_some->has_comed);
  g_assert_false (with_none->has_comed);
  g_assert_cmpuint (with_none->n_persons, <, with_some->n_persons);
}

/* Gives the people of the sample study an age and a sex, and multiplies what was observed
 * of them as those change clearance-like parameters. */
static QsPkpdStudy *
study_with_effects (QsPkpdStructure *structure)
{
  const QsRngKey key = { .seed = 5, .stream = QS_RNG_TEST };
  QsPkpdStudy   *study = sample_study ();

  study->donors->n = 2;
  study->donors->names[0] = g_strdup ("AGE");
  study->donors->names[1] = g_strdup ("SEX=male");
  for (guint i = 0; i < study->n_persons; i++) {
    double *regressors = study->donors->values + (gsize) i * QS_PKPD_MAX_REGRESSORS;

    regressors[0] = 0.4 * qs_rng_normal (&key, i, 0);
    regressors[1] = qs_rng_uniform (&key, i, 1) < 0.5;
  }

  g_assert_true (qs_pkpd_structure_add_effect (structure, QS_PKPD_R0, 0));
  g_assert_true (qs_pkpd_structure_add_effect (structure, QS_PKPD_KOUT, 1));
  return study;
}

static void
observe (QsPkpdStudy            *study,
         const QsPkpdStructure  *structure,
         const QsPkpdPopulation *truth)
{
  const QsRngKey key = { .seed = 6, .stream = QS_RNG_TEST };

  for (guint i = 0; i < study->n_persons; i++) {
    QsPkpdPerson      *person = &study->persons[i];
    g_autofree double *predicted = g_new0 (double, 2 * study->max_times);
    double             own[QS_PKPD_N_PARAMETERS];

    qs_pkpd_typical (structure, truth, person->bw_kg, person->comed, person->regressors,
                     own);
    for (guint j = 0; j < QS_PKPD_N_PARAMETERS; j++)
      own[j] += sqrt (truth->omega2[j]) * qs_rng_normal (&key, i, j);
    qs_pkpd_person_log_likelihood (person, structure, truth, own, predicted,
                                   predicted + study->max_times);

    for (guint k = 0; k < person->n_looks; k++) {
      QsPkpdLook  *look = &person->looks[k];
      const double f =
          predicted[look->at + (look->endpoint == QS_ENDPOINT_PD ? study->max_times : 0)];

      look->value = f + qs_pkpd_residual_sd (truth, look->endpoint, f) *
                            qs_rng_normal (&key, i, 20 + k);
    }
  }
}

/* One effect on what varies between subjects and one on what does not: they take
 * different ways through the estimator. */
static void
test_effects_are_recovered (void)
{
  static const double typical[QS_PKPD_N_PARAMETERS] = {
    [QS_PKPD_KA] = 0.6,    [QS_PKPD_CL] = 0.05,   [QS_PKPD_V] = 2.4,
    [QS_PKPD_Q] = 0.08,    [QS_PKPD_V2] = 3.0,    [QS_PKPD_R0] = 9.6,
    [QS_PKPD_KOUT] = 0.02, [QS_PKPD_IMAX] = 0.95, [QS_PKPD_IC50] = 1.3,
  };
  static const double wanted[] = { 0.7, 0.5 };
  const QsSaemOptions quick = {
    .seed = 1, .n_chains = 2, .n_explore = 80, .n_smooth = 40
  };
  QsPkpdStructure            structure = qs_pkpd_structure_default ();
  QsPkpdPopulation           truth = { .sigma_prop = { 0.18, 0.12 } };
  g_autoptr (QsPkpdStudy)    study = study_with_effects (&structure);
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdEstimate) estimate = NULL;
  guint                      n_effects = 0;

  for (guint j = 0; j < QS_PKPD_N_PARAMETERS; j++) {
    truth.theta[j] =
        qs_pkpd_uses (&structure, j) ? qs_pkpd_transform (j, typical[j]) : 0.0;
    truth.omega2[j] = qs_pkpd_varies (&structure, j) ? 0.05 : 0.0;
  }
  truth.beta_comed[QS_PKPD_R0] = -0.3;
  memcpy (truth.beta, wanted, sizeof wanted);
  observe (study, &structure, &truth);

  estimate = qs_pkpd_estimate (study, &structure, &quick, run, &error);
  g_assert_no_error (error);
  g_assert_nonnull (estimate->covariance);
  for (guint j = 0; j < estimate->n_coordinates; j++) {
    const QsPkpdCoordinate at = estimate->coordinates[j];
    const double           beta = qs_pkpd_coordinate_get (&estimate->population, at);
    const double           se = qs_pkpd_estimate_se (estimate, j);

    if (at.kind != QS_COORDINATE_BETA_EFFECT)
      continue;
    g_test_message ("%s: %.3f, standard error %.3f", qs_pkpd_parameter_name (at.index),
                    beta, se);
    g_assert_cmpfloat (se, <, 0.15);
    g_assert_cmpfloat_with_epsilon (beta, wanted[at.effect], 4.0 * se);
    n_effects++;
  }
  g_assert_cmpuint (n_effects, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/covariates/a-study-gives-its-regressors",
                   test_a_study_gives_its_regressors);
  g_test_add_func ("/pkpd/covariates/effects-are-found-by-name",
                   test_effects_are_found_by_name);
  g_test_add_func ("/pkpd/covariates/virtual-subjects-take-after-a-donor",
                   test_virtual_subjects_take_after_a_donor);
  g_test_add_func ("/pkpd/covariates/comed-needs-people-on-both-sides",
                   test_comed_needs_people_on_both_sides);
  g_test_add_func ("/pkpd/covariates/effects-are-recovered", test_effects_are_recovered);
  return g_test_run ();
}
