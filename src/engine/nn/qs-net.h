/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/qs-run.h"
#include "nn/qs-net-shape.h"

G_BEGIN_DECLS

#define QS_NET_N_LANES 16

/**
 * QsSequence:
 * @n_steps: time points, at least 1
 * @inputs: [time point][input], standardised
 * @labels: (nullable): [time point], standardised; NULL where nothing is to be learned
 * @weights: (nullable): [time point]: how much the squared error there counts; 0 where
 * there is no label, all 1 where NULL
 *
 * One subject, or what else is learned as a whole: any number of time points, each with
 * the same inputs. All is borrowed.
 */
typedef struct {
  guint         n_steps;
  const double *inputs;
  const double *labels;
  const double *weights;
} QsSequence;

/**
 * QsNet:
 *
 * Forward and backward pass of a network of any shape over panels of up to
 * %QS_NET_N_LANES sequences of any length. Holds all its working memory, which grows to
 * the longest sequence; used by one thread at a time. The same bits whatever the
 * machine's instructions and whoever shares the panel.
 */
typedef struct _QsNet QsNet;

/* Make and end. */
QsNet *qs_net_new (const QsNetShape *shape) G_GNUC_WARN_UNUSED_RESULT;
void   qs_net_free (QsNet *self);

/* Read. */
const QsNetLayout *qs_net_layout (const QsNet *self);
const double      *qs_net_weights (const QsNet *self);

/* Compute. */
void   qs_net_set_params (QsNet *self, QsRun *run, const double *params);
void   qs_net_forward (QsNet *self, guint n, const QsSequence *const *sequences);
double qs_net_output (const QsNet *self, guint lane, guint step);
double qs_net_loss (QsNet *self, double factor);
void   qs_net_backward (QsNet *self);
void   qs_net_take_gradient (QsNet *self, QsRun *run, double *gradient);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsNet, qs_net_free)

G_END_DECLS
