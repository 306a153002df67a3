#!/bin/sh
# Builds the pages of the studio into studio/target/web, from where Maven takes them into the jar. Does nothing when no
# source is newer. Without Node.js, or when its packages cannot be had, it says so and succeeds: the studio then has
# no pages, and everything else works.
set -eu

here=$(cd "$(dirname "$0")" && pwd -P)
out="$here/../../../target/web"
cd "$here"

say() {
    echo "pages: $1"
}

# A build of older sources is worse than none: it would show what the server no longer says.
without() {
    rm -rf "$out"
    mkdir -p "$out"
    say "$1; the studio is built without pages, all else is complete."
    exit 0
}

sources="src index.html package.json package-lock.json vite.config.ts viewer.config.ts svelte.config.js build.sh"
if [ -e "$out/built" ] && [ -z "$(find $sources -newer "$out/built" 2>/dev/null | head -n 1)" ]; then exit 0; fi

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
    without "Node.js (20.19 or newer, with npm) is not here"
node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
    process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    without "Node.js 20.19 or newer is needed, found $(node --version)"

if [ ! -e node_modules/.complete ] || [ package-lock.json -nt node_modules/.complete ]; then
    before=$(mktemp)
    touch -r . "$before" # whoever looks for newer sources looks at folders too
    fetched=true
    npm ci --silent --no-audit --no-fund --ignore-scripts --prefer-offline --fetch-retries=1 --fetch-timeout=20000 \
        >/dev/null 2>&1 || fetched=false
    [ $fetched = false ] || : >node_modules/.complete
    touch -r "$before" .
    rm -f "$before"
    [ $fetched = true ] || without "npm cannot fetch the packages of the pages (offline?)"
fi

started=$(mktemp) # a source that is saved during the build is newer than what is built
trap 'rm -f "$started"' EXIT
log=$(npx --no-install vite build --logLevel warn 2>&1 &&
    npx --no-install vite build --config viewer.config.ts --logLevel warn 2>&1) || {
    echo "$log" >&2
    say "the sources of the pages do not build; the lines above say why."
    exit 1
}
touch -r "$started" "$out/built"
