/* SPDX-License-Identifier: Apache-2.0 */
#include "data/qs-schema.h"

#include <string.h>

/* How sure a name makes us. A vague name is used only when nothing better is there. */
typedef enum {
  NAME_NONE,
  NAME_VAGUE,
  NAME_ALIAS,
  NAME_OWN,
} Match;

typedef struct {
  QsColumnRole role;
  const char  *name; /* folded: upper case, without blanks, dots, dashes, underscores */
} Alias;

static const Alias aliases[] = {
  { QS_COLUMN_ID, "SUBJID" },     { QS_COLUMN_ID, "USUBJID" },
  { QS_COLUMN_ID, "SUBJECT" },    { QS_COLUMN_ID, "SUBJECTID" },
  { QS_COLUMN_ID, "SUBJ" },       { QS_COLUMN_ID, "PATIENT" },
  { QS_COLUMN_ID, "PATIENTID" },  { QS_COLUMN_TIME, "AFRLT" },
  { QS_COLUMN_TIME, "TAFD" },     { QS_COLUMN_TIME, "TIMEH" },
  { QS_COLUMN_DV, "AVAL" },       { QS_COLUMN_AMT, "AMOUNT" },
  { QS_COLUMN_AMT, "AMTMG" },     { QS_COLUMN_CMT, "COMPARTMENT" },
  { QS_COLUMN_BW, "WT" },         { QS_COLUMN_BW, "WEIGHT" },
  { QS_COLUMN_BW, "BODYWEIGHT" }, { QS_COLUMN_BW, "BWT" },
  { QS_COLUMN_BW, "WTKG" },       { QS_COLUMN_BW, "BWKG" },
  { QS_COLUMN_BW, "WEIGHTKG" },   { QS_COLUMN_COMED, "COMEDICATION" },
  { QS_COLUMN_COMED, "CONMED" },  { QS_COLUMN_DOSE, "DOSEMG" },
  { QS_COLUMN_DOSE, "NOMDOSE" },  { QS_COLUMN_DOSE, "NOMINALDOSE" },
  { QS_COLUMN_CENS, "BLQ" },      { QS_COLUMN_CENS, "BQL" },
  { QS_COLUMN_CENS, "BLQFL" },    { QS_COLUMN_LLOQ, "ALLOQ" },
  { QS_COLUMN_LLOQ, "LOQ" },
};

static const Alias vague_names[] = {
  { QS_COLUMN_ID, "PERSON" },  { QS_COLUMN_ID, "NUMBER" },
  { QS_COLUMN_TIME, "T" },     { QS_COLUMN_TIME, "HOURS" },
  { QS_COLUMN_TIME, "HOUR" },  { QS_COLUMN_TIME, "NFRLT" },
  { QS_COLUMN_DV, "Y" },       { QS_COLUMN_DV, "OBS" },
  { QS_COLUMN_DV, "VALUE" },   { QS_COLUMN_DV, "OBSERVATION" },
  { QS_COLUMN_DVID, "YTYPE" }, { QS_COLUMN_DVID, "ENDPOINT" },
  { QS_COLUMN_EVID, "EVENT" }, { QS_COLUMN_BW, "MASS" },
  { QS_COLUMN_COMED, "COM" },  { QS_COLUMN_COMED, "CM" },
  { QS_COLUMN_DOSE, "ARM" },   { QS_COLUMN_DOSE, "GROUP" },
  { QS_COLUMN_II, "TAU" },     { QS_COLUMN_CMT, "ADM" },
};

/* Columns that are kept as text: counters, comments, what QuSOP does not use. */
static const char *const text_only[] = { "C",     "ROW",     "NUM",     "OCC",
                                         "LIMIT", "STUDYID", "COMMENT", "DATE" };

void
qs_schema_free (QsSchema *self)
{
  if (self == NULL)
    return;

  g_free (self->roles);
  g_free (self);
}

/* "Time [h]" and "#ID" become "TIME" and "ID"; what stood in the brackets is the unit. */
static char *
fold_name (const char *name, char **unit)
{
  GString    *folded = g_string_new (NULL);
  const char *open = strpbrk (name, "[(");

  if (unit != NULL)
    *unit = NULL;

  for (const char *c = name; *c != '\0' && c != open; c++)
    if (strchr (" ._-#", *c) == NULL)
      g_string_append_c (folded, g_ascii_toupper (*c));

  if (open != NULL && unit != NULL) {
    *unit = g_ascii_strdown (open + 1, -1);
    (*unit)[strcspn (*unit, "])")] = '\0';
    g_strstrip (*unit);
  }

  return g_string_free (folded, FALSE);
}

static gboolean
listed (const Alias *list, gsize n, QsColumnRole role, const char *folded)
{
  for (gsize i = 0; i < n; i++)
    if (list[i].role == role && strcmp (list[i].name, folded) == 0)
      return TRUE;

  return FALSE;
}

static Match
match_name (QsColumnRole role, const char *folded)
{
  if (strcmp (qs_column_role_name (role), folded) == 0)
    return NAME_OWN;
  if (listed (aliases, G_N_ELEMENTS (aliases), role, folded))
    return NAME_ALIAS;
  if (listed (vague_names, G_N_ELEMENTS (vague_names), role, folded))
    return NAME_VAGUE;

  return NAME_NONE;
}

static QsPlace
header_place (const QsCsv *csv, QsColumnRole role, guint column)
{
  return (QsPlace){
    .role = role,
    .row = 1,
    .column = qs_csv_name (csv, column),
    .value = qs_csv_name (csv, column),
  };
}

static void
assign (QsSchema *self, QsColumnRole role, guint column)
{
  self->roles[column] = role;
  if (role < QS_COLUMN_COVARIATE)
    self->column_of[role] = (int) column;
}

/* Of the columns that could be @role the best named one is, the first of equals; the
 * others stay covariates and are reported. */
static void
guess_role (QsSchema       *self,
            const QsCsv    *csv,
            QsColumnRole    role,
            char *const    *folded,
            const gboolean *is_mapped,
            QsFindings     *findings)
{
  Match best = NAME_NONE;
  guint chosen = 0;

  for (guint i = 0; i < self->n_columns; i++) {
    const Match match = is_mapped[i] ? NAME_NONE : match_name (role, folded[i]);

    if (match > best) {
      best = match;
      chosen = i;
    }
  }

  if (best == NAME_NONE)
    return;

  assign (self, role, chosen);
  if (best == NAME_VAGUE) {
    const QsPlace place = header_place (csv, role, chosen);

    self->is_certain = FALSE;
    qs_findings_add (findings, QS_RULE_COLUMN_GUESSED, &place);
  }

  for (guint i = 0; i < self->n_columns; i++) {
    const QsPlace place = header_place (csv, role, i);

    if (i == chosen || is_mapped[i] || match_name (role, folded[i]) < NAME_ALIAS ||
        strcmp (folded[i], folded[chosen]) == 0)
      continue;

    self->is_certain = FALSE;
    qs_findings_add (findings, QS_RULE_COLUMN_CLEAR, &place);
  }
}

static gboolean
parse_role (const char *text, QsColumnRole *role)
{
  for (guint i = 0; i <= QS_COLUMN_IGNORED; i++) {
    *role = (QsColumnRole) i;
    if (g_ascii_strcasecmp (qs_column_role_name (*role), text) == 0)
      return TRUE;
  }

  return FALSE;
}

/* The exact name wins over the folded one, so that even "Weight" beside "WEIGHT" can be
 * told apart. */
static int
find_column (const QsCsv *csv, char *const *folded, const char *text)
{
  g_autofree char *wanted = NULL;

  for (guint i = 0; i < qs_csv_n_columns (csv); i++)
    if (strcmp (qs_csv_name (csv, i), text) == 0)
      return (int) i;

  wanted = fold_name (text, NULL);
  for (guint i = 0; i < qs_csv_n_columns (csv); i++)
    if (*wanted != '\0' && strcmp (folded[i], wanted) == 0)
      return (int) i;

  return -1;
}

static gboolean
refuse_mapping (GError **error, QsRule rule, const char *name, const char *text)
{
  qs_refuse (error, rule, name, &(QsPlace){ .row = 1, .value = text });
  return FALSE;
}

static gboolean
map_one (QsSchema    *self,
         const QsCsv *csv,
         char *const *folded,
         const char  *name,
         const char  *pair,
         gboolean    *is_mapped,
         GError     **error)
{
  g_auto (GStrv) parts = g_strsplit (pair, "=", 2);
  QsColumnRole   role;
  int            column;

  if (g_strv_length (parts) != 2)
    return refuse_mapping (error, QS_RULE_MAP_FORM, name, pair);

  g_strstrip (parts[0]);
  g_strstrip (parts[1]);
  if (!parse_role (parts[0], &role))
    return refuse_mapping (error, QS_RULE_MAP_ROLE, name, parts[0]);

  column = find_column (csv, folded, parts[1]);
  if (column < 0)
    return refuse_mapping (error, QS_RULE_MAP_COLUMN, name, parts[1]);

  if (is_mapped[column] || (role < QS_COLUMN_COVARIATE && self->column_of[role] >= 0))
    return refuse_mapping (error, QS_RULE_MAP_ONCE, name, pair);

  assign (self, role, (guint) column);
  is_mapped[column] = TRUE;
  return TRUE;
}

static gboolean
apply_mapping (QsSchema    *self,
               const QsCsv *csv,
               char *const *folded,
               const char  *name,
               const char  *mapping,
               gboolean    *is_mapped,
               GError     **error)
{
  g_auto (GStrv) pairs = g_strsplit (mapping != NULL ? mapping : "", ",", -1);

  for (guint i = 0; pairs[i] != NULL; i++)
    if (!map_one (self, csv, folded, name, pairs[i], is_mapped, error))
      return FALSE;

  return TRUE;
}

static gboolean
unit_is_ours (QsColumnRole role, const char *unit)
{
  static const char *const hours[] = { "h", "hr", "hrs", "hour", "hours", NULL };
  static const char *const mg[] = { "mg", NULL };
  static const char *const kg[] = { "kg", NULL };

  if (unit == NULL || *unit == '\0')
    return TRUE;

  switch (role) {
  case QS_COLUMN_TIME:
  case QS_COLUMN_II:
    return g_strv_contains (hours, unit);

  case QS_COLUMN_AMT:
  case QS_COLUMN_DOSE:
    return g_strv_contains (mg, unit);

  case QS_COLUMN_BW:
    return g_strv_contains (kg, unit);

  default:
    return TRUE;
  }
}

/* EVID may be left to AMT; COMED, DOSE and the others are optional. */
static void
check_present (const QsSchema *self, QsFindings *findings)
{
  static const QsColumnRole required[] = { QS_COLUMN_ID,  QS_COLUMN_TIME, QS_COLUMN_DV,
                                           QS_COLUMN_AMT, QS_COLUMN_DVID, QS_COLUMN_BW };

  for (guint i = 0; i < G_N_ELEMENTS (required); i++) {
    const QsPlace place = {
      .role = required[i],
      .row = 1,
      .column = qs_column_role_name (required[i]),
    };

    if (self->column_of[required[i]] < 0)
      qs_findings_add (findings, QS_RULE_COLUMN_PRESENT, &place);
  }

  if (self->column_of[QS_COLUMN_EVID] < 0 && self->column_of[QS_COLUMN_AMT] >= 0)
    qs_findings_add (findings, QS_RULE_EVID_DERIVED,
                     &(QsPlace){ .role = QS_COLUMN_EVID, .row = 1 });
}

static void
check_names (const QsSchema *self,
             const QsCsv    *csv,
             char *const    *folded,
             char *const    *units,
             QsFindings     *findings)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->n_columns; i++) {
    const QsColumnRole role = self->roles[i];
    QsPlace            place = header_place (csv, role, i);

    if (folded[i][0] == '\0') {
      g_autofree char *position = g_strdup_printf ("%u", i + 1);

      place.column = position;
      qs_findings_add (findings, QS_RULE_COLUMN_NAMED, &place);
    } else if (!g_hash_table_add (seen, folded[i])) {
      qs_findings_add (findings, QS_RULE_COLUMN_UNIQUE, &place);
    }

    if (!unit_is_ours (role, units[i]))
      qs_findings_add (findings, QS_RULE_COLUMN_UNIT, &place);
  }
}

static void
keep_as_covariates (QsSchema *self, char *const *folded, const gboolean *is_mapped)
{
  for (guint i = 0; i < self->n_columns; i++) {
    self->roles[i] = is_mapped[i] ? self->roles[i] : QS_COLUMN_COVARIATE;

    for (guint k = 0; !is_mapped[i] && k < G_N_ELEMENTS (text_only); k++)
      if (folded[i][0] == '\0' || strcmp (folded[i], text_only[k]) == 0)
        self->roles[i] = QS_COLUMN_IGNORED;
  }
}

/**
 * qs_schema_new:
 * @csv: the cells
 * @name: name of the file, for messages
 * @mapping: (nullable): "ROLE=COLUMN,…", beats every guess
 * @findings: gets what is wrong with the header
 * @error: return location for %QS_ERROR_DATA, when @mapping makes no sense
 *
 * Finds out what each column means: by its name, whatever its case, or by an alias such
 * as WT or "Time [h]". CMT and DVID are never inferred from each other. Columns without
 * a role are kept as covariates.
 *
 * Returns: (transfer full) (nullable): the roles
 */
QsSchema *
qs_schema_new (const QsCsv *csv,
               const char  *name,
               const char  *mapping,
               QsFindings  *findings,
               GError     **error)
{
  const guint           n = qs_csv_n_columns (csv);
  g_autoptr (QsSchema)  self = g_new0 (QsSchema, 1);
  g_autofree gboolean  *is_mapped = g_new0 (gboolean, n);
  g_auto (GStrv)        folded = g_new0 (char *, n + 1);
  g_autoptr (GPtrArray) units = g_ptr_array_new_full (n, g_free);

  self->roles = g_new0 (QsColumnRole, n);
  self->n_columns = n;
  self->is_certain = TRUE;
  for (guint role = 0; role < QS_COLUMN_COVARIATE; role++)
    self->column_of[role] = -1;

  for (guint i = 0; i < n; i++) {
    char *unit;

    folded[i] = fold_name (qs_csv_name (csv, i), &unit);
    g_ptr_array_add (units, unit);
  }

  if (!apply_mapping (self, csv, folded, name, mapping, is_mapped, error))
    return NULL;

  keep_as_covariates (self, folded, is_mapped);
  for (guint role = 0; role < QS_COLUMN_COVARIATE; role++)
    if (self->column_of[role] < 0)
      guess_role (self, csv, (QsColumnRole) role, folded, is_mapped, findings);

  check_present (self, findings);
  check_names (self, csv, folded, (char *const *) units->pdata, findings);

  return g_steal_pointer (&self);
}

const char *
qs_column_role_name (QsColumnRole role)
{
  static const char *const names[] = {
    [QS_COLUMN_ID] = "ID",           [QS_COLUMN_TIME] = "TIME",
    [QS_COLUMN_DV] = "DV",           [QS_COLUMN_EVID] = "EVID",
    [QS_COLUMN_MDV] = "MDV",         [QS_COLUMN_AMT] = "AMT",
    [QS_COLUMN_CMT] = "CMT",         [QS_COLUMN_DVID] = "DVID",
    [QS_COLUMN_BW] = "BW",           [QS_COLUMN_COMED] = "COMED",
    [QS_COLUMN_DOSE] = "DOSE",       [QS_COLUMN_ADDL] = "ADDL",
    [QS_COLUMN_II] = "II",           [QS_COLUMN_SS] = "SS",
    [QS_COLUMN_RATE] = "RATE",       [QS_COLUMN_CENS] = "CENS",
    [QS_COLUMN_LLOQ] = "LLOQ",       [QS_COLUMN_COVARIATE] = "COVARIATE",
    [QS_COLUMN_IGNORED] = "IGNORED",
  };

  g_return_val_if_fail (role < G_N_ELEMENTS (names), "unknown");
  return names[role];
}
