#!/bin/sh
# Prints where the browser for the tests is; where there is none and this may be done, Debian's Chromium is installed.
set -eu
for name in "${NUDGE_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [ -n "$name" ] && command -v "$name"; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "browser tests: installing Debian's chromium (apt-get install chromium) ..." >&2
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null 2>&1 || :
    if command -v chromium; then exit 0; fi
fi
echo "browser tests: there is no Chromium here; install it (Debian: apt-get install chromium), or name one in NUDGE_CHROMIUM." >&2
exit 1
