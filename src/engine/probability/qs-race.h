/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "probability/qs-estimate.h"

G_BEGIN_DECLS

#define QS_RACE_N_POINTS 6

/* The methods that are compared: all of #QsAmplitudeMethod, then quasi-Monte Carlo on the
 * model itself. */
#define QS_RACE_N_CURVES (QS_N_AMPLITUDE_METHODS + 1)

typedef enum {
  QS_BASELINE_MODEL, /* Monte Carlo that asks the model about every person */
  QS_BASELINE_TABLE, /* Monte Carlo on the table */
  QS_BASELINE_SUM,   /* the table added up: the answer itself */
} QsBaselineKind;
#define QS_N_BASELINES 3

/**
 * QsBaseline:
 * @n_queries: people asked, rows drawn, or rows added up
 * @half_width: 0 of the sum
 */
typedef struct {
  guint64 n_queries;
  double  half_width;
  double  seconds;
} QsBaseline;

/**
 * QsRaceCurve:
 * @calls: mean queries: uses of A and A†, of samples people or draws
 * @half_width: mean half-width of the interval
 * @slope: of one against the other on log axes; NaN below two points
 */
typedef struct {
  guint  n;
  double calls[QS_RACE_N_POINTS];
  double half_width[QS_RACE_N_POINTS];
  double slope;
} QsRaceCurve;

/**
 * QsRace:
 * @estimate: by the chosen method: on the simulated register, or by asking the model;
 * its exact value is the table's
 * @tabulation_s: of the table that the register and two of the baselines share
 * @circuit: the oracle's circuit on three qubits, drawn as text
 * @bits_sha256: of the recorded bits that people were drawn with, or %NULL
 *
 * One probability by every method: what each query buys, and what a second does. Curves
 * of amplitude estimation are those of an emulated device, with the noise that was asked
 * for; they know the answer, so they have no seconds.
 */
typedef struct {
  int         n_refs;
  QsEstimate  estimate;
  QsNoise     noise;
  double      tabulation_s;
  QsBaseline  baselines[QS_N_BASELINES];
  QsRaceCurve curves[QS_RACE_N_CURVES];
  char       *circuit;
  char       *bits_sha256;
} QsRace;

QsRace *qs_race_new (const QsModel           *model,
                     const QsScenario        *scenario,
                     double                   dose_mg,
                     const QsEstimateOptions *options,
                     QsRun                   *run,
                     GError                 **error) G_GNUC_WARN_UNUSED_RESULT;
QsRace *qs_race_ref (QsRace *self);
void    qs_race_unref (QsRace *self);

const char *qs_race_curve_name (guint curve);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsRace, qs_race_unref)

G_END_DECLS
