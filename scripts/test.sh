#!/usr/bin/env bash
# Runs every test.
#
# usage: scripts/test.sh [NEXTEST_PROFILE]
#
# Reads:   ORACLE                where the oracle's virtual environment is or goes (default target/oracle-venv)
#          DATABANK_TEST_DATA    the folder of public data sets (default ../shared/data)
#          CI                    when set, a missing oracle is a failure and the nextest profile is `ci`
# Exports: DATABANK_TEST_DATA, DATABANK_ORACLE_PYTHON, as absolute paths, when they exist.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
oracle=${ORACLE:-$target/oracle-venv}
profile=${1:-${CI:+ci}}
profile=${profile:-default}

data=${DATABANK_TEST_DATA:-../shared/data}
if [ -d "$data" ]; then
    DATABANK_TEST_DATA=$(realpath "$data")
    export DATABANK_TEST_DATA
    echo "test data: $DATABANK_TEST_DATA"
else
    unset DATABANK_TEST_DATA
    echo "WARNING: no test data at $data: tests on public data sets will be skipped (set DATABANK_TEST_DATA)"
fi

if command -v python3 >/dev/null && make --no-print-directory oracle-env; then
    export DATABANK_ORACLE_PYTHON=$oracle/bin/python
    echo "oracle: $DATABANK_ORACLE_PYTHON"
elif [ -n "${CI:-}" ]; then
    echo "error: no Python environment for the oracle tests; CI must not skip them" >&2
    exit 1
else
    unset DATABANK_ORACLE_PYTHON
    echo "WARNING: no Python environment: comparisons with independent engines will be skipped (needs python3 and venv)"
fi

# The pages' own checks run beside the compiler, which at times has work for one core only.
scripts/web.sh build
pages=$(mktemp)
scripts/web.sh check >"$pages" 2>&1 &
checking=$!
trap 'rm -f "$pages"' EXIT
# All that the tests need, the product among it: its tests build it too.
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --release --workspace --no-run
else
    cargo test --release --workspace --all-targets --no-run
fi

passed=0
wait "$checking" || passed=$?
cat "$pages"
[ "$passed" = 0 ] || exit "$passed"

export DATABANK="$target/release/databank"
if [ -n "${CHROMIUM:-}" ] || command -v chromium google-chrome >/dev/null; then
    (cd web && npm run --silent e2e)
elif [ -n "${CI:-}" ]; then
    echo "error: no Chromium for the tests of the pages; CI must not skip them" >&2
    exit 1
else
    echo "WARNING: no Chromium: the tests of the pages will be skipped (install it, or name it in CHROMIUM)"
fi
if [ -n "${DATABANK_ORACLE_PYTHON:-}" ]; then
    # A line each for what passed; the long run sends more.
    cases=500
    [ "$profile" = long ] && cases=6000
    CASES=$cases SCHEMATHESIS="$oracle/bin/schemathesis" scripts/api-fuzz.sh
fi

if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --release --workspace --profile "$profile"
    exit
fi

# Without nextest there is one result per crate: add them up at the end.
echo "note: cargo-nextest is not installed; running cargo test"
log=$(mktemp)
trap 'rm -f "$log" "$pages"' EXIT
status=0
cargo test --release --workspace --all-targets --no-fail-fast 2>&1 | tee "$log" || status=$?
awk '/^test result:/ { passed += $4; failed += $6 } END { printf "%d passed, %d failed\n", passed, failed }' "$log"
exit "$status"
