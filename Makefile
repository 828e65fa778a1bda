# Everything here sets up what it needs or says exactly what is missing. One profile (release) serves all.
SHELL := /bin/bash
CARGO ?= cargo
DIR ?= demo
SCALE ?= 1:100
BENCH_SCALE ?= 1:20

.PHONY: demo test bench lint advisories fmt setup clean

# The whole job on a synthetic county, ending in a certificate in $(DIR)/.
demo: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/countersign" demo --dir $(DIR) --scale $(SCALE)

# Every test but the long ones.
test: setup
	$(CARGO) test --release --locked --workspace

# Figures per unit of work, on this machine.
bench: setup
	$(CARGO) build --release --locked --workspace
	target=$$($(CARGO) metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'); \
	"$$target/release/xtask" bench --program "$$target/release/countersign" --scale $(BENCH_SCALE)

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
	rm -rf demo bench
