/* SPDX-License-Identifier: Apache-2.0 */
#include "decision/qs-search.h"

#include <math.h>

/**
 * qs_search_new:
 * @results: (array length=n_results): answers whose curves are searched, together
 * @error: as qs_landscape_of(), qs_search_anneal() and qs_search_qaoa()
 *
 * Returns: (transfer full): the landscape and what each way finds in it, or %NULL
 */
QsSearch *
qs_search_new (const QsResult *const *results,
               guint                  n_results,
               const QsSearchOptions *options,
               QsRun                 *run,
               GError               **error)
{
  g_autoptr (QsSearch) self = g_new0 (QsSearch, 1);
  const gint64         start_us = g_get_monotonic_time ();

  self->n_refs = 1;
  self->target = results[0]->scenario.target;
  self->landscape = qs_landscape_of (results, n_results, error);
  if (self->landscape == NULL)
    return NULL;

  self->scanned = (QsSearchFound){
    .code = self->landscape->best,
    .n_looked = self->landscape->n_looked,
    .share = NAN,
    .elapsed_s = (double) (g_get_monotonic_time () - start_us) / G_USEC_PER_SEC,
  };
  if (!qs_search_anneal (self->landscape, options, run, &self->annealed, error) ||
      !qs_search_qaoa (self->landscape, options, run, &self->measured, error))
    return NULL;

  return g_steal_pointer (&self);
}

QsSearch *
qs_search_ref (QsSearch *self)
{
  g_atomic_int_inc (&self->n_refs);
  return self;
}

void
qs_search_unref (QsSearch *self)
{
  if (self == NULL || !g_atomic_int_dec_and_test (&self->n_refs))
    return;

  qs_landscape_free (self->landscape);
  g_free (self);
}
