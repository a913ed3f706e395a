/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"

/**
 * QsChunkFunc:
 * @chunk: index of the chunk; write results only to this chunk's slot
 * @begin: first item of the chunk
 * @end: one past its last item
 * @data: what the caller passed
 */
typedef void (*QsChunkFunc) (gsize chunk, gsize begin, gsize end, gpointer data);

gsize qs_parallel_n_chunks (gsize n_items, gsize chunk_size);
void  qs_parallel_for (QsRun      *run,
                       gsize       n_items,
                       gsize       chunk_size,
                       QsChunkFunc func,
                       gpointer    data);
