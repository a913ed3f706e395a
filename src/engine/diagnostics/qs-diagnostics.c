/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnostics/qs-diagnostics.h"

#include "core/qs-error.h"

#include <math.h>

const double qs_vpc_percentiles[QS_VPC_N_PERCENTILES] = { 0.05, 0.50, 0.95 };

/* NPDE of a thousand simulations resolve a thousandth (Brendel et al. 2006). */
QsDiagnosticsOptions
qs_diagnostics_options_default (void)
{
  const QsScenario scenario = qs_scenario_default ();

  return (QsDiagnosticsOptions){
    .seed = 1,
    .n_simulations = 1000,
    .success = scenario.success,
    .threshold_ng_ml = scenario.threshold_ng_ml,
  };
}

/**
 * qs_diagnostics_options_validate:
 * @error: return location for %QS_ERROR_SCENARIO
 */
gboolean
qs_diagnostics_options_validate (const QsDiagnosticsOptions *self, GError **error)
{
  if (!(self->n_simulations >= 100 && self->n_simulations <= 10000)) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The number of simulations is %u, must lie in [100, 10000]",
                 self->n_simulations);
    return FALSE;
  }
  if (!(self->threshold_ng_ml > 0.0 && isfinite (self->threshold_ng_ml))) {
    g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO,
                 "The threshold is %g ng/mL, must be above 0", self->threshold_ng_ml);
    return FALSE;
  }

  return TRUE;
}

static void
clear_vpc (gpointer data)
{
  g_free (((QsVpc *) data)->bins);
}

/* An empty one, for qs_diagnose() to fill. */
QsDiagnostics *
qs_diagnostics_new (QsModelKind                 kind,
                    const QsDiagnosticsOptions *options,
                    guint                       n_subjects)
{
  QsDiagnostics *self = g_new0 (QsDiagnostics, 1);

  self->n_refs = 1;
  self->kind = kind;
  self->options = *options;
  self->n_subjects = n_subjects;
  self->iwres_shrinkage[0] = self->iwres_shrinkage[1] = NAN;
  self->vpcs = g_array_new (FALSE, FALSE, sizeof (QsVpc));
  g_array_set_clear_func (self->vpcs, clear_vpc);
  self->attainment = g_array_new (FALSE, FALSE, sizeof (QsAttainmentCheck));
  self->calibration = g_array_new (FALSE, FALSE, sizeof (QsCalibrationPoint));

  return self;
}

QsDiagnostics *
qs_diagnostics_ref (QsDiagnostics *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_diagnostics_unref (QsDiagnostics *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  for (guint i = 0; self->individuals != NULL && i < self->n_subjects; i++) {
    g_free (self->individuals[i].eta);
    g_free (self->individuals[i].eta_se);
    g_free (self->individuals[i].informed);
    g_free (self->individuals[i].course);
  }
  g_free (self->individuals);
  g_free (self->effects);
  g_free (self->residuals);
  g_free (self->not_applicable);
  g_array_unref (self->vpcs);
  g_array_unref (self->attainment);
  g_array_unref (self->calibration);
  g_free (self);
}

/* Whether any value of @endpoint lies below the limit of quantification. */
gboolean
qs_diagnostics_has_below (const QsDiagnostics *self, QsEndpoint endpoint)
{
  for (gsize i = 0; i < self->n_residuals; i++)
    if (self->residuals[i].endpoint == endpoint && self->residuals[i].below_limit)
      return TRUE;

  return FALSE;
}
