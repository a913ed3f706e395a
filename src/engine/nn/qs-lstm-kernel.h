/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-net-shape.h"

G_BEGIN_DECLS

/**
 * QsLstmKernelPath:
 * @QS_LSTM_KERNEL_AUTO: the fastest that this processor has
 * @QS_LSTM_KERNEL_PLAIN: one trajectory per register, on every machine
 * @QS_LSTM_KERNEL_AVX2: eight trajectories per register; needs AVX2 and FMA
 * @QS_LSTM_KERNEL_AVX512: sixteen trajectories per register; needs AVX-512F
 *
 * Which instructions compute the network. Every path gives the same bits.
 */
typedef enum {
  QS_LSTM_KERNEL_AUTO,
  QS_LSTM_KERNEL_PLAIN,
  QS_LSTM_KERNEL_AVX2,
  QS_LSTM_KERNEL_AVX512,
} QsLstmKernelPath;

typedef struct _QsLstmKernel QsLstmKernel;

gboolean qs_lstm_kernel_path_supported (QsLstmKernelPath path);
gboolean qs_lstm_kernel_supports (const QsNetShape *shape);

/* Make, end. */
QsLstmKernel *qs_lstm_kernel_new (const QsLstmParams *params,
                                  const double       *times,
                                  guint               n_steps,
                                  QsLstmKernelPath    path) G_GNUC_WARN_UNUSED_RESULT;
QsLstmKernel *qs_lstm_kernel_new_for (const QsNetShape *shape,
                                      const double     *params,
                                      const double     *times,
                                      guint             n_steps,
                                      QsLstmKernelPath  path) G_GNUC_WARN_UNUSED_RESULT;
void          qs_lstm_kernel_free (QsLstmKernel *self);

/* Read. */
const char *qs_lstm_kernel_path_name (const QsLstmKernel *self);
void        qs_lstm_kernel_peaks (const QsLstmKernel *self,
                                  gsize               n,
                                  const double       *doses,
                                  const double       *comeds,
                                  guint               step_from,
                                  guint               step_to,
                                  double             *highest,
                                  double             *lowest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsLstmKernel, qs_lstm_kernel_free)

G_END_DECLS
