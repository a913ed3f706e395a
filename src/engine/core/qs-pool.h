/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-parallel.h"

/* The sleeping helpers behind qs_parallel_for(); of no use to anyone else. */
typedef struct _QsPool QsPool;

QsPool *qs_pool_new (guint n_helpers);
void    qs_pool_free (QsPool *self);
QsPool *qs_run_pool (QsRun *run);
