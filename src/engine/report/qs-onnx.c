/* SPDX-License-Identifier: Apache-2.0 */
#include "report/qs-onnx.h"

#include <string.h>

/* Numbers of the fields written here. */
enum { MODEL_IR = 1, MODEL_PRODUCER, MODEL_PRODUCER_VERSION, MODEL_DOC = 6, MODEL_GRAPH };
enum { MODEL_OPSET = 8, MODEL_METADATA = 14 };
enum {
  GRAPH_NODE = 1,
  GRAPH_NAME,
  GRAPH_INITIALIZER = 5,
  GRAPH_INPUT = 11,
  GRAPH_OUTPUT
};
enum { NODE_INPUT = 1, NODE_OUTPUT, NODE_NAME, NODE_OP, NODE_ATTRIBUTE };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_INT = 3, ATTRIBUTE_STRING, ATTRIBUTE_INTS = 8 };
enum { ATTRIBUTE_TYPE = 20 };
enum { TENSOR_DIM = 1, TENSOR_TYPE, TENSOR_NAME = 8, TENSOR_RAW };
enum { VALUE_NAME = 1, VALUE_TYPE };
enum { TYPE_TENSOR = 1, TENSOR_TYPE_ELEMENT = 1, TENSOR_TYPE_SHAPE };
enum { SHAPE_DIM = 1, DIM_VALUE = 1, DIM_NAME };
enum { OPSET_VERSION = 2, ENTRY_KEY = 1, ENTRY_VALUE };

enum { ELEMENT_FLOAT = 1, ELEMENT_INT64 = 7 };
enum { KIND_INT = 2, KIND_STRING = 3, KIND_INTS = 7 };

#define IR_VERSION 7
#define OPSET 13

struct QsOnnx {
  GByteArray *nodes; /* finished */
  GByteArray *node;  /* the one added last */
  GByteArray *initializers;
  GByteArray *inputs;
  GByteArray *outputs;
  GByteArray *notes;
  char       *name;
  guint       n_nodes;
};

static void
put_varint (GByteArray *out, guint64 value)
{
  do {
    const guint8 byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);

    g_byte_array_append (out, &byte, 1);
    value >>= 7;
  } while (value != 0);
}

static void
put_int (GByteArray *out, guint field, gint64 value)
{
  put_varint (out, field << 3);
  put_varint (out, (guint64) value);
}

static void
put_bytes (GByteArray *out, guint field, const void *bytes, gsize size)
{
  put_varint (out, field << 3 | 2);
  put_varint (out, size);
  if (size > 0)
    g_byte_array_append (out, bytes, size);
}

static void
put_string (GByteArray *out, guint field, const char *text)
{
  put_bytes (out, field, text, strlen (text));
}

/* Takes @message. */
static void
put_message (GByteArray *out, guint field, GByteArray *message)
{
  put_bytes (out, field, message->data, message->len);
  g_byte_array_unref (message);
}

QsOnnx *
qs_onnx_new (const char *name)
{
  QsOnnx *self = g_new0 (QsOnnx, 1);

  self->name = g_strdup (name);
  self->nodes = g_byte_array_new ();
  self->initializers = g_byte_array_new ();
  self->inputs = g_byte_array_new ();
  self->outputs = g_byte_array_new ();
  self->notes = g_byte_array_new ();

  return self;
}

void
qs_onnx_free (QsOnnx *self)
{
  g_byte_array_unref (self->nodes);
  g_clear_pointer (&self->node, g_byte_array_unref);
  g_byte_array_unref (self->initializers);
  g_byte_array_unref (self->inputs);
  g_byte_array_unref (self->outputs);
  g_byte_array_unref (self->notes);
  g_free (self->name);
  g_free (self);
}

static void
add_tensor (QsOnnx       *self,
            const char   *name,
            guint         type,
            guint         n_dims,
            const gint64 *dims,
            GByteArray   *raw)
{
  GByteArray *tensor = g_byte_array_new ();

  for (guint k = 0; k < n_dims; k++)
    put_int (tensor, TENSOR_DIM, dims[k]);
  put_int (tensor, TENSOR_TYPE, type);
  put_string (tensor, TENSOR_NAME, name);
  put_message (tensor, TENSOR_RAW, raw);
  put_message (self->initializers, GRAPH_INITIALIZER, tensor);
}

/* Raw data are little-endian whatever the machine. */
void
qs_onnx_add_floats (QsOnnx       *self,
                    const char   *name,
                    guint         n_dims,
                    const gint64 *dims,
                    const double *values)
{
  GByteArray *raw = g_byte_array_new ();
  gint64      n = 1;

  for (guint k = 0; k < n_dims; k++)
    n *= dims[k];
  for (gint64 i = 0; i < n; i++) {
    const float value = values[i];
    guint32     bits;

    memcpy (&bits, &value, sizeof bits);
    bits = GUINT32_TO_LE (bits);
    g_byte_array_append (raw, (const guint8 *) &bits, sizeof bits);
  }
  add_tensor (self, name, ELEMENT_FLOAT, n_dims, dims, raw);
}

void
qs_onnx_add_float (QsOnnx *self, const char *name, double value)
{
  qs_onnx_add_floats (self, name, 0, NULL, &value);
}

void
qs_onnx_add_ints (QsOnnx *self, const char *name, guint n, const gint64 *values)
{
  GByteArray  *raw = g_byte_array_new ();
  const gint64 dims[] = { n };

  for (guint i = 0; i < n; i++) {
    const guint64 bits = GUINT64_TO_LE ((guint64) values[i]);

    g_byte_array_append (raw, (const guint8 *) &bits, sizeof bits);
  }
  add_tensor (self, name, ELEMENT_INT64, 1, dims, raw);
}

static void
end_node (QsOnnx *self)
{
  if (self->node != NULL)
    put_message (self->nodes, GRAPH_NODE, g_steal_pointer (&self->node));
}

void
qs_onnx_add_node (QsOnnx            *self,
                  const char        *op,
                  const char *const *inputs,
                  const char        *output)
{
  g_autofree char *name = g_strdup_printf ("%s_%u", op, self->n_nodes++);

  end_node (self);
  self->node = g_byte_array_new ();
  for (; *inputs != NULL; inputs++)
    put_string (self->node, NODE_INPUT, *inputs);
  put_string (self->node, NODE_OUTPUT, output);
  put_string (self->node, NODE_NAME, name);
  put_string (self->node, NODE_OP, op);
}

void
qs_onnx_set_int (QsOnnx *self, const char *name, gint64 value)
{
  GByteArray *attribute = g_byte_array_new ();

  put_string (attribute, ATTRIBUTE_NAME, name);
  put_int (attribute, ATTRIBUTE_INT, value);
  put_int (attribute, ATTRIBUTE_TYPE, KIND_INT);
  put_message (self->node, NODE_ATTRIBUTE, attribute);
}

void
qs_onnx_set_ints (QsOnnx *self, const char *name, guint n, const gint64 *values)
{
  GByteArray *attribute = g_byte_array_new ();

  put_string (attribute, ATTRIBUTE_NAME, name);
  for (guint i = 0; i < n; i++)
    put_int (attribute, ATTRIBUTE_INTS, values[i]);
  put_int (attribute, ATTRIBUTE_TYPE, KIND_INTS);
  put_message (self->node, NODE_ATTRIBUTE, attribute);
}

void
qs_onnx_set_string (QsOnnx *self, const char *name, const char *value)
{
  GByteArray *attribute = g_byte_array_new ();

  put_string (attribute, ATTRIBUTE_NAME, name);
  put_string (attribute, ATTRIBUTE_STRING, value);
  put_int (attribute, ATTRIBUTE_TYPE, KIND_STRING);
  put_message (self->node, NODE_ATTRIBUTE, attribute);
}

static void
put_value (GByteArray   *out,
           guint         field,
           const char   *name,
           guint         n_dims,
           const gint64 *dims)
{
  GByteArray *shape = g_byte_array_new (), *tensor = g_byte_array_new ();
  GByteArray *type = g_byte_array_new (), *value = g_byte_array_new ();

  for (guint k = 0; k < n_dims; k++) {
    GByteArray *dim = g_byte_array_new ();

    if (dims[k] < 0)
      put_string (dim, DIM_NAME, "n");
    else
      put_int (dim, DIM_VALUE, dims[k]);
    put_message (shape, SHAPE_DIM, dim);
  }
  put_int (tensor, TENSOR_TYPE_ELEMENT, ELEMENT_FLOAT);
  put_message (tensor, TENSOR_TYPE_SHAPE, shape);
  put_message (type, TYPE_TENSOR, tensor);
  put_string (value, VALUE_NAME, name);
  put_message (value, VALUE_TYPE, type);
  put_message (out, field, value);
}

void
qs_onnx_add_input (QsOnnx *self, const char *name, guint n_dims, const gint64 *dims)
{
  put_value (self->inputs, GRAPH_INPUT, name, n_dims, dims);
}

void
qs_onnx_add_output (QsOnnx *self, const char *name, guint n_dims, const gint64 *dims)
{
  put_value (self->outputs, GRAPH_OUTPUT, name, n_dims, dims);
}

void
qs_onnx_add_note (QsOnnx *self, const char *key, const char *value)
{
  GByteArray *entry = g_byte_array_new ();

  put_string (entry, ENTRY_KEY, key);
  put_string (entry, ENTRY_VALUE, value);
  put_message (self->notes, MODEL_METADATA, entry);
}

/**
 * qs_onnx_write:
 * @version: of the program
 * @description: of the model, for people
 *
 * Returns: (transfer full): the file; @self is done with and only to be freed
 */
GBytes *
qs_onnx_write (QsOnnx *self, const char *version, const char *description)
{
  GByteArray *graph, *opset = g_byte_array_new (), *model = g_byte_array_new ();

  end_node (self);
  graph = g_steal_pointer (&self->nodes);
  self->nodes = g_byte_array_new ();
  put_string (graph, GRAPH_NAME, self->name);
  g_byte_array_append (graph, self->initializers->data, self->initializers->len);
  g_byte_array_append (graph, self->inputs->data, self->inputs->len);
  g_byte_array_append (graph, self->outputs->data, self->outputs->len);

  put_int (model, MODEL_IR, IR_VERSION);
  put_string (model, MODEL_PRODUCER, "QuSOP");
  put_string (model, MODEL_PRODUCER_VERSION, version);
  put_string (model, MODEL_DOC, description);
  put_message (model, MODEL_GRAPH, graph);
  put_int (opset, OPSET_VERSION, OPSET);
  put_message (model, MODEL_OPSET, opset);
  if (self->notes->len > 0)
    g_byte_array_append (model, self->notes->data, self->notes->len);

  return g_byte_array_free_to_bytes (model);
}
