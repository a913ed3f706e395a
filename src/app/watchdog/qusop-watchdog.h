/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long the main thread was kept by one thing, ms. Time that other processes took the
 * processor away does not count, time that the thread slept for a file or a lock does. */
typedef struct {
  const char *name;
  guint       n;
  double      longest_ms;
  double      longest_cpu_ms;
} QusopWatched;

/* Measures from now on. Until then a watch costs one comparison. */
void qusop_watchdog_start (void);
/* Forgets what was measured so far. */
void qusop_watchdog_reset (void);

/* Main thread only. @name is kept; one within another counts for both. */
void qusop_watchdog_begin (const char *name);
void qusop_watchdog_end (void);

/* What lies between is the toolkit's own: the turn of the loop does not count it. */
void qusop_watchdog_pause (void);
void qusop_watchdog_resume (void);

/* (element-type QusopWatched): all names, the worst first. */
GArray *qusop_watchdog_list (void) G_GNUC_WARN_UNUSED_RESULT;
/* Of whole turns of the main loop, without what was paused. */
QusopWatched qusop_watchdog_turns (void);

static inline void
qusop_watchdog_leave (const char **name)
{
  qusop_watchdog_end ();
}

/* The rest of the block is watched. */
#define QUSOP_WATCH(watched)                                                    \
  __attribute__ ((cleanup (qusop_watchdog_leave), unused)) const char *watch_ = \
      (qusop_watchdog_begin (watched), watched)

G_END_DECLS
