/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-course.h"

QsCourse *
qs_course_ref (QsCourse *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_course_unref (QsCourse *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  g_free (self->times_h);
  g_free (self->response_ng_ml);
  g_free (self->concentration_mg_l);
  g_free (self);
}
