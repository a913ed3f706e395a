/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "data/qs-columns.h"

gsize qs_records_count (const QsColumns *columns, gsize row);
void  qs_records_append (const QsColumns *columns, gsize row, GArray *records);
void  qs_records_sort (GArray *records);
