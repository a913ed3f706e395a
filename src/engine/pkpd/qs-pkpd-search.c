/* SPDX-License-Identifier: Apache-2.0 */
#include "pkpd/qs-pkpd-search.h"

#include "core/qs-error.h"
#include "core/qs-parallel.h"
#include "core/qs-stats.h"
#include "pkpd/qs-pkpd-score.h"

#include <math.h>
#include <string.h>

#define N QS_PKPD_N_PARAMETERS
#define BIT(parameter) (1u << (parameter))

/* Candidates of one stage, at most; and structures beside the chosen one that share the
 * parameter draws. */
#define MAX_TRIES 16
#define MAX_RIVALS 3

/* Differences of BIC below this tell no models apart, so the simpler one stays (Kass &
 * Raftery 1995: from 6 on the evidence is strong). */
static const double strong = 6.0;

/* Equally rich models must differ by more than the noise of both likelihoods. */
static const double noise_factor = 3.0;

/* Short runs tell structures apart; the chosen one is fitted in full afterwards. From far
 * away one chain may lose its way; what differs in one thing from the best so far begins
 * with its people, and has little to explore. */
static const QsPkpdEffort cold_effort = {
  .saem = { .n_chains = 2, .n_explore = 120, .n_smooth = 60 },
  .n_polish = 3,
  .n_polish_samples = 64,
  .n_final_samples = 512,
  .n_final_slopes = 128,
};
static const QsPkpdEffort warm_effort = {
  .saem = { .n_chains = 1, .n_explore = 60, .n_smooth = 40 },
  .n_polish = 3,
  .n_polish_samples = 64,
  .n_final_samples = 512,
  .n_final_slopes = 128,
};

/* A score statistic of one more variance that hints at a gain at all: 1 is its standard
 * error. */
static const double hint = 1.0;

static const guint comed_bits =
    BIT (QS_PKPD_R0) | BIT (QS_PKPD_CL) | BIT (QS_PKPD_IC50) | BIT (QS_PKPD_KOUT);
static const guint bw_bits =
    BIT (QS_PKPD_CL) | BIT (QS_PKPD_V) | BIT (QS_PKPD_R0) | BIT (QS_PKPD_IC50);
static const guint eta_bits =
    BIT (QS_PKPD_Q) | BIT (QS_PKPD_V2) | BIT (QS_PKPD_KOUT) | BIT (QS_PKPD_IMAX);

/* One structure to try, from typical values of its own or from those of the best. */
typedef struct {
  QsPkpdStructure structure;
  gboolean        warm;
  char           *name;
  QsPkpdEstimate *estimate; /* (nullable): where it could not be fitted */
} Try;

typedef struct {
  const QsPkpdStudy        *study;   /* borrowed */
  const QsStructureOptions *options; /* borrowed */
  guint64                   seed;
  QsRun                    *run;  /* borrowed */
  QsPkpdEstimate           *best; /* one of @estimates */
  QsPkpdSearch             *result;
  GPtrArray                *estimates; /* of the candidates; %NULL: not fitted */
  Try                       tries[MAX_TRIES];
  guint                     n_tries;
  guint                     stage; /* for progress */
} Search;

#define N_STAGES 8

/* A rise of the biomarker under the drug, log, that is no mere scatter. */
static const double clear_rise = 0.05;

/* Structures in words. */

static void
append_bits (GString *text, const char *what, guint bits)
{
  for (guint i = 0; i < N; i++)
    if (bits & BIT (i))
      g_string_append_printf (text, ", %s %s", what, qs_pkpd_parameter_name (i));
}

static char *
describe (const QsPkpdStructure *structure, const QsPkpdDonors *donors)
{
  static const char *const responses[QS_PKPD_N_RESPONSES] = {
    [QS_RESPONSE_INHIBITS_PRODUCTION] = "turnover",
    [QS_RESPONSE_INHIBITS_LOSS] = "turnover, loss inhibited",
    [QS_RESPONSE_STIMULATES_PRODUCTION] = "turnover, production stimulated",
    [QS_RESPONSE_STIMULATES_LOSS] = "turnover, loss stimulated",
    [QS_RESPONSE_DIRECT_INHIBITION] = "direct effect",
  };
  const QsPkpdStructure usual = qs_pkpd_structure_default ();
  GString              *text = g_string_new (NULL);

  g_string_printf (
      text, "%s, %s, Imax %s, gamma %s%s",
      structure->n_compartments == 2 ? "two compartments" : "one compartment",
      responses[structure->response], structure->imax_estimated ? "estimated" : "1",
      structure->gamma_estimated ? "estimated" : "1",
      structure->has_lag ? ", lag time" : "");
  for (guint e = 0; e < 2; e++)
    if (structure->error[e] != usual.error[e])
      g_string_append_printf (text, ", %s residuals of %s",
                              qs_pkpd_error_name (structure->error[e]),
                              e == QS_ENDPOINT_PK ? "concentrations" : "biomarker");
  append_bits (text, "eta on", structure->eta & ~usual.eta);
  append_bits (text, "no eta on", usual.eta & ~structure->eta);
  append_bits (text, "COMED on", structure->comed);
  append_bits (text, "BW on", structure->bw);
  for (guint e = 0; e < structure->n_effects; e++)
    g_string_append_printf (text, ", %s on %s",
                            donors->names[structure->effects[e].regressor],
                            qs_pkpd_parameter_name (structure->effects[e].parameter));

  return g_string_free (text, FALSE);
}

/* Whether a choice is open, or made as @is says. */
static gboolean
permits (QsChoice choice, gboolean is)
{
  return choice == QS_CHOICE_SEARCH || (choice == QS_CHOICE_YES) == (is != FALSE);
}

static gboolean
permits_errors (const QsStructureOptions *options, const QsPkpdError *error)
{
  for (guint e = 0; e < 2; e++)
    if (options->has_error[e] && options->error[e] != error[e])
      return FALSE;

  return TRUE;
}

static gboolean
acts_on_loss (QsResponseKind kind)
{
  return kind == QS_RESPONSE_INHIBITS_LOSS || kind == QS_RESPONSE_STIMULATES_LOSS;
}

/**
 * qs_pkpd_structure_allowed:
 *
 * Returns: whether @structure is what the user asked for, as far as they did
 */
gboolean
qs_pkpd_structure_allowed (const QsPkpdStructure    *structure,
                           const QsStructureOptions *options)
{
  return permits (options->two_compartments, structure->n_compartments == 2) &&
         permits (options->turnover,
                  structure->response != QS_RESPONSE_DIRECT_INHIBITION) &&
         permits (options->loss, acts_on_loss (structure->response)) &&
         permits (options->stimulation, qs_pkpd_stimulates (structure)) &&
         permits (options->imax, structure->imax_estimated) &&
         permits (options->gamma, structure->gamma_estimated) &&
         permits (options->lag, structure->has_lag) &&
         permits_errors (options, structure->error);
}

/* Trying. */

static void
add_try (Search *self, const QsPkpdStructure *structure, gboolean warm)
{
  if (self->n_tries < MAX_TRIES && qs_pkpd_structure_allowed (structure, self->options))
    self->tries[self->n_tries++] =
        (Try){ .structure = *structure,
               .warm = warm,
               .name = describe (structure, self->study->donors) };
}

static void
clear_tries (Search *self)
{
  for (guint i = 0; i < self->n_tries; i++) {
    g_free (self->tries[i].name);
    g_clear_pointer (&self->tries[i].estimate, qs_pkpd_estimate_free);
  }
  self->n_tries = 0;
}

/* The best so far, with plausible values for what it did not have. */
static QsPkpdPopulation
warm_start (const Search *self, const QsPkpdStructure *structure)
{
  static const double fresh_variance = 0.05, fresh_lag_h = 0.2;
  const double        usual = 0.1;
  QsPkpdPopulation    population = self->best->population;

  if (structure->has_lag && !self->best->structure.has_lag)
    population.theta[QS_PKPD_TLAG] = qs_pkpd_transform (QS_PKPD_TLAG, fresh_lag_h);
  if (structure->gamma_estimated && !self->best->structure.gamma_estimated)
    population.theta[QS_PKPD_GAMMA] = 0.0;
  if (structure->imax_estimated && !self->best->structure.imax_estimated)
    population.theta[QS_PKPD_IMAX] = qs_pkpd_start_imax (structure);
  for (guint i = 0; i < N; i++)
    if (qs_pkpd_varies (structure, i) && !qs_pkpd_varies (&self->best->structure, i))
      population.omega2[i] = fresh_variance;
  for (guint e = 0; e < 2; e++)
    if (structure->error[e] != self->best->structure.error[e])
      qs_pkpd_start_error (self->study, e, structure->error[e],
                           MAX (usual, population.sigma_prop[e]), &population);

  return population;
}

static void
fit_try (gsize chunk, gsize begin, gsize end, gpointer data)
{
  Search                *self = data;
  Try                   *one = &self->tries[chunk];
  QsPkpdEffort           effort = one->warm ? warm_effort : cold_effort;
  g_autoptr (QsRun)      quiet = qs_run_new_quiet (self->run);
  const QsPkpdPopulation start = one->warm ? warm_start (self, &one->structure)
                                           : qs_pkpd_start (self->study, &one->structure);

  effort.saem.seed = self->seed;
  effort.saem.individuals = one->warm ? self->best->mean : NULL;
  one->estimate =
      qs_pkpd_estimate_from (self->study, &one->structure, &start, &effort, quiet, NULL);
}

/* Whether the data tell all parameters apart: the information has an inverse. */
static gboolean
is_identified (const QsPkpdEstimate *estimate)
{
  return estimate->covariance != NULL;
}

/* Takes the estimate over. */
static void
record (Search *self, const char *name, QsPkpdEstimate *estimate)
{
  const QsCandidate candidate = {
    .name = g_intern_string (name),
    .n_parameters = estimate != NULL ? estimate->n_coordinates : 0,
    .minus2ll = estimate != NULL ? estimate->minus2ll : NAN,
    .minus2ll_mc_error = estimate != NULL ? estimate->minus2ll_mc_error : NAN,
    .aic = estimate != NULL ? estimate->aic : NAN,
    .bic = estimate != NULL ? estimate->bic : NAN,
    .how = estimate == NULL           ? "did not converge"
           : is_identified (estimate) ? "fitted"
                                      : "not identified",
  };

  g_array_append_val (self->result->candidates, candidate);
  g_ptr_array_add (self->estimates, estimate);
}

/* The richer of two models has to earn its place. */
static gboolean
is_better (const QsPkpdEstimate *rival, const QsPkpdEstimate *best)
{
  const double noise =
      noise_factor * hypot (rival->minus2ll_mc_error, best->minus2ll_mc_error);
  const double gain = best->bic - rival->bic;

  if (!isfinite (rival->bic) || (is_identified (best) && !is_identified (rival)))
    return FALSE;
  if (rival->n_coordinates > best->n_coordinates)
    return gain > strong;
  if (rival->n_coordinates < best->n_coordinates)
    return gain > -strong;
  return gain > noise;
}

static gboolean
step (Search *self, const char *text, GError **error)
{
  const QsEvent event = { .stage = QS_STAGE_SEARCH,
                          .fraction = (double) self->stage / N_STAGES,
                          .text = text };

  return qs_run_step (self->run, &event, error);
}

/* Fits the tries of this stage side by side, one thread each, and keeps the best. */
static gboolean
run_stage (Search *self, const char *text, GError **error)
{
  if (!step (self, text, error))
    return FALSE;
  qs_parallel_for (self->run, self->n_tries, 1, fit_try, self);
  self->stage++;
  if (!step (self, text, error))
    return FALSE;

  for (guint i = 0; i < self->n_tries; i++) {
    Try            *one = &self->tries[i];
    QsPkpdEstimate *estimate = g_steal_pointer (&one->estimate);

    record (self, one->name, estimate);
    if (estimate != NULL && (self->best == NULL || is_better (estimate, self->best)))
      self->best = estimate;
  }

  clear_tries (self);
  return TRUE;
}

static double
n_looks (const QsPkpdStudy *study)
{
  return (double) (study->n_looks[QS_ENDPOINT_PK] + study->n_looks[QS_ENDPOINT_PD]);
}

/* What an effect costs in BIC: log N where it acts on what varies between subjects. */
static double
penalty (const Search *self, const QsPkpdStructure *structure, guint parameter)
{
  const double n = qs_pkpd_varies (structure, parameter) ? (double) self->study->n_persons
                                                         : n_looks (self->study);

  return log (n);
}

/* A candidate that was not looked at before nor fitted, with what the test named @how
 * says of it: how many parameters more than the best it has, what they cost in BIC and
 * gain in −2LL. */
static void
record_promise (Search                *self,
                const QsPkpdStructure *structure,
                gint                   more,
                double                 cost,
                double                 gain,
                const char            *how)
{
  g_autofree char  *text = describe (structure, self->study->donors);
  const char       *name = g_intern_string (text);
  const QsCandidate candidate = {
    .name = name,
    .n_parameters = (guint) ((gint) self->best->n_coordinates + more),
    .minus2ll = self->best->minus2ll - gain,
    .minus2ll_mc_error = NAN,
    .aic = self->best->aic - gain + 2.0 * more,
    .bic = self->best->bic - gain + cost,
    .how = how,
  };

  for (guint i = 0; i < self->result->candidates->len; i++)
    if (g_array_index (self->result->candidates, QsCandidate, i).name == name)
      return;
  g_array_append_val (self->result->candidates, candidate);
  g_ptr_array_add (self->estimates, NULL);
}

/* Over the people with a dose (without one): the median of how much their biomarker
 * changes after the first look, as a logarithm. */
static double
median_change (const QsPkpdStudy *study, gboolean dosed)
{
  g_autofree double *changes = g_new (double, study->n_persons + 1);
  gsize              n = 0;

  for (guint i = 0; i < study->n_persons; i++) {
    const QsPkpdPerson *person = &study->persons[i];
    double              first = 0.0, sum = 0.0;
    gsize               n_after = 0;

    if ((person->dose_mg > 0.0) != dosed)
      continue;
    for (gsize k = 0; k < person->n_looks; k++) {
      const QsPkpdLook *look = &person->looks[k];

      if (look->endpoint != QS_ENDPOINT_PD || look->below_limit || !(look->value > 0.0))
        continue;
      if (first > 0.0) {
        sum += log (look->value / first);
        n_after++;
      } else {
        first = look->value;
      }
    }
    if (n_after > 0)
      changes[n++] = sum / (double) n_after;
  }

  qs_sort (changes, n);
  return n > 0 ? qs_quantile_sorted (changes, n, 0.5) : 0.0;
}

/* What the drug may act on: as asked, else what moves a biomarker the way it moves. That
 * loss is stimulated is told from less production by none but the best data, so it has to
 * be asked for. */
static void
choose_responses (const Search *self, QsResponseKind responses[2])
{
  const QsStructureOptions *options = self->options;
  const gboolean            loss = options->loss == QS_CHOICE_YES;
  const gboolean            stimulation = options->stimulation == QS_CHOICE_YES;

  responses[0] = QS_RESPONSE_INHIBITS_PRODUCTION;
  responses[1] = QS_RESPONSE_DIRECT_INHIBITION;
  if (options->loss == QS_CHOICE_SEARCH && options->stimulation == QS_CHOICE_SEARCH &&
      options->turnover != QS_CHOICE_NO &&
      median_change (self->study, TRUE) >
          median_change (self->study, FALSE) + clear_rise) {
    responses[0] = QS_RESPONSE_STIMULATES_PRODUCTION;
    responses[1] = QS_RESPONSE_INHIBITS_LOSS;
  } else if (stimulation) {
    responses[0] = loss ? QS_RESPONSE_STIMULATES_LOSS : QS_RESPONSE_STIMULATES_PRODUCTION;
  } else if (loss) {
    responses[0] = QS_RESPONSE_INHIBITS_LOSS;
  }
}

/* The simplest structure that was asked for. */
static QsPkpdStructure
first_structure (const Search *self, guint n_compartments, QsResponseKind response)
{
  QsPkpdStructure structure = qs_pkpd_structure_default ();

  structure.n_compartments = n_compartments;
  structure.route = self->study->route;
  structure.response = response;
  structure.comed = 0;
  structure.imax_estimated = self->options->imax != QS_CHOICE_NO;
  structure.gamma_estimated = self->options->gamma == QS_CHOICE_YES;
  structure.has_lag = self->options->lag == QS_CHOICE_YES;
  for (guint e = 0; e < 2; e++)
    if (self->options->has_error[e])
      structure.error[e] = self->options->error[e];

  return structure;
}

/* Stage 1: how many compartments, which the concentrations tell under either response. */
static gboolean
try_compartments (Search *self, const QsResponseKind responses[2], GError **error)
{
  for (guint i = 0; i < 2 && self->n_tries == 0; i++) {
    for (guint n = 1; n <= 2; n++) {
      const QsPkpdStructure structure = first_structure (self, n, responses[i]);

      add_try (self, &structure, FALSE);
    }
  }

  return run_stage (self, "Compartments", error);
}

/* Every other kind of residual error of one endpoint that the residuals do not rule out:
 * it is fitted unless it falls short of the best by strong evidence. */
static void
add_errors (Search *self, const QsPkpdStructure *first)
{
  const QsPkpdStructure from = self->best->structure;

  for (guint e = 0; e < 2; e++) {
    double gains[QS_PKPD_N_ERRORS];

    qs_pkpd_score_errors (self->study, self->best, e, gains);
    for (guint kind = 0; kind < QS_PKPD_N_ERRORS; kind++) {
      QsPkpdStructure structure = from;
      const gint      more =
          (kind == QS_PKPD_ERROR_COMBINED) - (from.error[e] == QS_PKPD_ERROR_COMBINED);
      const double cost = more * log (n_looks (self->study));

      structure.error[e] = kind;
      if (from.error[e] != first->error[e] || kind == from.error[e] ||
          !qs_pkpd_structure_allowed (&structure, self->options))
        continue;
      if (gains[kind] - cost > -strong)
        add_try (self, &structure, TRUE);
      else
        record_promise (self, &structure, more, cost, gains[kind], "residuals");
    }
  }
}

/* Stage 2: what the drug acts on, the shape of the effect, a lag time, and how residuals
 * grow; one at a time, for as long as one helps, since some show only once another is
 * right. What was changed stays. */
static gboolean
try_shapes (Search *self, QsResponseKind rival, GError **error)
{
  const QsPkpdStructure first = self->best->structure;
  const QsPkpdStructure other = first_structure (self, first.n_compartments, rival);
  QsPkpdStructure       from, structure;

  if (rival != first.response)
    add_try (self, &other, FALSE);
  do {
    from = structure = self->best->structure;
    structure.imax_estimated = !first.imax_estimated;
    if (from.imax_estimated == first.imax_estimated)
      add_try (self, &structure, TRUE);
    structure = from;
    structure.gamma_estimated = !first.gamma_estimated;
    if (from.gamma_estimated == first.gamma_estimated)
      add_try (self, &structure, TRUE);
    structure = from;
    structure.has_lag = !first.has_lag;
    if (from.has_lag == first.has_lag && from.route == QS_ROUTE_ORAL)
      add_try (self, &structure, TRUE);
    add_errors (self, &first);

    if (!run_stage (self, "Response, Imax, gamma, lag time and residuals", error))
      return FALSE;
    self->stage--;
  } while (memcmp (&self->best->structure, &from, sizeof from) != 0);

  self->stage++;
  return TRUE;
}

/* The stage before the last: what else varies between subjects. What the score says would
 * not raise the likelihood is not fitted. */
static gboolean
try_effects (Search *self, GError **error)
{
  const QsPkpdStructure from = self->best->structure;
  double                gains[N];

  if (!qs_pkpd_score_variances (self->study, self->best, self->seed + 4, gains, self->run,
                                error))
    return FALSE;

  for (guint i = 0; i < N; i++) {
    QsPkpdStructure structure = from;

    structure.eta |= eta_bits & BIT (i);
    if (structure.eta == from.eta || !qs_pkpd_uses (&from, i))
      continue;
    if (gains[i] > hint)
      add_try (self, &structure, TRUE);
    else
      record_promise (self, &structure, 1, log (self->study->n_persons), gains[i],
                      "score test");
  }

  /* Few data tell apart whether people differ in potency or in the largest effect: one
   * stands for the other, and both at once are seldom identified. */
  if (from.imax_estimated && !(from.eta & BIT (QS_PKPD_IMAX))) {
    QsPkpdStructure structure = from;

    structure.eta = (from.eta & ~BIT (QS_PKPD_IC50)) | BIT (QS_PKPD_IMAX);
    add_try (self, &structure, TRUE);
  }

  return run_stage (self, "Variability between subjects", error);
}

/* What does not vary after all. Clearance and baseline always do, and
 * what Wald's statistic holds on to. */
static gboolean
drop_effects (Search *self, GError **error)
{
  const guint           kept = BIT (QS_PKPD_CL) | BIT (QS_PKPD_R0);
  const QsPkpdStructure from = self->best->structure;
  const double          cost = log (self->study->n_persons);

  for (guint i = 0; i < N; i++) {
    const double    loss = qs_pkpd_score_without (self->best, i);
    QsPkpdStructure structure = from;

    structure.eta &= ~(BIT (i) & ~kept);
    if (structure.eta == from.eta)
      continue;
    if (loss < cost + strong)
      add_try (self, &structure, TRUE);
    else
      record_promise (self, &structure, -1, -cost, -loss, "Wald test");
  }

  return run_stage (self, "Variability between subjects", error);
}

/* The structure with one covariate effect more, of those that @all has. */
static QsPkpdStructure
with_effect (const QsPkpdStructure *from, const QsPkpdStructure *all, QsPkpdCoordinate at)
{
  QsPkpdStructure structure = *from;

  if (at.kind == QS_COORDINATE_BETA_COMED)
    structure.comed |= BIT (at.index);
  else if (at.kind == QS_COORDINATE_BETA_BW)
    structure.bw |= BIT (at.index);
  else
    qs_pkpd_structure_add_effect (&structure, at.index,
                                  all->effects[at.effect].regressor);

  return structure;
}

/* Every further covariate on what body weight may act on, beside those of @structure. */
static void
add_all_effects (const QsPkpdDonors *donors, QsPkpdStructure *structure)
{
  const QsPkpdStructure from = *structure;

  for (guint r = 0; r < donors->n; r++) {
    for (guint i = 0; i < N; i++) {
      gboolean known = !(bw_bits & BIT (i));

      for (guint e = 0; e < from.n_effects; e++)
        known |= from.effects[e].parameter == i && from.effects[e].regressor == r;
      if (!known)
        qs_pkpd_structure_add_effect (structure, i, r);
    }
  }
}

/* What one covariate effect more promises. */
typedef struct {
  QsPkpdStructure structure;
  double          bic; /* less the best one's */
} Promise;

/* Looks at every covariate effect at once by its score. */
static GArray *
score_covariates (Search *self, GError **error)
{
  QsPkpdStructure    all = self->best->structure;
  g_autoptr (GArray) scores = NULL;
  GArray            *promises;

  if (self->study->has_comed)
    all.comed |= comed_bits;
  all.bw |= bw_bits;
  add_all_effects (self->study->donors, &all);
  scores = qs_pkpd_score_effects (self->study, self->best, &all, self->seed + 3,
                                  self->run, error);
  if (scores == NULL)
    return NULL;

  promises = g_array_new (FALSE, FALSE, sizeof (Promise));
  for (guint i = 0; i < scores->len; i++) {
    const QsPkpdEffectScore score = g_array_index (scores, QsPkpdEffectScore, i);
    Promise one = { .structure = with_effect (&self->best->structure, &all, score.at) };
    const double cost = penalty (self, &one.structure, score.at.index);

    one.bic = cost - score.gain;
    record_promise (self, &one.structure, 1, cost, score.gain, "score test");
    g_array_append_val (promises, one);
  }

  return promises;
}

/* Stages 3 to 5: covariates enter one at a time, as long as BIC gains. Those that promise
 * as much are fitted. */
static gboolean
try_covariates (Search *self, GError **error)
{
  gboolean promising = TRUE;

  while (promising && self->stage + 3 < N_STAGES) {
    const guint        before = self->best->n_coordinates;
    g_autoptr (GArray) promises = score_covariates (self, error);

    if (promises == NULL)
      return FALSE;
    for (guint i = 0; i < promises->len; i++)
      if (g_array_index (promises, Promise, i).bic < -strong)
        add_try (self, &g_array_index (promises, Promise, i).structure, TRUE);
    promising = self->n_tries > 0;
    if (promising && !run_stage (self, "Covariates", error))
      return FALSE;
    promising = promising && self->best->n_coordinates > before;
  }

  return TRUE;
}

static int
compare_promises (gconstpointer a, gconstpointer b)
{
  const double difference = ((const Promise *) a)->bic - ((const Promise *) b)->bic;

  return (difference > 0.0) - (difference < 0.0);
}

static gboolean
was_fitted (const Search *self, const QsPkpdStructure *structure)
{
  for (guint i = 0; i < self->estimates->len; i++) {
    const QsPkpdEstimate *one = self->estimates->pdata[i];

    if (one != NULL && memcmp (&one->structure, structure, sizeof *structure) == 0)
      return TRUE;
  }

  return FALSE;
}

/* Once it is known what varies, covariates are looked at again: what promises to pay may
 * still enter, and of what promises to come close the best are fitted, for the sake of
 * the parameter draws. */
static gboolean
try_neighbours (Search *self, GError **error)
{
  g_autoptr (GArray) promises = NULL;

  if (!self->options->search_covariates)
    return TRUE;
  promises = score_covariates (self, error);
  if (promises == NULL)
    return FALSE;

  g_array_sort (promises, compare_promises);
  for (guint i = 0; i < promises->len && self->n_tries < MAX_RIVALS; i++) {
    const Promise *one = &g_array_index (promises, Promise, i);

    if (one->bic < strong && !was_fitted (self, &one->structure))
      add_try (self, &one->structure, TRUE);
  }

  return run_stage (self, "Covariates", error);
}

/* The effects that were asked for, or none. */
static gboolean
take_covariates (Search *self, GError **error)
{
  QsPkpdStructure structure = self->best->structure;
  QsPkpdEstimate *estimate;

  structure.comed = self->study->has_comed ? self->options->comed : 0;
  structure.bw = self->options->bw;
  if (self->options->others[0] != '\0' &&
      !qs_pkpd_donors_find (self->study->donors, self->options->others, &structure,
                            error))
    return FALSE;
  if (structure.comed == 0 && structure.bw == 0 && structure.n_effects == 0)
    return TRUE;

  add_try (self, &structure, TRUE);
  fit_try (0, 0, 1, self);
  estimate = g_steal_pointer (&self->tries[0].estimate);
  record (self, self->tries[0].name, estimate);
  if (estimate != NULL)
    self->best = estimate;
  clear_tries (self);

  return step (self, "Covariates", error);
}

/* Why one whose BIC is lower was not chosen. */
static const char *
why_not (const Search *self, const QsCandidate *one)
{
  if (one->bic >= self->best->bic)
    return "";
  if (one->n_parameters > self->best->n_coordinates)
    return ", too little for a richer model: 6 are asked for";
  return ", no more than the noise of the likelihoods";
}

/* The best of those that were fitted and stand beside the chosen one, and why it won. */
static char *
explain (const Search *self)
{
  const QsCandidate *next = NULL;
  g_autofree char   *name = describe (&self->best->structure, self->study->donors);

  for (guint i = 0; i < self->result->candidates->len; i++) {
    const QsCandidate *one = &g_array_index (self->result->candidates, QsCandidate, i);

    if (strcmp (one->name, name) != 0 && strcmp (one->how, "fitted") == 0 &&
        (next == NULL || one->bic < next->bic))
      next = one;
  }

  if (next == NULL)
    return g_strdup_printf ("Chosen as asked: %s.", name);

  return g_strdup_printf (
      "Chosen among %u candidates by BIC: %s. The next, %s, has a BIC %.1f ± %.1f %s in "
      "short fits%s.",
      self->result->candidates->len, name, next->name, fabs (next->bic - self->best->bic),
      hypot (next->minus2ll_mc_error, self->best->minus2ll_mc_error),
      next->bic >= self->best->bic ? "higher" : "lower", why_not (self, next));
}

static void
mark_chosen (Search *self)
{
  guint i = 0;

  while (self->estimates->pdata[i] != self->best)
    i++;
  self->result->chosen = i;
  if (is_identified (self->best))
    g_array_index (self->result->candidates, QsCandidate, i).chosen = TRUE;
}

static int
compare_rivals (gconstpointer a, gconstpointer b)
{
  const QsPkpdRival *x = a, *y = b;
  const double       difference = x->estimate->bic - y->estimate->bic;

  return difference != 0.0 ? (difference > 0.0) - (difference < 0.0)
                           : (int) x->candidate - (int) y->candidate;
}

/* Whether a structure is the chosen one or was fitted once more later. */
static gboolean
is_repeated (const Search *self, guint candidate)
{
  const QsPkpdEstimate *estimate = self->estimates->pdata[candidate];
  const QsPkpdStructure structure = estimate->structure;

  if (memcmp (&structure, &self->best->structure, sizeof structure) == 0)
    return TRUE;
  for (guint i = candidate + 1; i < self->estimates->len; i++) {
    const QsPkpdEstimate *later = self->estimates->pdata[i];

    if (later != NULL && is_identified (later) &&
        memcmp (&structure, &later->structure, sizeof structure) == 0)
      return TRUE;
  }

  return FALSE;
}

/* What was fitted and BIC does not tell from the chosen one. */
static void
keep_rivals (Search *self)
{
  GArray *rivals = self->result->rivals;

  for (guint i = 0; i < self->estimates->len && is_identified (self->best); i++) {
    const QsPkpdRival one = { .candidate = i, .estimate = self->estimates->pdata[i] };

    if (one.estimate != NULL && is_identified (one.estimate) &&
        one.estimate->bic - self->best->bic < strong && !is_repeated (self, i))
      g_array_append_val (rivals, one);
  }

  g_array_sort (rivals, compare_rivals);
  g_array_set_size (rivals, MIN (rivals->len, MAX_RIVALS));
  for (guint i = 0; i < rivals->len; i++)
    self->estimates->pdata[g_array_index (rivals, QsPkpdRival, i).candidate] = NULL;
}

static gboolean
search_all (Search *self, GError **error)
{
  QsResponseKind responses[2];

  choose_responses (self, responses);
  if (!try_compartments (self, responses, error))
    return FALSE;
  if (self->best == NULL) {
    g_set_error_literal (error, QS_ERROR, QS_ERROR_NUMERIC,
                         "None of the structures could be fitted; look at the units of "
                         "concentrations and biomarker");
    return FALSE;
  }

  return try_shapes (self, responses[1], error) &&
         (self->options->search_covariates ? try_covariates (self, error)
                                           : take_covariates (self, error)) &&
         try_effects (self, error) && drop_effects (self, error) &&
         try_neighbours (self, error);
}

/**
 * qs_pkpd_search:
 * @options: what is fixed; the rest is searched
 * @error: return location for %QS_ERROR_NUMERIC or %QS_ERROR_CANCELLED
 *
 * Chooses structure, variability and covariate effects by BIC, stage by stage: each stage
 * starts from the best of the one before. Candidates are fitted by short runs; covariate
 * effects are looked at by their score first, and only those that promise to pay are
 * fitted. A richer model must win by a BIC difference of 6, and be identified by the
 * data.
 *
 * Returns: (transfer full): everything tried, and the choice
 */
QsPkpdSearch *
qs_pkpd_search (const QsPkpdStudy        *study,
                const QsStructureOptions *options,
                guint64                   seed,
                QsRun                    *run,
                GError                  **error)
{
  g_autoptr (QsPkpdSearch) result = g_new0 (QsPkpdSearch, 1);
  Search   self = { .study = study, .options = options, .seed = seed, .run = run };
  gboolean found;

  result->candidates = g_array_new (FALSE, TRUE, sizeof (QsCandidate));
  result->rivals = g_array_new (FALSE, TRUE, sizeof (QsPkpdRival));
  self.result = result;
  self.estimates =
      g_ptr_array_new_with_free_func ((GDestroyNotify) qs_pkpd_estimate_free);

  found = search_all (&self, error);
  if (found) {
    result->structure = self.best->structure;
    result->sentence = explain (&self);
    mark_chosen (&self);
    keep_rivals (&self);
  }

  clear_tries (&self);
  g_ptr_array_unref (self.estimates);
  return found ? g_steal_pointer (&result) : NULL;
}

void
qs_pkpd_search_free (QsPkpdSearch *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->rivals->len; i++)
    qs_pkpd_estimate_free (g_array_index (self->rivals, QsPkpdRival, i).estimate);
  g_array_unref (self->rivals);
  g_array_unref (self->candidates);
  g_free (self->sentence);
  g_free (self);
}
