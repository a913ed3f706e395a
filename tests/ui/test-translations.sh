#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# test-translations.sh PO FILE...: every translation is valid and has nothing left open.
# German knows nearly all strings of the program: one in twenty may be newer than the
# translators. Arabic is there to prove that the window can be read from right to left; it
# has to know one in three, and most of the pages below.
set -eu
cd "$1/.."
shift
template=$(mktemp)
trap 'rm -f "$template" "$template".*' EXIT
xgettext --files-from=po/POTFILES --from-code=UTF-8 --add-comments -k_ -kN_ -kngettext:1,2 \
  --output="$template" 2>/dev/null
all=$(grep -c '^msgid ' "$template")
pages="data/ui/qusop-start-page.ui data/ui/qusop-data-page.ui data/ui/qusop-model-page.ui
  data/ui/qusop-decide-page.ui src/app/widgets/qusop-answer-card.c
  src/document/qusop-figure-dose.c src/app/widgets/qusop-step-rail.c"
failed=0
for file in "$@"; do
  msgfmt -c -o /dev/null "$file" || failed=1
  open=$(msgattrib --untranslated "$file" | grep -c '^msgid ' || true)
  fuzzy=$(msgattrib --only-fuzzy "$file" | grep -c '^msgid ' || true)
  [ "$open$fuzzy" = 00 ] || { echo "$file: $open open, $fuzzy fuzzy"; failed=1; }
  msgmerge --quiet --no-fuzzy-matching "$file" "$template" -o "$template.po"
  missing=$(msgattrib --untranslated "$template.po" | grep -c '^msgid ' || true)
  echo "$file: $missing of $all strings are newer than the translation"
  case $file in
  *ar.po)
    [ $((missing * 3)) -le $((all * 2)) ] || failed=1
    for page in $pages; do
      open=$(msgattrib --untranslated "$template.po" | grep -cF "$page:" || true)
      [ $((open * 4)) -le "$(grep -cF "$page:" "$template")" ] ||
        { echo "$file: $open strings of $page are open"; failed=1; }
    done
    ;;
  *) [ $((missing * 20)) -le "$all" ] || failed=1 ;;
  esac
done
exit $failed
