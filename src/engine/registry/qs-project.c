/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-project.h"

#include "core/qs-error.h"
#include "core/qs-file.h"
#include "registry/qs-model-codec.h"
#include "report/qs-json.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEMA "qusop-project/"
#define FORMAT 1

/* A project with a hundred of the largest models that are usual. */
#define N_BYTES_MAX ((gsize) 1 << 29)
#define N_VALUES_MAX 20000000

static void
question_free (QsQuestion *question)
{
  g_free (question->name);
  g_free (question);
}

static void
kept_model_free (QsKeptModel *kept)
{
  qs_model_unref (kept->model);
  g_free (kept->sha256);
  g_free (kept);
}

QsProject *
qs_project_new (void)
{
  QsProject *self = g_new0 (QsProject, 1);

  self->fit = qs_fit_options_default (QS_MODEL_PKPD);
  self->question.scenario = qs_scenario_default ();
  self->question.seed = 1;
  self->question.subject_effect = TRUE;
  self->questions = g_ptr_array_new_with_free_func ((GDestroyNotify) question_free);
  self->models = g_ptr_array_new_with_free_func ((GDestroyNotify) kept_model_free);
  self->chosen = -1;
  return self;
}

void
qs_project_free (QsProject *self)
{
  if (self == NULL)
    return;

  g_free (self->data_path);
  g_free (self->data_sha256);
  g_free (self->mapping);
  g_free (self->question.name);
  g_ptr_array_unref (self->questions);
  g_ptr_array_unref (self->models);
  g_free (self);
}

/* Keeps a copy of @question, which is returned. */
QsQuestion *
qs_project_add_question (QsProject *self, const QsQuestion *question)
{
  QsQuestion *copy = g_memdup2 (question, sizeof *question);

  copy->name = g_strdup (question->name);
  g_ptr_array_add (self->questions, copy);
  return copy;
}

/* @sha256: (nullable): where it is known */
void
qs_project_add_model (QsProject *self, QsModel *model, const char *sha256)
{
  QsKeptModel *kept = g_new0 (QsKeptModel, 1);

  kept->model = qs_model_ref (model);
  kept->sha256 = g_strdup (sha256);
  g_ptr_array_add (self->models, kept);
}

/* Value to JSON */

static void
add_question (json_t *root, const QsQuestion *question)
{
  const QsScenario *scenario = &question->scenario;
  g_autofree char  *bw = qs_prior_format (&scenario->bw);

  json_object_set_new (root, "schedule",
                       json_string (qs_scenario_regimen_name (scenario)));
  json_object_set_new (root, "bw", json_string (bw));
  json_object_set_new (root, "comed_share", json_real (scenario->comed_share));
  json_object_set_new (
      root, "success",
      json_string (scenario->success == QS_SUCCESS_ABOVE ? "above" : "below"));
  json_object_set_new (
      root, "biomarker",
      json_string (scenario->biomarker == QS_BIOMARKER_OBSERVED ? "observed" : "true"));
  json_object_set_new (root, "threshold_ng_ml", json_real (scenario->threshold_ng_ml));
  json_object_set_new (root, "window_from_h", json_real (scenario->window_from_h));
  json_object_set_new (root, "window_to_h", json_real (scenario->window_to_h));
  json_object_set_new (root, "target", json_real (scenario->target));
  json_object_set_new (root, "seed", qs_json_seed (question->seed));
  json_object_set_new (root, "n_subjects", json_integer (question->n_subjects));
  json_object_set_new (root, "n_replicates", json_integer (question->n_replicates));
  json_object_set_new (root, "subject_effect", json_boolean (question->subject_effect));
}

static json_t *
encode_questions (const QsProject *self)
{
  json_t *list = json_array ();

  for (guint i = 0; i < self->questions->len; i++) {
    const QsQuestion *question = g_ptr_array_index (self->questions, i);
    json_t           *item = json_object ();

    json_object_set_new (item, "name", qs_json_text (question->name));
    json_object_set_new (item, "base", json_boolean (question->is_base));
    add_question (item, question);
    json_array_append_new (list, item);
  }
  return list;
}

/* What the window lets one set; the rest is the kind's own. */
static json_t *
encode_fit (const QsFitOptions *fit)
{
  json_t *root = json_pack (
      "{s:s, s:s, s:o, s:i, s:b, s:i, s:b, s:b, s:s, s:i, s:i, s:b}", "kind",
      qs_model_kind_name (fit->kind), "input",
      fit->input == QS_INPUT_EXPOSURE ? "exposure" : "window", "seed",
      qs_json_seed (fit->seed), "epochs", (int) fit->n_epochs, "early_stopping",
      fit->early_stopping != FALSE, "bootstrap", (int) fit->n_bootstrap, "search",
      fit->structure.search != FALSE, "correlated", fit->structure.correlated != FALSE,
      "uncertainty",
      fit->uncertainty == QS_UNCERTAINTY_BOOTSTRAP ? "bootstrap" : "likelihood", "qubits",
      (int) fit->cells.n_qubits, "layers", (int) fit->cells.n_layers, "replace",
      fit->cells.replaces != FALSE);

  if (fit->n_physics > 0)
    json_object_set_new (root, "physics",
                         json_pack ("{s:i, s:f}", "records", (int) fit->n_physics,
                                    "weight", fit->physics_weight));
  return root;
}

/* A file beside the project is named after what it holds, so it is written once. */
static gboolean
write_model (const QsKeptModel *kept, const char *folder, GError **error)
{
  g_autofree char *name = g_strconcat (kept->sha256, ".json", NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  GError          *cause = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  text = qs_model_encode (kept->model);
  if (g_mkdir_with_parents (folder, 0700) == 0 &&
      g_file_set_contents_full (
          path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
          0600, &cause))
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_IO, "The model could not be kept in %s: %s",
               folder, cause != NULL ? cause->message : "the folder cannot be made");
  g_clear_error (&cause);
  return FALSE;
}

static json_t *
encode_model (QsKeptModel *kept, const char *models_folder, GError **error)
{
  json_t          *item, *content;
  g_autofree char *text = NULL;

  if (kept->sha256 == NULL)
    kept->sha256 = qs_model_checksum (kept->model);
  if (models_folder != NULL) {
    if (!write_model (kept, models_folder, error))
      return NULL;
    return json_pack ("{s:s}", "sha256", kept->sha256);
  }

  text = qs_model_encode (kept->model);
  content = json_loads (text, 0, NULL);
  item = json_pack ("{s:s, s:o}", "sha256", kept->sha256, "model", content);
  return item;
}

static json_t *
encode_models (const QsProject *self, const char *models_folder, GError **error)
{
  json_t *list = json_array ();

  for (guint i = 0; i < self->models->len; i++) {
    json_t *item = encode_model (self->models->pdata[i], models_folder, error);

    if (item == NULL) {
      json_decref (list);
      return NULL;
    }
    json_array_append_new (list, item);
  }
  return list;
}

/* Beside the project, or below: by the way from there, so that both can move together. */
static char *
path_from (const char *folder, const char *path)
{
  const gsize n = folder != NULL ? strlen (folder) : 0;

  if (n > 0 && g_str_has_prefix (path, folder) && G_IS_DIR_SEPARATOR (path[n]))
    return g_strdup (path + n + 1);
  return g_strdup (path);
}

static json_t *
encode_data (const QsProject *self, const char *folder)
{
  json_t          *data = json_object ();
  g_autofree char *path = path_from (folder, self->data_path);

  json_object_set_new (data, "path", qs_json_text (path));
  json_object_set_new (data, "sha256", qs_json_text (self->data_sha256));
  if (self->mapping != NULL)
    json_object_set_new (data, "mapping", qs_json_text (self->mapping));
  return data;
}

/**
 * qs_project_encode:
 * @folder: (nullable): where the file will lie
 * @models_folder: (nullable): where models are written, each to a file of its own; %NULL
 *   puts them into the text
 * @error: return location for %QS_ERROR_IO, which only @models_folder can give
 *
 * Returns: (transfer full): the text of the file
 */
char *
qs_project_encode (const QsProject *self,
                   const char      *folder,
                   const char      *models_folder,
                   GError         **error)
{
  json_t *models = encode_models (self, models_folder, error);
  json_t *root, *question = json_object ();
  char   *raw, *text;

  if (models == NULL) {
    json_decref (question);
    return NULL;
  }

  root = json_object ();
  json_object_set_new (root, "schema", json_string (SCHEMA G_STRINGIFY (FORMAT)));
  json_object_set_new (root, "version", json_string (QS_VERSION));
  if (self->data_path != NULL)
    json_object_set_new (root, "data", encode_data (self, folder));
  json_object_set_new (root, "fit", encode_fit (&self->fit));
  add_question (question, &self->question);
  json_object_set_new (root, "question", question);
  json_object_set_new (root, "scenarios", encode_questions (self));
  json_object_set_new (root, "models", models);
  json_object_set_new (root, "chosen", json_integer (self->chosen));

  raw = json_dumps (root, JSON_INDENT (1));
  text = g_strconcat (raw, "\n", NULL);
  free (raw);
  json_decref (root);
  return text;
}

/* JSON to value */

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error_literal (error, QS_ERROR, QS_ERROR_MODEL, what);
  return FALSE;
}

static gboolean
is_one_of (const char *text, const char *one, const char *other)
{
  return g_str_equal (text, one) || g_str_equal (text, other);
}

static gboolean
decode_question (json_t *json, QsQuestion *question, GError **error)
{
  QsScenario *scenario = &question->scenario;
  const char *schedule, *bw, *success, *biomarker, *seed;
  json_int_t  n_subjects, n_replicates;
  int         subject_effect;
  QsDosing    dosing;

  *scenario = qs_scenario_default ();
  scenario->name = "window";
  if (json_unpack (
          json, "{s:s, s:s, s:F, s:s, s:s, s:F, s:F, s:F, s:F, s:s, s:I, s:I, s:b}",
          "schedule", &schedule, "bw", &bw, "comed_share", &scenario->comed_share,
          "success", &success, "biomarker", &biomarker, "threshold_ng_ml",
          &scenario->threshold_ng_ml, "window_from_h", &scenario->window_from_h,
          "window_to_h", &scenario->window_to_h, "target", &scenario->target, "seed",
          &seed, "n_subjects", &n_subjects, "n_replicates", &n_replicates,
          "subject_effect", &subject_effect) != 0 ||
      !is_one_of (success, "below", "above") ||
      !is_one_of (biomarker, "true", "observed") || n_subjects < 0 ||
      n_subjects > 10000000 || n_replicates < 0 || n_replicates > 10000000 ||
      (n_subjects == 0) != (n_replicates == 0) ||
      !g_ascii_string_to_unsigned (seed, 10, 0, G_MAXUINT64, &question->seed, NULL))
    return refuse (error, "A field of a question is missing or of another kind");

  question->n_subjects = (guint) n_subjects;
  question->n_replicates = (guint) n_replicates;
  question->subject_effect = subject_effect;
  scenario->success =
      g_str_equal (success, "above") ? QS_SUCCESS_ABOVE : QS_SUCCESS_BELOW;
  scenario->biomarker =
      g_str_equal (biomarker, "observed") ? QS_BIOMARKER_OBSERVED : QS_BIOMARKER_TRUE;
  if (!qs_dosing_parse (schedule, &dosing, error) ||
      !qs_prior_parse (bw, &scenario->bw, error))
    return FALSE;

  qs_scenario_set_schedule (scenario, &dosing);
  return qs_scenario_validate (scenario, error);
}

static gboolean
decode_questions (json_t *list, QsProject *self, GError **error)
{
  json_t *item;
  size_t  i;

  if (!json_is_array (list) || json_array_size (list) > QS_PROJECT_MAX_QUESTIONS)
    return refuse (error, "Its scenarios are no list, or more than 1000");

  json_array_foreach (list, i, item)
  {
    QsQuestion  question = { 0 };
    const char *name;
    int         is_base;

    if (json_unpack (item, "{s:s, s:b}", "name", &name, "base", &is_base) != 0 ||
        strlen (name) > QS_PROJECT_MAX_NAME)
      return refuse (error, "A scenario has no name, or one that is too long");
    if (!decode_question (item, &question, error))
      return FALSE;
    question.is_base = is_base;
    qs_project_add_question (self, &question)->name = g_strdup (name);
  }
  return TRUE;
}

static gboolean
decode_fit (json_t *json, QsFitOptions *fit, GError **error)
{
  const char *kind, *seed, *uncertainty, *input = "window";
  int         n_epochs, early_stopping, n_bootstrap, search, n_qubits, n_layers, replaces;
  int         correlated = FALSE, n_physics = 0;
  double      physics_weight = 1.0;

  if (json_unpack (json,
                   "{s:s, s?s, s:s, s:i, s:b, s:i, s:b, s?b, s:s, s:i, s:i, s:b, "
                   "s?{s:i, s:F}}",
                   "kind", &kind, "input", &input, "seed", &seed, "epochs", &n_epochs,
                   "early_stopping", &early_stopping, "bootstrap", &n_bootstrap, "search",
                   &search, "correlated", &correlated, "uncertainty", &uncertainty,
                   "qubits", &n_qubits, "layers", &n_layers, "replace", &replaces,
                   "physics", "records", &n_physics, "weight", &physics_weight) != 0 ||
      !is_one_of (input, "window", "exposure") ||
      !is_one_of (uncertainty, "likelihood", "bootstrap"))
    return refuse (error, "A setting of the fit is missing or of another kind");
  if (!qs_model_kind_parse (kind, &fit->kind, error))
    return FALSE;

  *fit = qs_fit_options_default (fit->kind);
  if (qs_model_kind_is_network (fit->kind) && g_str_equal (input, "exposure"))
    qs_fit_options_set_input (fit, QS_INPUT_EXPOSURE);
  fit->structure.correlated = correlated;
  fit->n_physics = (guint) n_physics;
  fit->physics_weight = physics_weight;
  fit->n_epochs = (guint) n_epochs;
  fit->early_stopping = early_stopping;
  fit->n_bootstrap = (guint) n_bootstrap;
  fit->structure.search = search;
  fit->uncertainty = g_str_equal (uncertainty, "bootstrap") ? QS_UNCERTAINTY_BOOTSTRAP
                                                            : QS_UNCERTAINTY_LIKELIHOOD;
  fit->cells = (QsCellOptions){ (guint) n_qubits, (guint) n_layers, replaces };
  if (!g_ascii_string_to_unsigned (seed, 10, 0, G_MAXUINT64, &fit->seed, NULL))
    return refuse (error, "The seed of the fit is no number");
  return qs_fit_options_validate (fit, error);
}

/* Of the project's own text, or of the file that is named after its content. */
static char *
model_text (json_t     *content,
            const char *sha256,
            const char *models_folder,
            GError    **error)
{
  g_autofree char *name = g_strconcat (sha256, ".json", NULL);
  g_autofree char *path = NULL;
  char            *text = NULL;
  char            *raw;

  if (content != NULL) {
    raw = json_dumps (content, JSON_COMPACT | JSON_ENCODE_ANY);
    text = g_strdup (raw);
    free (raw);
    return text;
  }

  if (models_folder == NULL) {
    refuse (error, "It does not hold its models");
    return NULL;
  }
  path = g_build_filename (models_folder, name, NULL);
  if (!qs_file_read (path, qs_model_n_bytes_max (), &text, NULL, NULL))
    g_set_error (error, QS_ERROR, QS_ERROR_MODEL, "Its model %s is gone", path);
  return text;
}

static gboolean
decode_models (json_t *list, const char *models_folder, QsProject *self, GError **error)
{
  json_t *item;
  size_t  i;

  if (!json_is_array (list) || json_array_size (list) > QS_PROJECT_MAX_MODELS)
    return refuse (error, "Its models are no list, or more than 100");

  json_array_foreach (list, i, item)
  {
    const char         *sha256;
    json_t             *content = NULL;
    g_autofree char    *text = NULL;
    g_autofree char    *found = NULL;
    g_autoptr (QsModel) model = NULL;

    if (json_unpack (item, "{s:s, s?o}", "sha256", &sha256, "model", &content) != 0 ||
        !qs_json_is_sha256 (sha256))
      return refuse (error, "A model has no checksum");
    text = model_text (content, sha256, models_folder, error);
    model = text != NULL ? qs_model_decode (text, strlen (text), "A model", error) : NULL;
    if (model == NULL)
      return FALSE;
    found = qs_model_checksum (model);
    if (!g_str_equal (found, sha256))
      return refuse (error, "A model is not the one that was saved");
    qs_project_add_model (self, model, sha256);
  }
  return TRUE;
}

static gboolean
decode_data (json_t *data, const char *folder, QsProject *self, GError **error)
{
  const char *path, *sha256, *mapping = NULL;

  if (data == NULL)
    return TRUE;
  if (json_unpack (data, "{s:s, s:s, s?s}", "path", &path, "sha256", &sha256, "mapping",
                   &mapping) != 0 ||
      *path == '\0' || !qs_json_is_sha256 (sha256))
    return refuse (error, "It does not say which study it is about");

  self->data_path = g_path_is_absolute (path) || folder == NULL
                        ? g_strdup (path)
                        : g_build_filename (folder, path, NULL);
  self->data_sha256 = g_strdup (sha256);
  self->mapping = g_strdup (mapping);
  return TRUE;
}

static gboolean
check_schema (json_t *root, GError **error)
{
  const char *schema = json_string_value (json_object_get (root, "schema"));
  guint64     format;

  if (schema == NULL || !g_str_has_prefix (schema, SCHEMA) ||
      !g_ascii_string_to_unsigned (schema + strlen (SCHEMA), 10, 1, G_MAXUINT, &format,
                                   NULL))
    return refuse (
        error, "Its schema is not " SCHEMA G_STRINGIFY (FORMAT) ", so it is no project");
  if (format <= FORMAT)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_MODEL,
               "A newer QuSOP wrote it (format %u, this one reads %u): please update",
               (guint) format, (guint) FORMAT);
  return FALSE;
}

static gboolean
decode_root (json_t     *root,
             const char *folder,
             const char *models_folder,
             QsProject  *self,
             GError    **error)
{
  const json_t *chosen = json_object_get (root, "chosen");

  if (!check_schema (root, error) ||
      !decode_data (json_object_get (root, "data"), folder, self, error) ||
      !decode_fit (json_object_get (root, "fit"), &self->fit, error) ||
      !decode_question (json_object_get (root, "question"), &self->question, error) ||
      !decode_questions (json_object_get (root, "scenarios"), self, error) ||
      !decode_models (json_object_get (root, "models"), models_folder, self, error))
    return FALSE;

  if (!json_is_integer (chosen) || json_integer_value (chosen) < -1 ||
      json_integer_value (chosen) >= (json_int_t) self->models->len)
    return refuse (error, "The model that it asks is not among its models");
  self->chosen = (int) json_integer_value (chosen);
  return TRUE;
}

/**
 * qs_project_decode:
 * @text: the bytes of a file, nothing of which is believed
 * @name: of the file, for messages
 * @folder: (nullable): where it lies
 * @models_folder: (nullable): where models lie that are not in the text
 * @error: return location for %QS_ERROR_MODEL or %QS_ERROR_SCENARIO
 */
QsProject *
qs_project_decode (const char *text,
                   gsize       n_bytes,
                   const char *name,
                   const char *folder,
                   const char *models_folder,
                   GError    **error)
{
  g_autoptr (QsProject) self = qs_project_new ();
  json_t               *root = NULL;
  gboolean              good;

  if (n_bytes > N_BYTES_MAX)
    refuse (error, "It is too large for a project");
  else
    root = qs_json_parse (text, n_bytes, N_VALUES_MAX, error);
  good = root != NULL && decode_root (root, folder, models_folder, self, error);
  json_decref (root);
  if (good)
    return g_steal_pointer (&self);

  g_prefix_error (error, "%s is not a usable project. ", name);
  return NULL;
}

/**
 * qs_project_save:
 * @path: of the file; one that was there stays whole until the new one is
 * @error: return location for %QS_ERROR_IO
 */
gboolean
qs_project_save (const QsProject *self,
                 const char      *path,
                 const char      *models_folder,
                 GError         **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = qs_project_encode (self, folder, models_folder, error);
  GError          *cause = NULL;

  if (text == NULL)
    return FALSE;
  if (g_file_set_contents_full (
          path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
          0666, &cause))
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_IO, "%s could not be written: %s", path,
               cause->message);
  g_error_free (cause);
  return FALSE;
}

QsProject *
qs_project_load (const char *path, const char *models_folder, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  g_autofree char *name = g_path_get_basename (path);
  gsize            n_bytes;

  if (!qs_file_read (path, N_BYTES_MAX, &text, &n_bytes, error))
    return NULL;
  return qs_project_decode (text, n_bytes, name, folder, models_folder, error);
}
