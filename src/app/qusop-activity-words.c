/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop-activity-words.h"

#include <glib/gi18n.h>
#include <math.h>

char *
qusop_activity_words (QusopSession *session, QusopActivity activity)
{
  const char  *text = qusop_session_get_activity_text (session, activity);
  const double left_s = qusop_session_get_seconds_left (session, activity);

  if (isnan (left_s) || left_s < 1.0)
    return g_strdup (text);
  if (left_s < 90.0)
    return g_strdup_printf (_ ("%s, about %.0f s left"), text, ceil (left_s));
  return g_strdup_printf (_ ("%s, about %.0f min left"), text, ceil (left_s / 60.0));
}
