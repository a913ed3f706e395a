/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "domain/qs-predictor.h"
#include "nn/qs-exposure-record.h"

guint qs_exposure_n_physics (const QsFitOptions *options);
void  qs_exposure_physics_make (const QsDataset    *dataset,
                                const guint        *members,
                                guint               n_members,
                                const QsPredictor  *kinetics,
                                const QsFitOptions *options,
                                guint32             replicate,
                                QsExposureRecord  **records);
