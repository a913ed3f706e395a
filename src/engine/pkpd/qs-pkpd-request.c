/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-request.h"

#include "core/qs-error.h"
#include "domain/qs-subject.h"
#include "pkpd/qs-pkpd-model.h"

#include <string.h>

#define AT(member) G_STRUCT_OFFSET (QsStructureOptions, member)

/* What each word chooses: one thing, or all there is to the response. */
static const struct {
  const char *word;
  gsize       offset;
  QsChoice    choice;
} words[] = {
  { "1cpt", AT (two_compartments), QS_CHOICE_NO },
  { "2cpt", AT (two_compartments), QS_CHOICE_YES },
  { "direct", AT (turnover), QS_CHOICE_NO },
  { "direct", AT (loss), QS_CHOICE_NO },
  { "direct", AT (stimulation), QS_CHOICE_NO },
  { "turnover", AT (turnover), QS_CHOICE_YES },
  { "turnover", AT (loss), QS_CHOICE_NO },
  { "turnover", AT (stimulation), QS_CHOICE_NO },
  { "inhibits-loss", AT (turnover), QS_CHOICE_YES },
  { "inhibits-loss", AT (loss), QS_CHOICE_YES },
  { "inhibits-loss", AT (stimulation), QS_CHOICE_NO },
  { "stimulates-production", AT (turnover), QS_CHOICE_YES },
  { "stimulates-production", AT (loss), QS_CHOICE_NO },
  { "stimulates-production", AT (stimulation), QS_CHOICE_YES },
  { "stimulates-loss", AT (turnover), QS_CHOICE_YES },
  { "stimulates-loss", AT (loss), QS_CHOICE_YES },
  { "stimulates-loss", AT (stimulation), QS_CHOICE_YES },
  { "imax=1", AT (imax), QS_CHOICE_NO },
  { "imax=est", AT (imax), QS_CHOICE_YES },
  { "gamma=1", AT (gamma), QS_CHOICE_NO },
  { "gamma=est", AT (gamma), QS_CHOICE_YES },
  { "nolag", AT (lag), QS_CHOICE_NO },
  { "lag", AT (lag), QS_CHOICE_YES },
};

static gboolean
refuse (GError **error, const char *option, const char *found, const char *allowed)
{
  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "%s holds \"%s\"; %s", option, found,
               allowed);
  return FALSE;
}

/* "pk=combined" */
static gboolean
take_error (const char *word, QsStructureOptions *options)
{
  static const char *const endpoints[2] = {
    [QS_ENDPOINT_PK] = "pk=", [QS_ENDPOINT_PD] = "pd="
  };

  for (guint e = 0; e < 2; e++)
    for (guint i = 0; i < QS_PKPD_N_ERRORS; i++)
      if (g_str_has_prefix (word, endpoints[e]) &&
          strcmp (word + strlen (endpoints[e]), qs_pkpd_error_name (i)) == 0) {
        options->has_error[e] = TRUE;
        options->error[e] = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
take_word (const char *word, QsStructureOptions *options, GError **error)
{
  gboolean is_known = FALSE;

  if (take_error (word, options))
    return TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    QsChoice *choice = G_STRUCT_MEMBER_P (options, words[i].offset);

    if (strcmp (word, words[i].word) != 0)
      continue;
    if (*choice != QS_CHOICE_SEARCH && *choice != words[i].choice)
      return refuse (error, "--structure", word, "it contradicts a word before it");
    *choice = words[i].choice;
    is_known = TRUE;
  }
  if (is_known)
    return TRUE;

  return refuse (
      error, "--structure", word,
      "give auto, usual, or a list of 1cpt|2cpt, direct|turnover|inhibits-loss|"
      "stimulates-production|stimulates-loss, imax=1|imax=est, "
      "gamma=1|gamma=est, lag|nolag and pk=, "
      "pd=proportional|additive|combined; what is not given is searched");
}

static gboolean
take_structure (const char *text, QsStructureOptions *options, GError **error)
{
  g_auto (GStrv) list = g_strsplit (text, ",", -1);

  if (strcmp (text, "auto") == 0)
    return TRUE;
  if (list[0] == NULL)
    return take_word ("", options, error);
  for (guint i = 0; list[i] != NULL; i++)
    if (!take_word (g_strstrip (list[i]), options, error))
      return FALSE;

  return TRUE;
}

static gboolean
find_parameter (const char *name, guint *bit)
{
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    if (strcmp (name, qs_pkpd_parameter_name (i)) == 0) {
      *bit = 1u << i;
      return TRUE;
    }
  }

  return FALSE;
}

/* Whether the study has it is known when the model is fitted. */
static gboolean
take_other (const char *text, QsStructureOptions *options, GError **error)
{
  const gsize used = strlen (options->others);

  if (used + strlen (text) + 2 > sizeof options->others)
    return refuse (error, "--covariates", text, "the list is too long");
  g_snprintf (options->others + used, sizeof options->others - used, "%s%s",
              used > 0 ? "," : "", text);
  return TRUE;
}

/* "R0:COMED" */
static gboolean
take_effect (const char *text, QsStructureOptions *options, GError **error)
{
  g_auto (GStrv) pair = g_strsplit (text, ":", 2);
  guint          bit;

  if (g_strv_length (pair) != 2 || *pair[1] == '\0' || !find_parameter (pair[0], &bit))
    return refuse (
        error, "--covariates", text,
        "give auto, none, or a list of PARAMETER:COVARIATE such as "
        "R0:COMED,CL:BW, with ka, CL, V, Q, V2, R0, kout, Imax, IC50 or gamma");

  if (g_ascii_strcasecmp (pair[1], "COMED") == 0)
    options->comed |= bit;
  else if (g_ascii_strcasecmp (pair[1], "BW") == 0)
    options->bw |= bit;
  else
    return take_other (text, options, error);

  return TRUE;
}

static gboolean
take_covariates (const char *text, QsStructureOptions *options, GError **error)
{
  g_auto (GStrv) list = g_strsplit (text, ",", -1);

  options->search_covariates = strcmp (text, "auto") == 0;
  if (options->search_covariates || strcmp (text, "none") == 0)
    return TRUE;
  if (list[0] == NULL)
    return take_effect ("", options, error);
  for (guint i = 0; list[i] != NULL; i++)
    if (!take_effect (g_strstrip (list[i]), options, error))
      return FALSE;

  return TRUE;
}

/**
 * qs_structure_options_parse:
 * @structure: (nullable): "auto", "usual", or a list such as "2cpt,turnover,imax=est"
 * @covariates: (nullable): "auto", "none", or a list such as "R0:COMED,CL:BW,CL:AGE"
 * @options: (out caller-allocates): what they say
 * @error: return location for %QS_ERROR_SCENARIO
 *
 * What is not given is "auto". The structure may be "usual" too: then nothing is
 * searched, and covariates have no say.
 */
gboolean
qs_structure_options_parse (const char         *structure,
                            const char         *covariates,
                            QsStructureOptions *options,
                            GError            **error)
{
  *options = (QsStructureOptions){ .search = g_strcmp0 (structure, "usual") != 0 };
  if (!options->search)
    return covariates == NULL ||
           refuse (error, "--covariates", covariates,
                   "the usual structure has its own; give a list instead of usual");

  return take_structure (structure != NULL ? structure : "auto", options, error) &&
         take_covariates (covariates != NULL ? covariates : "auto", options, error);
}

static void
add_text (GString *list, const char *text)
{
  g_string_append_printf (list, "%s%s", list->len > 0 ? "," : "", text);
}

/* Whether all that a word chooses is chosen; a word has several rows, one after another.
 */
static gboolean
is_chosen (const QsStructureOptions *options, gsize first)
{
  for (gsize i = first;
       i < G_N_ELEMENTS (words) && strcmp (words[i].word, words[first].word) == 0; i++)
    if (G_STRUCT_MEMBER (QsChoice, options, words[i].offset) != words[i].choice)
      return FALSE;

  return TRUE;
}

/**
 * qs_structure_options_format:
 * @options: as qs_structure_options_parse() gives them
 *
 * Returns: (transfer full): what it takes as a structure to give them again
 */
char *
qs_structure_options_format (const QsStructureOptions *options)
{
  static const char *const endpoints[2] = {
    [QS_ENDPOINT_PK] = "pk=", [QS_ENDPOINT_PD] = "pd="
  };
  GString *list = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (words) && options->search; i++)
    if ((i == 0 || strcmp (words[i].word, words[i - 1].word) != 0) &&
        is_chosen (options, i))
      add_text (list, words[i].word);
  for (guint e = 0; e < 2 && options->search; e++) {
    g_autofree char *error =
        g_strconcat (endpoints[e], qs_pkpd_error_name (options->error[e]), NULL);

    if (options->has_error[e])
      add_text (list, error);
  }
  if (list->len == 0)
    g_string_append (list, options->search ? "auto" : "usual");
  return g_string_free (list, FALSE);
}

/**
 * qs_structure_options_format_covariates:
 *
 * Returns: (transfer full) (nullable): likewise its covariates; %NULL where the structure
 *   is the usual one, which has its own
 */
char *
qs_structure_options_format_covariates (const QsStructureOptions *options)
{
  GString *list;

  if (!options->search)
    return NULL;
  if (options->search_covariates)
    return g_strdup ("auto");

  list = g_string_new (NULL);
  for (guint i = 0; i < QS_PKPD_N_PARAMETERS; i++) {
    g_autofree char *comed = g_strconcat (qs_pkpd_parameter_name (i), ":COMED", NULL);
    g_autofree char *bw = g_strconcat (qs_pkpd_parameter_name (i), ":BW", NULL);

    if (options->comed >> i & 1u)
      add_text (list, comed);
    if (options->bw >> i & 1u)
      add_text (list, bw);
  }
  if (*options->others != '\0')
    add_text (list, options->others);
  if (list->len == 0)
    g_string_append (list, "none");
  return g_string_free (list, FALSE);
}
