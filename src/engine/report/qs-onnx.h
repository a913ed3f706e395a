/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A writer of ONNX graphs (IR version 7, operator set 13) in the protocol buffers' binary
 * form; field numbers from onnx.proto3 of ONNX 1.12. A graph grows node by node; names
 * connect what one node gives with what another takes. */
typedef struct QsOnnx QsOnnx;

QsOnnx *qs_onnx_new (const char *name);
void    qs_onnx_free (QsOnnx *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QsOnnx, qs_onnx_free)

/* Dimensions of constants; @values are rounded to single precision. */
void qs_onnx_add_floats (QsOnnx       *self,
                         const char   *name,
                         guint         n_dims,
                         const gint64 *dims,
                         const double *values);
void qs_onnx_add_float (QsOnnx *self, const char *name, double value);
void qs_onnx_add_ints (QsOnnx *self, const char *name, guint n, const gint64 *values);

/* @inputs and @outputs are NULL-terminated; an empty name leaves one out. Attributes
 * belong to the node added last. */
void qs_onnx_add_node (QsOnnx            *self,
                       const char        *op,
                       const char *const *inputs,
                       const char        *output);
void qs_onnx_set_int (QsOnnx *self, const char *name, gint64 value);
void qs_onnx_set_ints (QsOnnx *self, const char *name, guint n, const gint64 *values);
void qs_onnx_set_string (QsOnnx *self, const char *name, const char *value);

/* A dimension of -1 may be any: the number of rows. */
void qs_onnx_add_input (QsOnnx *self, const char *name, guint n_dims, const gint64 *dims);
void qs_onnx_add_output (QsOnnx       *self,
                         const char   *name,
                         guint         n_dims,
                         const gint64 *dims);
void qs_onnx_add_note (QsOnnx *self, const char *key, const char *value);

GBytes *qs_onnx_write (QsOnnx *self, const char *version, const char *description)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
