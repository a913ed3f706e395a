/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-gradual-list.h"

/* So many rows a list view makes in advance; the rest it makes when they come into sight.
 */
static const guint n_made_rows = 200;
/* Of an idle moment, us. */
static const gint64 budget_us = 4000;

static guint
count_rows (GtkSliceListModel *list)
{
  return g_list_model_get_n_items (gtk_slice_list_model_get_model (list));
}

static gboolean
grow_cb (gpointer data)
{
  GtkSliceListModel *list = data;
  const guint        n = count_rows (list);
  const gint64       end_us = g_get_monotonic_time () + budget_us;
  guint              size = gtk_slice_list_model_get_size (list);

  while (size < n && g_get_monotonic_time () < end_us) {
    size = size < n_made_rows ? size + 1 : n;
    gtk_slice_list_model_set_size (list, size);
  }

  return size < n;
}

/**
 * qusop_gradual_list_new:
 * @rows: (transfer full): the items; their number must not change
 *
 * Returns: (transfer full): a list that grows until it has them all
 */
GtkSliceListModel *
qusop_gradual_list_new (GListModel *rows)
{
  GtkSliceListModel *list = gtk_slice_list_model_new (rows, 0, 0);

  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, grow_cb, g_object_ref (list), g_object_unref);
  return list;
}

/* For who needs an item now that may not have come yet. */
void
qusop_gradual_list_finish (GtkSliceListModel *list)
{
  gtk_slice_list_model_set_size (list, count_rows (list));
}
