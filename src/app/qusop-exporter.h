/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "plots/qusop-plot.h"
#include "qusop-session.h"

G_BEGIN_DECLS

/* Writes charts and tables to files, one at a time. */
typedef struct _QusopExporter QusopExporter;

QusopExporter *qusop_exporter_new (QusopSession *session) G_GNUC_WARN_UNUSED_RESULT;
void           qusop_exporter_free (QusopExporter *self);
void           qusop_exporter_write (QusopExporter *self,
                                     QusopPlotSpec *spec,
                                     const char    *path,
                                     double         width,
                                     double         height);
void           qusop_exporter_write_nca (QusopExporter *self,
                                         QsDataset     *dataset,
                                         QsNca         *nca,
                                         const char    *path);
gboolean       qusop_exporter_has_written (const QusopExporter *self);
void qusop_exporter_write_runs (QusopExporter *self, const char *csv, const char *path);
void qusop_exporter_write_config (QusopExporter *self, const char *path);

G_END_DECLS
