/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"

G_DEFINE_QUARK (qs - error, qs_error)
