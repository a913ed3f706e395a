/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"

G_BEGIN_DECLS

/**
 * QsReportParameter:
 * @name: such as "CL", "omega2_CL" or "beta_R0_COMED"
 * @unit: may be ""
 * @estimate: on the scale people read
 * @se: its standard error, NaN where unknown
 * @rse_percent: relative standard error
 * @low: of the 95 % confidence interval, symmetric on the scale of estimation: the
 *   logarithm, the logit for Imax, the value itself for covariate effects and
 * correlations
 * @high: likewise
 * @shrinkage_percent: of the random effect; NaN where there is none
 *
 * One line of the parameter table. Strings are static.
 */
typedef struct {
  const char *name;
  const char *unit;
  double      estimate;
  double      se;
  double      rse_percent;
  double      low;
  double      high;
  double      shrinkage_percent;
} QsReportParameter;

GArray  *qs_report_parameters (const QsModel *model) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_report_parameters_tell (const GArray *self, const char *metric);
char    *qs_report_parameters_csv (const QsModel *model) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
