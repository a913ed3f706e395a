/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "analysis/qs-nca.h"
#include "analysis/qs-sweep.h"
#include "comparison/qs-compare.h"
#include "comparison/qs-published.h"
#include "data/qs-dataset.h"
#include "decision/qs-search.h"
#include "diagnostics/qs-diagnostics.h"
#include "domain/qs-model.h"
#include "domain/qs-result.h"
#include "probability/qs-estimate.h"
#include "report/qs-report-parameters.h"

G_BEGIN_DECLS

/**
 * QsReportContext:
 * @model: the model that answered
 * @model_sha256: its checksum
 * @elapsed_s: wall-clock time of the whole command
 * @dataset: (nullable): the study, for what its own exposures tell of proportionality
 *
 * What the files of one run share. Borrowed for the call.
 */
typedef struct {
  const QsModel *model;
  const char    *model_sha256;
  double         elapsed_s;

  const QsDataset *dataset;
} QsReportContext;

/* A setting or a file of an export, for its manifest. */
typedef struct {
  const char *name;
  const char *value;
} QsReportSetting;

typedef struct {
  const char *name;
  const char *sha256;
  guint64     n_bytes;
} QsReportFile;

/**
 * QsCode:
 * @QS_CODE_NONMEM: a control stream
 * @QS_CODE_RXODE2: a model function of R, which nlmixr2 fits too
 *
 * The language of another program.
 */
typedef enum {
  QS_CODE_NONMEM,
  QS_CODE_RXODE2,
} QsCode;

/* The bytes of the files that interfaces.md promises; results are #QsResult. */
char *qs_report_answers_json (const QsReportContext *context, const GPtrArray *results)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_answers_csv (const GPtrArray *results) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_result_json (const QsReportContext *context, const QsResult *result)
    G_GNUC_WARN_UNUSED_RESULT;
char   *qs_report_curves_csv (const GPtrArray *results) G_GNUC_WARN_UNUSED_RESULT;
GBytes *qs_report_curves_parquet (const GPtrArray *results) G_GNUC_WARN_UNUSED_RESULT;
char   *qs_report_check_json (const QsDataset *dataset, double threshold_ng_ml)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_nca_csv (const QsDataset *dataset, const QsNca *nca)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_nca_summary_csv (const QsNca *nca) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_attainment_csv (const QsDataset *dataset,
                                QsSuccess        success,
                                double threshold_ng_ml) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_sweep_csv (const QsSweep *sweep) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_emax_json (const QsModel *model) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_residuals_csv (const QsDataset *dataset, const QsDiagnostics *diagnostics)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_individuals_csv (const QsDataset     *dataset,
                                 const QsDiagnostics *diagnostics)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_vpc_csv (const QsDiagnostics *diagnostics) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_calibration_csv (const QsDiagnostics *diagnostics);
char *qs_report_attainment_check_csv (const QsDiagnostics *diagnostics)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_estimate_json (const QsEstimate *estimate, guint64 seed)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_estimate_csv (const QsEstimate *estimate) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_compare_json (const QsDataset *dataset, const QsCompare *compare)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_compare_csv (const QsCompare *compare) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_compare_answers_csv (const QsCompare *compare) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_predictions_csv (const QsDataset *dataset, const QsCompare *compare)
    G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_published_json (const QsPublished *published,
                                const QsModel     *model,
                                const GPtrArray   *results) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_published_csv (const QsPublished *published) G_GNUC_WARN_UNUSED_RESULT;

/* The discrete search: what each method found, and the landscape itself. */
char *qs_report_search_json (const QsLandscape   *landscape,
                             const QsSearchFound *annealed,
                             const QsSearchFound *measured,
                             guint64              seed) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_search_csv (const QsLandscape *landscape) G_GNUC_WARN_UNUSED_RESULT;
char *qs_report_manifest_json (const char            *command,
                               const QsReportSetting *settings,
                               gsize                  n_settings,
                               const QsReportFile    *files,
                               gsize                  n_files) G_GNUC_WARN_UNUSED_RESULT;

char *qs_report_code (const QsModel *model, QsCode code, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
GBytes *qs_report_onnx (const QsModel *model, GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *qs_report_significant (double value) G_GNUC_WARN_UNUSED_RESULT;

const char *qs_status_name (QsStatus status);

G_END_DECLS
