#!/usr/bin/env bash
# Looks for bytes that break what reads them: coverage-guided, one target after the other, one core.
#
# usage: [SECONDS_EACH=300] scripts/fuzz.sh [TARGET...]
#
# Targets are those of `fuzz/src/lib.rs`; all unless some are named. An input may take 5 seconds and 2 GiB; one that takes
# more, or breaks its reader, is left in `fuzz/found/<target>`, and the run fails. Shrink it
# (`-minimize_crash=1 -runs=10000 FILE`), fix the bug, and keep the input in `fuzz/corpus/<target>`, where the tests read it.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${SECONDS_EACH:-300}
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
if [ -z "${FUZZER:-}" ]; then
    RUSTC_WORKSPACE_WRAPPER=$PWD/scripts/fuzz-rustc.sh \
        cargo build --release --workspace --features databank-fuzz/engine --bin databank-fuzz
    FUZZER=$target/release/databank-fuzz
fi
[ $# -gt 0 ] || set -- mapping rules csv jsonl parquet suggest ids event batch

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Files are written and read thousands of times a second: in memory where the system offers it.
[ ! -d /dev/shm ] || { shm=$(mktemp -d -p /dev/shm); export TMPDIR=$shm; trap 'rm -rf "$work" "$shm"' EXIT; }
# Beside libFuzzer's own look at memory, once a second: what asks for more than 2 GiB is refused, and breaks at once.
ulimit -d $((2 << 20))
ulimit -c 0

failed=0
for name in "$@"; do
    echo "== $name: $seconds s"
    mkdir -p "$work/$name" "fuzz/found/$name"
    DATABANK_FUZZ_TARGET=$name nice -n 10 "$FUZZER" "$work/$name" "fuzz/corpus/$name" \
        -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=65536 -len_control=50 -use_value_profile=1 \
        -dict="fuzz/dictionaries/$name" -artifact_prefix="fuzz/found/$name/" -print_final_stats=1 -verbosity=1 \
        2>&1 | grep -Ev '^#[0-9]+.*(NEW|REDUCE|RELOAD|pulse) |NEW_FUNC|^"|^######|^WARNING: Failed to find|^INFO: Load|files found' ||
        failed=1
done
find fuzz/found -type d -empty -delete 2>/dev/null || true
[ $failed = 0 ] || { echo "error: something was found: see fuzz/found" >&2; exit 1; }
