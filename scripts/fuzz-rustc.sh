#!/usr/bin/env bash
# The compiler of `scripts/fuzz.sh` (RUSTC_WORKSPACE_WRAPPER): our own crates count which of their edges were taken and what
# they compared, as libFuzzer needs it. Crates of others are built as always, and so shared with every other build.
set -euo pipefail
rustc=$1
shift
case " $* " in
*" --crate-name build_script_"* | *"proc-macro"*) exec "$rustc" "$@" ;;
esac
exec "$rustc" "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares
