/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/qs-predictor.h"

/* For the constructors of the models. */
void
qs_predictor_init (QsPredictor *self, const QsPredictorClass *klass)
{
  self->klass = klass;
  self->n_refs = 1;
}

QsPredictor *
qs_predictor_ref (QsPredictor *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_predictor_unref (QsPredictor *self)
{
  if (self != NULL && g_atomic_int_dec_and_test (&self->n_refs))
    self->klass->free (self);
}
