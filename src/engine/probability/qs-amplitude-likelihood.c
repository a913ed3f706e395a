/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"
#include "core/qs-stats.h"
#include "probability/qs-amplitude-task.h"

#include <math.h>

#define N_POWERS_MAX 64
#define N_EVALUATION_MAX 20
#define N_TELLING_MAX 16

/* How much less likely, on the log scale, an angle may be and still be looked at once
 * more outcomes are known: they would have to be e^30 times as likely there as at the
 * best. */
static const double far_off = 30.0;

/* Outcomes of circuits: of powers of Q, or of phase estimation; and where the angle is
 * looked for. */
typedef struct {
  double        low, high;
  guint         n_powers;
  double        factors[N_POWERS_MAX]; /* 2k + 1 */
  gboolean      rescaled[N_POWERS_MAX];
  double        hits[N_POWERS_MAX];
  double        shots[N_POWERS_MAX];
  QsDimmed     *dimmed;      /* NULL of a device without noise */
  guint         n_outcomes;  /* of phase estimation, else 0 */
  const double *counts;      /* of its outcomes y and n − y together, y <= n / 2 */
  guint         first, last; /* y with a count */
  double        information;
} Outcomes;

/* n log p, with 0 log 0 = 0. */
static double
term (double n, double p)
{
  return n > 0.0 ? n * log (MAX (p, 1e-300)) : 0.0;
}

static double
log_likelihood (const Outcomes *self, double angle)
{
  const guint n = self->n_outcomes;
  double      sum = 0.0;

  if (self->dimmed != NULL)
    return qs_dimmed_log_likelihood (self->dimmed, angle);

  for (guint i = 0; i < self->n_powers; i++) {
    const double s = sin (self->factors[i] * angle), c = cos (self->factors[i] * angle);

    sum += term (self->hits[i], s * s) + term (self->shots[i] - self->hits[i], c * c);
  }
  for (guint y = self->first; n > 0 && y <= self->last; y++) {
    if (self->counts[y] > 0.0)
      sum +=
          term (self->counts[y], qs_phase_kernel ((double) y / n - angle / G_PI, n) +
                                     qs_phase_kernel ((double) y / n + angle / G_PI, n));
  }

  return sum;
}

/* Golden section between two neighbours of the best point of a grid. */
static double
polish (const Outcomes *self, double low, double high)
{
  const double ratio = 0.5 * (sqrt (5.0) - 1.0);

  for (guint i = 0; i < 60; i++) {
    const double a = high - ratio * (high - low), b = low + ratio * (high - low);

    if (log_likelihood (self, a) >= log_likelihood (self, b))
      high = b;
    else
      low = a;
  }

  return 0.5 * (low + high);
}

/* Where between @out and @in the likelihood passes @needed. */
static double
edge (const Outcomes *self, double out, double in, double needed)
{
  for (guint i = 0; i < 60; i++) {
    const double middle = 0.5 * (out + in);

    if (log_likelihood (self, middle) >= needed)
      in = middle;
    else
      out = middle;
  }

  return out;
}

/* The likelihood's maximum within [low, high], and the hull of the angles there that are
 * less likely by @less at most, on the log scale. The grid is finer than the narrowest
 * peak: a quarter of a standard deviation. */
static double
find_hull (const Outcomes *self, double less, double *low, double *high)
{
  const double       width = self->high - self->low;
  const gsize        n = (gsize) ceil (4.0 * width * sqrt (self->information)) + 16;
  const double       step = width / (double) n;
  g_autofree double *values = g_new (double, n + 1);
  gsize              best = 0, first = 0, last = n;
  double             angle, top, needed;

  for (gsize i = 0; i <= n; i++) {
    values[i] = log_likelihood (self, self->low + (double) i * step);
    if (values[i] > values[best])
      best = i;
  }

  angle = polish (self, self->low + (double) (best > 0 ? best - 1 : 0) * step,
                  self->low + (double) MIN (best + 1, n) * step);
  top = log_likelihood (self, angle);
  if (values[best] > top) {
    angle = self->low + (double) best * step;
    top = values[best];
  }

  needed = top - less;
  while (first < best && values[first] < needed)
    first++;
  while (last > best && values[last] < needed)
    last--;
  *low = values[first] >= needed ? self->low + (double) first * step : angle;
  *high = values[last] >= needed ? self->low + (double) last * step : angle;
  *low = first > 0 ? edge (self, self->low + (double) (first - 1) * step, *low, needed)
                   : self->low;
  *high = last < n ? edge (self, self->low + (double) (last + 1) * step, *high, needed)
                   : self->high;
  return angle;
}

/* The most likely angle, and the hull of all that a likelihood ratio test does not
 * reject. */
static void
take (QsAmplitudeTask *task, const Outcomes *self)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * task->options->level);
  double       low, high;
  const double angle = find_hull (self, 0.5 * z * z, &low, &high);

  task->result->estimate = pow (sin (angle), 2.0);
  task->result->lower = pow (sin (MIN (low, angle)), 2.0);
  task->result->upper = pow (sin (MAX (high, angle)), 2.0);
}

/* 1, 5, 11, 23, 47, …: factors that double but are no multiples of 3. Where p is 0.75 or
 * 0.25 these would say 0 or 1 whatever is nearby, and a likelihood without slope there
 * covers more or less than it claims. */
static double
next_factor (double factor)
{
  const double next = 2.0 * factor + 1.0;

  return fmod (next, 3.0) == 0.0 ? next + 2.0 : next;
}

/* Shots of a power more, FALSE where they are too dear or fail; then narrows where the
 * angle is looked for. A rescaled angle turns a quarter as far, or less. */
static gboolean
measure (QsAmplitudeTask *task,
         QsOracle        *oracle,
         Outcomes        *outcomes,
         double           factor,
         guint            n,
         GError         **error)
{
  const guint    power = (guint) (factor - 1.0) / 2;
  const gboolean rescaled = oracle != task->oracle;
  guint          i = 0;
  double         p, low, high;

  while (i < outcomes->n_powers &&
         (outcomes->factors[i] != factor || outcomes->rescaled[i] != rescaled))
    i++;
  if (i == N_POWERS_MAX || !qs_amplitude_afford (task, (guint64) (n * factor), n) ||
      !oracle->klass->success (oracle, power, &p, task->run, error))
    return FALSE;

  outcomes->n_powers = MAX (outcomes->n_powers, i + 1);
  outcomes->factors[i] = factor;
  outcomes->rescaled[i] = rescaled;
  outcomes->hits[i] += qs_amplitude_draw (task, p, n);
  outcomes->shots[i] += n;
  outcomes->information += (rescaled ? 0.25 : 4.0) * n * factor * factor;
  if (outcomes->dimmed != NULL)
    outcomes->dimmed->n = outcomes->n_powers;
  find_hull (outcomes, far_off, &low, &high);
  outcomes->low = low;
  outcomes->high = high;
  task->result->max_power = MAX (task->result->max_power, power);
  return qs_run_step (task->run, NULL, error);
}

/* The power up to @most whose outcomes differ most, for its price, between two angles. */
static double
telling_factor (double here, double there, double most)
{
  double best = 1.0, best_told = 0.0;

  for (double factor = 1.0; factor <= most; factor += 2.0) {
    const double p = pow (sin (factor * here), 2.0), q = pow (sin (factor * there), 2.0);
    const double told =
        pow (p - q, 2.0) / (factor * (p * (1.0 - p) + q * (1.0 - q) + 0.01));

    if (told > best_told) {
      best = factor;
      best_told = told;
    }
  }

  return best;
}

/* Whether at an end of the interval the device would have to forget much more than at its
 * best angle: then what is unknown is the decay. */
static gboolean
hides_decay (const QsAmplitudeResult *result, const QsDimmed *dimmed, double longest)
{
  const double ends[] = { result->lower, result->upper };

  for (guint i = 0; i < 2; i++) {
    QsDimmed end = *dimmed;

    qs_dimmed_log_likelihood (&end, asin (sqrt (ends[i])));
    if ((end.decay - dimmed->decay) * longest > 0.5)
      return TRUE;
  }

  return FALSE;
}

/* The noise is unknown and fitted with the angle: Tanaka et al. 2021. Powers grow while
 * the device remembers; then shots do. Where forgetting would explain the outcomes as
 * well as the angle does, as at p = 0.5, outcomes of the rescaled angle tell the decay;
 * where mirror images of the angle are left, those that tell them apart are asked. */
static gboolean
learn (QsAmplitudeTask *task, GError **error)
{
  const QsAmplitudeOptions *options = task->options;
  Outcomes                  outcomes = { .high = G_PI_2 };
  QsDimmed                  dimmed = {
                     .factors = outcomes.factors,
                     .rescaled = outcomes.rescaled,
                     .hits = outcomes.hits,
                     .shots = outcomes.shots,
                     .readout = options->readout,
                     .fits_blank = options->fits_blank,
                     .decay = 1e-3,
                     .blank = 0.5,
  };
  g_autoptr (QsOracle) rescaled =
      task->oracle->klass->rescaled (task->oracle, task->run, error);
  QsOracle   *oracle = task->oracle;
  double      factor = 1.0, longest = 1.0;
  const guint usual = qs_amplitude_shots (task, 100);
  GError     *failure = NULL;

  if (rescaled == NULL)
    return FALSE;

  outcomes.dimmed = &dimmed;
  for (guint n = usual; measure (task, oracle, &outcomes, factor, n, &failure);) {
    take (task, &outcomes);
    const double angle = asin (sqrt (task->result->estimate));
    const double low = asin (sqrt (task->result->lower));
    const double high = asin (sqrt (task->result->upper));

    qs_dimmed_log_likelihood (&dimmed, angle);
    task->result->decay = dimmed.decay;
    if (task->result->upper - task->result->lower <= 2.0 * options->epsilon ||
        !qs_amplitude_report (task, &failure))
      break;

    oracle = task->oracle;
    n = usual;
    if (hides_decay (task->result, &dimmed, longest)) {
      oracle = rescaled;
      factor = qs_dimmed_reminding_factor (&dimmed, angle, longest);
    } else if (high - low > 3.0 * qs_dimmed_width (&dimmed, angle, options->level)) {
      factor = telling_factor (angle, high - angle > angle - low ? high : low, longest);
    } else {
      factor =
          qs_dimmed_best_factor (&dimmed, angle, usual, longest, next_factor (longest));
      n = factor > longest ? usual : MAX (usual, (guint) (task->result->n_shots / 4));
      longest = MAX (longest, factor);
    }
  }

  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, failure);
  return FALSE;
}

/* Powers that grow leave mirror images of the angle, which few shots need not tell apart.
 * Then those that do are asked, until one image is left. To stop as soon as the interval
 * leaves the others out would leave the right one out too often, so they have to be twice
 * as unlikely, on the log scale. */
static void
tell_apart (QsAmplitudeTask *task, Outcomes *outcomes, guint n, GError **error)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * task->options->level);

  for (guint turn = 0; turn < N_TELLING_MAX; turn++) {
    double       low, high;
    const double angle = find_hull (outcomes, z * z, &low, &high);
    const double far = high - angle > angle - low ? high : low;

    if ((pow (sin (high), 2.0) - pow (sin (low), 2.0) <= 3.0 * task->options->epsilon &&
         task->result->upper - task->result->lower <= 2.0 * task->options->epsilon) ||
        !measure (task, task->oracle, outcomes,
                  telling_factor (angle, far, 2.0 * task->result->max_power + 1.0), n,
                  error))
      return;
    take (task, outcomes);
  }
}

gboolean
qs_amplitude_mlae (QsAmplitudeTask *task, GError **error)
{
  const double z = qs_normal_quantile (0.5 + 0.5 * task->options->level);
  const guint  n = qs_amplitude_shots (task, 100);
  Outcomes     outcomes = { .high = G_PI_2 };
  GError      *failure = NULL;

  if (task->options->fits_decay)
    return learn (task, error);

  /* Fisher's information on the angle is 4 n Σ factor²; p = ½ has the widest interval. */
  for (double factor = 1.0; outcomes.n_powers < 32; factor = next_factor (factor)) {
    if (!measure (task, task->oracle, &outcomes, factor, n, &failure) ||
        z / sqrt (outcomes.information) <= task->options->epsilon)
      break;
  }

  if (outcomes.n_powers > 0)
    take (task, &outcomes);

  if (failure == NULL && outcomes.n_powers > 0)
    tell_apart (task, &outcomes, n, &failure);
  if (failure != NULL) {
    g_propagate_error (error, failure);
    return FALSE;
  }
  return qs_amplitude_report (task, error);
}

/* Qubits that make the interval of p = ½ about as narrow as wanted: phase estimation with
 * n outcomes and s shots has a half-width of 0.2 / n √(100 / s), measured. */
static guint
n_evaluation_qubits (const QsAmplitudeTask *task, guint n_shots)
{
  const double n = 0.2 / task->options->epsilon * sqrt (100.0 / n_shots);

  return (guint) CLAMP (ceil (log2 (n)), 1.0, N_EVALUATION_MAX);
}

/* Draws an outcome of the distribution whose sums are @sums. */
static guint
draw_outcome (QsAmplitudeTask *task, const double *sums, guint n)
{
  const double u = qs_amplitude_uniform (task) * sums[n - 1];
  guint        low = 0, high = n - 1;

  while (low < high) {
    const guint middle = (low + high) / 2;

    if (sums[middle] > u)
      high = middle;
    else
      low = middle + 1;
  }

  return low;
}

gboolean
qs_amplitude_canonical (QsAmplitudeTask *task, GError **error)
{
  const guint        n_shots = qs_amplitude_shots (task, 100);
  const guint        n_qubits = n_evaluation_qubits (task, n_shots), n = 1u << n_qubits;
  g_autofree double *p = g_new (double, n);
  g_autofree double *counts = g_new0 (double, n / 2 + 1);
  Outcomes           outcomes = {
              .n_outcomes = n,
              .last = n / 2,
              .counts = counts,
              .information = 4.0 * n_shots * (double) n * n,
  };

  /* Controlled powers 1, 2, 4, … are n − 1 uses of Q, each of A and A†, after one of A.
   */
  if (!qs_amplitude_afford (task, n_shots * (2 * (guint64) n - 1), n_shots))
    return TRUE;
  if (!task->oracle->klass->phases (task->oracle, n_qubits, p, task->run, error))
    return FALSE;

  task->result->max_power = n - 1;
  if (task->options->expected) {
    for (guint y = 0; y < n; y++)
      counts[MIN (y, n - y)] += n_shots * p[y];
  } else {
    for (guint y = 1; y < n; y++)
      p[y] += p[y - 1];
    for (guint i = 0; i < n_shots; i++) {
      const guint y = draw_outcome (task, p, n);

      counts[MIN (y, n - y)] += 1.0;
    }
  }

  /* Beyond the outcomes that were seen an angle is less likely than at one of them. */
  while (outcomes.first < n / 2 && counts[outcomes.first] == 0.0)
    outcomes.first++;
  while (outcomes.last > 0 && counts[outcomes.last] == 0.0)
    outcomes.last--;
  outcomes.low = G_PI * (MAX (outcomes.first, 2) - 2.0) / n;
  outcomes.high = MIN (G_PI * (outcomes.last + 2.0) / n, G_PI_2);
  take (task, &outcomes);
  return qs_amplitude_report (task, error);
}
