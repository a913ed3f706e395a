/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plots/qusop-plot.h"
#include "qusop-cli.h"

G_BEGIN_DECLS

/* A key of minisign is two short lines. */
#define QUSOP_KEY_MAX 65536

/**
 * QusopOutput:
 *
 * The folder that --out names. Files are written to a hidden folder beside it and moved
 * in together at the end, so a run that fails or is cancelled leaves nothing behind.
 */
typedef struct _QusopOutput QusopOutput;

/* Make and end. */
QusopOutput *qusop_output_new (const char *folder, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;
void qusop_output_free (QusopOutput *self);
void qusop_output_abandon (void);

/* Read. */
const char *qusop_output_staging (const QusopOutput *self);
char       *qusop_output_path (const QusopOutput *self, const char *name)
    G_GNUC_WARN_UNUSED_RESULT;

/* Change. */
gboolean qusop_output_write (QusopOutput *self,
                             const char  *name,
                             char        *text,
                             GError     **error);
gboolean qusop_output_write_bytes (QusopOutput *self,
                                   const char  *name,
                                   GBytes      *bytes,
                                   GError     **error);
gboolean qusop_output_figure (QusopOutput         *self,
                              const char          *name,
                              const QusopPlotSpec *figure,
                              GError             **error);
gboolean qusop_output_finish (QusopOutput           *self,
                              const char            *command,
                              const QsReportSetting *settings,
                              gsize                  n_settings,
                              GError               **error);

/* Always FALSE, for whoever writes by other means than the functions here. */
gboolean qusop_output_fail (GError **error, GError *cause);

/* Who signs. */
gboolean qusop_output_sign_with (const char *path, GError **error);
void     qusop_output_sign_no_more (void);

/* Files without a folder. */
gboolean qusop_output_probe (const char *path, GError **error);
gboolean qusop_output_bytes (const char *path, GBytes *bytes, GError **error);
gboolean qusop_output_file (const char *path, char *text, GError **error);
gboolean qusop_output_model (const QsModel *model, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QusopOutput, qusop_output_free)

G_END_DECLS
