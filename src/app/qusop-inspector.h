/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "jobs/qusop-replay.h"

#include <glib-object.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_INSPECTOR (qusop_inspector_get_type ())

/**
 * QusopInspector:
 *
 * What can be done with runs on record, in the background: one is run again, two are set
 * beside each other. Says "replay-changed" and "pairs-changed".
 */
G_DECLARE_FINAL_TYPE (QusopInspector, qusop_inspector, QUSOP, INSPECTOR, GObject)

QusopInspector *qusop_inspector_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Read; all may be empty. */
const char        *qusop_inspector_get_replaying (QusopInspector *self);
QsStage            qusop_inspector_get_stage (QusopInspector *self);
double             qusop_inspector_get_fraction (QusopInspector *self);
const QusopReplay *qusop_inspector_get_replay (QusopInspector *self);
const char        *qusop_inspector_get_replay_problem (QusopInspector *self);
const GPtrArray   *qusop_inspector_get_pairs (QusopInspector *self);
const char        *qusop_inspector_get_pairs_csv (QusopInspector *self);
const char        *qusop_inspector_get_pairs_problem (QusopInspector *self);

/* Change. */
void qusop_inspector_replay (QusopInspector *self, const char *id);
void qusop_inspector_cancel (QusopInspector *self);
void qusop_inspector_compare (QusopInspector *self,
                              const char     *first,
                              const char     *second);

G_END_DECLS
