#!/usr/bin/env bash
# Sends thousands of requests, made from the API's own description, to a server of its own: every answer must be one
# that the description names, and none may be a failure of the server.
#
# usage: [DATABANK=BINARY] [SCHEMATHESIS=PROGRAM] [CASES=5000] scripts/api-fuzz.sh
set -euo pipefail
cd "$(dirname "$0")/.."

binary=$(realpath "${DATABANK:-target/release/databank}")
schemathesis=${SCHEMATHESIS:-schemathesis}
cases=${CASES:-5000}
work=$(mktemp -d)
server=
# The server writes until it has ended.
trap '[ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server"; } || true; rm -rf "$work"' EXIT
export DATABANK_DATA=$work/data DATABANK_KEY_FILE=$work/master.key

"$binary" --quiet brand add shop --timezone Asia/Shanghai --currency CNY >/dev/null
"$binary" --quiet import --brand shop --mapping examples/shop/shop.toml examples/shop >/dev/null
password=$("$binary" --quiet --format json user add fuzz --role owner --all-brands |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["one_time_password"])')

# Whom the cases change, so that they do not shut themselves out.
"$binary" --quiet user add victim --role viewer --brand shop >/dev/null
mkfifo "$work/line"
"$binary" --quiet --format json serve --listen 127.0.0.1:0 --requests-per-second 100000 >"$work/line" 2>"$work/log" &
server=$!
url=$(python3 -c 'import json, sys; print(json.loads(sys.stdin.readline())["listening"])' <"$work/line")

# The first sign-in must change the password; then the session stays for the whole run.
cookie=$(python3 - "$url" "$password" <<'PY'
import json, sys, urllib.request

url, password = sys.argv[1:]


def post(path, body, cookie=None):
    headers = {"content-type": "application/json", "origin": url}
    if cookie:
        headers["cookie"] = cookie
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request) as response:
        return (response.headers.get("set-cookie") or "").split(";")[0]


cookie = post("/api/v1/session", {"username": "fuzz", "password": password})
new = password + "-and-another-one"
post("/api/v1/session/password", {"current_password": password, "new_password": new}, cookie)
print(post("/api/v1/session", {"username": "fuzz", "password": new}))
PY
)

cat >"$work/schemathesis.toml" <<TOML
[parameters]
"path.brand" = "shop"
"path.username" = "victim"
[auth.openapi.session]
api_key = "${cookie#*=}"
TOML

# Without what would sign the run itself out, lock it out, or answer for ever.
status=0
"$schemathesis" --config-file "$work/schemathesis.toml" run "$url/api/openapi.json" --url "$url" \
    --header "Origin: $url" \
    --exclude-path-regex '/session|/jobs/[^/]+/events$' \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --max-examples "$((cases / 50))" --continue-on-failure --seed 1 --workers 1 || status=$?
if ! kill -0 "$server" 2>/dev/null; then
    echo "error: the server ended; its log:" >&2
    tail -20 "$work/log" >&2
    exit 1
fi
exit "$status"
