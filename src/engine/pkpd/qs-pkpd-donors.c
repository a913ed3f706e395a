/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-donors.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "data/qs-covariates.h"

#include <math.h>
#include <string.h>

G_STATIC_ASSERT (QS_PKPD_MAX_REGRESSORS == QS_MAX_REGRESSORS);

QsPkpdDonors *
qs_pkpd_donors_new_empty (guint n_donors)
{
  QsPkpdDonors *self = g_new0 (QsPkpdDonors, 1);

  self->n_refs = 1;
  self->n_donors = n_donors;
  self->values = g_new0 (double, (gsize) MAX (1, n_donors) * QS_PKPD_MAX_REGRESSORS);
  return self;
}

QsPkpdDonors *
qs_pkpd_donors_ref (QsPkpdDonors *self)
{
  if (self != NULL)
    g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_pkpd_donors_unref (QsPkpdDonors *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  for (guint i = 0; i < self->n; i++)
    g_free (self->names[i]);
  g_free (self->values);
  g_free (self);
}

static double *
value_of (QsPkpdDonors *self, guint donor, guint regressor)
{
  return &self->values[(gsize) donor * QS_PKPD_MAX_REGRESSORS + regressor];
}

/* Continuous; one that does not differ between subjects tells nothing. */
static void
add_number (QsPkpdDonors *self, const QsDataset *dataset, guint covariate)
{
  g_autofree double *sorted = g_new (double, self->n_donors + 1);
  gsize              n = 0;
  double             median;

  for (guint i = 0; i < self->n_donors; i++) {
    const double x = qs_dataset_covariate (dataset, covariate, i);

    if (isfinite (x))
      sorted[n++] = x;
  }
  qs_sort (sorted, n);
  if (n < 2 || !(sorted[0] < sorted[n - 1]) || self->n == QS_PKPD_MAX_REGRESSORS)
    return;

  median = qs_quantile_sorted (sorted, n, 0.5);
  for (guint i = 0; i < self->n_donors; i++) {
    const double x = qs_dataset_covariate (dataset, covariate, i);

    if (isfinite (x))
      *value_of (self, i, self->n) = sorted[0] > 0.0 ? log (x / median) : x - median;
  }
  self->kinds[self->n] = sorted[0] > 0.0 ? QS_REGRESSOR_RATIO : QS_REGRESSOR_DIFFERENCE;
  self->centres[self->n] = median;
  self->names[self->n++] = g_strdup (qs_dataset_covariate_name (dataset, covariate));
}

static guint
count_level (const QsPkpdDonors *self,
             const QsDataset    *dataset,
             guint               covariate,
             guint               level)
{
  guint n = 0;

  for (guint i = 0; i < self->n_donors; i++)
    n += qs_dataset_covariate (dataset, covariate, i) == level;
  return n;
}

static void
add_category (QsPkpdDonors *self, const QsDataset *dataset, guint covariate)
{
  guint reference = 0, most = 0;

  for (guint k = 0; qs_dataset_covariate_level (dataset, covariate, k) != NULL; k++) {
    const guint n = count_level (self, dataset, covariate, k);

    if (n > most) {
      most = n;
      reference = k;
    }
  }

  for (guint k = 0; qs_dataset_covariate_level (dataset, covariate, k) != NULL; k++) {
    if (k == reference || self->n == QS_PKPD_MAX_REGRESSORS ||
        count_level (self, dataset, covariate, k) == 0)
      continue;
    for (guint i = 0; i < self->n_donors; i++)
      *value_of (self, i, self->n) = qs_dataset_covariate (dataset, covariate, i) == k;
    self->kinds[self->n] = QS_REGRESSOR_LEVEL;
    self->names[self->n++] =
        g_strdup_printf ("%s=%s", qs_dataset_covariate_name (dataset, covariate),
                         qs_dataset_covariate_level (dataset, covariate, k));
  }
}

/**
 * qs_pkpd_donors_new:
 *
 * Returns: (transfer full): the further covariates of @dataset, the first
 * %QS_PKPD_MAX_REGRESSORS in the order of its columns
 */
QsPkpdDonors *
qs_pkpd_donors_new (const QsDataset *dataset)
{
  QsPkpdDonors *self = qs_pkpd_donors_new_empty (qs_dataset_n_subjects (dataset));

  for (guint i = 0; i < qs_dataset_n_covariates (dataset); i++) {
    if (qs_dataset_covariate_is_categorical (dataset, i))
      add_category (self, dataset, i);
    else
      add_number (self, dataset, i);
  }

  return self;
}

/**
 * qs_pkpd_donors_pick:
 * @z: a standard normal value; 0 for the typical subject
 *
 * Returns: (nullable): the regressors of the donor that @z stands for; %NULL for the
 * reference
 */
const double *
qs_pkpd_donors_pick (const QsPkpdDonors *self, double z)
{
  const double share = qs_normal_cdf (z) * self->n_donors;

  if (z == 0.0 || self->n_donors == 0)
    return NULL;
  return self->values +
         MIN ((gsize) share, self->n_donors - 1) * (gsize) QS_PKPD_MAX_REGRESSORS;
}

/* Returns FALSE where there is no room. */
gboolean
qs_pkpd_structure_add_effect (QsPkpdStructure *structure,
                              guint            parameter,
                              guint            regressor)
{
  if (structure->n_effects == QS_PKPD_MAX_EFFECTS)
    return FALSE;
  structure->effects[structure->n_effects++] =
      (QsPkpdEffect){ (guint8) parameter, (guint8) regressor };
  return TRUE;
}

static gboolean
has_effect (const QsPkpdStructure *structure, guint parameter, guint regressor)
{
  for (guint e = 0; e < structure->n_effects; e++)
    if (structure->effects[e].parameter == parameter &&
        structure->effects[e].regressor == regressor)
      return TRUE;

  return FALSE;
}

/* "SEX" is every level of it, "SEX=male" is one. */
static gboolean
is_meant (const char *regressor, const char *word)
{
  const gsize n = strlen (word);

  return g_ascii_strncasecmp (regressor, word, n) == 0 &&
         (regressor[n] == '\0' || regressor[n] == '=');
}

static gboolean
refuse (const QsPkpdDonors *self, const char *word, GError **error)
{
  g_autoptr (GString) known = g_string_new ("BW and COMED");

  for (guint i = 0; i < self->n; i++)
    g_string_append_printf (known, ", %s", self->names[i]);
  g_set_error (
      error, QS_ERROR, QS_ERROR_SCENARIO,
      "--covariates holds \"%s\"; the study has %s, and a model at most %u effects "
      "of covariates",
      word, known->str, QS_PKPD_MAX_EFFECTS);
  return FALSE;
}

/**
 * qs_pkpd_donors_find:
 * @effects: a list such as "CL:AGE,V:SEX", of parameters that exist
 * @structure: (inout): gets those that act on parameters it has
 * @error: return location for %QS_ERROR_SCENARIO
 */
gboolean
qs_pkpd_donors_find (const QsPkpdDonors *self,
                     const char         *effects,
                     QsPkpdStructure    *structure,
                     GError            **error)
{
  g_auto (GStrv) list = g_strsplit (effects, ",", -1);

  for (guint k = 0; list[k] != NULL; k++) {
    g_auto (GStrv) pair = g_strsplit (list[k], ":", 2);
    gboolean       found = FALSE;

    for (guint p = 0; p < QS_PKPD_N_PARAMETERS && pair[0] != NULL; p++) {
      for (guint r = 0; r < self->n; r++) {
        if (strcmp (pair[0], qs_pkpd_parameter_name (p)) != 0 ||
            !is_meant (self->names[r], pair[1]))
          continue;
        found = TRUE;
        if (qs_pkpd_uses (structure, p) && !has_effect (structure, p, r) &&
            !qs_pkpd_structure_add_effect (structure, p, r))
          return refuse (self, list[k], error);
      }
    }
    if (!found)
      return refuse (self, list[k], error);
  }

  return TRUE;
}
