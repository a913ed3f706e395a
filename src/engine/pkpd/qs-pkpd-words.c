/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-words.h"

#define N QS_PKPD_N_PARAMETERS

/* "ka, CL and V" */
static char *
list (guint bits)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < N; i++) {
    const guint rest = bits >> i;

    if (!(rest & 1u))
      continue;
    if (text->len > 0)
      g_string_append (text, rest == 1 ? " and " : ", ");
    g_string_append (text, qs_pkpd_parameter_name (i));
  }

  return g_string_free (text, FALSE);
}

static guint
varying (const QsPkpdStructure *structure)
{
  guint bits = 0;

  for (guint i = 0; i < N; i++)
    if (qs_pkpd_varies (structure, i))
      bits |= 1u << i;

  return bits;
}

/**
 * qs_pkpd_words:
 * @donors: (nullable): the names of further covariates
 *
 * Returns: (transfer full): what the model consists of, in two sentences
 */
char *
qs_pkpd_words (const QsPkpdStructure *structure, const QsPkpdDonors *donors)
{
  static const char *const acts[QS_PKPD_N_RESPONSES] = {
    [QS_RESPONSE_INHIBITS_PRODUCTION] =
        "inhibits the production of a biomarker with turnover",
    [QS_RESPONSE_INHIBITS_LOSS] = "inhibits the loss of a biomarker with turnover",
    [QS_RESPONSE_STIMULATES_PRODUCTION] =
        "stimulates the production of a biomarker with turnover",
    [QS_RESPONSE_STIMULATES_LOSS] = "stimulates the loss of a biomarker with turnover",
    [QS_RESPONSE_DIRECT_INHIBITION] = "inhibits the biomarker directly",
  };
  const guint      effects = varying (structure);
  g_autofree char *varies = list (effects);
  g_autofree char *comed = list (structure->comed);
  g_autofree char *bw = list (structure->bw);
  GString         *text = g_string_new (NULL);

  g_string_append_printf (
      text,
      "%s%s%s; the drug %s, with Imax %s and γ %s. Clearances "
      "grow with body weight to the power of 0.75, volumes in proportion",
      structure->n_compartments == 2 ? "Two compartments" : "One compartment",
      structure->route == QS_ROUTE_BOLUS ? ", doses into a vein"
                                         : " with first-order absorption",
      structure->has_lag && structure->route == QS_ROUTE_ORAL ? " after a lag time" : "",
      acts[structure->response], structure->imax_estimated ? "estimated" : "fixed at 1",
      structure->gamma_estimated ? "estimated" : "fixed at 1");
  if (effects != 0)
    g_string_append_printf (text, "; %s vary between patients%s", varies,
                            structure->correlated ? ", correlated with each other" : "");
  if (structure->comed != 0)
    g_string_append_printf (text, "; co-medication changes %s", comed);
  if (structure->bw != 0)
    g_string_append_printf (text, "; body weight changes %s further", bw);
  for (guint e = 0; e < structure->n_effects && donors != NULL; e++)
    g_string_append_printf (text, "; %s changes %s",
                            donors->names[structure->effects[e].regressor],
                            qs_pkpd_parameter_name (structure->effects[e].parameter));
  g_string_append_c (text, '.');

  return g_string_free (text, FALSE);
}

/**
 * qs_pkpd_coordinate_name:
 *
 * Returns: (transfer full): its name in reports and model files, such as "omega2_CL"
 */
char *
qs_pkpd_coordinate_name (const QsPkpdStructure *structure,
                         const QsPkpdDonors    *donors,
                         QsPkpdCoordinate       at)
{
  const char *endpoint = at.index == QS_ENDPOINT_PK ? "pk" : "pd";

  switch (at.kind) {
  case QS_COORDINATE_BETA_COMED:
    return g_strdup_printf ("beta_%s_COMED", qs_pkpd_parameter_name (at.index));
  case QS_COORDINATE_BETA_BW:
    return g_strdup_printf ("beta_%s_BW", qs_pkpd_parameter_name (at.index));
  case QS_COORDINATE_BETA_EFFECT:
    return g_strdup_printf ("beta_%s_%s", qs_pkpd_parameter_name (at.index),
                            donors->names[structure->effects[at.effect].regressor]);
  case QS_COORDINATE_LOG_OMEGA2:
    return g_strdup_printf ("omega2_%s", qs_pkpd_parameter_name (at.index));
  case QS_COORDINATE_CORRELATION:
    return g_strdup_printf ("corr_%s_%s", qs_pkpd_parameter_name (at.other),
                            qs_pkpd_parameter_name (at.index));
  case QS_COORDINATE_LOG_SIGMA_PROP:
    return g_strdup_printf ("sigma_%s_prop", endpoint);
  case QS_COORDINATE_LOG_SIGMA_ADD:
    return g_strdup_printf ("sigma_%s_add", endpoint);
  case QS_COORDINATE_THETA:
  default:
    return g_strdup (qs_pkpd_parameter_name (at.index));
  }
}
