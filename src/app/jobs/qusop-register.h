/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

G_BEGIN_DECLS

/**
 * QusopRegister:
 *
 * One run of the window on its way into the registry. For workers: it reads and writes
 * files. That there is no registry to be had costs no result; the listener is told.
 */
typedef struct _QusopRegister QusopRegister;

typedef void (*QusopRegisterFunc) (const char *why);

void qusop_register_set_listener (QusopRegisterFunc func);

QusopRegister *qusop_register_begin (const char        *command,
                                     const char *const *arguments,
                                     const QsDataset   *dataset,
                                     guint64            seed) G_GNUC_WARN_UNUSED_RESULT;
void           qusop_register_end (QusopRegister *self,
                                   const QsModel *model,
                                   const char    *written,
                                   const GError  *error);

void           qusop_register_print (QusopRegister *self, const char *text);
QusopRegister *qusop_register_begin_fit (const QsDataset    *dataset,
                                         const QsFitOptions *options)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
