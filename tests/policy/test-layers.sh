#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-layers.sh ROOT: the layer check finds each kind of forbidden include in a tree made for it.
set -u
root=$1
folder=$(mktemp -d) || exit 99
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/src/engine/core" "$folder/src/engine/data" "$folder/src/cli" "$folder/src/app"
echo >"$folder/src/engine/core/qs-a.h"
echo >"$folder/src/engine/data/qs-b.h"
echo >"$folder/src/engine/qusop.h"
n=0

# expect OUTCOME NAME FILE INCLUDE
expect() {
  n=$((n + 1))
  echo "#include $4" >"$folder/$3"
  if "$root/tools/check-layers" "$folder" >/dev/null; then outcome=passes; else outcome=fails; fi
  rm "$folder/$3"
  if [ "$outcome" = "$1" ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}

expect passes "data may use core" src/engine/data/qs-x.c '"core/qs-a.h"'
expect fails "core may not use data" src/engine/core/qs-x.c '"data/qs-b.h"'
expect fails "the engine may not draw" src/engine/data/qs-x.c '<cairo.h>'
expect passes "the command line uses the seam" src/cli/x.c '"qusop.h"'
expect fails "the command line may not go round the seam" src/cli/x.c '"core/qs-a.h"'
expect fails "the command line has no windows" src/cli/x.c '<gtk/gtk.h>'
echo "1..$n"
