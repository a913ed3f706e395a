/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-prior.h"

#include "core/qs-error.h"
#include "core/qs-stats.h"

#include <math.h>
#include <string.h>

/* What a scale shows and a file may ask for; a person outside is a typing error. */
static const double lowest_kg = 1.0, highest_kg = 500.0;

QsPrior
qs_prior_uniform (double low, double high)
{
  return (QsPrior){ .kind = QS_PRIOR_UNIFORM, .a = low, .b = high, .max = G_MAXDOUBLE };
}

/* Log-normal parameters of the distribution with mean @a and coefficient of variation @b.
 */
static double
log_sd (const QsPrior *self)
{
  return sqrt (log1p (self->b * self->b));
}

static double
log_mean (const QsPrior *self)
{
  return log (self->a) - 0.5 * log1p (self->b * self->b);
}

static double
untruncated_cdf (const QsPrior *self, double x)
{
  if (self->kind == QS_PRIOR_NORMAL)
    return qs_normal_cdf ((x - self->a) / self->b);
  if (x <= 0.0)
    return 0.0;
  return qs_normal_cdf ((log (x) - log_mean (self)) / log_sd (self));
}

/* What is left of a normal or log-normal prior: nobody weighs less than 1 kg, whatever
 * the tail of a curve says, and dose over body weight must stay finite. */
static void
bounds (const QsPrior *self, double *low, double *high)
{
  *low = MAX (self->min, lowest_kg);
  *high = MIN (self->max, highest_kg);
}

/**
 * qs_prior_quantile:
 * @u: in (0, 1)
 * @z: standard normal, for the jitter of a sample; ignored by the others
 *
 * Returns: the body weight at @u, kg
 */
double
qs_prior_quantile (const QsPrior *self, double u, double z)
{
  double low, high, below, above, p;

  switch (self->kind) {
  case QS_PRIOR_UNIFORM:
    return self->a + (self->b - self->a) * u;
  case QS_PRIOR_SAMPLE: {
    const gsize i = MIN ((gsize) (u * (double) self->n_values), self->n_values - 1);

    return self->values[i] * exp (self->jitter * z);
  }
  case QS_PRIOR_NORMAL:
  case QS_PRIOR_LOGNORMAL:
  default:
    bounds (self, &low, &high);
    below = untruncated_cdf (self, low);
    above = untruncated_cdf (self, high);
    p = qs_normal_quantile (below + (above - below) * u);
    p = self->kind == QS_PRIOR_NORMAL ? self->a + self->b * p
                                      : exp (log_mean (self) + log_sd (self) * p);
    return CLAMP (p, low, high);
  }
}

/**
 * qs_prior_density:
 *
 * Returns: the density at @x, 1/kg, up to the truncation's constant; for the small
 * picture beside the slider. A sample's is its Gaussian kernel estimate on the log scale;
 * a sample without jitter is shown as narrow peaks.
 */
double
qs_prior_density (const QsPrior *self, double x)
{
  const double width = MAX (self->jitter, 0.01);
  double       sum = 0.0, low, high, z;

  if (!(x > 0.0))
    return 0.0;

  switch (self->kind) {
  case QS_PRIOR_UNIFORM:
    return x >= self->a && x <= self->b ? 1.0 / (self->b - self->a) : 0.0;
  case QS_PRIOR_SAMPLE:
    for (gsize i = 0; i < self->n_values; i++) {
      z = (log (x) - log (self->values[i])) / width;
      sum += exp (-0.5 * z * z) / (width * x);
    }
    return sum / ((double) self->n_values * sqrt (2.0 * G_PI));
  case QS_PRIOR_NORMAL:
  case QS_PRIOR_LOGNORMAL:
  default:
    bounds (self, &low, &high);
    if (x < low || x > high)
      return 0.0;
    z = self->kind == QS_PRIOR_NORMAL ? (x - self->a) / self->b
                                      : (log (x) - log_mean (self)) / log_sd (self);
    return exp (-0.5 * z * z) /
           ((self->kind == QS_PRIOR_NORMAL ? self->b : log_sd (self) * x) *
            sqrt (2.0 * G_PI));
  }
}

/**
 * qs_prior_range:
 *
 * The weights between which all but about 1e-6 of the prior lies.
 */
void
qs_prior_range (const QsPrior *self, double *low, double *high)
{
  if (self->kind == QS_PRIOR_SAMPLE) {
    *low = self->values[0] * exp (-5.0 * self->jitter);
    *high = self->values[self->n_values - 1] * exp (5.0 * self->jitter);
    return;
  }

  *low = qs_prior_quantile (self, 5e-7, 0.0);
  *high = qs_prior_quantile (self, 1.0 - 5e-7, 0.0);
}

static gboolean
refuse (GError **error, const char *what, const char *rule)
{
  g_set_error (error, QS_ERROR, QS_ERROR_SCENARIO, "Body-weight prior: %s, but %s", what,
               rule);
  return FALSE;
}

gboolean
qs_prior_validate (const QsPrior *self, GError **error)
{
  g_autofree char *text = qs_prior_format (self);
  double           low, high;

  switch (self->kind) {
  case QS_PRIOR_UNIFORM:
    if (!(self->a >= lowest_kg && self->b <= highest_kg && self->a < self->b))
      return refuse (error, text, "weights must lie in [1, 500] kg, the lower one first");
    return TRUE;
  case QS_PRIOR_SAMPLE:
    if (self->n_values == 0 || !(self->values[0] >= lowest_kg) ||
        !(self->values[self->n_values - 1] <= highest_kg))
      return refuse (error, text, "at least one weight is needed, all in [1, 500] kg");
    if (!(self->jitter >= 0.0 && self->jitter <= 1.0))
      return refuse (error, text, "its jitter must lie in [0, 1]");
    return TRUE;
  case QS_PRIOR_NORMAL:
  case QS_PRIOR_LOGNORMAL:
    if (!(self->a >= lowest_kg && self->a <= highest_kg))
      return refuse (error, text, "the mean must lie in [1, 500] kg");
    if (!(self->b > 0.0 && self->b <= (self->kind == QS_PRIOR_NORMAL ? highest_kg : 2.0)))
      return refuse (error, text, "the spread must be positive (a CV at most 2)");
    if (!(self->min >= 0.0 && self->min < self->max))
      return refuse (error, text, "the lower bound must lie below the upper one");
    bounds (self, &low, &high);
    if (!(untruncated_cdf (self, high) - untruncated_cdf (self, low) >= 1e-6))
      return refuse (error, text, "almost nothing of it lies between its bounds");
    return TRUE;
  default:
    return refuse (error, "an unknown family",
                   "uniform, normal, lognormal or data is needed");
  }
}

/**
 * qs_prior_parse:
 * @text: "uniform:50:100", "normal:MEAN:SD[:MIN:MAX]" or "lognormal:MEAN:CV[:MIN:MAX]";
 *   priors that need values ("data", "file:") are made by who has them
 * @prior: (out caller-allocates): the prior
 * @error: return location for %QS_ERROR_SCENARIO
 */
gboolean
qs_prior_parse (const char *text, QsPrior *prior, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ":", -1);
  const guint    n_words = g_strv_length (words);
  double         numbers[4] = { 0.0, 0.0, 0.0, G_MAXDOUBLE };
  QsPriorKind    kind;

  if (n_words > 0 && strcmp (words[0], "uniform") == 0 && n_words == 3)
    kind = QS_PRIOR_UNIFORM;
  else if (n_words > 0 && strcmp (words[0], "normal") == 0 &&
           (n_words == 3 || n_words == 5))
    kind = QS_PRIOR_NORMAL;
  else if (n_words > 0 && strcmp (words[0], "lognormal") == 0 &&
           (n_words == 3 || n_words == 5))
    kind = QS_PRIOR_LOGNORMAL;
  else
    return refuse (error, text,
                   "it reads uniform:LOW:HIGH, normal:MEAN:SD[:MIN:MAX], "
                   "lognormal:MEAN:CV[:MIN:MAX], data or file:FILE.csv");

  for (guint i = 1; i < n_words; i++) {
    char *end = NULL;

    numbers[i - 1] = g_ascii_strtod (words[i], &end);
    if (end == words[i] || *end != '\0' || !isfinite (numbers[i - 1]))
      return refuse (error, text, "every part after the name must be a number");
  }

  *prior = (QsPrior){
    .kind = kind,
    .a = numbers[0],
    .b = numbers[1],
    .min = numbers[2],
    .max = numbers[3],
  };

  return qs_prior_validate (prior, error);
}

/**
 * qs_prior_format:
 *
 * Returns: (transfer full): the text that qs_prior_parse() reads
 */
char *
qs_prior_format (const QsPrior *self)
{
  static const char *const names[] = { "uniform", "normal", "lognormal" };
  char                     a[G_ASCII_DTOSTR_BUF_SIZE], b[G_ASCII_DTOSTR_BUF_SIZE];
  char                     low[G_ASCII_DTOSTR_BUF_SIZE], high[G_ASCII_DTOSTR_BUF_SIZE];

  if (self->kind >= G_N_ELEMENTS (names))
    return g_strdup_printf ("data (%" G_GSIZE_FORMAT " weights)", self->n_values);

  g_ascii_formatd (a, sizeof a, "%.10g", self->a);
  g_ascii_formatd (b, sizeof b, "%.10g", self->b);

  if (self->kind == QS_PRIOR_UNIFORM || (self->min <= 0.0 && self->max >= G_MAXDOUBLE))
    return g_strdup_printf ("%s:%s:%s", names[self->kind], a, b);

  g_ascii_formatd (low, sizeof low, "%.10g", self->min);
  g_ascii_formatd (high, sizeof high, "%.10g", MIN (self->max, highest_kg));
  return g_strdup_printf ("%s:%s:%s:%s:%s", names[self->kind], a, b, low, high);
}
