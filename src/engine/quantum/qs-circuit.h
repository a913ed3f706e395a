/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "quantum/qs-state.h"

G_BEGIN_DECLS

/**
 * QsAngle:
 * @offset: a constant, in radians
 * @parameter: the trainable parameter that is added, or −1
 * @input: the input that is added, or −1
 * @scale: what the input is multiplied by
 *
 * The angle of a gate: offset + θ[parameter] + scale · x[input]. An input may be used by
 * many gates, so data can be uploaded again and again.
 */
typedef struct {
  double offset;
  int    parameter;
  int    input;
  double scale;
} QsAngle;

#define QS_ANGLE_CONSTANT(value) ((QsAngle){ (value), -1, -1, 0.0 })
#define QS_ANGLE_PARAMETER(index) ((QsAngle){ 0.0, (int) (index), -1, 0.0 })
#define QS_ANGLE_INPUT(index) ((QsAngle){ 0.0, -1, (int) (index), 1.0 })

/**
 * QsCircuitGate:
 * @controls: bit mask of the qubits that have to be 1
 * @target: the qubit it acts on
 * @other: the second qubit of a swap
 * @angle: as many as qs_gate_n_angles() of @kind
 * @column: where it is drawn: gates of one column do not cross
 */
typedef struct {
  QsGateKind kind;
  gsize      controls;
  guint      target;
  guint      other;
  QsAngle    angle[QS_GATE_MAX_ANGLES];
  guint      column;
} QsCircuitGate;

/**
 * QsCircuit:
 *
 * Gates in their order, and what is measured at the end: expectation values of products
 * of Z, the outputs.
 */
typedef struct _QsCircuit QsCircuit;

/* Make and end. */
QsCircuit *qs_circuit_new (guint n_qubits) G_GNUC_WARN_UNUSED_RESULT;
void       qs_circuit_free (QsCircuit *self);

/* Read. */
guint                qs_circuit_n_qubits (const QsCircuit *self);
guint                qs_circuit_n_gates (const QsCircuit *self);
guint                qs_circuit_n_parameters (const QsCircuit *self);
guint                qs_circuit_n_inputs (const QsCircuit *self);
guint                qs_circuit_n_outputs (const QsCircuit *self);
guint                qs_circuit_n_columns (const QsCircuit *self);
guint                qs_circuit_depth (const QsCircuit *self);
const QsCircuitGate *qs_circuit_gate (const QsCircuit *self, guint index);
gsize                qs_circuit_output (const QsCircuit *self, guint index);
void                 qs_circuit_angles (const QsCircuitGate *gate,
                                        const double        *theta,
                                        const double        *x,
                                        double               angles[QS_GATE_MAX_ANGLES]);
char                *qs_circuit_gate_label (const QsCircuitGate *gate);
char                *qs_circuit_draw (const QsCircuit *self);
void                 qs_circuit_apply_gate (const QsCircuitGate *gate,
                                            const double        *angles,
                                            QsState             *state);
gsize                qs_circuit_gates (const QsCircuit *self,
                                       const double    *theta,
                                       const double    *x,
                                       QsStateGate     *gates);
void                 qs_circuit_run (const QsCircuit *self,
                                     const double    *theta,
                                     const double    *x,
                                     QsState         *state);
void qs_circuit_expect (const QsCircuit *self, const QsState *state, double *output);

/* Change. */
void qs_circuit_add (QsCircuit     *self,
                     QsGateKind     kind,
                     gsize          controls,
                     guint          target,
                     const QsAngle *angles);
void qs_circuit_add_swap (QsCircuit *self, gsize controls, guint a, guint b);
void qs_circuit_measure (QsCircuit *self, gsize qubits);

/* Layers from the literature; each takes new parameters and tells how many there are now.
 */
guint qs_circuit_add_basic_layer (QsCircuit *self);
guint qs_circuit_add_strong_layer (QsCircuit *self, guint range);
guint qs_circuit_add_u3_layer (QsCircuit *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsCircuit, qs_circuit_free)

G_END_DECLS
