# Everything one does with Waxseal. `make` alone lists it.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
.SILENT:
MAKEFLAGS += --no-print-directory

WAXSEAL := target/release/waxseal
# All but `frontend`, which is built for browsers alone.
HOST := --workspace --exclude frontend --locked
export PATH := $(CURDIR)/target/tools/bin:$(HOME)/.cargo/bin:$(PATH)

# $(call step,what is being done): a visible heading; the closing line says how long it took.
define step
printf '\n==> %s\n' '$(1)'; started=$$SECONDS; trap 'printf "    %s s\n" $$((SECONDS - started))' EXIT
endef

##@ Use

.PHONY: run
run: ## Build what has changed and serve at http://127.0.0.1:3000, data under ./data
	$(call announce)
	$(MAKE) build
	exec $(WAXSEAL) serve

.PHONY: demo
demo: ## The same program on 90 days of sample data, in a database that is thrown away
	$(call announce)
	$(MAKE) build
	exec $(WAXSEAL) demo

.PHONY: build
build: site ## Leave target/release/waxseal: one file that needs nothing beside it
	$(call step,the program $(WAXSEAL))
	cargo build --release --locked -p server

.PHONY: site
site: wasm32
	$(call step,style sheet and browser code for it to embed)
	cargo xtask site

.PHONY: wasm32
wasm32:
	if ! rustup target list --installed | grep -qx wasm32-unknown-unknown; then
	    echo 'adding the Rust target wasm32-unknown-unknown'
	    rustup --quiet target add wasm32-unknown-unknown
	fi

# The first build is long: say so before silence sets in.
define announce
if [ ! -x $(WAXSEAL) ]; then
    echo 'The first build compiles everything: about twenty minutes on two cores. Later ones take seconds.'
fi
endef

##@ Check

.PHONY: test
test: ## Everything a change must pass (first about 70 minutes on two cores, then half of that)
	$(MAKE) prepare
	$(MAKE) fmt-check lint docs deny wasm-tree build rust-tests doc-tests browser-tests
	echo
	echo 'All checks passed:'
	cat target/test/nextest target/test/browser | sed 's/^ */    /'

.PHONY: test-long
test-long: prepare build ## Also the tests that take minutes each: hundreds of kills, large databases
	$(call step,Rust tests$(,) the long ones too)
	cargo nextest run $(HOST) --profile long --run-ignored all

.PHONY: bench
bench: build ## Print the numbers: parsing, durable ingest, pages, sizes, memory, checks (ARGS=--full for a million reports)
	cargo run --quiet --release --locked -p bench -- $(ARGS)
	$(if $(findstring --part,$(ARGS)),,$(MAKE) bench-browser)

.PHONY: bench-browser
bench-browser: prepare build ## The part of it that a browser measures: long tasks, from page to page
	$(call step,what a browser does with the pages)
	npm run --silent --prefix end2end bench

.PHONY: prepare
prepare: wasm32
	$(call step,tools of the tests)
	.ci/prepare

.PHONY: looks
looks: prepare build ## Draw the pictures of all pages anew, which the browser tests compare with: look at each that changed
	$(call step,pictures of all pages)
	cd end2end && npx playwright test looks --update-snapshots

.PHONY: fmt
fmt: ## Format the code
	cargo fmt --all

.PHONY: fmt-check
fmt-check:
	$(call step,formatting)
	cargo fmt --all --check

.PHONY: lint
lint: wasm32 ## Clippy, pedantic, warnings are errors; for the server and for browsers
	$(call step,clippy)
	cargo clippy --quiet $(HOST) --all-targets -- -D warnings
	cargo clippy --quiet --locked -p frontend --target wasm32-unknown-unknown -- -D warnings

.PHONY: docs
docs: ## The crates' documentation, under target/doc
	$(call step,documentation)
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet $(HOST) --no-deps --document-private-items

.PHONY: deny
deny:
	$(call step,dependencies: bans$(,) licences$(,) sources)
	cargo deny --locked check bans licenses sources

.PHONY: wasm-tree
wasm-tree: wasm32
	$(call step,what reaches the browser)
	cargo xtask wasm-tree

.PHONY: rust-tests
rust-tests:
	$(call step,Rust tests)
	mkdir -p target/test
	cargo nextest run $(HOST) 2>&1 | tee target/test/nextest.log
	grep -E '^ *Summary' target/test/nextest.log >target/test/nextest

.PHONY: doc-tests
doc-tests:
	$(call step,examples in the documentation)
	cargo test --quiet $(HOST) --doc

.PHONY: browser-tests
browser-tests:
	$(call step,browser tests$(,) each with and without JavaScript)
	mkdir -p target/test
	cargo build --quiet $(HOST) --example small_internet
	npm test --silent --prefix end2end 2>&1 | tee target/test/browser.log
	grep -E '^ *[0-9]+ (passed|skipped|flaky)' target/test/browser.log >target/test/browser

##@ Other

.PHONY: screenshots
screenshots: build ## Draw docs/overview.png and docs/domain.png anew, from the demo
	npm run --silent --prefix end2end screenshots

.PHONY: help
help: ## This list
	awk 'BEGIN {FS = ":.*## "} \
	    /^##@/ {printf "\n%s\n", substr($$0, 5)} \
	    /^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	echo

, := ,
