/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-octet-avx512.h"

#define KERNELS qs_state_kernels_avx512

#include "quantum/qs-state-kernels-body.h"
