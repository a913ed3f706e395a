/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-quantum-path.h"

/**
 * qs_quantum_path_supported:
 *
 * Returns: whether @path was built and this processor has its instructions
 */
gboolean
qs_quantum_path_supported (QsQuantumPath path)
{
  switch (path) {
  case QS_QUANTUM_PATH_PLAIN:
    return TRUE;
#ifdef __x86_64__
  case QS_QUANTUM_PATH_AVX2:
    return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
  case QS_QUANTUM_PATH_AVX512:
    return __builtin_cpu_supports ("avx512f");
#endif
  default:
    return FALSE;
  }
}

QsQuantumPath
qs_quantum_path_best (void)
{
  QsQuantumPath path = QS_QUANTUM_PATH_AVX512;

  while (!qs_quantum_path_supported (path))
    path--;

  return path;
}

const char *
qs_quantum_path_name (QsQuantumPath path)
{
  static const char *const names[] = { "plain", "avx2", "avx512" };

  return names[path];
}
