/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "qusop.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUSOP_TYPE_ANSWER_CARD (qusop_answer_card_get_type ())

/**
 * QusopAnswerCard:
 *
 * The answer to one question in words that one can read aloud, with what it rests on.
 */
G_DECLARE_FINAL_TYPE (QusopAnswerCard, qusop_answer_card, QUSOP, ANSWER_CARD, GtkWidget)

void  qusop_answer_card_show_dose (QusopAnswerCard *self, const QsResult *result);
void  qusop_answer_card_show_result (QusopAnswerCard *self, const QsResult *result);
void  qusop_answer_card_show_text (QusopAnswerCard *self,
                                   const char      *headline,
                                   const char      *text);
void  qusop_answer_card_set_stale (QusopAnswerCard *self, gboolean stale);
char *qusop_answer_card_dup_sentence (const QsResult *result) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
