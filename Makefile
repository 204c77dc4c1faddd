# Every target sets itself up: `make demo` or `make test` on a fresh clone is enough.
PYTHON ?= python3
ENGINE ?= havip
LAB ?=
VENV := .venv
BIN := $(VENV)/bin
LOWEST := .venv-lowest
MATRIX := .venv-matrix
SBOM := .venv-sbom
PIP := $(VENV)/bin/pip install --quiet --disable-pip-version-check
LOCKED := --require-hashes --no-deps -r
HERE := --no-deps --no-build-isolation -e .
READY := $(VENV)/.ready
DEV := $(VENV)/.ready-dev

# Where it is set, each of the many processes of tests and demo would compile the product anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test-fast test coverage cli lowest soak lint lock generate docs matrix dist sbom lab-deps live live-sweep format bench clean

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml requirements/run.txt
	@echo "setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "havip needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) $(LOCKED) requirements/run.txt
	@$(PIP) $(HERE)
	@touch $@

$(DEV): $(READY) requirements/dev.txt
	@echo "adding what tests and linters need (once, some minutes: Tencent's own tools are large)"
	@$(PIP) $(LOCKED) requirements/dev.txt
	@touch $@

demo: $(READY) ## Take the load-balancer pair from nothing to a running stack and back (ENGINE=pulumi for the real CLI, LAB=1 to run the nodes)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python examples/demo.py --engine $(ENGINE) $(if $(LAB),--lab)

test-fast: $(DEV) ## Run the tests of SDK, emulator and handlers that need nothing but one process (seconds)
	$(BIN)/pytest -m unit tests/unit tests/emulator tests/pulumi

coverage: $(DEV) ## Run `make test` and print the lines and branches that it does not reach
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak and not live" --cov --cov-report term:skip-covered

test: $(DEV) ## Run the tests that need no account (some 5 minutes)
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak and not live"

cli: $(DEV) ## Run all that compares with the Pulumi CLI, which must be on PATH (some 6 minutes)
	@command -v pulumi >/dev/null || { echo "pulumi is not on PATH: install the Pulumi CLI first"; exit 1; }
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/pytest -n 2 -m pulumi_cli

lowest: ## Run the tests with the oldest dependencies that pyproject.toml allows
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/pip install --quiet --disable-pip-version-check uv
	$(LOWEST)/bin/uv pip install --quiet -p $(LOWEST)/bin/python --resolution lowest-direct -e '.[all]'
	$(LOWEST)/bin/uv pip install --quiet -p $(LOWEST)/bin/python --group dev
	PATH="$(CURDIR)/$(LOWEST)/bin:$$PATH" $(LOWEST)/bin/pytest -n 2 -p no:anyio -m "not soak and not live and not lab and not pulumi_cli"

matrix: ## Run the tests with each Python from 3.11 to the newest that uv finds on this machine
	$(PYTHON) -m venv $(MATRIX)
	$(MATRIX)/bin/pip install --quiet --disable-pip-version-check uv
	$(MATRIX)/bin/python -m tools.matrix $(MATRIX)

soak: $(DEV) ## Run the long matrices: fuzzing, crash tests, state machines
	$(BIN)/pytest -m soak

lint: $(DEV) ## Check style, types, English and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry sdk/havip pulumi_havip
	$(BIN)/python -m tools.prose

live: $(DEV) ## Ask a real account what the emulator assumes (HAVIP_LIVE_EIP=1 allows one EIP)
	HAVIP_LIVE=1 $(BIN)/pytest tests/live -m live

live-sweep: $(READY) ## Delete what a broken live run left behind
	$(BIN)/python tests/live/sweep.py --older-than 60

lock: $(DEV) ## Pin all dependencies, with their hashes, in requirements/ (UPGRADE=1 takes newer versions)
	$(BIN)/python -m tools.lock $(if $(UPGRADE),--upgrade)

generate: $(DEV) ## Write the checked-in files that follow from the code
	@$(BIN)/python -m tools.generate

docs: $(DEV) ## Build the documentation into docs/_build, with no warning allowed
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build
	@echo "open docs/_build/index.html"

dist: $(DEV) ## Build the wheel and the source archive, the same bytes for the same commit
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --quiet --outdir dist
	@cd dist && sha256sum *

sbom: $(DEV) ## Write dist/havip.cdx.json: what havip[all] depends on, in CycloneDX
	$(PYTHON) -m venv --clear $(SBOM)
	$(SBOM)/bin/pip install --quiet --disable-pip-version-check $(LOCKED) requirements/run.txt
	$(SBOM)/bin/pip install --quiet --disable-pip-version-check $(HERE)
	@mkdir -p dist
	$(BIN)/cyclonedx-py environment $(SBOM) --pyproject pyproject.toml --output-reproducible -o dist/havip.cdx.json

lab-deps: ## Install what the lab runs (as root, on Debian or Ubuntu; starts no service)
	sh sdk/havip/lab/install-deps.sh

format: $(DEV) ## Rewrite the code to the project's style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV) ## Measure against the peers, in one run
	$(BIN)/python benchmarks/all.py

clean: ## Remove what the targets made
	rm -rf $(VENV) $(LOWEST) $(MATRIX) $(SBOM) demo-output dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
