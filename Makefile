# Every target sets up its environment: in a fresh clone, just run `make demo` or `make test`.
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

# If it were set, each of the many processes of tests and demo would compile the code again.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help demo test-fast test coverage cli lowest soak lint lock generate docs matrix dist sbom lab-deps live live-sweep format bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml requirements/run.txt
	@echo "setting up $(VENV) (once, about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "havip needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) $(LOCKED) requirements/run.txt
	@$(PIP) $(HERE)
	@touch $@

$(DEV): $(READY) requirements/dev.txt
	@echo "installing the tools for tests and linters (once, some minutes: Tencent's own tools are large)"
	@$(PIP) $(LOCKED) requirements/dev.txt
	@touch $@

demo: $(READY) ## Deploy, update and destroy a load-balancer pair on the emulator (ENGINE=pulumi: real CLI, LAB=1: run the nodes)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python examples/demo.py --engine $(ENGINE) $(if $(LAB),--lab)

test-fast: $(DEV) ## Run the tests of SDK, emulator and handlers that run in a single process (seconds)
	$(BIN)/pytest -m unit tests/unit tests/emulator tests/pulumi

coverage: $(DEV) ## Run `make test` and print the lines and branches that it does not cover
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak and not live" --cov --cov-report term:skip-covered

test: $(DEV) ## Run the tests that do not need an account (about 5 minutes)
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak and not live"

cli: $(DEV) ## Run the comparisons with the Pulumi CLI, which must be on PATH (about 6 minutes)
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

lint: $(DEV) ## Check style, types, English and imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry sdk/havip pulumi_havip
	$(BIN)/python -m tools.prose

live: $(DEV) ## Check the emulator's assumptions against a real account (HAVIP_LIVE_EIP=1 allows one EIP)
	HAVIP_LIVE=1 $(BIN)/pytest tests/live -m live

live-sweep: $(READY) ## Delete the resources of an interrupted live run
	$(BIN)/python tests/live/sweep.py --older-than 60

lock: $(DEV) ## Pin all dependencies, with their hashes, in requirements/ (UPGRADE=1: newer versions)
	$(BIN)/python -m tools.lock $(if $(UPGRADE),--upgrade)

generate: $(DEV) ## Write the checked-in files that are generated from the code
	@$(BIN)/python -m tools.generators.registry
	@$(BIN)/python -m tools.generate

docs: $(DEV) ## Build the documentation into docs/_build; warnings are errors
	$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build
	@echo "open docs/_build/index.html"

dist: $(DEV) ## Build the wheel and the source archive, reproducibly
	rm -rf dist
	SOURCE_DATE_EPOCH=$$(git log -1 --format=%ct) $(BIN)/python -m build --quiet --outdir dist
	@cd dist && sha256sum *

sbom: $(DEV) ## Write dist/havip.cdx.json: the dependencies of havip[all], in CycloneDX
	$(PYTHON) -m venv --clear $(SBOM)
	$(SBOM)/bin/pip install --quiet --disable-pip-version-check $(LOCKED) requirements/run.txt
	$(SBOM)/bin/pip install --quiet --disable-pip-version-check $(HERE)
	@mkdir -p dist
	$(BIN)/cyclonedx-py environment $(SBOM) --pyproject pyproject.toml --output-reproducible -o dist/havip.cdx.json

lab-deps: ## Install the lab's programs (as root, on Debian or Ubuntu; starts no service)
	sh sdk/havip/lab/install-deps.sh

format: $(DEV) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(DEV) ## Run the benchmarks against the peers
	$(BIN)/python benchmarks/all.py

clean: ## Remove the targets' files
	rm -rf $(VENV) $(LOWEST) $(MATRIX) $(SBOM) demo-output dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
