# Every target sets itself up: `make demo` or `make test` on a fresh clone is enough.
PYTHON ?= python3
ENGINE ?= havip
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test soak lint format bench clean lab-deps

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): pyproject.toml constraints.txt
	@echo "setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "havip needs Python 3.11 or newer; run: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[all]' --group dev
	@touch $@

demo: $(READY) ## Take the load-balancer pair from nothing to a running stack and back (ENGINE=pulumi for the real CLI)
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python examples/demo.py --engine $(ENGINE)

test: $(READY) ## Run the tests that need no account (under 5 minutes)
	$(BIN)/pytest -n 2 -m "not soak and not live"

soak: $(READY) ## Run the long matrices: fuzzing, crash tests, state machines
	$(BIN)/pytest -m soak

lint: $(READY) ## Check style, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## Rewrite the code to the project's style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY) ## Measure against the peers, in one run
	$(BIN)/python -m benchmarks

clean: ## Remove what the targets made
	rm -rf $(VENV) demo-output dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
