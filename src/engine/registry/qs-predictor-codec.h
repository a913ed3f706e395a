/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "domain/qs-model.h"

#include <jansson.h>

/* What a predictor is made of, as JSON and back. */
json_t      *qs_predictor_encode (const QsPredictor *predictor, QsModelKind kind);
QsPredictor *qs_predictor_decode (json_t             *json,
                                  const QsFitOptions *options,
                                  double              interval_h,
                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* What virtual subjects take from those of the study, once per model; %NULL for none. */
json_t  *qs_predictor_encode_donors (const QsPredictor *predictor);
gboolean qs_predictor_decode_donors (json_t *json, QsModel *model, GError **error);

/* How the block of weights is laid out, for readers that are not this program; null for
 * models without one. */
json_t *qs_predictor_layout (const QsFitOptions *options);
