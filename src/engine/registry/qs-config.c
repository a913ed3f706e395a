/* SPDX-License-Identifier: Apache-2.0 */
#include "registry/qs-config.h"

#include "core/qs-error.h"
#include "core/qs-yaml.h"
#include "domain/qs-dosing.h"
#include "domain/qs-model.h"
#include "domain/qs-prior.h"

#include <math.h>
#include <string.h>

typedef enum {
  TYPE_TEXT,
  TYPE_NUMBER,
  TYPE_COUNT,
  TYPE_SEED,
  TYPE_WORD,
  TYPE_CHECKED, /* text that @check understands */
} Type;

/**
 * Field:
 * @option: (nullable): of the command line that says the same
 * @flag: (nullable): that option takes no value and stands for this one
 * @section: (nullable): the mapping it stands in; %NULL for the file's own
 * @words: of %TYPE_WORD, separated by blanks
 * @check: of %TYPE_CHECKED
 *
 * One key. Units are part of its name.
 */
typedef struct {
  const char *section;
  const char *key;
  Type        type;
  double      low;
  double      high;
  const char *words;
  gboolean (*check) (const char *text, GError **error);
  const char *option;
  const char *flag;
} Field;

struct _QsConfig {
  char *texts[QS_CONFIG_N_FIELDS];
};

static gboolean
check_schedule (const char *text, GError **error)
{
  QsDosing schedule;

  return qs_dosing_parse (text, &schedule, error);
}

static gboolean
check_bw (const char *text, GError **error)
{
  QsPrior prior;

  return strcmp (text, "data") == 0 || g_str_has_prefix (text, "file:") ||
         qs_prior_parse (text, &prior, error);
}

static gboolean
check_model (const char *text, GError **error)
{
  QsModelKind      kind;
  g_autofree char *bare = g_str_has_suffix (text, "-exposure")
                              ? g_strndup (text, strlen (text) - strlen ("-exposure"))
                              : g_strdup (text);

  return qs_model_kind_parse (bare, &kind, error);
}

static gboolean
check_sha256 (const char *text, GError **error)
{
  if (strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64)
    return TRUE;

  g_set_error_literal (error, QS_ERROR, QS_ERROR_DATA,
                       "a checksum has 64 digits from 0 to f");
  return FALSE;
}

static gboolean
check_window (const char *text, GError **error)
{
  g_auto (GStrv) ends = g_strsplit (text, ":", -1);
  double         at[2] = { NAN, NAN };

  for (guint i = 0; i < 2 && g_strv_length (ends) == 2; i++) {
    char *end;

    at[i] = g_ascii_strtod (ends[i], &end);
    if (end == ends[i] || *end != '\0')
      at[i] = NAN;
  }
  if (at[0] >= 0.0 && at[1] > at[0] && at[1] <= 13.0 * 168.0)
    return TRUE;

  g_set_error_literal (error, QS_ERROR, QS_ERROR_DATA,
                       "must be FROM:TO, hours after the dose");
  return FALSE;
}

static const Field fields[QS_CONFIG_N_FIELDS] = {
  [QS_CONFIG_SCHEMA] = { NULL, "schema", TYPE_WORD, .words = "qusop-config/1" },
  [QS_CONFIG_DATA_FILE] = { "data", "file", TYPE_TEXT },
  [QS_CONFIG_DATA_SHA256] = { "data", "sha256", TYPE_CHECKED, .check = check_sha256 },
  [QS_CONFIG_DATA_MAP] = { "data", "map", TYPE_TEXT, .option = "map" },
  [QS_CONFIG_SEED] = { NULL, "seed", TYPE_SEED, .option = "seed" },
  [QS_CONFIG_MODEL] = { "model", "kind", TYPE_CHECKED, .check = check_model,
                        .option = "model" },
  [QS_CONFIG_MODEL_FILE] = { "model", "file", TYPE_TEXT, .option = "model" },
  [QS_CONFIG_INPUT] = { "model", "input", TYPE_WORD, .words = "window exposure",
                        .option = "input" },
  [QS_CONFIG_STRUCTURE] = { "model", "structure", TYPE_TEXT, .option = "structure" },
  [QS_CONFIG_COVARIATES] = { "model", "covariates", TYPE_TEXT, .option = "covariates" },
  [QS_CONFIG_OMEGA] = { "model", "omega", TYPE_WORD, .words = "diagonal full",
                        .option = "omega" },
  [QS_CONFIG_UNCERTAINTY] = { "model", "uncertainty", TYPE_WORD,
                              .words = "likelihood bootstrap", .option = "uncertainty" },
  [QS_CONFIG_BOOTSTRAP] = { "model", "bootstrap", TYPE_COUNT, 0.0, 2000.0,
                            .option = "bootstrap" },
  [QS_CONFIG_FULL_BOOTSTRAP] = { "model", "full_bootstrap", TYPE_WORD, .words = "off on",
                                 .option = "full-bootstrap", .flag = "on" },
  [QS_CONFIG_PHYSICS_RECORDS] = { "model", "physics_records", TYPE_COUNT, 0.0, 10000.0,
                                  .option = "physics-records" },
  [QS_CONFIG_PHYSICS_WEIGHT] = { "model", "physics_weight", TYPE_NUMBER, 0.0, 100.0,
                                 .option = "physics-weight" },
  [QS_CONFIG_EPOCHS] = { "model", "epochs", TYPE_COUNT, 1.0, 100000.0,
                         .option = "epochs" },
  [QS_CONFIG_EARLY_STOPPING] = { "model", "early_stopping", TYPE_WORD, .words = "off on",
                                 .option = "early-stopping" },
  [QS_CONFIG_VALIDATION_SHARE] = { "model", "validation_share", TYPE_NUMBER, 0.0, 0.9 },
  [QS_CONFIG_QUBITS] = { "model", "qubits", TYPE_COUNT, 0.0, QS_CELL_MAX_QUBITS,
                         .option = "qubits" },
  [QS_CONFIG_LAYERS] = { "model", "layers", TYPE_COUNT, 0.0, QS_CELL_MAX_LAYERS,
                         .option = "layers" },
  [QS_CONFIG_GATES] = { "model", "gates", TYPE_WORD, .words = "augmented replaced",
                        .option = "gates" },
  [QS_CONFIG_PATIENT_SEED] = { "population", "seed", TYPE_SEED },
  [QS_CONFIG_SUBJECTS] = { "population", "subjects", TYPE_COUNT, 1.0, 10000000.0 },
  [QS_CONFIG_REPLICATES] = { "population", "replicates", TYPE_COUNT, 1.0, 10000.0 },
  [QS_CONFIG_MAX_PATIENTS] = { "population", "max_patients", TYPE_COUNT, 1.0, 10000000.0,
                               .option = "max-patients" },
  [QS_CONFIG_MC_ERROR] = { "population", "mc_error_mg", TYPE_NUMBER, 1e-6, 1000.0,
                           .option = "mc-error" },
  [QS_CONFIG_SUBJECT_EFFECT] = { "population", "subject_effect", TYPE_WORD,
                                 .words = "off on", .option = "no-subject-effect",
                                 .flag = "off" },
  [QS_CONFIG_REGIMEN] = { "question", "regimen", TYPE_WORD, .words = "qd qw",
                          .option = "regimen" },
  [QS_CONFIG_SCHEDULE] = { "question", "schedule", TYPE_CHECKED, .check = check_schedule,
                           .option = "schedule" },
  [QS_CONFIG_BW] = { "question", "bw_kg", TYPE_CHECKED, .check = check_bw,
                     .option = "bw" },
  [QS_CONFIG_COMED] = { "question", "comed_share", TYPE_NUMBER, 0.0, 1.0,
                        .option = "comed" },
  [QS_CONFIG_THRESHOLD] = { "question", "threshold_ng_ml", TYPE_NUMBER, 1e-9, 1e9,
                            .option = "threshold" },
  [QS_CONFIG_SUCCESS] = { "question", "success", TYPE_WORD, .words = "below above",
                          .option = "success" },
  [QS_CONFIG_SUCCESS_ON] = { "question", "success_on", TYPE_WORD,
                             .words = "true observed", .option = "success-on" },
  [QS_CONFIG_WINDOW] = { "question", "window_h", TYPE_CHECKED, .check = check_window,
                         .option = "window" },
  [QS_CONFIG_TARGET] = { "question", "target", TYPE_NUMBER, 1e-9, 1.0 - 1e-9,
                         .option = "target" },
};

/* Two levels of mappings of words: whatever nests deeper breaks the type of its key, so
 * no document is ever followed down. */
typedef struct {
  QsYaml    yaml;
  QsConfig *config;
} Reader;

static gboolean
is_number (const char *text, double *value)
{
  char *end = NULL;

  *value = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*value) &&
         strspn (text, "0123456789.eE+-") == strlen (text);
}

static gboolean
has_word (const char *words, const char *text)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  return g_strv_contains ((const char *const *) list, text);
}

/* Whether the text is one of the field's; else what is allowed. */
static gboolean
suits (const Field *field, const char *text, GError **error)
{
  double  value;
  guint64 seed;

  switch (field->type) {
  case TYPE_NUMBER:
  case TYPE_COUNT:
    if (is_number (text, &value) && value >= field->low && value <= field->high &&
        (field->type == TYPE_NUMBER || value == floor (value)))
      return TRUE;
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "%s is \"%.40s\", must be a %snumber in [%g, %g]", field->key, text,
                 field->type == TYPE_COUNT ? "whole " : "", field->low, field->high);
    return FALSE;
  case TYPE_SEED:
    if (g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &seed, NULL))
      return TRUE;
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "%s is \"%.40s\", must be a whole number from 0 to 2^64 - 1", field->key,
                 text);
    return FALSE;
  case TYPE_WORD:
    if (has_word (field->words, text))
      return TRUE;
    g_set_error (error, QS_ERROR, QS_ERROR_DATA, "%s is \"%.40s\", must be one of: %s",
                 field->key, text, field->words);
    return FALSE;
  case TYPE_CHECKED:
    if (field->check (text, error))
      return TRUE;
    g_prefix_error (error, "%s: ", field->key);
    return FALSE;
  case TYPE_TEXT:
  default:
    if (*text != '\0' && strlen (text) <= 4096)
      return TRUE;
    g_set_error (error, QS_ERROR, QS_ERROR_DATA, "%s must not be empty or so long",
                 field->key);
    return FALSE;
  }
}

static gboolean
take_value (Reader *self, QsConfigField field, const yaml_event_t *event, GError **error)
{
  g_autoptr (GError) cause = NULL;
  const char        *text;

  if (event->type != YAML_SCALAR_EVENT)
    return qs_yaml_fail (&self->yaml, event->start_mark, error,
                         "%s must be one word or number", fields[field].key);
  if (event->data.scalar.tag != NULL)
    return qs_yaml_fail (&self->yaml, event->start_mark, error, "%s must have no tag",
                         fields[field].key);

  text = (const char *) event->data.scalar.value;
  if (strlen (text) != event->data.scalar.length || !suits (&fields[field], text, &cause))
    return qs_yaml_fail (&self->yaml, event->start_mark, error, "%s",
                         cause != NULL ? cause->message : "there is a NUL within");

  if (fields[field].type == TYPE_COUNT)
    qs_config_set_number (self->config, field, g_ascii_strtod (text, NULL));
  else
    qs_config_set (self->config, field, text);
  return TRUE;
}

static gboolean
read_value (Reader *self, QsConfigField field, yaml_mark_t mark, GError **error)
{
  yaml_event_t event;
  gboolean     good;

  if (self->config->texts[field] != NULL)
    return qs_yaml_fail (&self->yaml, mark, error, "%s is given twice",
                         fields[field].key);
  if (!qs_yaml_next (&self->yaml, &event, error))
    return FALSE;

  good = take_value (self, field, &event, error);
  yaml_event_delete (&event);
  return good;
}

static gboolean
fail_unknown (const Reader *self,
              yaml_mark_t   mark,
              const char   *section,
              const char   *key,
              GError      **error)
{
  g_autoptr (GString) allowed = g_string_new (NULL);
  const char         *last = "";

  for (guint i = 0; i < QS_CONFIG_N_FIELDS; i++) {
    const char *name = g_strcmp0 (fields[i].section, section) == 0 ? fields[i].key
                       : section == NULL                           ? fields[i].section
                                                                   : NULL;

    if (name != NULL && strcmp (name, last) != 0)
      g_string_append_printf (allowed, "%s%s", allowed->len > 0 ? ", " : "", name);
    last = name != NULL ? name : last;
  }

  return qs_yaml_fail (&self->yaml, mark, error,
                       "there is no key \"%.40s\" here; the keys are %s", key,
                       allowed->str);
}

static gboolean read_mapping (Reader *self, const char *section, GError **error);

static gboolean
read_entry (Reader             *self,
            const char         *section,
            const yaml_event_t *key,
            guint64            *seen,
            GError            **error)
{
  const char *name;

  if (key->type != YAML_SCALAR_EVENT)
    return qs_yaml_fail (&self->yaml, key->start_mark, error, "a key is expected here");

  name = (const char *) key->data.scalar.value;
  for (guint i = 0; i < QS_CONFIG_N_FIELDS; i++) {
    if (g_strcmp0 (fields[i].section, section) == 0 && strcmp (fields[i].key, name) == 0)
      return read_value (self, i, key->start_mark, error);
    if (section != NULL || g_strcmp0 (fields[i].section, name) != 0)
      continue;
    /* A section has the bit of its first field. */
    if (*seen >> i & G_GUINT64_CONSTANT (1))
      return qs_yaml_fail (&self->yaml, key->start_mark, error, "%s is given twice",
                           name);
    *seen |= G_GUINT64_CONSTANT (1) << i;
    return qs_yaml_expect (&self->yaml, YAML_MAPPING_START_EVENT, "a mapping", error) &&
           read_mapping (self, fields[i].section, error);
  }

  return fail_unknown (self, key->start_mark, section, name, error);
}

/* To its end; its start has been read. */
static gboolean
read_mapping (Reader *self, const char *section, GError **error)
{
  gboolean done = FALSE, good = TRUE;
  guint64  seen = 0;

  while (good && !done) {
    yaml_event_t event;

    if (!qs_yaml_next (&self->yaml, &event, error))
      return FALSE;
    done = event.type == YAML_MAPPING_END_EVENT;
    good = done || read_entry (self, section, &event, &seen, error);
    yaml_event_delete (&event);
  }

  return good;
}

static gboolean
read_document (Reader *self, GError **error)
{
  return qs_yaml_begin_mapping (&self->yaml, "a mapping such as \"seed: 1\"", error) &&
         read_mapping (self, NULL, error) && qs_yaml_end_document (&self->yaml, error);
}

static gboolean
goes_together (const QsConfig *self, const char *name, GError **error)
{
  const char *what = NULL;

  if (self->texts[QS_CONFIG_SCHEMA] == NULL)
    what = "\"schema: qusop-config/1\" is missing";
  else if (self->texts[QS_CONFIG_MODEL] != NULL &&
           self->texts[QS_CONFIG_MODEL_FILE] != NULL)
    what = "the model has a kind or a file, not both";
  else if (self->texts[QS_CONFIG_REGIMEN] != NULL &&
           self->texts[QS_CONFIG_SCHEDULE] != NULL)
    what = "the question has a regimen or a schedule, not both";
  if (what == NULL)
    return TRUE;

  g_set_error (error, QS_ERROR, QS_ERROR_DATA, "%s: %s", name, what);
  return FALSE;
}

QsConfig *
qs_config_new (void)
{
  return g_new0 (QsConfig, 1);
}

void
qs_config_free (QsConfig *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < QS_CONFIG_N_FIELDS; i++)
    g_free (self->texts[i]);
  g_free (self);
}

/**
 * qs_config_parse:
 * @name: of the file, for messages
 * @error: return location for %QS_ERROR_DATA
 *
 * Unknown and repeated keys, values out of range, nesting, tags, and files above 1 MiB
 * are refused, with line and column.
 */
QsConfig *
qs_config_parse (const char *name, const char *yaml, gsize n_bytes, GError **error)
{
  g_autoptr (QsConfig) config = NULL;
  Reader               reader = { .config = NULL };
  gboolean             good;

  if (n_bytes > QS_YAML_MAX_BYTES) {
    g_set_error (error, QS_ERROR, QS_ERROR_DATA,
                 "%s is larger than 1 MiB, which no configuration needs", name);
    return NULL;
  }

  reader.config = config = qs_config_new ();
  qs_yaml_init (&reader.yaml, name, yaml, n_bytes);
  good = read_document (&reader, error);
  qs_yaml_clear (&reader.yaml);

  return good && goes_together (config, name, error) ? g_steal_pointer (&config) : NULL;
}

/* A path in a file is one from where the file lies. */
static void
resolve (QsConfig *self, QsConfigField field, const char *folder)
{
  char *text = self->texts[field];

  if (text == NULL || g_path_is_absolute (text))
    return;
  self->texts[field] = g_build_filename (folder, text, NULL);
  g_free (text);
}

/**
 * qs_config_load:
 * @path: a YAML file; relative paths in it are from its own folder
 * @error: return location for %QS_ERROR_IO or %QS_ERROR_DATA
 */
QsConfig *
qs_config_load (const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = qs_yaml_read_file (path, &cause);
  g_autofree char   *folder = g_path_get_dirname (path);
  QsConfig          *self;
  const char        *yaml;
  gsize              n_bytes;

  if (bytes == NULL) {
    g_set_error (error, QS_ERROR, QS_ERROR_IO, "The configuration %s cannot be read: %s",
                 path, cause->message);
    return NULL;
  }

  yaml = g_bytes_get_data (bytes, &n_bytes);
  self = qs_config_parse (path, yaml, n_bytes, error);
  if (self != NULL) {
    resolve (self, QS_CONFIG_DATA_FILE, folder);
    resolve (self, QS_CONFIG_MODEL_FILE, folder);
  }
  return self;
}

const char *
qs_config_get (const QsConfig *self, QsConfigField field)
{
  return self != NULL ? self->texts[field] : NULL;
}

double
qs_config_number (const QsConfig *self, QsConfigField field, double otherwise)
{
  const char *text = qs_config_get (self, field);

  return text != NULL ? g_ascii_strtod (text, NULL) : otherwise;
}

/**
 * qs_config_set:
 * @text: (nullable): %NULL for the default
 */
void
qs_config_set (QsConfig *self, QsConfigField field, const char *text)
{
  g_free (self->texts[field]);
  self->texts[field] = g_strdup (text);
}

/* The shortest text that is the same number again. */
void
qs_config_set_number (QsConfig *self, QsConfigField field, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    g_ascii_dtostr (text, sizeof text, value);
  qs_config_set (self, field, text);
}

/* Whatever may be taken for the end of a line, which quotes do not keep. */
static gboolean
must_escape (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;

  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    const gunichar c = g_utf8_get_char (text);

    if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 || c == 0xfeff)
      return TRUE;
  }

  return FALSE;
}

static void
add_escaped (GString *yaml, const char *text)
{
  g_string_append_c (yaml, '"');
  for (; *text != '\0'; text = g_utf8_next_char (text)) {
    const gunichar c = g_utf8_get_char (text);

    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
      g_string_append_c (yaml, (char) c);
    else
      g_string_append_printf (yaml, "\\U%08X", c);
  }
  g_string_append_c (yaml, '"');
}

/* Numbers as they are; everything else in quotes, so that no text is taken for something
 * else. */
static void
add_scalar (GString *yaml, const Field *field, const char *text)
{
  if (field->type == TYPE_NUMBER || field->type == TYPE_COUNT ||
      field->type == TYPE_SEED) {
    g_string_append (yaml, text);
    return;
  }

  if (must_escape (text)) {
    add_escaped (yaml, text);
    return;
  }

  g_string_append_c (yaml, '\'');
  for (; *text != '\0'; text++)
    g_string_append (yaml, *text == '\'' ? "''" : (char[]){ *text, '\0' });
  g_string_append_c (yaml, '\'');
}

/**
 * qs_config_format:
 *
 * Returns: (transfer full): YAML that qs_config_parse() reads as the same
 */
char *
qs_config_format (const QsConfig *self)
{
  GString    *yaml = g_string_new ("# Settings of QuSOP " QS_VERSION
                                   "; what is not said is at its default.\n"
                                      "schema: qusop-config/1\n");
  const char *section = NULL;

  for (guint i = QS_CONFIG_SCHEMA + 1; i < QS_CONFIG_N_FIELDS; i++) {
    if (self->texts[i] == NULL)
      continue;
    if (fields[i].section != NULL && g_strcmp0 (fields[i].section, section) != 0)
      g_string_append_printf (yaml, "%s:\n", fields[i].section);
    section = fields[i].section;
    g_string_append_printf (yaml, "%s%s: ", section != NULL ? "  " : "", fields[i].key);
    add_scalar (yaml, &fields[i], self->texts[i]);
    g_string_append_c (yaml, '\n');
  }

  return g_string_free (yaml, FALSE);
}

/**
 * qs_config_option:
 *
 * Returns: (nullable): the option of the command line that says the same, without dashes
 */
const char *
qs_config_option (QsConfigField field)
{
  return fields[field].option;
}

/**
 * qs_config_word:
 *
 * Returns: (transfer full) (nullable): the setting as a word of the command line; %NULL
 *   where it is at its default or has no option
 */
char *
qs_config_word (const QsConfig *self, QsConfigField field)
{
  const Field *one = &fields[field];
  const char  *text = qs_config_get (self, field);

  if (text == NULL || one->option == NULL)
    return NULL;
  if (one->flag != NULL)
    return strcmp (text, one->flag) == 0 ? g_strconcat ("--", one->option, NULL) : NULL;
  return g_strdup_printf ("--%s=%s", one->option, text);
}
