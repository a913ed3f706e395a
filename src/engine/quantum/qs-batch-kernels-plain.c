/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-octet-plain.h"

#define KERNELS qs_batch_kernels_plain

#include "quantum/qs-batch-kernels-body.h"
