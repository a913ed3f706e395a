/* SPDX-License-Identifier: Apache-2.0 */

#define NORMALS qs_rng_normals_avx2
#include "core/qs-rng-kernels-body.h"
