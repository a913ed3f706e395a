#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-translations.sh PO FILE...: every translation is valid, has nothing left open, and
# knows nearly all strings of the program: one in twenty may be newer than the translators.
set -eu
cd "$1/.."
shift
template=$(mktemp)
trap 'rm -f "$template" "$template".*' EXIT
xgettext --files-from=po/POTFILES --from-code=UTF-8 --add-comments -k_ -kN_ -kngettext:1,2 \
  --output="$template" 2>/dev/null
all=$(grep -c '^msgid ' "$template")
failed=0
for file in "$@"; do
  msgfmt -c -o /dev/null "$file" || failed=1
  open=$(msgattrib --untranslated "$file" | grep -c '^msgid ' || true)
  fuzzy=$(msgattrib --only-fuzzy "$file" | grep -c '^msgid ' || true)
  [ "$open$fuzzy" = 00 ] || { echo "$file: $open open, $fuzzy fuzzy"; failed=1; }
  msgmerge --quiet --no-fuzzy-matching "$file" "$template" -o "$template.po"
  missing=$(msgattrib --untranslated "$template.po" | grep -c '^msgid ' || true)
  echo "$file: $missing of $all strings are newer than the translation"
  [ $((missing * 20)) -le "$all" ] || failed=1
done
exit $failed
