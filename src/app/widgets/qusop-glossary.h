/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where in the work a term is met. */
typedef enum {
  QUSOP_TOPIC_ANSWER,
  QUSOP_TOPIC_EXPOSURE,
  QUSOP_TOPIC_MODEL,
  QUSOP_TOPIC_DIAGNOSTICS,
  QUSOP_TOPIC_NETWORK,
  QUSOP_TOPIC_QUANTUM,
  QUSOP_N_TOPICS,
} QusopTopic;

/**
 * QusopTerm:
 * @id: what the code calls it, which is the engine's name where it has one; one that ends
 *   in "*" stands for all names that begin so
 * @term: what the window calls it, to be translated, as what follows
 * @definition: one or two sentences
 * @source: author and year, or this program where it is its own
 */
typedef struct {
  const char *id;
  QusopTopic  topic;
  const char *term;
  const char *definition;
  const char *source;
} QusopTerm;

const QusopTerm *qusop_glossary_terms (guint *n_terms);
const QusopTerm *qusop_glossary_find (const char *id);
const char      *qusop_topic_title (QusopTopic topic);

/* The tooltip of a number; FALSE leaves the widget as it is: a name that is not known. */
gboolean qusop_explain (GtkWidget *widget, const char *id);
void     qusop_explain_both (GtkWidget *name, GtkWidget *value, const char *id);

G_END_DECLS
