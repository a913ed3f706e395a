/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"
#include "domain/qs-scenario.h"

/* What a project may hold at most. */
#define QS_PROJECT_MAX_QUESTIONS 1000
#define QS_PROJECT_MAX_MODELS 100
#define QS_PROJECT_MAX_NAME 500

/**
 * QsQuestion:
 * @name: (owned) (nullable): of a kept question
 * @is_base: the one that the others are held against
 * @n_subjects: per replicate; 0, with @n_replicates, for as many as suit the model
 *
 * A question with the virtual patients that answer it.
 */
typedef struct {
  char      *name;
  gboolean   is_base;
  QsScenario scenario;
  guint64    seed;
  guint      n_subjects;
  guint      n_replicates;
  gboolean   subject_effect;
} QsQuestion;

/**
 * QsKeptModel:
 * @sha256: (owned) (nullable): of @model; found when it is first written
 */
typedef struct {
  QsModel *model;
  char    *sha256;
} QsKeptModel;

/**
 * QsProject:
 * @data_path: (nullable): the study
 * @data_sha256: (nullable): its bytes when the project was saved
 * @mapping: (nullable): confirmed meaning of its columns
 * @fit: settings of the next fit
 * @question: the present one, without a name
 * @questions: (element-type QsQuestion): those that are kept
 * @models: (element-type QsKeptModel): fitted to the study, oldest first
 * @chosen: number of the model that is asked, -1 for none
 *
 * A piece of work as a file, see docs/project.md.
 */
typedef struct {
  char        *data_path;
  char        *data_sha256;
  char        *mapping;
  QsFitOptions fit;
  QsQuestion   question;
  GPtrArray   *questions;
  GPtrArray   *models;
  int          chosen;
} QsProject;

QsProject *qs_project_new (void) G_GNUC_WARN_UNUSED_RESULT;
void       qs_project_free (QsProject *self);

QsQuestion *qs_project_add_question (QsProject *self, const QsQuestion *question);
void        qs_project_add_model (QsProject *self, QsModel *model, const char *sha256);

char      *qs_project_encode (const QsProject *self,
                              const char      *folder,
                              const char      *models_folder,
                              GError         **error) G_GNUC_WARN_UNUSED_RESULT;
QsProject *qs_project_decode (const char *text,
                              gsize       n_bytes,
                              const char *name,
                              const char *folder,
                              const char *models_folder,
                              GError    **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean   qs_project_save (const QsProject *self,
                            const char      *path,
                            const char      *models_folder,
                            GError         **error);
QsProject *qs_project_load (const char *path, const char *models_folder, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsProject, qs_project_free)
