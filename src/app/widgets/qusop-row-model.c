/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-row-model.h"

struct _QusopRow {
  GObject parent_instance;

  QsDataset *dataset;
  guint      index;
};

struct _QusopRowModel {
  GObject parent_instance;

  QsDataset *dataset;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE (QusopRow, qusop_row, G_TYPE_OBJECT)
G_DEFINE_FINAL_TYPE_WITH_CODE (QusopRowModel,
                               qusop_row_model,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
qusop_row_finalize (GObject *object)
{
  g_clear_pointer (&QUSOP_ROW (object)->dataset, qs_dataset_unref);
  G_OBJECT_CLASS (qusop_row_parent_class)->finalize (object);
}

static void
qusop_row_class_init (QusopRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qusop_row_finalize;
}

static void
qusop_row_init (QusopRow *self)
{
}

/* From 0, the first row after the header. */
guint
qusop_row_get_index (QusopRow *self)
{
  return self->index;
}

const char *
qusop_row_get_cell (QusopRow *self, guint column)
{
  return qs_dataset_cell (self->dataset, self->index, column);
}

static GType
get_item_type (GListModel *model)
{
  return QUSOP_TYPE_ROW;
}

static guint
get_n_items (GListModel *model)
{
  return (guint) qs_dataset_n_rows (QUSOP_ROW_MODEL (model)->dataset);
}

static gpointer
get_item (GListModel *model, guint position)
{
  QusopRowModel *self = QUSOP_ROW_MODEL (model);
  QusopRow      *row;

  if (position >= get_n_items (model))
    return NULL;

  row = g_object_new (QUSOP_TYPE_ROW, NULL);
  row->dataset = qs_dataset_ref (self->dataset);
  row->index = position;
  return row;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
qusop_row_model_finalize (GObject *object)
{
  g_clear_pointer (&QUSOP_ROW_MODEL (object)->dataset, qs_dataset_unref);
  G_OBJECT_CLASS (qusop_row_model_parent_class)->finalize (object);
}

static void
qusop_row_model_class_init (QusopRowModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qusop_row_model_finalize;
}

static void
qusop_row_model_init (QusopRowModel *self)
{
}

QusopRowModel *
qusop_row_model_new (QsDataset *dataset)
{
  QusopRowModel *self = g_object_new (QUSOP_TYPE_ROW_MODEL, NULL);

  self->dataset = qs_dataset_ref (dataset);
  return self;
}
