/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "pkpd/qs-pkpd-words.h"
#include "report/qs-report-code-parts.h"

#include <string.h>

/* Columns of every study, the names that the texts give to something, and what the
 * languages keep for themselves. */
static const char *const reserved[] = {
  "ID",   "BW",     "COMED", "DOSE",  "TIME", "DV",    "EVID", "MDV",  "AMT",
  "CMT",  "DVID",   "RATE",  "ADDL",  "II",   "SS",    "KA",   "TLAG", "CL",
  "V",    "Q",      "V2",    "R0",    "KOUT", "IMAX",  "IC50", "GAM",  "LBW",
  "CONC", "EFF",    "RESP",  "DCONC", "DEFF", "IPRED", "Y",    "F",    "T",
  "A",    "NEWIND", "ICALL", "IREP",  "DATE", "LOG",   "EXP",
};

void
qs_code_add (QsCodeWriter *self, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (self->text, format, args);
  va_end (args);
}

/* Enough digits for the same predictions to 1e-9. */
char *
qs_code_number (double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (text, sizeof text, "%.12g", value));
}

gboolean
qs_code_bit (guint mask, guint parameter)
{
  return (mask >> parameter & 1u) != 0;
}

gboolean
qs_code_is_direct (const QsCodeWriter *self)
{
  return self->structure->response == QS_RESPONSE_DIRECT_INHIBITION;
}

/* Between 0 and 1, and so kept as a logit. */
gboolean
qs_code_is_share (const QsCodeWriter *self, guint parameter)
{
  return parameter == QS_PKPD_IMAX && !qs_pkpd_stimulates (self->structure);
}

gboolean
qs_code_varies (const QsCodeWriter *self, guint parameter)
{
  return qs_pkpd_varies (self->structure, parameter) &&
         self->population->omega2[parameter] > 0.0;
}

gboolean
qs_code_has_error (const QsCodeWriter *self, guint endpoint, QsPkpdError kind)
{
  const QsPkpdError error = self->structure->error[endpoint];

  return error == kind || error == QS_PKPD_ERROR_COMBINED;
}

/* "X1 = LOG(AGE/40)" */
void
qs_code_add_regressors (QsCodeWriter *self)
{
  const QsCodeDialect *d = self->dialect;

  for (guint r = 0; r < QS_PKPD_MAX_REGRESSORS; r++) {
    g_autofree char *centre =
        self->columns[r] != NULL ? qs_code_number (self->donors->centres[r]) : NULL;

    if (centre == NULL)
      continue;
    qs_code_add (self, "%sX%u%s", d->indent, r + 1, d->assign);
    if (self->donors->kinds[r] == QS_REGRESSOR_RATIO)
      qs_code_add (self, "%s(%s/%s)\n", d->log, self->columns[r], centre);
    else if (self->donors->kinds[r] == QS_REGRESSOR_DIFFERENCE)
      qs_code_add (self, "%s - (%s)\n", self->columns[r], centre);
    else
      qs_code_add (self, "%s\n", self->columns[r]);
  }
}

/* A parameter from what is said of it on the transformed scale. */
void
qs_code_add_individual (QsCodeWriter *self, guint parameter, const char *inner)
{
  const QsCodeDialect *d = self->dialect;

  qs_code_add (self, "%s%s%s", d->indent, d->names[parameter], d->assign);
  if (qs_code_is_share (self, parameter))
    qs_code_add (self, "1/(1 + %s(-(%s)))\n", d->exp, inner);
  else
    qs_code_add (self, "%s(%s)\n", d->exp, inner);
}

/* The effect of a @concentration; @raised is the same in a form that γ may raise. */
char *
qs_code_effect (const QsCodeWriter *self, const char *concentration, const char *raised)
{
  const QsCodeDialect *d = self->dialect;
  const char      *imax = self->structure->imax_estimated ? d->names[QS_PKPD_IMAX] : NULL;
  const char      *ic50 = d->names[QS_PKPD_IC50], *gamma = d->names[QS_PKPD_GAMMA];
  g_autofree char *factor = imax != NULL ? g_strconcat (imax, "*", NULL) : g_strdup ("");

  if (!self->structure->gamma_estimated)
    return g_strdup_printf ("%s%s/(%s + %s)", factor, concentration, ic50, concentration);

  return g_strdup_printf ("%s%s%s%s/(%s%s%s + %s%s%s)", factor, raised, d->power, gamma,
                          ic50, d->power, gamma, raised, d->power, gamma);
}

/* The biomarker's rate of change (Dayneka, Garg & Jusko 1993). */
char *
qs_code_turnover (const QsCodeWriter *self, const char *effect, const char *state)
{
  static const struct {
    const char *production;
    const char *loss;
  } signs[QS_PKPD_N_RESPONSES] = {
    [QS_RESPONSE_INHIBITS_PRODUCTION] = { " - ", NULL },
    [QS_RESPONSE_STIMULATES_PRODUCTION] = { " + ", NULL },
    [QS_RESPONSE_INHIBITS_LOSS] = { NULL, " - " },
    [QS_RESPONSE_STIMULATES_LOSS] = { NULL, " + " },
  };
  const char        *production = signs[self->structure->response].production;
  const char        *loss = signs[self->structure->response].loss;
  const char *const *names = self->dialect->names;
  g_autofree char   *made = production != NULL
                                ? g_strconcat ("*(1", production, effect, ")", NULL)
                                : g_strdup ("");
  g_autofree char   *lost =
      loss != NULL ? g_strconcat ("*(1", loss, effect, ")", NULL) : g_strdup ("");

  return g_strdup_printf ("%s*%s%s - %s%s*%s", names[QS_PKPD_R0], names[QS_PKPD_KOUT],
                          made, names[QS_PKPD_KOUT], lost, state);
}

/* As lines of comment of at most 78 characters, which all programs can read. */
static void
add_comment (QsCodeWriter *self, const char *paragraph)
{
  g_autoptr (GString) letters = g_string_new (paragraph);
  g_autofree char    *plain = NULL;
  g_auto (GStrv)      words = NULL;
  gsize               column = G_MAXINT;

  g_string_replace (letters, "γ", "gamma", 0);
  plain = g_str_to_ascii (letters->str, "C");
  words = g_strsplit_set (plain, " \r\n\t", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    const gsize n = strlen (words[i]);

    if (column + 1 + n > 78) {
      qs_code_add (self, "%s%s", i > 0 ? "\n" : "", self->dialect->comment);
      column = strlen (self->dialect->comment);
    } else {
      g_string_append_c (self->text, ' ');
      column++;
    }
    g_string_append (self->text, words[i]);
    column += n;
  }
  g_string_append_c (self->text, '\n');
}

static void
add_origin (QsCodeWriter *self, const QsModel *model)
{
  g_autofree char *words = qs_pkpd_words (self->structure, self->donors);
  g_autofree char *source =
      g_strdup_printf ("Fitted by QuSOP " QS_VERSION " with seed %" G_GUINT64_FORMAT
                       " to the study with SHA-256 %s.",
                       model->options.seed, model->data_sha256);

  add_comment (self, words);
  add_comment (self, source);
  add_comment (self,
               "Time in h, doses in mg, concentrations in mg/L, the biomarker in "
               "ng/mL; clearances and volumes are apparent, at 70 kg. DVID 1 is the "
               "concentration, 2 the biomarker. QuSOP takes values below the limit "
               "of quantification by their probability (M3); this text does not.");
}

static gboolean
is_name (const char *text)
{
  const gsize n = strlen (text);

  return n <= 20 && g_ascii_isalpha (text[0]) &&
         strspn (text, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_") == n;
}

/* The names "X1" … are the regressors'. */
static gboolean
is_free (const QsCodeWriter *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (reserved); i++)
    if (g_ascii_strcasecmp (name, reserved[i]) == 0)
      return FALSE;
  for (guint r = 0; r < QS_PKPD_MAX_REGRESSORS; r++)
    if (self->columns[r] != NULL && g_ascii_strcasecmp (name, self->columns[r]) == 0)
      return FALSE;

  return !(g_ascii_toupper (name[0]) == 'X' && g_ascii_isdigit (name[1])) &&
         g_ascii_strncasecmp (name, "COV", 3) != 0;
}

static void
add_columns (QsCodeWriter *self)
{
  for (guint e = 0; e < self->structure->n_effects; e++) {
    const guint      r = self->structure->effects[e].regressor;
    const char      *name = self->donors->names[r];
    const gboolean   is_level = self->donors->kinds[r] == QS_REGRESSOR_LEVEL;
    g_autofree char *note = NULL;

    if (self->columns[r] != NULL)
      continue;
    if (!is_level && is_name (name) && is_free (self, name)) {
      self->columns[r] = g_ascii_strup (name, -1);
      continue;
    }
    self->columns[r] = g_strdup_printf ("COV%u", r + 1);
    note = is_level ? g_strdup_printf ("The column %s is 1 where %s, else 0.",
                                       self->columns[r], name)
                    : g_strdup_printf ("The column %s is the study's %s.",
                                       self->columns[r], name);
    add_comment (self, note);
  }
}

/**
 * qs_report_code:
 * @model: a population PK/PD model
 * @error: return location for %QS_ERROR_REFUSED
 *
 * The model with its estimates in the language of another program, so that others can
 * run it again.
 *
 * Returns: (transfer full) (nullable): the text
 */
char *
qs_report_code (const QsModel *model, QsCode code, GError **error)
{
  QsCodeWriter self = { .text = NULL };

  if (model->kind != QS_MODEL_PKPD) {
    g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                 "A model of kind %s has no equations to translate; fit one of kind pkpd",
                 qs_model_kind_name (model->kind));
    return NULL;
  }

  self = (QsCodeWriter){
    .dialect = code == QS_CODE_NONMEM ? &qs_code_nonmem : &qs_code_rxode2,
    .structure = qs_pkpd_predictor_structure (model->estimate),
    .population = qs_pkpd_predictor_population (model->estimate),
    .donors = qs_pkpd_predictor_donors (model->estimate),
    .text = g_string_new (NULL),
  };
  add_origin (&self, model);
  add_columns (&self);
  if (code == QS_CODE_NONMEM)
    qs_code_write_nonmem (&self);
  else
    qs_code_write_rxode2 (&self);

  for (guint r = 0; r < QS_PKPD_MAX_REGRESSORS; r++)
    g_free (self.columns[r]);
  return g_string_free (self.text, FALSE);
}
