/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop.h"

static void
set_count (QsConfig *self, QsConfigField field, guint64 n)
{
  qs_config_set_number (self, field, (double) n);
}

static void
take (QsConfig *self, QsConfigField field, char *text)
{
  g_autofree char *owned = text;

  qs_config_set (self, field, owned);
}

static void
take_seed (QsConfig *self, QsConfigField field, guint64 seed)
{
  take (self, field, g_strdup_printf ("%" G_GUINT64_FORMAT, seed));
}

/* Which column is which, where the names do not say so themselves. */
static void
take_mapping (QsConfig *self, const QsDataset *dataset)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < qs_dataset_n_columns (dataset); i++) {
    const QsColumnRole role = qs_dataset_column_role (dataset, i);
    const char        *name = qs_dataset_column_name (dataset, i);

    if (role < QS_COLUMN_COVARIATE &&
        g_ascii_strcasecmp (qs_column_role_name (role), name))
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? "," : "",
                              qs_column_role_name (role), name);
  }
  qs_config_set (self, QS_CONFIG_DATA_MAP, text->len > 0 ? text->str : NULL);
}

static void
take_study (QsConfig *self, const QsDataset *dataset)
{
  take (self, QS_CONFIG_DATA_FILE,
        g_canonicalize_filename (qs_dataset_path (dataset), NULL));
  qs_config_set (self, QS_CONFIG_DATA_SHA256, qs_dataset_sha256 (dataset));
  take_mapping (self, dataset);
}

static void
take_network (QsConfig *self, const QsFitOptions *fit)
{
  const QsCellOptions *cells = &fit->cells;

  set_count (self, QS_CONFIG_EPOCHS, fit->n_epochs);
  qs_config_set (self, QS_CONFIG_EARLY_STOPPING, fit->early_stopping ? "on" : "off");
  qs_config_set_number (self, QS_CONFIG_VALIDATION_SHARE, fit->validation_share);
  if (fit->input == QS_INPUT_EXPOSURE) {
    qs_config_set (self, QS_CONFIG_INPUT, "exposure");
    qs_config_set (self, QS_CONFIG_FULL_BOOTSTRAP, fit->full_bootstrap ? "on" : NULL);
    if (fit->n_physics > 0) {
      set_count (self, QS_CONFIG_PHYSICS_RECORDS, fit->n_physics);
      qs_config_set_number (self, QS_CONFIG_PHYSICS_WEIGHT, fit->physics_weight);
    }
  }
  if (cells->n_qubits > 0)
    set_count (self, QS_CONFIG_QUBITS, cells->n_qubits);
  if (cells->n_layers > 0)
    set_count (self, QS_CONFIG_LAYERS, cells->n_layers);
  qs_config_set (self, QS_CONFIG_GATES, cells->replaces ? "replaced" : NULL);
}

static void
take_fit (QsConfig *self, const QsFitOptions *fit)
{
  const gboolean is_network = qs_model_kind_is_network (fit->kind);

  take_seed (self, QS_CONFIG_SEED, fit->seed);
  qs_config_set (self, QS_CONFIG_MODEL, qs_model_kind_name (fit->kind));
  set_count (self, QS_CONFIG_BOOTSTRAP, fit->n_bootstrap);
  qs_config_set_number (self, QS_CONFIG_THRESHOLD, fit->threshold_ng_ml);
  qs_config_set (self, QS_CONFIG_SUCCESS,
                 fit->success == QS_SUCCESS_ABOVE ? "above" : "below");
  if (is_network || qs_model_kind_is_pinn (fit->kind))
    take_network (self, fit);
  if (fit->kind == QS_MODEL_PKPD || (is_network && fit->input == QS_INPUT_EXPOSURE))
    take (self, QS_CONFIG_STRUCTURE, qs_structure_options_format (&fit->structure));
  if (fit->kind != QS_MODEL_PKPD)
    return;

  take (self, QS_CONFIG_COVARIATES,
        qs_structure_options_format_covariates (&fit->structure));
  qs_config_set (self, QS_CONFIG_OMEGA, fit->structure.correlated ? "full" : NULL);
  qs_config_set (self, QS_CONFIG_UNCERTAINTY,
                 fit->uncertainty == QS_UNCERTAINTY_BOOTSTRAP ? "bootstrap" : NULL);
}

static void
take_population (QsConfig *self, const QsPopulationOptions *population)
{
  take_seed (self, QS_CONFIG_PATIENT_SEED, population->seed);
  set_count (self, QS_CONFIG_SUBJECTS, population->n_subjects);
  set_count (self, QS_CONFIG_REPLICATES, population->n_replicates);
  if (population->n_people_max > 0)
    set_count (self, QS_CONFIG_MAX_PATIENTS, population->n_people_max);
  if (population->mc_error_mg > 0.0)
    qs_config_set_number (self, QS_CONFIG_MC_ERROR, population->mc_error_mg);
  qs_config_set (self, QS_CONFIG_SUBJECT_EFFECT,
                 population->subject_effect ? NULL : "off");
}

static void
take_scenario (QsConfig *self, const QsScenario *scenario)
{
  qs_config_set (self,
                 scenario->regimen == QS_REGIMEN_SCHEDULE ? QS_CONFIG_SCHEDULE
                                                          : QS_CONFIG_REGIMEN,
                 qs_scenario_regimen_name (scenario));
  take (self, QS_CONFIG_BW,
        scenario->bw.kind == QS_PRIOR_SAMPLE ? g_strdup ("data")
                                             : qs_prior_format (&scenario->bw));
  qs_config_set_number (self, QS_CONFIG_COMED, scenario->comed_share);
  qs_config_set_number (self, QS_CONFIG_THRESHOLD, scenario->threshold_ng_ml);
  qs_config_set (self, QS_CONFIG_SUCCESS,
                 scenario->success == QS_SUCCESS_ABOVE ? "above" : "below");
  qs_config_set (self, QS_CONFIG_SUCCESS_ON,
                 scenario->biomarker == QS_BIOMARKER_OBSERVED ? "observed" : "true");
  if (scenario->window_to_h > scenario->window_from_h)
    take (
        self, QS_CONFIG_WINDOW,
        g_strdup_printf ("%.15g:%.15g", scenario->window_from_h, scenario->window_to_h));
  qs_config_set_number (self, QS_CONFIG_TARGET, scenario->target);
}

/**
 * qs_config_of:
 * @dataset: (nullable): the study
 * @fit: (nullable): how a model is fitted to it
 * @population: (nullable): the virtual patients
 * @scenario: (nullable): the question
 *
 * Returns: (transfer full): settings with which the command line does the same
 */
QsConfig *
qs_config_of (const QsDataset           *dataset,
              const QsFitOptions        *fit,
              const QsPopulationOptions *population,
              const QsScenario          *scenario)
{
  QsConfig *self = qs_config_new ();

  if (dataset != NULL)
    take_study (self, dataset);
  if (fit != NULL)
    take_fit (self, fit);
  if (population != NULL)
    take_population (self, population);
  if (scenario != NULL)
    take_scenario (self, scenario);
  return self;
}
