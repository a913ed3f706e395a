/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"

G_BEGIN_DECLS

/**
 * QsNcaParameter:
 *
 * What a noncompartmental analysis tells of a subject; qs_nca_parameter_info() names
 * them. Of subjects with more than one dose, or one at steady state, the last dosing
 * interval is analysed (tau); of those with a single dose the whole profile.
 */
typedef enum {
  QS_NCA_CMAX,
  QS_NCA_TMAX,
  QS_NCA_CMIN,
  QS_NCA_CTROUGH,
  QS_NCA_CAVG,
  QS_NCA_AUC_TAU,
  QS_NCA_CL_TAU,
  QS_NCA_HALF_LIFE,
  QS_NCA_FLUCTUATION,
  QS_NCA_ACCUMULATION,
  QS_NCA_STEADY_STATE,
  QS_NCA_AUC_LAST,
  QS_NCA_AUC_INF,
  QS_NCA_EXTRAPOLATED,
  QS_NCA_CL_INF,
  QS_NCA_LAMBDA_Z,
  QS_NCA_R2_ADJUSTED,
  QS_NCA_N_POINTS,
  QS_NCA_VZ,
  QS_N_NCA_PARAMETERS,
} QsNcaParameter;

/**
 * QsNcaParameterInfo:
 * @code: of CDISC's PKPARMCD where that has one
 * @title: in words
 * @unit: "" for numbers without one
 * @by_rank: summarised by median and range alone
 */
typedef struct {
  const char *code;
  const char *title;
  const char *unit;
  gboolean    by_rank;
} QsNcaParameterInfo;

/**
 * QsNcaSummary:
 *
 * Of one parameter in one arm. The geometric figures are NaN where they do not apply, all
 * but @n where @n is 0.
 */
typedef struct {
  guint  n;
  double geometric_mean;
  double geometric_cv_percent;
  double median;
  double low;
  double high;
} QsNcaSummary;

/**
 * QsNca:
 *
 * The noncompartmental analysis of every subject of a study. Immutable and
 * reference-counted; may be shared between threads.
 */
typedef struct _QsNca QsNca;

/* Make and end. */
QsNca *qs_nca_new (const QsDataset *dataset, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
QsNca *qs_nca_ref (QsNca *self);
void   qs_nca_unref (QsNca *self);

/* Read. */
const QsNcaParameterInfo *qs_nca_parameter_info (QsNcaParameter parameter);

guint       qs_nca_n_subjects (const QsNca *self);
double      qs_nca_value (const QsNca *self, guint subject, QsNcaParameter parameter);
const char *qs_nca_note (const QsNca *self, guint subject);
gboolean    qs_nca_has (const QsNca *self, QsNcaParameter parameter);
guint       qs_nca_n_arms (const QsNca *self);
double      qs_nca_arm_mg (const QsNca *self, guint arm);

QsNcaSummary qs_nca_summary (const QsNca *self, guint arm, QsNcaParameter parameter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsNca, qs_nca_unref)

G_END_DECLS
