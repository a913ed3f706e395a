/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-result.h"

QsResult *
qs_result_ref (QsResult *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_result_unref (QsResult *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->estimates);
  g_strfreev (self->warnings);
  g_free (self);
}
