/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-octet-avx512.h"

#define KERNELS qs_batch_kernels_avx512

#include "quantum/qs-batch-kernels-body.h"
