/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"

gboolean qs_structure_options_parse (const char         *structure,
                                     const char         *covariates,
                                     QsStructureOptions *options,
                                     GError            **error);
