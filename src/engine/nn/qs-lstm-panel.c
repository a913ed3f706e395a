/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-lstm-panel.h"

#include "nn/qs-lstm-panel-kernels.h"

#define N_SETS 3

static gpointer
find_kernels (gpointer data)
{
  static const QsLstmKernels *found[N_SETS + 1];
  guint                       n = 0;

#ifdef __x86_64__
  __builtin_cpu_init ();
  if (__builtin_cpu_supports ("avx512f"))
    found[n++] = &qs_lstm_kernels_avx512;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
    found[n++] = &qs_lstm_kernels_avx2;
#endif
  found[n] = &qs_lstm_kernels_plain;

  return found;
}

/**
 * qs_lstm_kernels:
 *
 * Returns: (transfer none): the kernels that this processor can run, fastest first, then
 * %NULL; the plain ones are always there
 */
const QsLstmKernels *const *
qs_lstm_kernels (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, find_kernels, NULL);
}
