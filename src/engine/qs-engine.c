/* SPDX-License-Identifier: Apache-2.0 */
#include "qusop.h"

const char *
qs_version (void)
{
  return QS_VERSION;
}
