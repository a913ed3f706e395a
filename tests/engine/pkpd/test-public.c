/* SPDX-License-Identifier: Apache-2.0 */

/* Published estimates of public studies, so that nothing is tuned to one file. The data
 * are not ours to ship: CONTRIBUTING.md tells where each comes from. */

#include "pkpd/qs-pkpd-search.h"

#include <math.h>

#define BIT(parameter) (1u << (parameter))

typedef struct {
  QsPkpdParameter parameter;
  double          published;
  double          tolerance; /* relative */
} Figure;

static QsPkpdStudy *
public_study (const char *file)
{
  const char      *folder = g_getenv ("QUSOP_PUBLIC_DATA");
  g_autofree char *path = g_build_filename (folder != NULL ? folder : "", file, NULL);
  g_autoptr (QsDataset) dataset = NULL;
  g_autoptr (GError)    error = NULL;
  QsPkpdStudy          *study;

  if (folder == NULL || !g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_test_skip ("set QUSOP_PUBLIC_DATA to the folder with the study");
    return NULL;
  }

  dataset = qs_dataset_load (path, NULL, NULL, &error);
  g_assert_no_error (error);
  study = qs_pkpd_study_new (dataset, &error);
  g_assert_no_error (error);
  return study;
}

static void
assert_published (const QsPkpdEstimate *estimate, const Figure *figures, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    const QsPkpdParameter p = figures[i].parameter;
    const double value = qs_pkpd_back_transform (p, estimate->population.theta[p]);

    g_test_message ("%s: %.4g, published %.4g", qs_pkpd_parameter_name (p), value,
                    figures[i].published);
    g_assert_cmpfloat_with_epsilon (value, figures[i].published,
                                    figures[i].tolerance * figures[i].published);
  }
}

/* Warfarin: one dose, 32 subjects, the prothrombin complex activity turns over. NONMEM's
 * FOCE with interaction found these (Holford, N., model_evaluation_continuous: ka1.smy
 * and ka1_to_emax1_est.ctl, 2015); half-lives are given there of absorption, 0.944 h, and
 * of turnover, 13.3 h. */
static const Figure warfarin[] = {
  { QS_PKPD_CL, 0.131, 0.12 },          { QS_PKPD_V, 8.06, 0.12 },
  { QS_PKPD_KA, G_LN2 / 0.944, 0.35 },  { QS_PKPD_TLAG, 1.03, 0.25 },
  { QS_PKPD_R0, 95.9, 0.12 },           { QS_PKPD_IC50, 1.17, 0.12 },
  { QS_PKPD_KOUT, G_LN2 / 13.3, 0.12 },
};

static void
test_warfarin (void)
{
  const QsSaemOptions        options = qs_saem_options_default ();
  QsPkpdStructure            structure = qs_pkpd_structure_default ();
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdStudy)    study = public_study ("warfarin-simulated.csv");
  g_autoptr (QsPkpdEstimate) estimate = NULL;

  if (study == NULL)
    return;

  structure.n_compartments = 1;
  structure.has_lag = TRUE;
  structure.imax_estimated = FALSE;
  structure.comed = 0;
  structure.eta |= BIT (QS_PKPD_TLAG) | BIT (QS_PKPD_KOUT);
  structure.error[QS_ENDPOINT_PK] = QS_PKPD_ERROR_COMBINED;
  structure.error[QS_ENDPOINT_PD] = QS_PKPD_ERROR_ADDITIVE;
  estimate = qs_pkpd_estimate (study, &structure, &options, run, &error);
  g_assert_no_error (error);
  g_assert_nonnull (estimate->covariance);
  assert_published (estimate, warfarin, G_N_ELEMENTS (warfarin));

  /* Between-subject SDs of clearance and volume, and both residual SDs. */
  g_assert_cmpfloat_with_epsilon (sqrt (estimate->population.omega2[QS_PKPD_CL]), 0.255,
                                  0.03);
  g_assert_cmpfloat_with_epsilon (sqrt (estimate->population.omega2[QS_PKPD_V]), 0.142,
                                  0.03);
  g_assert_cmpfloat_with_epsilon (estimate->population.sigma_prop[QS_ENDPOINT_PK], 0.069,
                                  0.01);
  g_assert_cmpfloat_with_epsilon (estimate->population.sigma_add[QS_ENDPOINT_PD],
                                  sqrt (13.9), 0.4);
}

/* Of the structure only the residual errors are given. */
static void
test_warfarin_without_a_structure (void)
{
  const QsSaemOptions        options = qs_saem_options_default ();
  const QsStructureOptions   open = { .search = TRUE,
                                      .has_error = { TRUE, TRUE },
                                      .error = { QS_PKPD_ERROR_COMBINED,
                                                 QS_PKPD_ERROR_ADDITIVE } };
  g_autoptr (QsRun)          run = qs_run_new (2, NULL, NULL);
  g_autoptr (GError)         error = NULL;
  g_autoptr (QsPkpdStudy)    study = public_study ("warfarin-simulated.csv");
  g_autoptr (QsPkpdSearch)   search = NULL;
  g_autoptr (QsPkpdEstimate) estimate = NULL;

  if (study == NULL)
    return;

  search = qs_pkpd_search (study, &open, 1, run, &error);
  g_assert_no_error (error);
  g_test_message ("%s", search->sentence);
  g_assert_cmpuint (search->structure.n_compartments, ==, 1);
  g_assert_cmpint (search->structure.response, ==, QS_RESPONSE_INHIBITS_PRODUCTION);
  g_assert_true (search->structure.has_lag);

  estimate = qs_pkpd_estimate (study, &search->structure, &options, run, &error);
  g_assert_no_error (error);
  assert_published (estimate, warfarin, G_N_ELEMENTS (warfarin));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pkpd/public/warfarin", test_warfarin);
  g_test_add_func ("/pkpd/public/warfarin-without-a-structure",
                   test_warfarin_without_a_structure);
  return g_test_run ();
}
