/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-person.h"

#include "core/qs-error.h"

#include <math.h>

void
qs_pinn_person_free (QsPinnPerson *self)
{
  if (self == NULL)
    return;

  g_array_unref (self->doses);
  for (guint e = 0; e < G_N_ELEMENTS (self->looks); e++)
    g_array_unref (self->looks[e]);
  g_free (self);
}

static gboolean
is_simple (const QsRecord *record)
{
  return record->kind == QS_RECORD_OBSERVATION ||
         (record->kind == QS_RECORD_DOSE && !record->steady_state &&
          !record->is_intravenous && record->rate_mg_h == 0.0);
}

/**
 * qs_pinn_person_new:
 * @error: %QS_ERROR_REFUSED where doses are not all by mouth, told one by one and from
 * the beginning
 *
 * Values that are not positive, or below the limit of quantification, are left out.
 */
QsPinnPerson *
qs_pinn_person_new (const QsSubject *subject, GError **error)
{
  g_autoptr (QsPinnPerson) self = g_new0 (QsPinnPerson, 1);

  self->doses = g_array_new (FALSE, FALSE, sizeof (QsPinnDose));
  for (guint e = 0; e < G_N_ELEMENTS (self->looks); e++)
    self->looks[e] = g_array_new (FALSE, FALSE, sizeof (QsPinnLook));
  self->log_bw = log (subject->bw_kg / 70.0);
  self->comed = subject->comed;
  self->dose_mg_per_kg = subject->dose_mg / subject->bw_kg;

  for (gsize i = 0; i < subject->n_records; i++) {
    const QsRecord *record = &subject->records[i];

    if (!is_simple (record)) {
      g_set_error (error, QS_ERROR, QS_ERROR_REFUSED,
                   "Subject %s, line %u: the physics-informed network knows doses by "
                   "mouth only, without steady-state records and resets; use pkpd",
                   subject->id, record->row);
      return NULL;
    }

    self->end_h = fmax (self->end_h, record->time_h);
    if (record->kind == QS_RECORD_DOSE && record->value > 0.0) {
      const QsPinnDose dose = { record->time_h, record->value };

      g_array_append_val (self->doses, dose);
    } else if (record->kind == QS_RECORD_OBSERVATION && record->value > 0.0 &&
               !record->below_limit && record->time_h >= 0.0) {
      const QsPinnLook look = { record->time_h, log (record->value) };

      g_array_append_val (self->looks[record->endpoint], look);
    }
  }

  return g_steal_pointer (&self);
}
