/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QsNystromReport:
 * @n_landmarks: points the kernel is known at
 * @n_features: directions kept
 * @largest: eigenvalue of the landmarks' kernel matrix
 * @smallest: of those kept
 * @condition: @largest / @smallest
 * @most_negative: the smallest eigenvalue of all; clearly below 0 where the matrix is no
 *   kernel's, as with measured or noisy entries
 *
 * How well the features rest on their landmarks.
 */
typedef struct {
  guint  n_landmarks;
  guint  n_features;
  double largest;
  double smallest;
  double condition;
  double most_negative;
} QsNystromReport;

/**
 * QsNystrom:
 *
 * Features whose scalar products are the kernel of the landmarks exactly and that of
 * other points nearly (Williams and Seeger 2001).
 */
typedef struct _QsNystrom QsNystrom;

QsNystrom *qs_nystrom_new (guint         n_landmarks,
                           const double *gram,
                           double        cutoff,
                           GError      **error) G_GNUC_WARN_UNUSED_RESULT;
void       qs_nystrom_free (QsNystrom *self);

const QsNystromReport *qs_nystrom_report (const QsNystrom *self);
void qs_nystrom_features (const QsNystrom *self, const double *kernel, double *feature);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsNystrom, qs_nystrom_free)

G_END_DECLS
