/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-study.h"
#include "qusop.h"

#include <math.h>
#include <string.h>

#define DOSE_MG 4.0

/* The smallest study there is, and training that is over before it has learned much: any
 * model has a probability. */
static QsModel *
fit (QsModelKind kind)
{
  QsTruth truth;

  g_assert_true (qs_truth_find ("default", &truth));

  char                 *csv = qs_study_csv (&truth, 1);
  g_autoptr (GBytes)    bytes = g_bytes_new_take (csv, strlen (csv));
  g_autoptr (GError)    error = NULL;
  g_autoptr (QsDataset) dataset =
      qs_dataset_parse (bytes, "study.csv", NULL, NULL, &error);
  QsFitOptions options = qs_fit_options_default (kind);
  QsModel     *model;

  g_assert_no_error (error);
  options.n_bootstrap = 0;
  if (qs_model_kind_is_network (kind) || qs_model_kind_is_pinn (kind))
    options.n_epochs = qs_model_kind_is_pinn (kind) ? 50 : 2;
  model = qs_fit (dataset, &options, NULL, &error);
  g_assert_no_error (error);
  return model;
}

/* A threshold that some reach and some do not, whatever the model has learned. */
static double
telling_threshold (const QsModel *model, QsScenario *scenario, double *p)
{
  QsEstimateOptions options = qs_estimate_options_default ();
  QsEstimate        found = { 0 };
  double            low = 0.2, high = 60.0;

  options.estimator = QS_ESTIMATOR_QMC;
  options.epsilon = 0.004;
  if (model->kind == QS_MODEL_LOGISTIC)
    low = high = scenario->threshold_ng_ml; /* it knows this one alone */
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GError) error = NULL;

    scenario->threshold_ng_ml = sqrt (low * high);
    g_assert_true (
        qs_estimate (model, scenario, DOSE_MG, &options, NULL, &found, &error));
    g_assert_no_error (error);
    if (low == high || fabs (found.dose.probability - 0.5) < 0.3)
      break;
    *(found.dose.probability < 0.5 ? &low : &high) = scenario->threshold_ng_ml;
  }

  *p = found.dose.probability;
  return 0.5 * (found.dose.mc_upper - found.dose.mc_lower);
}

static void
test_every_method_agrees_on (gconstpointer data)
{
  g_autoptr (QsModel) model = fit (GPOINTER_TO_UINT (data));
  QsScenario          scenario = qs_scenario_default ();
  double              p;
  const double        off = telling_threshold (model, &scenario, &p);

  g_assert_cmpfloat (p, >, 0.05);
  g_assert_cmpfloat (p, <, 0.98);
  for (guint i = 0; i < QS_N_ESTIMATORS; i++) {
    QsEstimateOptions  options = qs_estimate_options_default ();
    g_autoptr (GError) error = NULL;
    QsEstimate         found;
    double             table;

    options.estimator = i;
    options.epsilon = 0.03;
    options.level = 0.9995;
    options.n_qubits = 12;
    g_assert_true (
        qs_estimate (model, &scenario, DOSE_MG, &options, NULL, &found, &error));
    g_assert_no_error (error);
    table = isnan (found.discretisation) ? 0.0 : found.discretisation;
    g_test_message ("%s %s: %.4f [%.4f, %.4f] ± %.4f, p %.4f",
                    qs_model_kind_name (model->kind), qs_estimator_name (i),
                    found.dose.probability, found.dose.mc_lower, found.dose.mc_upper,
                    table, p);
    g_assert_cmpfloat (found.dose.mc_lower - table - 2.0 * off, <=, p);
    g_assert_cmpfloat (found.dose.mc_upper + table + 2.0 * off, >=, p);
    g_assert_cmpint (found.verdict, !=, QS_AMPLITUDE_CAPPED);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint kind = 0; kind < QS_MODEL_N_KINDS; kind++) {
    g_autofree char *path = g_strdup_printf (
        "/probability/models/every-method-agrees-on-%s", qs_model_kind_name (kind));

    if (kind != QS_MODEL_PKPD) /* its fit takes longer: see estimate */
      g_test_add_data_func (path, GUINT_TO_POINTER (kind), test_every_method_agrees_on);
  }
  return g_test_run ();
}
