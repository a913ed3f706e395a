/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bands, phases and missed ranges of a schedule at most, its doses and its text. */
#define QS_DOSING_MAX_PARTS 8
#define QS_DOSING_MAX_DOSES 366
#define QS_DOSING_MAX_TEXT 256

/**
 * QsDosing:
 * @interval_h: between doses
 * @per_kg: the dose is one per body weight, mg/kg; else mg
 * @n_bands: bands of body weight, 0 for the same dose for all
 * @band_end_kg: a band is for who weighs less; +infinity in the last
 * @band_factor: times the dose
 * @is_naive: the first dose meets no drug; else the schedule continues a steady state of
 * the maintenance dose, and its doses are counted from where it begins to be told
 * @n_phases: phases before the maintenance dose
 * @phase_doses: how many doses they have
 * @phase_factor: times the maintenance dose
 * @n_missed: ranges of doses that are not taken
 * @missed_from: the first, counted from 1
 * @missed_to: the last
 * @judged_from: the first interval that is judged, counted as doses are; 0 for any
 * interval of the steady state
 * @judged_to: the last
 * @text: what qs_dosing_parse() reads as the same schedule
 *
 * When which doses are taken. All are multiples of one maintenance dose, the one that is
 * asked for: who needs more of it needs more of all. A plain value.
 */
typedef struct {
  double   interval_h;
  gboolean per_kg;
  guint    n_bands;
  double   band_end_kg[QS_DOSING_MAX_PARTS];
  double   band_factor[QS_DOSING_MAX_PARTS];
  gboolean is_naive;
  guint    n_phases;
  guint    phase_doses[QS_DOSING_MAX_PARTS];
  double   phase_factor[QS_DOSING_MAX_PARTS];
  guint    n_missed;
  guint    missed_from[QS_DOSING_MAX_PARTS];
  guint    missed_to[QS_DOSING_MAX_PARTS];
  guint    judged_from;
  guint    judged_to;
  char     text[QS_DOSING_MAX_TEXT];
} QsDosing;

/* For the help of commands and the tooltip of the window. */
#define QS_DOSING_GRAMMAR                                                            \
  "qd, qw or q12h, q3d, q2w; then any of mg/kg, bands=60:0.75,80:1,1.25 (times the " \
  "dose: below 60 kg, below 80 kg, else), load=2, titrate=0.25x7,0.5x7 (times the "  \
  "dose, for so many doses), naive, miss=1,4-5 (doses), judge=15-21 (intervals)"

gboolean qs_dosing_parse (const char *text, QsDosing *schedule, GError **error);
gboolean qs_dosing_is_steady (const QsDosing *self);
double   qs_dosing_factor (const QsDosing *self, gint dose);
double   qs_dosing_weight_factor (const QsDosing *self, double bw_kg);
double   qs_dosing_highest_factor (const QsDosing *self);
double   qs_dosing_grid_step (const QsDosing *self);

G_END_DECLS
