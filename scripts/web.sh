#!/usr/bin/env bash
# Builds the pages into web/dist, or checks them; does nothing where nothing changed.
#
# usage: scripts/web.sh build | check
#
#   build   installs what package-lock.json names and builds, when something changed since the last time
#   check   types, lint and unit tests, then build
set -euo pipefail
cd "$(dirname "$0")/../web"

if ! command -v npm >/dev/null; then
    echo "error: npm is not installed; the pages need Node.js 20.19 or newer" >&2
    exit 1
fi

installed=node_modules/.installed
if ! cmp -s package-lock.json "$installed"; then
    echo "pages: installing what web/package-lock.json names"
    npm ci --no-audit --no-fund --loglevel=error
    cp package-lock.json "$installed"
fi

build() {
    # What the pages are made of, as one hash: a checkout changes times, not contents.
    local stamp=node_modules/.dist-made-of made_of
    made_of=$(find src public index.html package-lock.json vite.config.ts tsconfig.json scripts -type f -print0 2>/dev/null |
        sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
    # The server's build puts a notice in place of pages that are not there.
    if [ "$(cat "$stamp" 2>/dev/null)" = "$made_of" ] && grep -q assets/ dist/index.html 2>/dev/null; then
        return
    fi
    npm run --silent build
    echo "$made_of" >"$stamp"
}

case "${1:-build}" in
build) build ;;
check)
    npm run --silent typecheck
    npm run --silent lint
    npm run --silent test
    build
    ;;
*)
    echo "usage: scripts/web.sh build | check" >&2
    exit 2
    ;;
esac
