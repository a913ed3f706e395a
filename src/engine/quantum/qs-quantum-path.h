/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Which instructions the quantum kernels use. All paths give the same bits. */
typedef enum {
  QS_QUANTUM_PATH_PLAIN,
  QS_QUANTUM_PATH_AVX2,
  QS_QUANTUM_PATH_AVX512,
  QS_QUANTUM_N_PATHS,
} QsQuantumPath;

gboolean      qs_quantum_path_supported (QsQuantumPath path);
QsQuantumPath qs_quantum_path_best (void);
const char   *qs_quantum_path_name (QsQuantumPath path);
