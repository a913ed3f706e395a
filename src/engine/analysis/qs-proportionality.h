/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "analysis/qs-nca.h"

G_BEGIN_DECLS

typedef enum {
  QS_PROPORTIONALITY_YES,          /* the whole interval lies within the limits */
  QS_PROPORTIONALITY_NO,           /* the whole interval lies outside */
  QS_PROPORTIONALITY_INCONCLUSIVE, /* it crosses a limit */
} QsProportionalityVerdict;

/**
 * QsProportionality:
 * @parameter: the exposure
 * @n_subjects: with a dose and an exposure
 * @low_dose_mg: the smallest dose of theirs
 * @high_dose_mg: the largest
 * @slope: of log exposure over log dose; 1 for an exposure in proportion
 * @se: its standard error
 * @low95: lower end of its 95 % confidence interval
 * @high95: upper end
 * @low90: of the 90 % interval that is judged
 * @high90: its upper end
 * @limit_low: the slope at which exposure per dose falls by 20 % from the smallest dose
 * to the largest: 1 + log 0.8 / log r (Smith et al. 2000)
 * @limit_high: at which it rises by 25 %: 1 + log 1.25 / log r
 *
 * The power model of one exposure, exposure = a × dose^slope. A plain value.
 */
typedef struct {
  QsNcaParameter           parameter;
  guint                    n_subjects;
  double                   low_dose_mg;
  double                   high_dose_mg;
  double                   slope;
  double                   se;
  double                   low95;
  double                   high95;
  double                   low90;
  double                   high90;
  double                   limit_low;
  double                   limit_high;
  QsProportionalityVerdict verdict;
} QsProportionality;

gboolean    qs_proportionality_fit (QsProportionality *self,
                                    const double      *dose_mg,
                                    const double      *exposure,
                                    gsize              n,
                                    GError           **error);
gboolean    qs_proportionality_of_study (QsProportionality *self,
                                         const QsDataset   *dataset,
                                         const QsNca       *nca,
                                         QsNcaParameter     parameter,
                                         GError           **error);
const char *qs_proportionality_verdict_name (QsProportionalityVerdict verdict);

G_END_DECLS
