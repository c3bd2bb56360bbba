#!/usr/bin/env bash
# usage: DATABANK=… DATABANK_BENCH_DATA=DIR bench/ask.sh
#
# Asks the twenty brands that bench/import.sh deposited for assets, a 90-day trend and a 30-day flow, each as a fresh
# process, and asks DuckDB the same of its own sorted table, warm and in process, best of three. Every count is compared;
# the run fails when one differs. Imports first when nothing is there. Settings: as in bench/import.sh.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${DATABANK:-databank}
python=${DATABANK_BENCH_PYTHON:-python3}
data=${DATABANK_BENCH_DATA:-}
if [ -z "$data" ] || ! compgen -G "$data/events/*.parquet" >/dev/null; then
    echo "skipped: DATABANK_BENCH_DATA names no folder with events/*.parquet"
    exit 0
fi
work=${DATABANK_BENCH_WORK:-$data/work}
[ -d "$work/vault" ] || "$here/import.sh"
export DATABANK_DATA="$work/vault" DATABANK_KEY_FILE="$work/master.key"

best() { # NAME ARGUMENTS…: the best of three cold runs
    local name=$1; shift
    for _ in 1 2 3; do
        "$python" "$here/peers.py" run "$work/$name.json" "$binary" --quiet --format json "$@" --all-brands
    done | sort -n | head -1
}
declare -A ours theirs
ours[assets]=$(best assets assets --as-of 2026-10-31)
ours[trend]=$(best trend trend --from 2026-08-03 --to 2026-10-31)
ours[flow]=$(best flow flow --from 2026-10-01 --to 2026-10-31)

status=0
if [ -f "$work/duck.db" ] && "$python" -c 'import duckdb' 2>/dev/null; then
    answers=$("$python" "$here/peers.py" ask "$work/duck.db" "$work") || status=1
    while read -r name rest; do theirs[$name]=$rest; done <<<"$answers"
else
    echo "no DuckDB or no table of its own: no peer"
fi
printf '%-8s %9s %9s %9s %11s %11s %7s %7s %9s\n' question seconds cpu peak_MiB duck_s duck_cpu wall_x cpu_x differing
for name in assets trend flow; do
    echo "$name ${ours[$name]} ${theirs[$name]:-}" | awk '{
        if (NF < 8) printf "%-8s %9s %9s %9s\n", $1, $2, $3, $4
        else printf "%-8s %9s %9s %9s %11s %11s %7.2f %7.2f %4d/%d\n", $1, $2, $3, $4, $5, $6, $5/$2, $6/$3, $8, $7 }'
done
exit $status
