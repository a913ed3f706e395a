#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2086  # package lists are split on purpose
#
# ./qusop.sh run [FILE.csv]   install what is missing, build, start QuSOP on FILE (default: the bundled
#                             sample study); with no display: answer it on the command line
# ./qusop.sh test [SUITE...]  install what is missing, build, run the quick tests
# ./qusop.sh deps             only install what building and testing need (Debian 12 and 13)
set -eu

here=$(cd "$(dirname "$0")" && pwd) # no cd: FILE stays relative to the caller's folder
build=${QUSOP_BUILD:-$here/build}

run_packages="gcc libc6-dev meson pkg-config gettext
  libgtk-4-dev libadwaita-1-dev libcsv-dev libyaml-dev libjansson-dev libsqlite3-dev
  libnlopt-dev librandom123-dev libsodium-dev adwaita-icon-theme librsvg2-common
  fonts-dejavu-core"
test_packages="xvfb xauth dbus-daemon at-spi2-core python3 python3-gi gir1.2-atspi-2.0
  xdotool imagemagick appstream desktop-file-utils shared-mime-info mandoc libglib2.0-bin libxml2-utils librsvg2-bin poppler-utils
  clang-format-14 git r-mathlib shellcheck minisign"

say() { printf '%s\n' "== $*" >&2; }

# Runs a command and shows what it said only if it fails.
quiet() {
  log=$(mktemp)
  if "$@" >"$log" 2>&1; then
    rm -f "$log"
  else
    status=$?
    cat "$log" >&2
    rm -f "$log"
    return $status
  fi
}

apt_get() { $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@"; }

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# install optional|required PACKAGE...
install() {
  kind=$1
  shift
  if ! command -v dpkg-query >/dev/null; then
    say "not a Debian system: GTK 4.8, libadwaita 1.2 and the libraries of README.md are needed"
    return 0
  fi
  need=""
  for package in "$@"; do
    installed "$package" || need="$need $package"
  done
  [ -n "$need" ] || return 0

  sudo=""
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "please run as root: apt-get install --no-install-recommends$need"
      [ "$kind" = optional ] && return 0
      exit 3
    fi
    sudo=sudo
  fi

  say "installing:$need"
  # The package lists may be absent or stale: update only when the plain install fails.
  apt_get install --no-install-recommends $need >/dev/null 2>&1 && return 0
  quiet apt_get update || exit 3
  if [ "$kind" = required ]; then
    quiet apt_get install --no-install-recommends $need || exit 3
  else
    # A tool that this release lacks leaves its tests skipped, not the rest untested.
    for package in $need; do
      apt_get install --no-install-recommends "$package" >/dev/null 2>&1 ||
        say "not to be had here: $package (the tests that need it are skipped)"
    done
  fi
}

compile() {
  [ -f "$build/build.ninja" ] || quiet meson setup "$build" "$here" || exit 4
  quiet meson compile -C "$build" || exit 4
}

run() {
  install required $run_packages
  compile
  study=${1:-$here/data/sample/sample-study.csv}
  if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
    exec env GSETTINGS_SCHEMA_DIR="$build/data" QUSOP_LOCALEDIR="$build/po" \
      "$build/src/app/qusop" "$study"
  fi
  say "no display: answering on the command line; report and figures go to $here/out"
  cli=$build/src/cli/qusop-cli
  # The fitted model is kept beside the program and made anew when either of them changes.
  model=$build/model-$(sha256sum "$study" | cut -c 1-16).json
  if [ -z "$(find "$model" -newer "$cli" 2>/dev/null)" ]; then
    "$cli" fit "$study" --model pkpd --out "$model"
  fi
  exec "$cli" answer "$study" --model "$model" --out "$here/out"
}

run_tests() {
  install required $run_packages
  install optional $test_packages
  # An earlier "run" configured without the test tools: look for them again.
  [ ! -f "$build/build.ninja" ] || quiet meson setup --reconfigure "$build" "$here" || exit 4
  compile
  suites=""
  for suite in "$@"; do
    suites="$suites --suite $suite"
  done
  status=0
  # One more than there are cores: windows and their drivers wait for each other.
  meson test -C "$build" --no-rebuild --print-errorlogs --num-processes $(($(nproc) + 1)) \
    ${suites:---no-suite long --no-suite truth} || status=$?
  python3 "$here/tools/count-tests" "$build/meson-logs/testlog.json"
  exit $status
}

command=${1:-help}
[ $# -eq 0 ] || shift
case $command in
  run) run "$@" ;;
  test) run_tests "$@" ;;
  deps)
    install required $run_packages
    install optional $test_packages
    ;;
  *) sed -n '5,9s/^# \{0,1\}//p' "$0" ;;
esac
