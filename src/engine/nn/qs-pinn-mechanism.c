/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/qs-pinn-mechanism.h"

#include "nn/qs-pinn-kinetics.h"

#include <math.h>

/* Nodes of a dosing interval, denser after the dose; the window's ends come on top. */
#define N_STEPS 36
#define DENSITY 1.6

/* The longest step of a record. */
#define STEP_H 2.0

void
qs_pinn_mechanism_init (QsPinnMechanism *self, const QsPinn *pinn)
{
  const double *response = qs_pinn_response (pinn);
  const double *turnover = qs_pinn_response_turnover (response);

  *self = (QsPinnMechanism){
    .pk = qs_pinn_kinetics_pk (pinn->params),
    .log_r0 = turnover[QS_PINN_LOG_R0],
    .beta_comed = turnover[QS_PINN_BETA_COMED],
    .kout = exp (turnover[QS_PINN_LOG_KOUT]),
    .effect = qs_pinn_effect_new (pinn->quantum),
  };
  qs_pinn_effect_set_params (self->effect, qs_pinn_response_effect (response));
}

void
qs_pinn_mechanism_clear (QsPinnMechanism *self)
{
  g_clear_pointer (&self->effect, qs_pinn_effect_free);
}

QsPkParameters
qs_pinn_mechanism_pk (const QsPinnMechanism *self, double bw_kg)
{
  QsPkParameters pk = self->pk;

  qs_pk_allometry (&pk, bw_kg);
  return pk;
}

/* As an Emax model of the same half-way concentration has it. */
QsPdParameters
qs_pinn_mechanism_pd (const QsPinnMechanism *self)
{
  return (QsPdParameters){
    .kind = QS_RESPONSE_INHIBITS_PRODUCTION,
    .r0 = exp (self->log_r0),
    .kout = self->kout,
    .imax = qs_pinn_effect_emax (self->effect),
    .ic50 = qs_pinn_effect_ic50 (self->effect),
    .gamma = 1.0,
  };
}

/* What a step of @length_h keeps and adds where production runs along a line. */
static void
step_weights (double kout, double length_h, double *keep, double *early, double *late)
{
  const double a = kout * length_h, gone = -expm1 (-a);
  const double lag = a > 1e-5 ? gone / a : 1.0 - 0.5 * a;

  *keep = 1.0 - gone;
  *late = 1.0 - lag;
  *early = gone - *late;
}

/**
 * qs_pinn_mechanism_record:
 * @log_response: (out) (array): at the person's biomarker observations, typical of its
 * covariates
 */
void
qs_pinn_mechanism_record (const QsPinnMechanism *self,
                          const QsPinnPerson    *person,
                          double                *log_response)
{
  const QsPkParameters pk = qs_pinn_mechanism_pk (self, 70.0 * exp (person->log_bw));
  const GArray        *looks = person->looks[QS_ENDPOINT_PD];
  double               amplitude[QS_PK_N_RATES] = { 0.0 }, at_h = 0.0, relative = 1.0;
  guint                dose = 0, look = 0;
  QsPkResponse         response;

  qs_pk_response (&pk, pk.route, &response);
  while (look < looks->len) {
    const double look_h = g_array_index (looks, QsPinnLook, look).time_h;
    const double dose_h = dose < person->doses->len
                              ? g_array_index (person->doses, QsPinnDose, dose).time_h
                              : INFINITY;
    const double to_h = fmin (look_h, dose_h);
    const guint  n = MAX (1, (guint) ceil ((to_h - at_h) / STEP_H - 1e-9));

    for (guint k = 0; k < n && to_h > at_h; k++) {
      const double length_h = (to_h - at_h) / n;
      const double before = qs_pk_concentration (&response, amplitude, k * length_h);
      const double after = qs_pk_concentration (&response, amplitude, (k + 1) * length_h);
      double       keep, early, late;

      step_weights (self->kout, length_h, &keep, &early, &late);
      relative = keep * relative +
                 early * (1.0 - qs_pinn_effect_at (self->effect, fmax (0.0, before))) +
                 late * (1.0 - qs_pinn_effect_at (self->effect, fmax (0.0, after)));
    }
    qs_pk_decay (&response, amplitude, fmax (0.0, to_h - at_h));
    at_h = fmax (at_h, to_h);
    if (dose_h < look_h) {
      qs_pk_dose (&response, amplitude,
                  g_array_index (person->doses, QsPinnDose, dose).dose_mg);
      dose++;
    } else {
      log_response[look++] =
          self->log_r0 + self->beta_comed * person->comed + log (relative);
    }
  }
}

static void
add_node (QsPinnCycle *cycle, double time_h)
{
  guint at = cycle->n_nodes;

  while (at > 0 && cycle->times_h[at - 1] > time_h + 1e-9)
    at--;
  if (at > 0 && cycle->times_h[at - 1] > time_h - 1e-9)
    return;

  for (guint k = cycle->n_nodes; k > at; k--)
    cycle->times_h[k] = cycle->times_h[k - 1];
  cycle->times_h[at] = time_h;
  cycle->n_nodes++;
}

void
qs_pinn_cycle_init (QsPinnCycle           *cycle,
                    const QsPinnMechanism *self,
                    const QsCriterion     *criterion,
                    double                 interval_h,
                    double                 bw_kg)
{
  const QsPkParameters pk = qs_pinn_mechanism_pk (self, bw_kg);
  const double         from_h = MIN (criterion->window_from_h, interval_h);
  const double         to_h = criterion->window_to_h > 0.0
                                  ? MIN (criterion->window_to_h, interval_h)
                                  : interval_h;
  double               amplitude[QS_PK_N_RATES];
  QsPkResponse         response;

  cycle->n_nodes = 0;
  for (guint k = 0; k <= N_STEPS; k++)
    add_node (cycle, interval_h * pow (k / (double) N_STEPS, DENSITY));
  add_node (cycle, from_h);
  add_node (cycle, to_h);

  qs_pk_response (&pk, pk.route, &response);
  qs_pk_steady_state (&response, 1.0, interval_h, amplitude);
  for (guint k = 0; k < cycle->n_nodes; k++) {
    const double time_h = cycle->times_h[k];

    cycle->judged[k] = time_h >= from_h - 1e-9 && time_h <= to_h + 1e-9;
    cycle->unit[k] = fmax (0.0, qs_pk_concentration (&response, amplitude, time_h));
    if (k > 0)
      step_weights (self->kout, time_h - cycle->times_h[k - 1], &cycle->keep[k],
                    &cycle->early[k], &cycle->late[k]);
  }
}

/**
 * qs_pinn_cycle_run:
 * @relative: (out) (array): the biomarker over its baseline, at the nodes
 */
void
qs_pinn_cycle_run (const QsPinnCycle     *cycle,
                   const QsPinnMechanism *self,
                   double                 dose_mg,
                   double                *relative)
{
  double production[QS_PINN_MAX_NODES], keep = 1.0, made = 0.0;

  for (guint k = 0; k < cycle->n_nodes; k++)
    production[k] = 1.0 - qs_pinn_effect_at (self->effect, dose_mg * cycle->unit[k]);
  for (guint k = 1; k < cycle->n_nodes; k++) {
    made = cycle->keep[k] * made + cycle->early[k] * production[k - 1] +
           cycle->late[k] * production[k];
    keep *= cycle->keep[k];
  }

  relative[0] = made / (1.0 - keep);
  for (guint k = 1; k < cycle->n_nodes; k++)
    relative[k] = cycle->keep[k] * relative[k - 1] + cycle->early[k] * production[k - 1] +
                  cycle->late[k] * production[k];
}
