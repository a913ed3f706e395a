/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-snapshot.h"

static void
set_patients (QsQuestion *question, const QsPopulationOptions *options)
{
  question->seed = options->seed;
  question->n_subjects = options->n_subjects;
  question->n_replicates = options->n_replicates;
  question->subject_effect = options->subject_effect;
}

static QsPopulationOptions
patients_of (const QsQuestion *question)
{
  return (QsPopulationOptions){
    .seed = question->seed,
    .n_subjects = question->n_subjects,
    .n_replicates = question->n_replicates,
    .subject_effect = question->subject_effect,
  };
}

/* The meaning of the columns, where it is not clear from their names alone. */
static char *
mapping_of (const QsDataset *dataset)
{
  GString *mapping;

  if (qs_dataset_mapping_is_certain (dataset))
    return NULL;

  mapping = g_string_new (NULL);
  for (guint i = 0; i < qs_dataset_n_columns (dataset); i++) {
    const QsColumnRole role = qs_dataset_column_role (dataset, i);

    if (role >= QS_COLUMN_COVARIATE)
      continue;
    if (mapping->len > 0)
      g_string_append_c (mapping, ',');
    g_string_append_printf (mapping, "%s=%s", qs_column_role_name (role),
                            qs_dataset_column_name (dataset, i));
  }
  return g_string_free (mapping, FALSE);
}

static void
take_data (QsProject *project, QusopSession *session)
{
  const QsDataset *dataset = qusop_session_get_dataset (session);

  if (dataset == NULL)
    return;

  project->data_path = g_canonicalize_filename (qs_dataset_path (dataset), NULL);
  project->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));
  if (!qusop_session_needs_mapping (session))
    project->mapping = mapping_of (dataset);
}

static void
take_questions (QsProject *project, QusopSession *session)
{
  QusopScenarios  *scenarios = qusop_session_get_scenarios (session);
  const GPtrArray *cases = qusop_scenarios_get_cases (scenarios);

  project->question.scenario = *qusop_session_get_scenario (session);
  set_patients (&project->question, qusop_session_get_population_options (session));

  for (guint i = 0; i < MIN (cases->len, QS_PROJECT_MAX_QUESTIONS); i++) {
    const QusopCase *row = g_ptr_array_index (cases, i);
    QsQuestion       question = { .name = row->name,
                                  .is_base = row->is_base,
                                  .scenario = row->scenario };

    set_patients (&question, &row->population);
    qs_project_add_question (project, &question);
  }
}

/* The latest models; a file holds no more of them. */
static void
take_models (QsProject *project, QusopSession *session)
{
  const GPtrArray *models = qusop_session_get_models (session);
  const guint      n = MIN (models->len, QS_PROJECT_MAX_MODELS);

  for (guint i = models->len - n; i < models->len; i++) {
    QsModel *model = g_ptr_array_index (models, i);

    qs_project_add_model (project, model, NULL);
    if (model == qusop_session_get_model (session))
      project->chosen = (int) project->models->len - 1;
  }
  /* One that still grows is none yet: the one before it is asked again. */
  if (project->chosen < 0)
    project->chosen = (int) project->models->len - 1;
}

/**
 * qusop_snapshot_take:
 *
 * Returns: (transfer full): what a project of the session holds now; made in a moment,
 *   and of no thread
 */
QsProject *
qusop_snapshot_take (QusopSession *session)
{
  QsProject *project = qs_project_new ();

  take_data (project, session);
  project->fit = *qusop_session_get_fit_options (session);
  take_questions (project, session);
  take_models (project, session);
  return project;
}

static void
apply_cases (QusopSession *session, const QsProject *project)
{
  g_autoptr (GPtrArray) cases =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qusop_case_unref);

  for (guint i = 0; i < project->questions->len; i++) {
    const QsQuestion         *question = g_ptr_array_index (project->questions, i);
    const QsPopulationOptions patients = patients_of (question);
    QusopCase *row = qusop_case_new (question->name, &question->scenario, &patients);

    row->is_base = question->is_base;
    g_ptr_array_add (cases, row);
  }
  qusop_scenarios_set_cases (qusop_session_get_scenarios (session), cases);
}

/**
 * qusop_snapshot_apply:
 * @dataset: (nullable): the study that @project names
 * @with_models: %FALSE where the study is not the one that they were fitted to
 *
 * Makes @session what it was.
 */
void
qusop_snapshot_apply (QusopSession    *session,
                      const QsProject *project,
                      QsDataset       *dataset,
                      gboolean         with_models)
{
  const QsPopulationOptions patients = patients_of (&project->question);

  qusop_session_set_dataset (session, dataset, FALSE);
  qusop_session_set_fit_options (session, &project->fit);
  for (guint i = 0; with_models && i < project->models->len; i++)
    qusop_session_add_model (
        session, ((QsKeptModel *) g_ptr_array_index (project->models, i))->model);
  if (with_models && project->chosen >= 0)
    qusop_session_choose_model (session, ((QsKeptModel *) g_ptr_array_index (
                                              project->models, (guint) project->chosen))
                                             ->model);
  if (qs_population_options_validate (&patients, NULL))
    qusop_session_set_population_options (session, &patients);
  qusop_session_set_scenario (session, &project->question.scenario);
  apply_cases (session, project);
}

/* How the current model was fitted. The settings of the next fit know more than a model
 * that came from a file, and are the same unless somebody changed them. */
static QsFitOptions
fit_of (QusopSession *session)
{
  const QsModel *model = qusop_session_get_model (session);
  QsFitOptions   next = *qusop_session_get_fit_options (session);

  next.threshold_ng_ml = qusop_session_get_scenario (session)->threshold_ng_ml;
  return model == NULL || (model->kind == next.kind && model->options.seed == next.seed &&
                           model->options.n_bootstrap == next.n_bootstrap)
             ? next
             : model->options;
}

/**
 * qusop_snapshot_config:
 *
 * Returns: (transfer full): study, fit, virtual patients and question of the window as
 *   settings of the command line
 */
QsConfig *
qusop_snapshot_config (QusopSession *session)
{
  const QsDataset   *dataset = qusop_session_get_dataset (session);
  const QsFitOptions fit = fit_of (session);

  return qs_config_of (dataset, &fit, qusop_session_get_population_options (session),
                       qusop_session_get_scenario (session));
}
