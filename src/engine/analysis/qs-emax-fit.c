/* SPDX-License-Identifier: Apache-2.0 */
#include "analysis/qs-emax.h"

#include "analysis/qs-fit-draws.h"
#include "analysis/qs-window-summary.h"
#include "core/qs-error.h"
#include "data/qs-windows.h"

#include <math.h>
#include <nlopt.h>
#include <string.h>

/* R0, COMED, Imax, u50, omega and sigma, and two subjects to spare. */
#define N_SUBJECTS_MIN 8

/* What the optimiser moves; R0, beta and sigma have closed forms given these. */
enum { LOGIT_IMAX, LOG_U50, LOG_RATIO, N_FREE };

/* Parameters of the mean. */
#define N_MEAN 4

typedef struct {
  const QsWindowSummary *subjects;
  guint                  n_subjects;
  double                 interval_h;
  double                 start[3][N_FREE];
  double                 low[N_FREE];
  double                 high[N_FREE];
} Problem;

typedef struct {
  const Problem   *problem;
  const guint     *times;
  double          *residuals; /* per subject: log mean minus the model's */
  double           best[N_FREE];
  QsEmaxParameters parameters;
} Search;

/* Sums of generalised least squares of y on (1, comed). */
typedef struct {
  double w, wc, wy, wcy;
} Moments;

static double
log_remaining (const double *x, double dose_mg_per_kg)
{
  const double imax = 1.0 / (1.0 + exp (-x[LOGIT_IMAX]));

  return log1p (-imax * dose_mg_per_kg / (exp (x[LOG_U50]) + dose_mg_per_kg));
}

static void
solve_linear (const Moments *m, double *log_r0, double *beta)
{
  const double w_without = m->w - m->wc;

  /* COMED is 0 or 1, so the two groups separate. A sample of one group only cannot tell
   * the effect: it is left at 0. */
  if (m->wc > 0.0 && w_without > 1e-12 * m->w) {
    *log_r0 = (m->wy - m->wcy) / w_without;
    *beta = m->wcy / m->wc - *log_r0;
  } else {
    *log_r0 = m->wy / m->w;
    *beta = 0.0;
  }
}

/* −2 log likelihood at @x, maximised over R0, beta and sigma. The covariance of a
 * subject's n observations, sigma² I + omega² J, has the eigenvalues sigma² (n − 1 times)
 * and sigma² + n omega², so mean and squares of a subject say all (Pinheiro & Bates 2000,
 * section 2.2). */
static double
deviance (unsigned n_free, const double *x, double *gradient, void *data)
{
  Search        *search = data;
  const Problem *problem = search->problem;
  const double   ratio = exp (x[LOG_RATIO]);
  double         log_r0, beta, squares = 0.0, log_det = 0.0, n_total = 0.0, variance;
  Moments        m = { 0.0 };

  for (guint i = 0; i < problem->n_subjects; i++) {
    const QsWindowSummary *s = &problem->subjects[i];
    const double           weight =
        search->times[i] * (double) s->n / (1.0 + (double) s->n * ratio);
    const double y = s->log_mean - log_remaining (x, s->dose_mg_per_kg);

    m.w += weight;
    m.wy += weight * y;
    m.wc += s->comed != 0 ? weight : 0.0;
    m.wcy += s->comed != 0 ? weight * y : 0.0;
  }

  solve_linear (&m, &log_r0, &beta);

  for (guint i = 0; i < problem->n_subjects; i++) {
    const QsWindowSummary *s = &problem->subjects[i];
    const double           times = search->times[i], n = (double) s->n;
    const double r = s->log_mean - log_remaining (x, s->dose_mg_per_kg) - log_r0 -
                     (s->comed != 0 ? beta : 0.0);

    search->residuals[i] = r;
    squares += times * (s->log_squares + n / (1.0 + n * ratio) * r * r);
    log_det += times * log1p (n * ratio);
    n_total += times * n;
  }

  /* Noise-free data would drive sigma to zero and the likelihood to infinity. */
  variance = MAX (squares / n_total, 1e-12);

  search->parameters = (QsEmaxParameters){
    .r0_ng_ml = exp (log_r0),
    .beta_comed = beta,
    .imax = 1.0 / (1.0 + exp (-x[LOGIT_IMAX])),
    .u50_mg_per_kg = exp (x[LOG_U50]),
    .omega = sqrt (ratio * variance),
    .sigma = sqrt (variance),
  };

  return n_total * log (2.0 * G_PI * variance) + squares / variance + log_det;
}

/* Powell's BOBYQA (2009) from one start; @x is moved to the best point found. A search
 * that rounding ends early has still improved on its start. */
static double
descend (Search *search, double *x)
{
  const Problem *problem = search->problem;
  nlopt_opt      opt = nlopt_create (NLOPT_LN_BOBYQA, N_FREE);
  double         value = INFINITY;

  nlopt_set_lower_bounds (opt, problem->low);
  nlopt_set_upper_bounds (opt, problem->high);
  nlopt_set_min_objective (opt, deviance, search);
  nlopt_set_xtol_abs1 (opt, 1e-7);
  nlopt_set_ftol_abs (opt, 1e-10);
  nlopt_set_maxeval (opt, 1000);
  nlopt_optimize (opt, x, &value);
  nlopt_destroy (opt);

  return value;
}

/* Derivatives of the log mean by log R0, beta, logit Imax and log u50: the design that
 * the variances are corrected for. */
static void
design_row (const double *x, const QsWindowSummary *s, double row[N_MEAN])
{
  const double imax = 1.0 / (1.0 + exp (-x[LOGIT_IMAX]));
  const double u50 = exp (x[LOG_U50]), u = s->dose_mg_per_kg;
  const double share = u / (u50 + u), remaining = 1.0 - imax * share;

  row[0] = 1.0;
  row[1] = s->comed != 0 ? 1.0 : 0.0;
  row[2] = -imax * (1.0 - imax) * share / remaining;
  row[3] = imax * share * (1.0 - share) / remaining;
}

/* Log determinant of the upper half of @a over the directions that it knows: a parameter
 * at its bound, or an effect that the sample cannot tell, costs no degree of freedom. @a
 * is destroyed. */
static double
log_determinant (double a[N_MEAN][N_MEAN], guint *rank)
{
  const double smallest = 1e-10 * a[0][0];
  double       log_det = 0.0;

  *rank = 0;
  for (guint k = 0; k < N_MEAN; k++) {
    if (!(a[k][k] > smallest))
      continue;

    log_det += log (a[k][k]);
    (*rank)++;
    for (guint i = k + 1; i < N_MEAN; i++)
      for (guint j = i; j < N_MEAN; j++)
        a[i][j] -= a[k][i] * a[k][j] / a[k][k];
  }

  return log_det;
}

/* −2 log restricted likelihood of the variances (Patterson & Thompson 1971) without its
 * constant, the mean being held at its maximum and taken as linear around it. Plain
 * maximum likelihood forgets that the mean was fitted and gives too small an omega, hence
 * too steep a dose–success curve. */
static double
restricted_deviance (unsigned      n_free,
                     const double *log_ratio,
                     double       *gradient,
                     void         *data)
{
  Search        *search = data;
  const Problem *problem = search->problem;
  const double   ratio = exp (*log_ratio);
  double         information[N_MEAN][N_MEAN] = { { 0.0 } };
  double         squares = 0.0, log_det = 0.0, n_total = 0.0, variance;
  guint          rank;

  for (guint i = 0; i < problem->n_subjects; i++) {
    const QsWindowSummary *s = &problem->subjects[i];
    const double           times = search->times[i], n = (double) s->n;
    const double           weight = times * n / (1.0 + n * ratio);
    const double           r = search->residuals[i];
    double                 row[N_MEAN];

    design_row (search->best, s, row);
    for (guint j = 0; j < N_MEAN; j++)
      for (guint k = j; k < N_MEAN; k++)
        information[j][k] += weight * row[j] * row[k];

    squares += times * s->log_squares + weight * r * r;
    log_det += times * log1p (n * ratio);
    n_total += times * n;
  }

  log_det += log_determinant (information, &rank);
  variance = MAX (squares / MAX (n_total - rank, 1.0), 1e-12);
  search->parameters.omega = sqrt (ratio * variance);
  search->parameters.sigma = sqrt (variance);

  return (n_total - rank) * log (variance) + squares / variance + log_det;
}

static void
restrict_variances (Search *search)
{
  const Problem *problem = search->problem;
  nlopt_opt      opt = nlopt_create (NLOPT_LN_NELDERMEAD, 1);
  double         log_ratio = search->best[LOG_RATIO], value;

  nlopt_set_lower_bounds1 (opt, problem->low[LOG_RATIO]);
  nlopt_set_upper_bounds1 (opt, problem->high[LOG_RATIO]);
  nlopt_set_min_objective (opt, restricted_deviance, search);
  nlopt_set_xtol_abs1 (opt, 1e-8);
  nlopt_set_maxeval (opt, 500);
  nlopt_optimize (opt, &log_ratio, &value);
  nlopt_destroy (opt);

  restricted_deviance (1, &log_ratio, NULL, search);
}

/* The likelihood may have two hills (a small Imax at low doses, a large one at high
 * doses), so every start is tried. */
static QsEmaxParameters
fit_parameters (const Problem *problem, const guint *times, double *minus2ll)
{
  g_autofree double *residuals = g_new0 (double, problem->n_subjects);
  Search search = { .problem = problem, .times = times, .residuals = residuals };
  double lowest = INFINITY;

  for (guint i = 0; i < G_N_ELEMENTS (problem->start); i++) {
    double x[N_FREE], value;

    memcpy (x, problem->start[i], sizeof x);
    value = descend (&search, x);
    if (i == 0 || value < lowest) {
      lowest = value;
      memcpy (search.best, x, sizeof search.best);
    }
  }

  *minus2ll = deviance (N_FREE, search.best, NULL, &search);
  restrict_variances (&search);

  return search.parameters;
}

static QsPredictor *
fit_predictor (gconstpointer data, const guint *times)
{
  const Problem   *problem = data;
  QsEmaxParameters parameters;
  double           minus2ll;
  gsize            n_total = 0;

  for (guint i = 0; i < problem->n_subjects; i++)
    n_total += times[i] * problem->subjects[i].n;
  if (n_total == 0)
    return NULL;

  parameters = fit_parameters (problem, times, &minus2ll);
  return qs_emax_new (&parameters, problem->interval_h);
}

static gboolean
too_few (GError **error, const char *what)
{
  g_set_error (error, QS_ERROR, QS_ERROR_TOO_FEW, "The Emax model needs %s", what);
  return FALSE;
}

/* Bounds and starts follow the doses given: the data say nothing of a u50 a hundred times
 * beyond them. */
static gboolean
problem_init (Problem *self, GError **error)
{
  static const double logit_imax[] = { 0.0, 2.0, 5.0 };
  double              low = INFINITY, high = 0.0;
  guint               n_used = 0, n_repeated = 0, n_reference = 0;

  for (guint i = 0; i < self->n_subjects; i++) {
    const QsWindowSummary *s = &self->subjects[i];

    if (s->n == 0)
      continue;

    n_used++;
    n_repeated += s->n > 1;
    n_reference += s->dose_mg_per_kg <= 0.0;
    if (s->dose_mg_per_kg > 0.0) {
      low = MIN (low, s->dose_mg_per_kg);
      high = MAX (high, s->dose_mg_per_kg);
    }
  }

  if (n_used < N_SUBJECTS_MIN)
    return too_few (error, "8 subjects with biomarker observations in their last dosing "
                           "window");
  if (n_repeated == 0)
    return too_few (error,
                    "a subject with two observations in the last dosing window, to "
                    "tell people from noise");
  if (!(high > 0.0) || (n_reference == 0 && !(high > 1.5 * low)))
    return too_few (error, "two dose groups, at least one of them with drug");

  for (guint i = 0; i < G_N_ELEMENTS (logit_imax); i++) {
    self->start[i][LOGIT_IMAX] = logit_imax[i];
    self->start[i][LOG_U50] = log (low) + 0.5 * i * log (high / low);
    self->start[i][LOG_RATIO] = 0.0;
  }

  self->low[LOGIT_IMAX] = -7.0;
  self->high[LOGIT_IMAX] = 9.0;
  self->low[LOG_U50] = log (0.01 * low);
  self->high[LOG_U50] = log (100.0 * high);
  self->low[LOG_RATIO] = -14.0;
  self->high[LOG_RATIO] = 10.0;

  return TRUE;
}

/* Root mean square of observed minus typical biomarker, ng/mL, over the window's points:
 * the subject effect counts as error, because a new patient's is unknown. */
static double
typical_rmse (const Problem     *problem,
              const QsDataset   *dataset,
              const QsPredictor *predictor)
{
  double sum = 0.0;
  gsize  n_total = 0;

  for (guint i = 0; i < problem->n_subjects; i++) {
    const QsSubject          *subject = qs_dataset_subject (dataset, i);
    const QsWindowSummary    *s = &problem->subjects[i];
    g_autofree QsWindowPoint *points = g_new (QsWindowPoint, subject->n_records);
    const gsize               n = qs_window_points (subject, points, subject->n_records);
    double                    typical;

    predictor->klass->trajectory (predictor, s->dose_mg_per_kg, s->comed, NULL, 1,
                                  &typical);
    for (gsize k = 0; k < n; k++)
      sum += (points[k].response_ng_ml - typical) * (points[k].response_ng_ml - typical);
    n_total += n;
  }

  return sqrt (sum / (double) n_total);
}

static void
add_metrics (QsModel         *model,
             const Problem   *problem,
             const QsDataset *dataset,
             double           minus2ll)
{
  const QsEmaxParameters *p = qs_emax_parameters (model->estimate);
  const guint             n_parameters = model->facts.has_comed ? 6 : 5;

  qs_model_add_metric (model, "R0", p->r0_ng_ml, "ng/mL");
  if (model->facts.has_comed)
    qs_model_add_metric (model, "beta_R0_COMED", p->beta_comed, "log ratio");
  qs_model_add_metric (model, "Imax", p->imax, "");
  qs_model_add_metric (model, "u50", p->u50_mg_per_kg, "mg/kg");
  qs_model_add_metric (model, "omega", p->omega, "SD of log R");
  qs_model_add_metric (model, "sigma", p->sigma, "SD of log R");
  qs_model_add_metric (model, "RMSE", typical_rmse (problem, dataset, model->estimate),
                       "ng/mL");
  qs_model_add_metric (model, "-2LL", minus2ll, "");
  qs_model_add_metric (model, "AIC", minus2ll + 2.0 * n_parameters, "");
}

/**
 * qs_emax_fit:
 * @dataset: a study with biomarker observations in the last dosing window
 * @options: settings of kind %QS_MODEL_EMAX
 * @run: (nullable): the run
 * @error: return location for %QS_ERROR_TOO_FEW, %QS_ERROR_DATA, %QS_ERROR_SCENARIO or
 * %QS_ERROR_CANCELLED
 *
 * Fits the inhibitory Emax model with a random intercept per subject: the mean by maximum
 * likelihood, omega and sigma by restricted likelihood. -2LL and AIC are those of the
 * maximum likelihood. Placebo subjects inform R0. The parameter draws are fits to
 * bootstrap samples of the subjects.
 *
 * Returns: (transfer full): the model
 */
QsModel *
qs_emax_fit (const QsDataset    *dataset,
             const QsFitOptions *options,
             QsRun              *run,
             GError            **error)
{
  const gint64                begin_us = g_get_monotonic_time ();
  g_autofree QsWindowSummary *subjects = NULL;
  g_autofree guint           *once = NULL;
  g_autoptr (QsModel)         model = NULL;
  const QsEvent               event = { .stage = QS_STAGE_TRAIN, .fraction = 1.0 };
  Problem                     problem;
  QsEmaxParameters            parameters;
  double                      minus2ll;

  if (!qs_fit_options_validate (options, error) || !qs_dataset_require (dataset, error))
    return NULL;

  subjects = qs_window_summaries (dataset, error);
  if (subjects == NULL)
    return NULL;

  model = qs_model_new (QS_MODEL_EMAX);
  model->facts = qs_dataset_facts (dataset);
  model->options = *options;
  model->data_sha256 = g_strdup (qs_dataset_sha256 (dataset));

  problem = (Problem){
    .subjects = subjects,
    .n_subjects = qs_dataset_n_subjects (dataset),
    .interval_h = model->facts.interval_h,
  };
  if (!problem_init (&problem, error))
    return NULL;

  once = g_new (guint, problem.n_subjects);
  for (guint i = 0; i < problem.n_subjects; i++)
    once[i] = 1;

  parameters = fit_parameters (&problem, once, &minus2ll);
  model->estimate = qs_emax_new (&parameters, problem.interval_h);
  add_metrics (model, &problem, dataset, minus2ll);

  if (!qs_run_step (run, &event, error) ||
      !qs_fit_draws (model, dataset, fit_predictor, &problem, run, error))
    return NULL;

  model->elapsed_s = (double) (g_get_monotonic_time () - begin_us) * 1e-6;
  return g_steal_pointer (&model);
}
