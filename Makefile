# Two commands from a fresh clone, with Python 3.11 or newer and make alone:
#   make scan   install into .venv and scan a sample project
#   make test   everything that CI runs

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Tests of what is remembered, interrupted, killed or measured: whatever runs beside them is in their way.
ALONE := $(addprefix tests/test_,answers.py kept_report.py written_outputs.py godot_oracle.py binary_workers.py compiled.py)

.PHONY: scan test docs site lock clean

scan: $(VENV)/.installed
	$(BIN)/portlint scan sample_projects/godot_arena --exit-zero

test: $(VENV)/.dev $(VENV)/.validator
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict portlint
	$(BIN)/lint-imports --no-cache
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist loadfile $(ALONE:%=--ignore=%)
	$(BIN)/python -m pytest -q $(ALONE)

# The pages that come from rules/ and the manual page: committed, and a test says when they are out of date.
docs: $(VENV)/.installed
	$(BIN)/python tools/docs.py

# Microsoft's SARIF validator (MIT). Without npm or a network its tests are skipped, and say so.
$(VENV)/.validator: | $(VENV)/bin/python
	@if command -v npm >/dev/null && npm install --silent --no-fund --no-audit --ignore-scripts --fetch-retries 0 \
		--prefix $(VENV)/validator @microsoft/sarif-multitool@5.7.0; \
	then chmod u+x $(VENV)/validator/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool; \
	else echo "no SARIF validator: its tests will be skipped" >&2; fi
	@touch $@

# The web site, in build/site.
site: $(VENV)/.dev
	$(BIN)/mkdocs build --strict

# Resolves the development dependencies anew, for every supported Python and platform.
lock: $(VENV)/.installed
	$(PIP) install uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev \
		--custom-compile-command "make lock" --output-file requirements-dev.txt pyproject.toml

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "portlint needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.installed requirements-dev.txt
	$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@
