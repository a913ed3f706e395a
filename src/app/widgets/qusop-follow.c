/* SPDX-License-Identifier: Apache-2.0 */
#include "widgets/qusop-follow.h"

typedef struct {
  GtkWidget *page; /* borrowed: it outlives its handlers */
  void (*callback) (GtkWidget *page);
  gboolean missed;
} Follower;

static void
changed_cb (Follower *self)
{
  self->missed = !gtk_widget_get_mapped (self->page);
  if (!self->missed)
    self->callback (self->page);
}

static void
mapped_cb (Follower *self)
{
  if (!self->missed)
    return;

  self->missed = FALSE;
  self->callback (self->page);
}

static void
follower_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

/**
 * qusop_follow:
 * @callback: (type void(GtkWidget*)): brings @page up to date
 *
 * Calls @callback when @source emits @signal; while @page is not shown only once it is:
 * nobody waits for what nobody sees.
 */
void
qusop_follow (GtkWidget *page, gpointer source, const char *signal, GCallback callback)
{
  Follower *self = g_new0 (Follower, 1);
  GClosure *closure = g_cclosure_new_swap (G_CALLBACK (changed_cb), self, follower_free);

  self->page = page;
  self->callback = (void (*) (GtkWidget *)) callback;
  g_object_watch_closure (G_OBJECT (page), closure);
  g_signal_connect_closure (source, signal, closure, FALSE);
  g_signal_connect_swapped (page, "map", G_CALLBACK (mapped_cb), self);
}
