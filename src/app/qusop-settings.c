/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-settings.h"

/**
 * qusop_settings_new:
 *
 * The settings, if their schema is installed or was built beside the program. Asking for
 * a schema that is missing would end the process, so it is looked up first.
 *
 * Returns: (transfer full) (nullable): the settings; %NULL to do with the defaults
 */
GSettings *
qusop_settings_new (void)
{
  GSettingsSchemaSource            *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) built = NULL;
  g_autoptr (GSettingsSchema)       schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, QUSOP_APP_ID, TRUE);

  if (schema == NULL) {
    built = g_settings_schema_source_new_from_directory (QUSOP_BUILD_SCHEMAS, source,
                                                         TRUE, NULL);
    if (built != NULL)
      schema = g_settings_schema_source_lookup (built, QUSOP_APP_ID, TRUE);
  }

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
