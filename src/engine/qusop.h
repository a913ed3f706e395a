/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/**
 * The seam: what the application and the command line may use of the engine.
 *
 * Verbs are synchronous: they report to a #QsRun and can be cancelled from another
 * thread. Values are immutable and reference-counted, so worker and window may share
 * them.
 *
 *   QsDataset  a study file, read and checked           qs_dataset_load()
 *   QsModel    fitted to a dataset, or read from a file  qs_fit(), qs_model_load()
 *   QsPopulation virtual patients with a model's tables  qs_population_new()
 *   QsDiagnostics how well a model describes a study    qs_diagnose()
 *   QsResult   the answer to one QsScenario              qs_solve()
 *   QsCompare models beside each other on the same folds  qs_compare()
 *   QsPublished the published pipeline on a study        qs_reproduce()
 *   QsLandscape the dose as a cost of bit strings         qs_search_anneal(), …_qaoa()
 *   QsSearch   one landscape searched in every way        qs_search_new()
 *   QsEstimate one probability, by one of many methods   qs_estimate()
 *   QsProject  a piece of work as a file                 qs_project_load()
 *   QsRace     the same by all of them, beside each other qs_race_new()
 *   QsRegistry what was run, on disk; QsRunRecord is one  qs_registry_open(), …_find()
 */

#include "analysis/qs-nca.h"
#include "analysis/qs-proportionality.h"
#include "analysis/qs-sweep.h"
#include "bench/qs-bench.h"
#include "bench/qs-validate.h"
#include "comparison/qs-compare.h"
#include "comparison/qs-published.h"
#include "core/qs-error.h"
#include "core/qs-file.h"
#include "core/qs-minisign.h"
#include "core/qs-run.h"
#include "core/qs-stats.h"
#include "data/qs-dataset.h"
#include "data/qs-windows.h"
#include "decision/qs-search.h"
#include "diagnostics/qs-diagnostics.h"
#include "domain/qs-course.h"
#include "domain/qs-model.h"
#include "domain/qs-result.h"
#include "domain/qs-scenario.h"
#include "pkpd/qs-pkpd-request.h"
#include "probability/qs-estimate.h"
#include "probability/qs-race.h"
#include "registry/qs-config.h"
#include "registry/qs-machine.h"
#include "registry/qs-project.h"
#include "registry/qs-registry.h"
#include "registry/qs-run-pairs.h"
#include "report/qs-report.h"
#include "report/qs-verify.h"

G_BEGIN_DECLS

const char *qs_version (void);
const char *qs_intended_use (void);

/* Fit. */
QsModel *qs_fit (const QsDataset    *dataset,
                 const QsFitOptions *options,
                 QsRun              *run,
                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;
QsModel *qs_fit_remembered (const QsDataset    *dataset,
                            const QsFitOptions *options,
                            QsRun              *run,
                            GError            **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean qs_model_save (const QsModel *model, const char *path, GError **error);
QsModel *qs_model_load (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char    *qs_model_sha256 (const QsModel *model);
char    *qs_model_describe (const QsModel *model);

#define QS_POPULATION_N_REPLICATES_MAX 10000u
#define QS_POPULATION_N_PEOPLE_MAX 10000000u

/**
 * QsPopulationOptions:
 * @seed: of the virtual patients
 * @n_subjects: per replicate
 * @n_replicates: replicates
 * @subject_effect: draw the between-subject effect; off leaves unexplained variability
 * out
 * @biomarker: what qs_answer() judges; a scenario of qs_solve() says it itself
 * @n_people_max: so many virtual patients qs_answer() and qs_solve_refined() draw at
 * most, in more replicates, until the Monte Carlo error of every dose is small enough; 0
 * draws no more than said
 * @mc_error_mg: small enough; 0 for half a grid step
 */
typedef struct {
  guint64  seed;
  guint    n_subjects;
  guint    n_replicates;
  gboolean subject_effect;

  QsBiomarker biomarker;

  guint64 n_people_max;
  double  mc_error_mg;
} QsPopulationOptions;

typedef struct _QsPopulation QsPopulation;

QsPopulationOptions qs_population_options_default (QsModelKind kind);
QsPopulationOptions qs_population_options_for (const QsModel *model);
gboolean qs_population_options_validate (const QsPopulationOptions *self, GError **error);

/* Simulate: the virtual patients and the tables of @model. Costs a moment, once per
 * model. A population is used by one thread at a time. */
QsPopulation *qs_population_new (const QsModel             *model,
                                 const QsPopulationOptions *options,
                                 QsRun                     *run,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
void          qs_population_free (QsPopulation *self);

/* Solve: the dose–success curve, its bands and the dose. Fast enough for every slider
 * step. */
QsResult *qs_solve (QsPopulation     *population,
                    const QsScenario *scenario,
                    QsRun            *run,
                    GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with a population of its own, which grows until the dose is precise enough. */
guint     qs_population_more (const QsPopulationOptions *options, const QsResult *result);
QsResult *qs_solve_refined (const QsModel             *model,
                            const QsPopulationOptions *options,
                            const QsScenario          *scenario,
                            QsRun                     *run,
                            GError                   **error);

/* What stands beside an answer: exposure and kinetics at its dose, and what patients go
 * through between two doses. A moment's work, so apart from qs_solve(). */
gboolean  qs_expose (const QsModel *model, QsResult *result, QsRun *run, GError **error);
QsCourse *qs_course_new (const QsModel  *model,
                         const QsResult *result,
                         double          dose_mg,
                         QsRun          *run,
                         GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* Holds an answer against what a population model says to the same question. */
gboolean qs_confront (QsResult     *result,
                      QsPopulation *reference,
                      QsRun        *run,
                      GError      **error);
void     qs_confront_folds (QsResult        *result,
                            const QsModel   *model,
                            const QsCompare *comparison);
gboolean qs_confront_record (const GPtrArray *results,
                             const QsModel   *model,
                             const char      *path,
                             GError         **error);
QsModel *qs_model_mechanism (const QsModel *model) G_GNUC_WARN_UNUSED_RESULT;

/* Every question of the challenge at once: 4 populations, 2 regimens, 2 targets; 8
 * results fewer where the study has no co-medication. */
GPtrArray *qs_answer (const QsModel             *model,
                      const QsPopulationOptions *options,
                      QsRun                     *run,
                      GError                   **error) G_GNUC_WARN_UNUSED_RESULT;

/* Settings of the window, as a file that the command line takes. */
QsConfig *qs_config_of (const QsDataset           *dataset,
                        const QsFitOptions        *fit,
                        const QsPopulationOptions *population,
                        const QsScenario          *scenario) G_GNUC_WARN_UNUSED_RESULT;

/* A synthetic study with known truth: @truth is a name such as "default", or the path of
 * a YAML file. */
gboolean qs_simulate_study (const char *truth,
                            guint64     seed,
                            const char *path,
                            QsRun      *run,
                            GError    **error);
char    *qs_simulated_truth_path (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsPopulation, qs_population_free)

G_END_DECLS
