/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "nn/qs-lstm-panel.h"

/* For qs-lstm-panel.c, which chooses. */
extern const QsLstmKernels qs_lstm_kernels_avx512;
extern const QsLstmKernels qs_lstm_kernels_avx2;
extern const QsLstmKernels qs_lstm_kernels_plain;
