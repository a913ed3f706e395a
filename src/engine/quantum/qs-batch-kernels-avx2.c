/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-octet-avx2.h"

#define KERNELS qs_batch_kernels_avx2

#include "quantum/qs-batch-kernels-body.h"
