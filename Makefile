# Everything here sets up what it needs or says exactly what is missing. One profile (release) serves all.
SHELL := /bin/bash
CARGO ?= cargo
DIR ?= demo
SCALE ?= 1:100
BENCH_SCALE ?= 1:20
MATCHING_SCALE ?= 1:1
TAMPER_DIR ?= tamper
SIGNATURES_DIR ?= signatures-bench
WRITERS ?=
LOAD_DIR ?= load
LOAD_SCALE ?= 1:1
LOAD_SECONDS ?= 120
KILLED_DIR ?= killed
KILLS ?= 500
POSTGRES_KILLS ?= 100
SCHEMATHESIS_DIR ?= schemathesis
SCALES ?= 1:100,1:10,1:1,4:1

FUZZ_SECONDS ?= 60
FUZZ_TARGETS ?= import_delimited import_fixed import_packed import_parquet import_nist_vri snapshot match_line claims signature case shift record

# Tests that can be run from where cargo left them, so that nothing is built twice.
tests_of = $$($(CARGO) test --release --locked --workspace --no-run --quiet --message-format=json-render-diagnostics | scripts/tests-of $(1))

# What the workstation is built from; its types come from the description of the API, its abbreviations from the roll's tables.
WEB_SOURCES = schemas/openapi.json $(wildcard crates/roll/data/*.csv) $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/evidence/*' \
	-not -path 'web/test-results/*' -not -path 'web/src/api/schema.d.ts')

.PHONY: web test-web test-browser bench-browser evidence demo demo-serve test test-postgres test-long tamper load load-postgres killed killed-postgres schemathesis bench bench-matching bench-signatures scaling fuzz lint advisories fmt setup clean

# The whole job on a synthetic county, ending in a certificate in $(DIR)/.
demo: setup web
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/countersign" demo --dir $(DIR) --scale $(SCALE)

# The same, and then the workstation on it, with people to sign in as; a demo that is there already is taken as it is.
demo-serve: setup web
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/countersign" demo --dir $(DIR) --serve

# Every test but the long ones; those of the office a second time on a PostgreSQL server, and the workstation in a browser.
test: setup web
	$(CARGO) test --release --locked --workspace
	$(MAKE) --no-print-directory test-postgres test-web test-browser

# The workstation, as it lies in the program. Built by npm when something changed, and by nothing else from the network.
web: setup web/dist/index.html

web/node_modules/.package-lock.json: web/package.json web/package-lock.json web/.npmrc
	cd web && npm ci
	touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build

# The workstation's types and its units.
test-web: web
	cd web && npm run check && npm test

# The workstation in Debian's Chromium against the program: one scenario a kind of user and every main screen four ways, in two offices at a time.
test-browser: web
	@scripts/setup browser
	$(CARGO) test --release --locked --workspace --no-run
	cd web && npm run browser -- --grep-invert "@evidence|the time that a reviewer waits"

# How long a reviewer waits from a decision until the next line is painted, in a browser on this machine.
bench-browser: web
	@scripts/setup browser
	$(CARGO) test --release --locked --workspace --no-run
	cd web && npm run browser -- --grep "the time that a reviewer waits"

# A page with a picture of every screen in both themes and two sizes: web/evidence/index.html.
evidence: web
	@scripts/setup browser
	$(CARGO) build --release --locked --workspace
	cd web && npm run browser -- --grep @evidence

# The same tests of the office with their cases on a PostgreSQL server, and those of the program that need one.
test-postgres: setup
	office=$(call tests_of,casework) && server=$(call tests_of,server) && program=$(call tests_of,cli) && \
	(cd crates/casework && ../../scripts/postgres "$$office" --include-ignored) && \
	(cd crates/server && ../../scripts/postgres "$$server" && ../../scripts/postgres "$$server" --ignored) && \
	(cd crates/cli && ../../scripts/postgres "$$program" --ignored)

# The tests that take minutes: a million petitions against a second implementation, long simulations, a decision in a large case.
test-long: setup
	$(CARGO) test --release --locked -p countersign-domain -p countersign-law -p countersign-sampling -- --ignored

# Figures per unit of work, on this machine.
bench: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/xtask" bench --program "$$target/release/countersign" --scale $(BENCH_SCALE)

# Matching beside other tools, over one synthetic county; about half an hour and 16 GB of memory at 1:1. PEERS names the folder of their scripts, which
# are not here.
bench-matching: setup
	@[ -n "$(PEERS)" ] || { echo "PEERS must name a folder with the scripts of the other tools" >&2; exit 1; }
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/xtask" bench-matching --program "$$target/release/countersign" --scale $(MATCHING_SCALE) --peers $(PEERS)

# How well signatures of one hand are told from those of others, and what that costs; over a synthetic county, and over the sets in the folders WRITERS.
bench-signatures: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/countersign" synth --dir $(SIGNATURES_DIR) --scale 1:100 --images all && \
	"$$target/release/xtask" bench-signatures --county $(SIGNATURES_DIR) $(addprefix --writers ,$(WRITERS))

# A public record of about a megabyte, changed in over two million ways, each of which both checks must find; about an hour.
tamper: setup
	$(CARGO) build --release --locked --workspace
	rm -rf $(TAMPER_DIR)
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/countersign" demo --dir $(TAMPER_DIR) --scale 1:280 --images none >/dev/null && \
	"$$target/release/countersign" key new county.example/recall --out $(TAMPER_DIR)/log.key && \
	"$$target/release/countersign" publish $(TAMPER_DIR)/case.countersign --key $(TAMPER_DIR)/log.key --out $(TAMPER_DIR)/record && \
	"$$target/release/xtask" tamper --record $(TAMPER_DIR)/record --key $(TAMPER_DIR)/log.key && \
	python3 xtask/tamper.py crates/verifier/verify_record.py $(TAMPER_DIR)/record $(TAMPER_DIR)/log.key.pub

# Simulated reviewers at work on a served case: what they wait for, and that nothing acknowledged is lost.
load: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/xtask" load --program "$$target/release/countersign" --dir $(LOAD_DIR) --scale $(LOAD_SCALE) --seconds $(LOAD_SECONDS) --images $(LOAD_MORE)

# The same on a PostgreSQL server, which is started for it on the same machine.
load-postgres: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	scripts/postgres bash -c 'exec "$$0" load --program "$$1" --dir $(LOAD_DIR) --scale $(LOAD_SCALE) --seconds $(LOAD_SECONDS) --images $(LOAD_MORE) \
		--place "$$COUNTERSIGN_POSTGRES#work"' "$$target/release/xtask" "$$target/release/countersign"

# A served case whose server is killed at instants that nobody chose, under load: nothing acknowledged is lost. In a file, and on a PostgreSQL server
# that is killed every tenth time as well.
killed: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/xtask" killed --program "$$target/release/countersign" --dir $(KILLED_DIR) --kills $(KILLS)

killed-postgres: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	scripts/postgres bash -c 'exec "$$0" killed --program "$$1" --dir $(KILLED_DIR) --kills $(POSTGRES_KILLS) --database-every 10 \
		--place "$$COUNTERSIGN_POSTGRES#work"' "$$target/release/xtask" "$$target/release/countersign"

# Requests made up from the OpenAPI document, sent to a small served case with a session of every role: none may be the server's fault. Needs schemathesis
# (pip install schemathesis), which is no part of `make test`.
schemathesis: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	scripts/schemathesis "$$target/release/countersign" $(SCHEMATHESIS_DIR)

# What a line costs as the roll grows, up to 23 million voters.
scaling: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/xtask" scaling --program "$$target/release/countersign" --scales $(SCALES)

# Every importer, the snapshot reader, the matching, the claims and the record against any bytes, a case and people at work against any acts; needs a
# nightly compiler. A shift opens a case for each history, so that it begins with long ones.
fuzz: setup
	@command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	@for target in $(FUZZ_TARGETS); do \
		more=; [ $$target != shift ] || more="-len_control=0 -max_len=320"; \
		$(CARGO) +nightly fuzz run --release $$target -- -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=4096 $$more || exit 1; \
	done

lint: setup
	$(CARGO) fmt --all --check
	$(CARGO) clippy --release --locked --workspace --all-targets -- -D warnings
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --offline check licenses bans sources

# Known advisories; needs the advisory database from the network.
advisories: setup
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check advisories

fmt:
	$(CARGO) fmt --all

setup:
	@scripts/setup

clean:
	$(CARGO) clean
	rm -rf demo bench $(TAMPER_DIR) $(LOAD_DIR) $(KILLED_DIR) $(SCHEMATHESIS_DIR) web/node_modules web/evidence web/test-results web/dist/assets web/dist/index.html*
