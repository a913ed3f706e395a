/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

typedef enum {
  QS_ENDPOINT_PK, /* concentration, mg/L */
  QS_ENDPOINT_PD, /* biomarker, ng/mL */
} QsEndpoint;

typedef enum {
  QS_RECORD_OBSERVATION,
  QS_RECORD_DOSE,
  QS_RECORD_RESET, /* amounts to zero; a reset with dose becomes two records */
} QsRecordKind;

/**
 * QsRecord:
 * @kind: what happens
 * @endpoint: what was measured, for observations
 * @time_h: hours since the subject's first dose
 * @value: mg for doses, mg/L or ng/mL for observations
 * @compartment: CMT as given, 0 if absent
 * @below_limit: left-censored: the true value lies below @value, which is the LLOQ
 * @steady_state: the dose arrives at steady state with @interval_h (SS = 1)
 * @interval_h: dosing interval of a steady-state dose, else 0
 * @is_intravenous: the dose goes into a vein, else it is absorbed
 * @rate_mg_h: how fast, for an infusion; else 0
 * @row: line of the file it came from, the header being line 1; implied doses (ADDL)
 * share their record's line
 */
typedef struct {
  QsRecordKind kind;
  QsEndpoint   endpoint;
  double       time_h;
  double       value;
  guint        compartment;
  gboolean     below_limit;
  gboolean     steady_state;
  double       interval_h;
  gboolean     is_intravenous;
  double       rate_mg_h;
  guint        row;
} QsRecord;

/**
 * QsSubject:
 * @id: as written in the file
 * @bw_kg: body weight
 * @comed: co-medication, 0 or 1; 0 where the study has no such column
 * @dose_mg: the arm: DOSE where given, else the most frequent AMT, 0 for placebo
 * @last_dose_h: time of the last dose; of the study's last dose for placebo
 * @interval_h: the usual time between doses; the study's for placebo; 0 when unknown
 * @records: by time, ADDL expanded; doses before observations at equal times
 *
 * One person of a study. Owned by the dataset.
 */
typedef struct {
  char     *id;
  double    bw_kg;
  guint     comed;
  double    dose_mg;
  double    last_dose_h;
  double    interval_h;
  guint     n_doses;
  guint     n_pk;
  guint     n_pd;
  QsRecord *records;
  gsize     n_records;
} QsSubject;
