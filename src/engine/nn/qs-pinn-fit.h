/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "domain/qs-model.h"

QsModel *qs_pinn_fit (const QsDataset    *dataset,
                      const QsFitOptions *options,
                      QsRun              *run,
                      GError            **error) G_GNUC_WARN_UNUSED_RESULT;
