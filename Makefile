# Two commands are all a newcomer needs: `make run` and `make test`. Each sets up everything first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check

.PHONY: run test bench-announcements lint types content tests browser words lock schemas content-report clean

run: $(VENV)/.runtime
	@$(BIN)/tillsammans run

test: lint types content tests

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development
	$(BIN)/mypy

content: $(VENV)/.development
	$(BIN)/tillsammans check

tests: $(VENV)/.development browser
	@$(BIN)/tillsammans prepare
	$(BIN)/pytest --numprocesses 2 --dist loadfile

# Chromium draws the web page in the tests. Installed where this is allowed; where not, its tests say that they are skipped.
browser:
	@if command -v chromium >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		echo "Installing Chromium for the tests of the web page"; \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium fonts-noto-core; \
	else echo "Chromium is not installed, so the browser tests are skipped. Install the package 'chromium' to run them."; fi

# What the bot says, collected from the code and carried into every catalogue (never guessing a translation).
words: $(VENV)/.development
	$(BIN)/python -m bot.languages.extracting

schemas: $(VENV)/.development
	$(BIN)/tillsammans schemas

content-report: $(VENV)/.runtime
	@$(BIN)/tillsammans content-report

# What announcing costs and promises: about ten minutes; QUICK=1 takes two.
bench-announcements: $(VENV)/.development
	$(BIN)/python -m benchmarks.announcements $(if $(QUICK),--quick)

# New versions of what we depend on; the files name no index, only versions and hashes.
lock:
	$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet uv
	$(VENV)/lock/bin/uv pip compile pyproject.toml --extra build --extra dev --upgrade --universal --generate-hashes \
		--python-version 3.11 --no-header --no-annotate --quiet --output-file constraints-dev.txt
	$(VENV)/lock/bin/uv pip compile pyproject.toml --extra build --constraint constraints-dev.txt --upgrade --universal --generate-hashes \
		--python-version 3.11 --no-header --no-annotate --quiet --output-file constraints.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Tillsammans needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: constraints.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r constraints.txt
	$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/tillsammans prepare
	@touch $@

$(VENV)/.development: constraints-dev.txt pyproject.toml | $(VENV)/bin/python
	$(PIP) --require-hashes -r constraints-dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime
