/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop-scenarios.h"
#include "qusop.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* What may be going on, at most one of each kind. */
typedef enum {
  QUSOP_ACTIVITY_LOAD,
  QUSOP_ACTIVITY_TRAIN,
  QUSOP_ACTIVITY_SOLVE,
  QUSOP_ACTIVITY_EXPORT,
  QUSOP_ACTIVITY_EXPLORE,
  QUSOP_ACTIVITY_DIAGNOSE,
  QUSOP_ACTIVITY_ESTIMATE,
  QUSOP_ACTIVITY_COMPARE,
  QUSOP_ACTIVITY_REPRODUCE,
  QUSOP_ACTIVITY_SCENARIOS,
  QUSOP_ACTIVITY_REPORT,
  QUSOP_N_ACTIVITIES,
} QusopActivity;

/* No subject is selected. */
#define QUSOP_NO_SUBJECT G_MAXUINT

#define QUSOP_TYPE_SESSION (qusop_session_get_type ())

/**
 * QusopSession:
 *
 * The only mutable state of a window, on the main thread. Jobs write it, pages read it
 * and listen to notify:: of
 *
 *   dataset      the study, and everything that was derived from it is gone
 *   selected-subject  the person that tables and charts point out
 *   exploration  noncompartmental analysis and dose response of the study
 *   activity     progress of what is going on
 *   fit-options  settings of the next fit
 *   losses       live learning curve
 *   traces       live traces of an estimation
 *   models       finished models of this study
 *   model        the current one, which may still be growing networks
 *   diagnostics  how well the current model describes the study
 *   race         one probability by every method, as it comes and when it is done
 *   comparison   models beside each other on folds of the study
 *   published    the published pipeline on the study, and what a model says beside it
 *   question     scenario, virtual patients or model changed: the result is stale
 *   result       an answer, or a refusal
 *   course       what patients go through at a dose, and at which dose that is wanted
 *   overdue      a stale result has not been replaced for a while, or was at last
 *   pinned       the curve kept for comparison
 *   project      the file that the work was saved to, and whether it has changed since
 *   problem      what went wrong last
 */
G_DECLARE_FINAL_TYPE (QusopSession, qusop_session, QUSOP, SESSION, GObject)

QusopSession *qusop_session_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* The study. */
QsDataset *qusop_session_get_dataset (QusopSession *self);
gboolean   qusop_session_needs_mapping (QusopSession *self);
void       qusop_session_set_dataset (QusopSession *self,
                                      QsDataset    *dataset,
                                      gboolean      needs_mapping);
guint      qusop_session_get_selected_subject (QusopSession *self);
void       qusop_session_set_selected_subject (QusopSession *self, guint subject);

/* What the study tells without a model of its own; %NULL while it is computed, or where
 * the data do not give it. */
QsNca      *qusop_session_get_nca (QusopSession *self);
QsModel    *qusop_session_get_emax (QusopSession *self);
const char *qusop_session_get_emax_reason (QusopSession *self);
void        qusop_session_set_exploration (QusopSession *self,
                                           QsNca        *nca,
                                           QsModel      *emax,
                                           const char   *emax_reason);

/* What is going on: @fraction in [0, 1], negative when it is over. */
void        qusop_session_set_activity (QusopSession *self,
                                        QusopActivity activity,
                                        double        fraction,
                                        const char   *text);
double      qusop_session_get_fraction (QusopSession *self, QusopActivity activity);
const char *qusop_session_get_activity_text (QusopSession *self, QusopActivity activity);
gboolean    qusop_session_is_busy (QusopSession *self, QusopActivity activity);
double      qusop_session_get_seconds_passed (QusopSession *self, QusopActivity activity);
double      qusop_session_get_seconds_left (QusopSession *self, QusopActivity activity);

/* Models. */
const QsFitOptions *qusop_session_get_fit_options (QusopSession *self);
void qusop_session_set_fit_options (QusopSession *self, const QsFitOptions *options);
void qusop_session_set_model_kind (QusopSession *self, QsModelKind kind);
void qusop_session_clear_losses (QusopSession *self);
void qusop_session_add_loss (QusopSession *self, guint epoch, QsCurve curve, double y);
const GArray    *qusop_session_get_losses (QusopSession *self);
void             qusop_session_add_trace (QusopSession *self, const QsTracePoint *point);
const GArray    *qusop_session_get_traces (QusopSession *self);
const GPtrArray *qusop_session_get_models (QusopSession *self);
QsModel         *qusop_session_get_model (QusopSession *self);
gboolean         qusop_session_is_growing (QusopSession *self);
void             qusop_session_add_model (QusopSession *self, QsModel *model);
void             qusop_session_choose_model (QusopSession *self, QsModel *model);
void             qusop_session_set_growing (QusopSession *self, QsModel *model);

/* How well the current model describes the study; %NULL until it was asked for. */
QsDiagnostics *qusop_session_get_diagnostics (QusopSession *self);
const char    *qusop_session_get_diagnostics_problem (QusopSession *self);
void           qusop_session_set_diagnostics (QusopSession  *self,
                                              QsDiagnostics *diagnostics,
                                              const char    *problem);

/* One probability by every method: the curves grow while it runs. A race is current while
 * the question is the one that it was run for. */
void      qusop_session_begin_race (QusopSession *self);
void      qusop_session_add_race_point (QusopSession *self,
                                        guint         curve,
                                        double        calls,
                                        double        half_width);
void      qusop_session_set_race (QusopSession *self, QsRace *race, const char *problem);
void      qusop_session_set_search (QusopSession *self, QsSearch *search);
QsSearch *qusop_session_get_search (QusopSession *self);
const QsRaceCurve *qusop_session_get_race_curves (QusopSession *self);
QsRace            *qusop_session_get_race (QusopSession *self);
const char        *qusop_session_get_race_problem (QusopSession *self);
gboolean           qusop_session_is_race_current (QusopSession *self);

/* Models on folds of the study, and why there are none. */
void        qusop_session_set_comparison (QusopSession *self,
                                          QsCompare    *comparison,
                                          const char   *problem);
QsCompare  *qusop_session_get_comparison (QusopSession *self);
const char *qusop_session_get_comparison_problem (QusopSession *self);

/* The published pipeline on the study, or why there is none; beside it the daily and
 * weekly answers of a model, %NULL where there was no model. */
void             qusop_session_set_published (QusopSession *self,
                                              QsPublished  *published,
                                              QsModel      *model,
                                              GPtrArray    *answers,
                                              const char   *problem);
QsPublished     *qusop_session_get_published (QusopSession *self);
QsModel         *qusop_session_get_published_model (QusopSession *self);
const GPtrArray *qusop_session_get_published_answers (QusopSession *self);
const char      *qusop_session_get_published_problem (QusopSession *self);

/* Question and answer. */
const QsScenario *qusop_session_get_scenario (QusopSession *self);
void qusop_session_set_scenario (QusopSession *self, const QsScenario *scenario);
const QsPopulationOptions *qusop_session_get_population_options (QusopSession *self);
void                       qusop_session_set_population_options (QusopSession              *self,
                                                                 const QsPopulationOptions *options);
QsPopulationOptions        qusop_session_get_default_population (QusopSession *self);
guint                      qusop_session_get_question (QusopSession *self);
void qusop_session_set_result (QusopSession *self, QsResult *result, guint question);
void qusop_session_set_refusal (QusopSession *self, const char *reason, guint question);
QsResult   *qusop_session_get_result (QusopSession *self);
const char *qusop_session_get_refusal (QusopSession *self);
gboolean    qusop_session_is_stale (QusopSession *self);
gboolean    qusop_session_is_overdue (QusopSession *self);

/* The same question with the other of the two common regimens, answered together with it
 * where that is wanted; %NULL where it is not, or cannot be. */
void      qusop_session_set_with_twin (QusopSession *self, gboolean with_twin);
gboolean  qusop_session_get_with_twin (QusopSession *self);
void      qusop_session_set_twin (QusopSession *self, QsResult *twin);
QsResult *qusop_session_get_twin (QusopSession *self);

/* What stands beside the answer. The course is wanted at the answer's dose, or at one
 * that the user points at (NaN: none). */
double    qusop_session_get_course_dose (QusopSession *self);
void      qusop_session_set_course_dose (QusopSession *self, double dose_mg);
QsCourse *qusop_session_get_course (QusopSession *self);
gboolean  qusop_session_is_course_current (QusopSession *self);
void      qusop_session_set_details (QusopSession *self,
                                     QsResult     *answer,
                                     QsResult     *detailed,
                                     QsCourse     *course);
QsResult *qusop_session_get_pinned (QusopSession *self);
void      qusop_session_set_pinned (QusopSession *self, QsResult *result);

/* Questions kept beside each other; an object with signals of its own. */
QusopScenarios *qusop_session_get_scenarios (QusopSession *self);

/* The file of the project, %NULL before it was saved, and the state that it holds: a
 * number that every change of inputs and models increases. */
const char *qusop_session_get_project (QusopSession *self);
void        qusop_session_set_project (QusopSession *self, const char *path, guint state);
guint       qusop_session_get_state (QusopSession *self);
gboolean    qusop_session_is_unsaved (QusopSession *self);

/* What went wrong: @title says what was tried, @detail why it failed and what helps. */
void        qusop_session_set_problem (QusopSession *self,
                                       const char   *title,
                                       const char   *detail);
const char *qusop_session_get_problem (QusopSession *self);
const char *qusop_session_get_problem_detail (QusopSession *self);
void        qusop_session_announce (QusopSession *self, const char *text);

G_END_DECLS
