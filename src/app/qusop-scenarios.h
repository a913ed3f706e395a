/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * QusopCase:
 * @id: stays with a row through all its changes
 * @name: (owned): what the user calls it
 * @is_base: the row that the others are held against
 * @scenario: what is asked, and in whom
 * @population: in how many virtual patients; @n_subjects 0 for as many as suit the model
 *
 * One row: a question with a name. Immutable, reference-counted, so that a former list of
 * rows costs a pointer each.
 */
typedef struct {
  int                 n_refs;
  guint               id;
  char               *name;
  gboolean            is_base;
  QsScenario          scenario;
  QsPopulationOptions population;
} QusopCase;

/* In which inputs two rows differ. */
typedef enum {
  QUSOP_DIFFERS_REGIMEN = 1 << 0,
  QUSOP_DIFFERS_THRESHOLD = 1 << 1, /* or the side of it */
  QUSOP_DIFFERS_TARGET = 1 << 2,
  QUSOP_DIFFERS_WEIGHT = 1 << 3,
  QUSOP_DIFFERS_COMED = 1 << 4,
  QUSOP_DIFFERS_BIOMARKER = 1 << 5,
  QUSOP_DIFFERS_WINDOW = 1 << 6,
  QUSOP_DIFFERS_PATIENTS = 1 << 7,
  QUSOP_DIFFERS_EFFECT = 1 << 8,
  QUSOP_DIFFERS_SEED = 1 << 9,
} QusopDifference;

typedef enum {
  QUSOP_CASE_WAITING,
  QUSOP_CASE_RUNNING,
  QUSOP_CASE_PAUSED, /* cancelled before its turn came */
  QUSOP_CASE_DONE,
  QUSOP_CASE_REFUSED,
} QusopCaseState;

/* Rows that are added together. */
typedef enum {
  QUSOP_TEMPLATE_CHALLENGE,   /* the challenge's five questions */
  QUSOP_TEMPLATE_THRESHOLDS,  /* the present question at 2.5 to 4 ng/mL */
  QUSOP_TEMPLATE_POPULATIONS, /* … in heavier patients, and without co-medication */
} QusopTemplate;
#define QUSOP_N_TEMPLATES 3

#define QUSOP_TYPE_SCENARIOS (qusop_scenarios_get_type ())

/**
 * QusopScenarios:
 *
 * Questions kept beside each other, and what came of them. On the main thread. Emits
 * "edited" when rows change, "computed" when a state or a result does, "resumed" when
 * what was cancelled is wanted after all.
 */
G_DECLARE_FINAL_TYPE (QusopScenarios, qusop_scenarios, QUSOP, SCENARIOS, GObject)

/* One row. */
QusopCase *qusop_case_new (const char                *name,
                           const QsScenario          *scenario,
                           const QsPopulationOptions *population)
    G_GNUC_WARN_UNUSED_RESULT;
QusopCase          *qusop_case_ref (QusopCase *self);
void                qusop_case_unref (QusopCase *self);
QsPopulationOptions qusop_case_patients (const QusopCase *self, QsModelKind kind);
guint               qusop_case_compare (const QusopCase *self, const QusopCase *base);
double              qusop_case_per_day (const QusopCase *self, double dose);
double              qusop_case_change_per_day (const QusopCase *self,
                                               const QsResult  *result,
                                               const QusopCase *base,
                                               const QsResult  *base_result);

QusopScenarios *qusop_scenarios_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* The rows, QusopCase each. A list that was got stays as it is: changes make another. */
GPtrArray *qusop_scenarios_get_cases (QusopScenarios *self);
void       qusop_scenarios_set_cases (QusopScenarios *self, GPtrArray *cases);
QusopCase *qusop_scenarios_find (QusopScenarios *self, guint id);
QusopCase *qusop_scenarios_get_base (QusopScenarios *self);

guint    qusop_scenarios_add (QusopScenarios            *self,
                              const char                *name,
                              const QsScenario          *scenario,
                              const QsPopulationOptions *population);
void     qusop_scenarios_add_template (QusopScenarios            *self,
                                       QusopTemplate              which,
                                       gboolean                   has_comed,
                                       const QsScenario          *present,
                                       const QsPopulationOptions *population);
guint    qusop_scenarios_duplicate (QusopScenarios *self, guint id);
void     qusop_scenarios_rename (QusopScenarios *self, guint id, const char *name);
gboolean qusop_scenarios_move (QusopScenarios *self, guint id, int by);
void     qusop_scenarios_remove (QusopScenarios *self, guint id);
void     qusop_scenarios_set_base (QusopScenarios *self, guint id);

/* What came of them, for the inputs and the model of now. */
QusopCaseState qusop_scenarios_get_state (QusopScenarios *self, guint id);
QsResult      *qusop_scenarios_get_result (QusopScenarios *self, guint id);
const char    *qusop_scenarios_get_reason (QusopScenarios *self, guint id);
gboolean       qusop_scenarios_is_paused (QusopScenarios *self);
QusopCase     *qusop_scenarios_next (QusopScenarios *self);
guint          qusop_scenarios_n_left (QusopScenarios *self);
void           qusop_scenarios_begin (QusopScenarios *self, QusopCase *which);
void           qusop_scenarios_finish (QusopScenarios *self,
                                       QusopCase      *which,
                                       QsResult       *result,
                                       const char     *reason);
void           qusop_scenarios_pause (QusopScenarios *self);
void           qusop_scenarios_resume (QusopScenarios *self);
void           qusop_scenarios_forget (QusopScenarios *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopCase, qusop_case_unref)

G_END_DECLS
