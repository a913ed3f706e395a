/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-state-kernels.h"
#include "quantum/qs-state.h"

struct _QsState {
  guint                 n_qubits;
  gsize                 n_octets;
  double               *re; /* owns both planes */
  double               *im; /* NULL in a real state */
  QsRun                *run;
  const QsStateKernels *kernels;
};
