/* SPDX-License-Identifier: Apache-2.0 */
#include "quantum/qs-octet-plain.h"

#define KERNELS qs_state_kernels_plain

#include "quantum/qs-state-kernels-body.h"
