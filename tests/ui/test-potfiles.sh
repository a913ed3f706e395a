#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-potfiles.sh POTFILES: every file with strings for the reader is listed for the
# translators, and every file that is listed is there.
set -eu
cd "$(dirname "$1")/.."
failed=0
for file in $(grep -rlE '(^|[^[:alnum:]_])(_|N_|ngettext) \(' --include='*.c' src/app src/document) data/ui/*.ui; do
  grep -qx "$file" po/POTFILES || { echo "$file is missing in po/POTFILES"; failed=1; }
done
while read -r file; do
  [ -f "$file" ] || { echo "po/POTFILES lists $file, which is not there"; failed=1; }
done <po/POTFILES
exit $failed
