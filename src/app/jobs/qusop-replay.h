/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

/**
 * QusopReplay:
 * @id: of the run
 * @same: whether it gave the same again
 * @text: what the command line says of it: a line, or a line of each difference
 *
 * How the replay of a run ended.
 */
typedef struct {
  char    *id;
  gboolean same;
  char    *text;
} QusopReplay;

QusopReplay *qusop_replay_new (const char *id, QsRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qusop_replay_free (QusopReplay *self);

G_END_DECLS
