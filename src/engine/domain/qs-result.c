/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-result.h"

/**
 * qs_result_copy:
 *
 * Returns: (transfer full): a value of its own, which may be changed until it is shared
 */
QsResult *
qs_result_copy (const QsResult *self)
{
  QsResult *copy = g_memdup2 (self, sizeof *self);

  copy->n_refs = 1;
  copy->estimates =
      g_memdup2 (self->estimates, self->n_estimates * sizeof *self->estimates);
  copy->warnings = g_strdupv (self->warnings);

  return copy;
}

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
