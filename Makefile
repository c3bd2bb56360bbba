# usage: make [build | web | demo | test | check | test-long | test-sdk | fuzz | bench | openapi | advisories | oracle-env | clean-demo]
#
# One profile, release, for everything: nothing is built twice. `CARGO_TARGET_DIR` moves the target folder.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

TARGET := $(abspath $(or $(CARGO_TARGET_DIR),target))
ORACLE := $(TARGET)/oracle-venv
CASES ?= 10000
SECONDS ?= 300

.PHONY: build web demo test check test-long test-sdk fuzz bench openapi advisories oracle-env clean-demo

# The product: one binary with its pages, $(TARGET)/release/databank.
build: web
	cargo build --release --bin databank

# The pages, into web/dist, when something of theirs changed.
web:
	scripts/web.sh build

# A market of three brands in ./demo-data, deposited and served: the address and a password are printed.
demo: build
	"$(TARGET)/release/databank" --data demo-data demo

# The description of the API, and the client that is made from it. Both are committed.
openapi: build
	mkdir -p openapi
	"$(TARGET)/release/databank" openapi > openapi/databank-v1.json.new
	mv openapi/databank-v1.json.new openapi/databank-v1.json
	cd web && npm run --silent gen-api

# Every test there is. Data sets and Python are used when they are there, and missed loudly when not.
test:
	ORACLE="$(ORACLE)" scripts/test.sh

# Everything that can be said of the sources without running them.
check: web
	cargo fmt --all --check
	cargo xtask check
	cargo clippy --release --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps --quiet
	@if cargo deny --version >/dev/null 2>&1; then \
	    echo "cargo deny check licenses bans sources"; cargo deny check licenses bans sources; \
	else \
	    echo "note: cargo-deny is not installed, so licences and bans go unchecked (cargo install --locked cargo-deny)"; \
	fi

# Known holes in what we stand on; needs the network for the RustSec database.
advisories:
	cargo deny check advisories

# The property tests with many more cases, and their log for the record, without this machine's paths.
test-long:
	DATABANK_LONG_CASES=$(CASES) ORACLE="$(ORACLE)" scripts/test.sh long 2>&1 \
	    | sed -e 's#$(TARGET)#target#g' -e 's#$(CURDIR)#.#g' -e 's#$(HOME)#~#g' | tee docs/test-long.log

# The official tracking SDKs against the real server, through faults and kills (tests/sdk/README.md).
test-sdk: build
	DATABANK="$(TARGET)/release/databank" DATABANK_SDK_CACHE="$(TARGET)/sdk" tests/sdk/run.py --kill 4
	DATABANK="$(TARGET)/release/databank" DATABANK_SDK_CACHE="$(TARGET)/sdk" tests/sdk/browser.py

# Looks for bytes that break what reads them, SECONDS for each target, and keeps its log, without this machine's paths.
fuzz:
	SECONDS_EACH=$(SECONDS) scripts/fuzz.sh 2>&1 \
	    | sed -e 's#$(TARGET)#target#g' -e 's#$(CURDIR)#.#g' -e 's#$(HOME)#~#g' | tee docs/fuzz.log

# Benchmarks: every script in bench/ prints its own table.
bench: build
	@found=0; for script in bench/*.sh; do \
	    [ -e "$$script" ] || continue; found=1; echo "== $$script"; \
	    DATABANK="$(TARGET)/release/databank" "$$script"; \
	done; [ $$found = 1 ] || echo "there are no benchmarks in bench/ yet"

# A Python of their own for the oracle tests, made anew when the pinned versions change.
oracle-env:
	@if ! cmp -s tests/oracle/requirements.txt "$(ORACLE)/requirements.txt"; then \
	    echo "installing the oracle's Python packages into $(ORACLE)"; \
	    python3 -m venv --clear "$(ORACLE)"; \
	    "$(ORACLE)/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/oracle/requirements.txt; \
	    cp tests/oracle/requirements.txt "$(ORACLE)/requirements.txt"; \
	fi

clean-demo:
	rm -rf demo-data
