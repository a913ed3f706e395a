/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "data/qs-finding.h"
#include "domain/qs-model.h"
#include "domain/qs-subject.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * QsDataset:
 *
 * One study file, read and checked: the cells as written, the subjects with their
 * records, the findings. Immutable and reference-counted; may be shared between threads.
 * A dataset with a fatal finding has its cells and findings but no subjects.
 */
typedef struct _QsDataset QsDataset;

/**
 * QsColumnRole:
 *
 * What a column of the file means. %QS_COLUMN_COVARIATE columns are kept as further
 * covariates, %QS_COLUMN_IGNORED ones only as text.
 */
typedef enum {
  QS_COLUMN_ID,
  QS_COLUMN_TIME,
  QS_COLUMN_DV,
  QS_COLUMN_EVID,
  QS_COLUMN_MDV,
  QS_COLUMN_AMT,
  QS_COLUMN_CMT,
  QS_COLUMN_DVID,
  QS_COLUMN_BW,
  QS_COLUMN_COMED,
  QS_COLUMN_DOSE,
  QS_COLUMN_ADDL,
  QS_COLUMN_II,
  QS_COLUMN_SS,
  QS_COLUMN_RATE,
  QS_COLUMN_CENS,
  QS_COLUMN_LLOQ,
  QS_COLUMN_COVARIATE,
  QS_COLUMN_IGNORED,
} QsColumnRole;

/**
 * QsArm:
 *
 * Observed attainment of one dose group: how many of its @n subjects with biomarker
 * observations in their last dosing window stayed on the right side of the threshold.
 */
typedef struct {
  double dose_mg;
  guint  n;
  guint  attained;
} QsArm;

/* Make and end. */
QsDataset *qs_dataset_load (const char *path,
                            const char *mapping,
                            QsRun      *run,
                            GError    **error) G_GNUC_WARN_UNUSED_RESULT;
QsDataset *qs_dataset_parse (GBytes     *bytes,
                             const char *name,
                             const char *mapping,
                             QsRun      *run,
                             GError    **error) G_GNUC_WARN_UNUSED_RESULT;
QsDataset *qs_dataset_subset (const QsDataset *self,
                              const gboolean  *keep,
                              QsRun           *run,
                              GError         **error) G_GNUC_WARN_UNUSED_RESULT;
QsDataset *qs_dataset_ref (QsDataset *self);
void       qs_dataset_unref (QsDataset *self);

/* The file. */
const char  *qs_dataset_path (const QsDataset *self);
const char  *qs_dataset_sha256 (const QsDataset *self);
gsize        qs_dataset_n_rows (const QsDataset *self);
guint        qs_dataset_n_columns (const QsDataset *self);
const char  *qs_dataset_column_name (const QsDataset *self, guint column);
QsColumnRole qs_dataset_column_role (const QsDataset *self, guint column);
const char  *qs_column_role_name (QsColumnRole role);
gboolean     qs_dataset_mapping_is_certain (const QsDataset *self);
const char  *qs_dataset_cell (const QsDataset *self, gsize row, guint column);

/* Quality control. */
guint            qs_dataset_n_findings (const QsDataset *self);
const QsFinding *qs_dataset_finding (const QsDataset *self, guint i);
gboolean         qs_dataset_is_usable (const QsDataset *self);
gboolean         qs_dataset_require (const QsDataset *self, GError **error);

/* The study. */
guint            qs_dataset_n_subjects (const QsDataset *self);
const QsSubject *qs_dataset_subject (const QsDataset *self, guint i);
guint            qs_dataset_n_observations (const QsDataset *self, QsEndpoint endpoint);
QsStudyFacts     qs_dataset_facts (const QsDataset *self);
guint            qs_dataset_n_covariates (const QsDataset *self);
const char      *qs_dataset_covariate_name (const QsDataset *self, guint covariate);
gboolean    qs_dataset_covariate_is_categorical (const QsDataset *self, guint covariate);
double      qs_dataset_covariate (const QsDataset *self, guint covariate, guint subject);
const char *qs_dataset_covariate_level (const QsDataset *self,
                                        guint            covariate,
                                        guint            level);
const double *qs_dataset_sorted_weights (const QsDataset *self, gsize *n_weights);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsDataset, qs_dataset_unref)

G_END_DECLS
