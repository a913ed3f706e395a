/* SPDX-License-Identifier: Apache-2.0 */
#include "core/qs-error.h"

/* Asked anew each time: the cache of G_DEFINE_QUARK is written by whichever thread comes
 * first, which ThreadSanitizer rightly cannot tell from a race. */
GQuark
qs_error_quark (void)
{
  return g_quark_from_static_string ("qs-error-quark");
}
