/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

void qs_eigen_symmetric (gsize n, double *a, double *vectors);
