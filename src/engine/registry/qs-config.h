/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a configuration may say, in the order in which it is written. */
typedef enum {
  QS_CONFIG_SCHEMA,
  QS_CONFIG_DATA_FILE,
  QS_CONFIG_DATA_SHA256,
  QS_CONFIG_DATA_MAP,
  QS_CONFIG_SEED,
  QS_CONFIG_MODEL,
  QS_CONFIG_MODEL_FILE,
  QS_CONFIG_INPUT,
  QS_CONFIG_STRUCTURE,
  QS_CONFIG_COVARIATES,
  QS_CONFIG_OMEGA,
  QS_CONFIG_UNCERTAINTY,
  QS_CONFIG_BOOTSTRAP,
  QS_CONFIG_FULL_BOOTSTRAP,
  QS_CONFIG_PHYSICS_RECORDS,
  QS_CONFIG_PHYSICS_WEIGHT,
  QS_CONFIG_EPOCHS,
  QS_CONFIG_EARLY_STOPPING,
  QS_CONFIG_VALIDATION_SHARE,
  QS_CONFIG_QUBITS,
  QS_CONFIG_LAYERS,
  QS_CONFIG_GATES,
  QS_CONFIG_PATIENT_SEED,
  QS_CONFIG_SUBJECTS,
  QS_CONFIG_REPLICATES,
  QS_CONFIG_MAX_PATIENTS,
  QS_CONFIG_MC_ERROR,
  QS_CONFIG_SUBJECT_EFFECT,
  QS_CONFIG_REGIMEN,
  QS_CONFIG_SCHEDULE,
  QS_CONFIG_BW,
  QS_CONFIG_COMED,
  QS_CONFIG_THRESHOLD,
  QS_CONFIG_SUCCESS,
  QS_CONFIG_SUCCESS_ON,
  QS_CONFIG_WINDOW,
  QS_CONFIG_TARGET,
  QS_CONFIG_N_FIELDS,
} QsConfigField;

/**
 * QsConfig:
 *
 * Everything that a run is told, as words: one file, written by window and command line
 * and read by the command line. What is not said is at its default.
 */
typedef struct _QsConfig QsConfig;

/* Make and end. */
QsConfig *qs_config_new (void) G_GNUC_WARN_UNUSED_RESULT;
QsConfig *qs_config_parse (const char *name,
                           const char *yaml,
                           gsize       n_bytes,
                           GError    **error) G_GNUC_WARN_UNUSED_RESULT;
QsConfig *qs_config_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void      qs_config_free (QsConfig *self);

/* Read. */
const char *qs_config_get (const QsConfig *self, QsConfigField field);
double qs_config_number (const QsConfig *self, QsConfigField field, double otherwise);
char  *qs_config_format (const QsConfig *self) G_GNUC_WARN_UNUSED_RESULT;
const char *qs_config_option (QsConfigField field);
char       *qs_config_word (const QsConfig *self, QsConfigField field)
    G_GNUC_WARN_UNUSED_RESULT;

/* Change. */
void qs_config_set (QsConfig *self, QsConfigField field, const char *text);
void qs_config_set_number (QsConfig *self, QsConfigField field, double value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsConfig, qs_config_free)

G_END_DECLS
