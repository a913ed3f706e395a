/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-dataset.h"
#include "pkpd/qs-pkpd-model.h"

/* How a regressor comes from the covariate of a study. */
typedef enum {
  QS_REGRESSOR_RATIO,      /* the logarithm of its ratio to the centre */
  QS_REGRESSOR_DIFFERENCE, /* from the centre */
  QS_REGRESSOR_LEVEL,      /* 1 at a level of a category, else 0 */
} QsRegressorKind;
#define QS_N_REGRESSOR_KINDS 3

/**
 * QsPkpdDonors:
 * @n: regressors
 * @names: of them: "AGE", or "SEX=male" for a level of a category
 * @kinds: what they are
 * @centres: what a continuous one is compared with; 0 for levels
 * @n_donors: subjects of the study
 * @values: (array): n_donors × n
 *
 * What a study knows of its subjects beside body weight and co-medication. A continuous
 * covariate is the logarithm of its ratio to the median (so that its effect is a power),
 * or where it is not always positive its difference from it; a category is 1 for those of
 * a level, compared with the most frequent one. Missing values are at the reference.
 *
 * Virtual subjects get all values of one donor, so that what belongs together stays
 * together. Immutable and reference-counted.
 */
typedef struct {
  int             n_refs;
  guint           n;
  char           *names[QS_PKPD_MAX_REGRESSORS];
  QsRegressorKind kinds[QS_PKPD_MAX_REGRESSORS];
  double          centres[QS_PKPD_MAX_REGRESSORS];
  guint           n_donors;
  double         *values;
} QsPkpdDonors;

QsPkpdDonors *qs_pkpd_donors_new (const QsDataset *dataset) G_GNUC_WARN_UNUSED_RESULT;
QsPkpdDonors *qs_pkpd_donors_new_empty (guint n_donors) G_GNUC_WARN_UNUSED_RESULT;
QsPkpdDonors *qs_pkpd_donors_ref (QsPkpdDonors *self);
void          qs_pkpd_donors_unref (QsPkpdDonors *self);

const double *qs_pkpd_donors_pick (const QsPkpdDonors *self, double z);
gboolean      qs_pkpd_donors_find (const QsPkpdDonors *self,
                                   const char         *effects,
                                   QsPkpdStructure    *structure,
                                   GError            **error);
gboolean      qs_pkpd_structure_add_effect (QsPkpdStructure *structure,
                                            guint            parameter,
                                            guint            regressor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPkpdDonors, qs_pkpd_donors_unref)
