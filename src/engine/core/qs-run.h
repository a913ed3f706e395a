/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  QS_STAGE_LOAD,
  QS_STAGE_CHECK,
  QS_STAGE_SEARCH,
  QS_STAGE_TRAIN,
  QS_STAGE_BOOTSTRAP,
  QS_STAGE_TABULATE,
  QS_STAGE_SIMULATE,
  QS_STAGE_SOLVE,
  QS_STAGE_WRITE,
} QsStage;

typedef enum {
  QS_CURVE_NONE,
  QS_CURVE_TRAIN_LOSS,
  QS_CURVE_VALIDATION_LOSS,
  QS_CURVE_PARAMETER,
  QS_CURVE_HALF_WIDTH,
} QsCurve;

/**
 * QsEvent:
 * @stage: what the computation is doing
 * @fraction: how much of the stage is done, in [0, 1]
 * @curve: which live curve (@x, @y) is a point of, or %QS_CURVE_NONE
 * @series: number of the curve within its kind (bootstrap network 0, 1, …; for
 * %QS_CURVE_PARAMETER which parameter, for %QS_CURVE_HALF_WIDTH which method)
 * @chain: for %QS_CURVE_PARAMETER which of the fits from different starts: curves of one
 * series belong into one plot
 * @text: (nullable): one line for a log, borrowed for the call; of a point of
 * %QS_CURVE_PARAMETER the parameter's name
 * @value: (nullable): an intermediate result, borrowed for the call: after each network
 * of %QS_STAGE_BOOTSTRAP the #QsModel so far; take a reference to keep it
 *
 * One report of a running computation. Copied by value, never stored by the engine.
 */
typedef struct {
  QsStage     stage;
  double      fraction;
  QsCurve     curve;
  guint       series;
  guint       chain;
  double      x;
  double      y;
  const char *text;
  gpointer    value;
} QsEvent;

/**
 * QsEventFunc:
 *
 * Called by the engine from whichever thread reports, but never twice at the same time.
 * Must not block and must not call back into the engine.
 */
typedef void (*QsEventFunc) (const QsEvent *event, gpointer user_data);

typedef struct _QsRun QsRun;

/* Make and end. A run is reference-counted and may be shared between threads. */
QsRun *qs_run_new (guint n_threads, QsEventFunc func, gpointer user_data)
    G_GNUC_WARN_UNUSED_RESULT;
QsRun *qs_run_new_quiet (QsRun *parent) G_GNUC_WARN_UNUSED_RESULT;
QsRun *qs_run_ref (QsRun *self);
void   qs_run_unref (QsRun *self);

/* Read. All accept %NULL: one thread, no listener, never cancelled. */
guint       qs_run_n_threads (const QsRun *self);
gboolean    qs_run_is_cancelled (const QsRun *self);
const char *qs_stage_name (QsStage stage);
const char *qs_curve_name (QsCurve curve);

/* Change. */
void     qs_run_cancel (QsRun *self);
gboolean qs_run_step (QsRun *self, const QsEvent *event, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsRun, qs_run_unref)

G_END_DECLS
