/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

/* Subjects are split, never rows; arms stay represented. */
void qs_split_validation (const QsDataset *dataset,
                          double           share,
                          guint64          seed,
                          guint32          replicate,
                          gboolean        *is_validation);
void qs_split_folds (const QsDataset *dataset, guint n_folds, guint64 seed, guint *fold);
void qs_split_bootstrap (const QsDataset *dataset,
                         guint64          seed,
                         guint32          replicate,
                         guint           *times_drawn);
