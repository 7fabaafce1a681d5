# Needs Python 3.11 or later and nothing else: PYTHON=python3.13 make test

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
WANTED := pyproject.toml constraints.txt

LOWEST := .cache/lowest

# Where `make demo` shows Dagster's UI.
PORT := 3000

# Hundreds of processes begin here, and every worker reads and rewrites each test: what one has compiled is kept, whatever the caller has set.
export PYTHONDONTWRITEBYTECODE :=

# Loading all tests only to leave most of them out takes half a minute of each worker.
SERVERS = $(shell grep -rlE 'mark\.(servers|long)' http_source_tests --include='test_*.py')

.PHONY: help demo test lint test-servers test-long test-lowest bench docs site clean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/runtime ## watch connectors fill topics: a sample API, an in-memory Kafka, the Dagster UI; PORT=3001 moves the UI
	@$(BIN)/http-source demo --port $(PORT)

test: .venv/development ## run the tests, in parallel; with EXAMPLES=20 property tests try twenty times as many examples
	@$(BIN)/pytest

lint: .venv/development ## check style, types and the direction of imports
	@$(BIN)/ruff check --quiet
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-logo > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

test-servers: .venv/development ## run the tests against real servers; those whose server is not available are skipped
	@$(BIN)/pytest -m 'servers and not long' $(SERVERS)

test-long: .venv/development ## run what takes an hour: several hosts, kill after kill, eight hours of polling in a hurry, ten thousand requests to serve
	@$(BIN)/pytest -m long $(SERVERS)

test-lowest: $(LOWEST)/installed ## run the tests with the lowest versions that are allowed; takes longer than make test
	@$(LOWEST)/bin/pytest

.PHONY: release
release: .venv/release ## check version and changelog, build wheel, source distribution and SBOM into dist/; publishes nothing
	@$(BIN)/python -m http_source_tests.package.release

bench: .venv/development ## measure what records cost, beside floors and plain loops: one table, after half an hour; BENCH="--rounds 1" is sooner
	@$(BIN)/python -m bench.overview $(BENCH)

docs: .venv/development ## print docs/properties.md, transforms.md, faults.md and architecture.md from the code and the tests
	@$(BIN)/python -m http_source.config.reference > .venv/properties.md
	@$(BIN)/python -m http_source.connect.transforms.reference > .venv/transforms.md
	@$(BIN)/python -m http_source_tests.error_page > .venv/faults.md
	@$(BIN)/python -m http_source_tests.architecture_page > .venv/architecture.md
	@mv .venv/properties.md .venv/transforms.md .venv/faults.md .venv/architecture.md docs/

site: .venv/development ## build the documentation as a site, into build/site, with warnings as errors
	@$(BIN)/python -m sphinx -W --keep-going -q -n docs build/site
	@echo 'The site begins at build/site/index.html'

clean: ## remove everything that can be made again, and Dagster's local state
	@rm -rf .venv .dagster .logs_queue logs .tmp_dagster_home_* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: each environment is made again when what it is made from has changed.
.venv/runtime: $(WANTED) | .env
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "http-source needs Python 3.11 or later; this is %d.%d. Name another one: make PYTHON=python3.13" % sys.version_info[:2])'
	@echo 'Installing http-source and the packages it needs into .venv, as constraints.txt says. It takes about a minute, this time only.'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --upgrade pip
	@$(PIP) install --constraint constraints.txt --editable '.[all]'
	@touch $@

# `dagster dev` and `http-source` read it. Without DAGSTER_HOME Dagster says that its state is temporary, which dagster.yaml sees to.
.env:
	@echo 'DAGSTER_HOME=$${DAGSTER_HOME:-$(CURDIR)}' > $@

.venv/development: .venv/runtime
	@echo 'Installing what the tests and checks need into .venv. It takes about half a minute, this time only.'
	@$(PIP) install --constraint constraints.txt --group dev
	@touch $@

.venv/release: .venv/development
	@$(PIP) install --constraint constraints.txt --group release
	@touch $@

# The lowest versions of what the package names itself; of all else, the tests' own tools included, the newest that goes with them.
$(LOWEST)/installed: $(LOWEST)/versions.txt
	@$(LOWEST)/bin/uv pip install --quiet --python $(LOWEST)/bin/python --constraint $< --group test --editable '.[all,opentelemetry,postgres]'
	@touch $@

$(LOWEST)/versions.txt: pyproject.toml
	@$(PYTHON) -m venv --clear $(LOWEST)
	@$(LOWEST)/bin/python -m pip --quiet --disable-pip-version-check install uv
	@$(LOWEST)/bin/uv pip compile --quiet --resolution lowest-direct --annotation-style line --extra all --extra opentelemetry --extra postgres pyproject.toml | \
		grep 'pyproject\.toml' > $@.draft
	@mv $@.draft $@
