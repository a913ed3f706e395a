/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

G_BEGIN_DECLS

/**
 * QsSweep:
 *
 * Observed attainment of every arm at every threshold. The counts of threshold t begin at
 * n_arms t. Plain arrays, ended by qs_sweep_free().
 */
typedef struct {
  gsize   n_thresholds;
  gsize   n_arms;
  double *thresholds_ng_ml;
  double *doses_mg; /* of the arms, increasing */
  guint  *n;        /* subjects of an arm */
  guint  *attained; /* by threshold and arm */
} QsSweep;

QsSweep *qs_sweep_new (const QsDataset *dataset,
                       QsSuccess        success,
                       double           low_ng_ml,
                       double           high_ng_ml,
                       gsize            n_thresholds) G_GNUC_WARN_UNUSED_RESULT;
void     qs_sweep_free (QsSweep *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsSweep, qs_sweep_free)

G_END_DECLS
