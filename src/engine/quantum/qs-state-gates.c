/* SPDX-License-Identifier: Apache-2.0 */

/* Gates on a state vector. A gate alone reads and writes every amplitude, and from some
 * 20 qubits on it waits for the memory. So gates are applied in passes: those whose
 * targets lie within the qubits of a block are all applied to one block of amplitudes
 * while it is in the cache, then to the next. A block is the amplitudes that a few high
 * qubits, whichever the gates need, and all low ones tell apart; blocks of the outer
 * cache are made of blocks of the inner one. Controls need not be in a block: there they
 * are what they are. Every amplitude sees the same operations in the same order as gate
 * by gate, so the bits are the same. */

#include "core/qs-parallel.h"
#include "quantum/qs-state-private.h"

#include <string.h>

/* Gates that are looked at together. */
#define MAX_STEPS 64

/* The amplitudes that a thread should find to do at a time: with fewer than two such
 * chunks threads cost more than they bring. */
#define CHUNK_WORK 65536

/* The low qubits of a block and the most high ones, for a cache; two states share it
 * while gates are taken back. */
typedef struct {
  guint n_low;
  guint n_high[2];
} Level;

static const Level levels[] = { { 12, { 3, 2 } }, { 9, { 2, 1 } } };

/* A gate as it is applied. */
typedef struct {
  enum { TURN, TURN_REAL, EXCHANGE, SCALE, UNTURN } what;
  QsGate1 gate;
  gsize   controls;
  gsize   bit; /* of the target; none where single amplitudes are scaled */
} Step;

/* The amplitudes whose index has the bits of @base and any of @qubits. */
typedef struct {
  gsize base;
  gsize qubits;
  guint n_low;
} Block;

/* Steps that the blocks of @qubits take one after the other. */
typedef struct {
  QsState    *ket;
  QsState    *bra; /* NULL but where gates are taken back */
  const Step *steps;
  guint       n_steps;
  Block       whole; /* the first block */
  double     *sums;  /* [block][step][8] of the steps that are taken back, or NULL */
} Pass;

static gboolean
is_zero (QsComplex a)
{
  return a.re == 0.0 && a.im == 0.0;
}

static gboolean
is_one (QsComplex a)
{
  return a.re == 1.0 && a.im == 0.0;
}

static gboolean
is_real (const QsGate1 *gate)
{
  return gate->u[0][0].im == 0.0 && gate->u[0][1].im == 0.0 && gate->u[1][0].im == 0.0 &&
         gate->u[1][1].im == 0.0;
}

static Step
step_of (const QsGate1 *gate, gsize controls, guint target)
{
  const gboolean diagonal = is_zero (gate->u[0][1]) && is_zero (gate->u[1][0]);
  const gsize    bit = (gsize) 1 << target;

  if (is_zero (gate->u[0][0]) && is_one (gate->u[0][1]) && is_one (gate->u[1][0]) &&
      is_zero (gate->u[1][1]))
    return (Step){ EXCHANGE, *gate, controls, bit };

  /* A phase leaves all amplitudes alone but those in which all its qubits are 1. */
  if (diagonal && is_one (gate->u[0][0]))
    return (Step){ SCALE, *gate, controls | bit, 0 };

  return (Step){ is_real (gate) ? TURN_REAL : TURN, *gate, controls, bit };
}

/* The lanes of an octet in which all qubits of a mask are 1. */
static const guint8 lanes_with[QS_OCTET] = { 0xff, 0xaa, 0xcc, 0x88,
                                             0xf0, 0xa0, 0xc0, 0x80 };

/* Applies @step to the octets from index @at on that the low qubits tell apart. */
static void
run_row (const Pass *pass, const Step *step, guint n_low, gsize at, double *sums)
{
  const QsStateKernels *kernels = pass->ket->kernels;
  QsState *const        states[2] = { pass->ket, pass->bra };
  const gsize           low = ((gsize) 1 << n_low) - 1;
  const gsize           fixed = ((step->controls | step->bit) & low) >> QS_OCTET_QUBITS;
  const gsize           n_octets = (low + 1) >> QS_OCTET_QUBITS;
  const gsize           n_items = n_octets >> __builtin_popcountll (fixed);
  const QsStateSpan     span = {
        .fixed = fixed,
        .ones = (step->controls & low) >> QS_OCTET_QUBITS,
        .bit = step->bit >> QS_OCTET_QUBITS,
        .lane_bit = step->bit & (QS_OCTET - 1),
        .lanes = lanes_with[step->controls & (QS_OCTET - 1)],
  };

  if (step->what == UNTURN) {
    double more[8];

    kernels->unturn (&span, &step->gate, pass->ket->re + at, pass->ket->im + at,
                     pass->bra->re + at, pass->bra->im + at, 0, n_items, more);
    for (guint k = 0; k < 8; k++)
      sums[k] += more[k];
    return;
  }

  for (guint k = 0; k < 2 && states[k] != NULL; k++) {
    double *re = states[k]->re + at;
    double *im = states[k]->im != NULL ? states[k]->im + at : NULL;

    switch (step->what) {
    case TURN:
      kernels->turn (&span, &step->gate, re, im, 0, n_items);
      break;
    case SCALE:
      kernels->scale (&span, step->gate.u[1][1], re, im, 0, n_items);
      break;
    case TURN_REAL: /* real gates leave the planes apart */
      kernels->turn_real (&span, &step->gate, re, 0, n_items);
      if (im != NULL)
        kernels->turn_real (&span, &step->gate, im, 0, n_items);
      break;
    default:
      kernels->exchange (&span, re, 0, n_items);
      if (im != NULL)
        kernels->exchange (&span, im, 0, n_items);
    }
  }
}

/* The set after @subset of those of @set: the empty one after the last. */
static gsize
next_subset (gsize subset, gsize set)
{
  return (subset - set) & set;
}

static void
run_step (const Pass *pass, const Step *step, const Block *block, double *sums)
{
  const gsize high = block->qubits >> block->n_low << block->n_low;
  const gsize free = high & ~(step->controls | step->bit);
  gsize       row = 0;

  if ((step->controls & ~block->qubits & ~block->base) != 0)
    return;

  do {
    run_row (pass, step, block->n_low, block->base | (step->controls & high) | row, sums);
    row = next_subset (row, free);
  } while (row != 0);
}

/* Finds how many of the steps from @first on blocks of @level can take, and what blocks
 * they are, of the amplitudes of @whole. */
static guint
plan (const Pass *pass, guint first, guint end, const Level *level, Block *block)
{
  const guint n_low = MIN (level->n_low, MAX (pass->ket->n_qubits, QS_OCTET_QUBITS));
  const guint n_high = level->n_high[pass->bra != NULL];
  const gsize low = ((gsize) 1 << n_low) - 1;
  gsize       high = 0;

  for (; first < end; first++) {
    const gsize wider = high | (pass->steps[first].bit & ~low);

    if (__builtin_popcountll (wider) > (int) n_high)
      break;
    high = wider;
  }

  *block = (Block){ 0, low | high, n_low };
  return first;
}

static double *
step_sums (double *sums, gsize step)
{
  return sums != NULL ? sums + 8 * step : NULL;
}

/* Takes the steps from @first to @end with one block: in blocks of the next level where
 * several steps can share one. */
static void
run_block (const Pass  *pass,
           guint        level,
           guint        first,
           guint        end,
           const Block *block,
           double      *sums)
{
  while (first < end) {
    guint next = first + 1;
    Block part;
    gsize others, at = 0;

    if (level < G_N_ELEMENTS (levels))
      next = plan (pass, first, end, &levels[level], &part);

    if (next - first == 1) {
      run_step (pass, &pass->steps[first], block, step_sums (sums, first));
    } else {
      others = block->qubits & ~part.qubits;
      do {
        part.base = block->base | at;
        run_block (pass, level + 1, first, next, &part, sums);
        at = next_subset (at, others);
      } while (at != 0);
    }
    first = next;
  }
}

/* @k with its bits moved to where @mask has ones. */
static gsize
spread (gsize k, gsize mask)
{
  gsize spread = 0;

  for (; mask != 0; mask &= mask - 1, k >>= 1)
    if (k & 1)
      spread |= mask & -mask;

  return spread;
}

static void
block_chunk (gsize chunk, gsize begin, gsize end, gpointer data)
{
  const Pass *pass = data;
  const gsize others = ((gsize) 1 << pass->ket->n_qubits) - 1;

  for (gsize k = begin; k < end && !qs_state_is_cancelled (pass->ket); k++) {
    Block block = pass->whole;

    block.base = spread (k, others & ~block.qubits);
    run_block (pass, 1, 0, pass->n_steps, &block,
               step_sums (pass->sums, pass->n_steps * k));
  }
}

/* Takes the steps with all blocks and leaves what each step summed up. */
static void
run_pass (Pass *pass, double *sums)
{
  const gsize        n_amplitudes = (gsize) 1 << pass->ket->n_qubits;
  const gsize        block_size = (gsize) 1 << __builtin_popcountll (pass->whole.qubits);
  const gsize        n_blocks = MAX (n_amplitudes / block_size, 1);
  const gsize        n_sums = sums != NULL ? 8 * pass->n_steps : 0;
  const gsize        work = block_size * pass->n_steps;
  g_autofree double *parts = g_new0 (double, n_blocks *n_sums);

  pass->sums = parts;
  qs_parallel_for (pass->ket->run, n_blocks, MAX (CHUNK_WORK / work, 1), block_chunk,
                   pass);
  for (gsize k = 0; k < n_blocks; k++)
    for (gsize i = 0; i < n_sums; i++)
      sums[i] += parts[n_sums * k + i];
}

/* Takes @n_steps steps in as few passes as their targets allow. */
static void
run_steps (QsState *ket, QsState *bra, const Step *steps, guint n_steps, double *sums)
{
  Pass pass = { .ket = ket, .bra = bra };

  while (n_steps > 0) {
    pass.steps = steps;
    pass.n_steps = plan (&pass, 0, n_steps, &levels[0], &pass.whole);
    run_pass (&pass, sums);

    steps += pass.n_steps;
    n_steps -= pass.n_steps;
    sums = step_sums (sums, pass.n_steps);
  }
}

static gboolean
fits (const QsState *self, const QsStateGate *gate)
{
  return gate->target < self->n_qubits && gate->controls >> self->n_qubits == 0 &&
         !(gate->controls >> gate->target & 1) &&
         (self->im != NULL || is_real (&gate->gate));
}

/**
 * qs_state_apply_list:
 * @gates: real ones if the state is
 *
 * Applies gates one after the other: the same bits as one by one, but sooner. Where the
 * state's run is cancelled it ends early and the state means nothing.
 */
void
qs_state_apply_list (QsState *self, const QsStateGate *gates, gsize n_gates)
{
  Step  steps[MAX_STEPS];
  guint n_steps = 0;

  for (gsize i = 0; i < n_gates; i++) {
    g_return_if_fail (fits (self, &gates[i]));

    steps[n_steps++] = step_of (&gates[i].gate, gates[i].controls, gates[i].target);
    if (n_steps == MAX_STEPS || i + 1 == n_gates) {
      run_steps (self, NULL, steps, n_steps, NULL);
      n_steps = 0;
    }
  }
}

/**
 * qs_state_apply:
 * @gate: real if the state is
 * @controls: bit mask of the qubits that have to be 1 for the gate to act
 * @target: the qubit it acts on, none of @controls
 */
void
qs_state_apply (QsState *self, const QsGate1 *gate, gsize controls, guint target)
{
  const QsStateGate only = { *gate, controls, target, FALSE };

  qs_state_apply_list (self, &only, 1);
}

/**
 * qs_state_apply_kind:
 * @kind: any but %QS_GATE_SWAP
 * @angles: (nullable): as many as the gate has
 */
void
qs_state_apply_kind (QsState      *self,
                     QsGateKind    kind,
                     const double *angles,
                     gsize         controls,
                     guint         target)
{
  const QsGate1 gate = qs_gate1 (kind, angles);

  qs_state_apply (self, &gate, controls, target);
}

/**
 * qs_state_swap_gates:
 * @gates: (out): three CNOTs, of which one needs @controls
 *
 * The swap of two qubits where all @controls are 1.
 */
void
qs_state_swap_gates (gsize controls, guint a, guint b, QsStateGate gates[3])
{
  const QsGate1 x = qs_gate1 (QS_GATE_X, NULL);

  gates[0] = gates[2] = (QsStateGate){ x, (gsize) 1 << a, b, FALSE };
  gates[1] = (QsStateGate){ x, controls | (gsize) 1 << b, a, FALSE };
}

void
qs_state_swap (QsState *self, gsize controls, guint a, guint b)
{
  QsStateGate gates[3];

  qs_state_swap_gates (controls, a, b, gates);
  qs_state_apply_list (self, gates, G_N_ELEMENTS (gates));
}

static void
unapply_some (QsState           *self,
              QsState           *bra,
              const QsStateGate *gates,
              guint              n_gates,
              QsComplex (*overlap)[2][2])
{
  Step   steps[MAX_STEPS];
  double sums[8 * MAX_STEPS] = { 0.0 };

  for (guint i = 0; i < n_gates; i++) {
    const QsStateGate *gate = &gates[n_gates - 1 - i];
    const QsGate1      dagger = qs_gate1_dagger (&gate->gate);

    steps[i] = step_of (&dagger, gate->controls, gate->target);
    if (gate->measured)
      steps[i] = (Step){ UNTURN, dagger, gate->controls, (gsize) 1 << gate->target };
  }

  run_steps (self, bra, steps, n_gates, sums);
  for (guint i = 0; i < n_gates; i++)
    memcpy (overlap[n_gates - 1 - i], sums + 8 * i, 8 * sizeof (double));
}

/**
 * qs_state_unapply_list:
 * @bra: a complex state of the same size, as @self has to be
 * @gates: what was applied to @self last
 * @overlap: (out) (array length=n_gates): of measured gates, the sum over pairs of
 *   bra*[row] × self[column], with @self before and @bra after the gate
 *
 * Takes gates back from both states, the last first. The overlap is what the gradient
 * needs: with L = ⟨self|W|self⟩ at the end of a circuit and @bra the W |self⟩ taken back
 * to here, dL is 2 Re Σ dU[row][column] overlap[row][column].
 */
void
qs_state_unapply_list (QsState           *self,
                       QsState           *bra,
                       const QsStateGate *gates,
                       gsize              n_gates,
                       QsComplex (*overlap)[2][2])
{
  g_return_if_fail (self->n_qubits == bra->n_qubits);
  g_return_if_fail (self->im != NULL && bra->im != NULL);

  while (n_gates > 0) {
    const guint n = MIN (n_gates, MAX_STEPS);

    n_gates -= n;
    unapply_some (self, bra, gates + n_gates, n, overlap + n_gates);
  }
}
