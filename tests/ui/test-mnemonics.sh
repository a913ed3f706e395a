#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-mnemonics.sh WINDOW.ui: no letter is the mnemonic of two things that are on screen at
# once. A page is shown with the window's header; what shows in turn (empty or full, train
# or cancel) may share one.
set -eu
dir=$(dirname "$1")

mnemonics() {
  sed -n 's/.*translatable="yes">\(.*\)<\/property>.*/\1/p' "$@" |
    grep -o '_[[:alnum:]]' | tr -d _ | tr '[:upper:]' '[:lower:]'
}

# The header, outside its menus, plus one page without its empty state.
header() { sed '/<menu /,/<\/menu>/d' "$dir/qusop-window.ui" >"$work/header.ui"; }
page() {
  awk '/<property name="name">(empty|unusable)</ { skip = 1 }
       skip && /<\/object>/ && /^          <\/object>/ { skip = 0 }
       !skip' "$dir/$1" >"$work/page.ui"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
header
for page in qusop-data-page.ui qusop-explore-page.ui qusop-exposure-page.ui qusop-diagnostics-page.ui qusop-model-page.ui qusop-decide-page.ui qusop-scenarios-page.ui qusop-estimate-page.ui qusop-history-page.ui qusop-report-page.ui qusop-comparison-page.ui qusop-start-page.ui; do
  page "$page"
  twice=$(mnemonics "$work/header.ui" "$work/page.ui" | sort | uniq -d | tr '\n' ' ')
  if [ -n "$twice" ]; then
    echo "$page: two things share the mnemonic: $twice"
    failed=1
  fi
done
exit $failed
