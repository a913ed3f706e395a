/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"

gboolean qs_structure_options_parse (const char         *structure,
                                     const char         *covariates,
                                     QsStructureOptions *options,
                                     GError            **error);
char    *qs_structure_options_format (const QsStructureOptions *options)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_structure_options_format_covariates (const QsStructureOptions *options)
    G_GNUC_WARN_UNUSED_RESULT;
