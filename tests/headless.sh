#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# headless.sh CMD...: run CMD under a private X server and a private session bus, with
# private XDG folders. The exit code is CMD's.
#   TEST_SCREEN=1024x600      size of the screen (1280x800)
#   TEST_TEXT_SCALE=2         size of text, needs xrdb (1)
#   TEST_LC_ALL=de_DE.UTF-8   locale (C.UTF-8)
set -u
dir=$(mktemp -d) || exit 99
mkdir -p "$dir"/{config,cache,data,run} && chmod 700 "$dir/run" && mkfifo "$dir/fifo" || exit 99

# -displayfd lets the server pick a free number itself; xvfb-run -a races when two start
# at once.
Xvfb -displayfd 3 -screen 0 "${TEST_SCREEN:-1280x800}x24" -nolisten tcp -noreset \
  3>"$dir/fifo" >/dev/null 2>"$dir/xvfb.log" &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server" 2>/dev/null; rm -rf "$dir"' EXIT
trap 'exit 143' TERM INT
read -r number <"$dir/fifo" || { cat "$dir/xvfb.log" >&2; exit 99; }

unset GTK_THEME GTK_A11Y WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS G_MESSAGES_DEBUG LANGUAGE
export DISPLAY=:$number XAUTHORITY=/dev/null GDK_BACKEND=x11 GDK_SCALE=1 TZ=UTC
export LC_ALL="${TEST_LC_ALL:-C.UTF-8}"
# The same pixels every time and no Mesa: a third of the memory, no leak reports from it.
export GSK_RENDERER=cairo GDK_DEBUG=gl-disable
export XDG_CONFIG_HOME=$dir/config XDG_CACHE_HOME=$dir/cache XDG_DATA_HOME=$dir/data
export XDG_RUNTIME_DIR=$dir/run XDG_STATE_HOME=$dir/state GSETTINGS_BACKEND=memory GIO_USE_VFS=local

if [ -n "${TEST_TEXT_SCALE:-}" ]; then
  awk -v scale="$TEST_TEXT_SCALE" 'BEGIN { printf "Xft.dpi: %d\n", scale * 96 }' |
    xrdb -merge -nocpp
fi

# Services that the bus starts inherit its stdout and stderr: both are kept away from the
# test's own (TAP) output.
dbus-run-session -- bash -c 'exec "$@" >&4 2>&5 4>&- 5>&-' bash "$@" \
  4>&1 5>&2 >"$dir/bus.log" 2>&1
