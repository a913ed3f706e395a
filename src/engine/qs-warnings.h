/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

char **qs_warnings (const QsModel             *model,
                    const QsPopulationOptions *options,
                    const QsResult            *result);
void   qs_warn_about_rules (const GPtrArray *results);
void   qs_warn_about_disagreement (QsResult *result, const QsResult *reference);
void   qs_warn_about_loss (QsResult   *result,
                           const char *reference,
                           double      rmse_ng_ml,
                           double      reference_ng_ml);
void   qs_warn_about_exposure (QsResult *result);
