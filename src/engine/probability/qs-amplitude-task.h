/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the methods of amplitude estimation share among themselves. */
#include "probability/qs-amplitude.h"

typedef struct {
  QsOracle                 *oracle;
  const QsAmplitudeOptions *options;
  QsRun                    *run;
  QsAmplitudeResult        *result;
  guint32                   n_drawn;
} QsAmplitudeTask;

/* FALSE where the calls would be more than allowed; the verdict says so then. */
gboolean qs_amplitude_afford (QsAmplitudeTask *task, guint64 n_calls, guint64 n_shots);
guint    qs_amplitude_shots (const QsAmplitudeTask *task, guint usual);
double   qs_amplitude_uniform (QsAmplitudeTask *task);
double   qs_amplitude_draw (QsAmplitudeTask *task, double p, guint n);
gboolean qs_amplitude_report (QsAmplitudeTask *task, GError **error);

gboolean qs_amplitude_canonical (QsAmplitudeTask *task, GError **error);
gboolean qs_amplitude_mlae (QsAmplitudeTask *task, GError **error);
gboolean qs_amplitude_iterative (QsAmplitudeTask *task, GError **error);
gboolean qs_amplitude_fixed_point (QsAmplitudeTask *task, GError **error);
gboolean qs_amplitude_faster (QsAmplitudeTask *task, GError **error);

/**
 * QsFaster:
 * @n_powers: 1, 2, 4, …, of which only as many are used as are needed
 * @delta: how often each of the up to 2 @n_powers − 1 measurements may be off by more
 * than its bound
 * @rescales: whether the oracle's amplitude is a quarter of the one that is wanted, as
 * the angles must be small; if not, the probability must be below one sixteenth, or the
 * first power unambiguous all the same
 */
typedef struct {
  guint    n_powers;
  double   delta;
  gboolean rescales;
} QsFaster;

/* Faster amplitude estimation on @oracle as it is. */
gboolean qs_amplitude_faster_run (QsAmplitudeTask *task,
                                  QsOracle        *oracle,
                                  const QsFaster  *plan,
                                  GError         **error);

/**
 * QsDimmed:
 * @factors: (array length=n): 2k + 1
 * @rescaled: (array length=n): whether the amplitude was a quarter:
 * QsOracleClass.rescaled
 * @hits: (array length=n): and of how many @shots
 * @readout: of 0 and of 1
 * @fits_blank: fit the probability that is left, too
 * @decay: per factor; where the fit begins, and what it finds
 * @blank: likewise
 *
 * Outcomes of a device that forgets: after a factor K the flag is 1 with probability
 * b + e^−κK (sin² Kθ − b).
 */
typedef struct {
  guint           n;
  const double   *factors;
  const gboolean *rescaled;
  const double   *hits;
  const double   *shots;
  const double   *readout;
  gboolean        fits_blank;
  double          decay;
  double          blank;
} QsDimmed;

double qs_dimmed_log_likelihood (QsDimmed *self, double angle);
double qs_dimmed_width (const QsDimmed *self, double angle, double level);
double qs_dimmed_reminding_factor (const QsDimmed *self, double angle, double most);
double qs_dimmed_best_factor (const QsDimmed *self,
                              double          angle,
                              guint           n_shots,
                              double          longest,
                              double          most);
