# The first of these that is Python 3.11 or newer.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
VENV := .venv
BIN := $(VENV)/bin
BROWSER ?= yes
ARGS ?=
LOCKED := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
HERE := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .

.PHONY: demo test witnesses lint bench lock page clean

demo: $(VENV)/.run   ## the bot at work on its sandbox; ends with Ctrl-C
	$(BIN)/duebot demo $(ARGS)

test: $(VENV)/.dev   ## every test; BROWSER=no leaves out those that need a browser
	$(BIN)/python -m tests.browser --ready $(BROWSER)
	$(BIN)/python -m tests.witnesses
	$(BIN)/python -m pytest -n 2 --dist worksteal $(if $(filter no,$(BROWSER)),-m "not browser",) $(ARGS)

witnesses: $(VENV)/.dev   ## the providers' clients by others, in environments of their own
	$(BIN)/python -m tests.witnesses

lint: $(VENV)/.dev   ## format, rules and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.dev   ## the speed goals, as ratios in one run
	$(BIN)/python -m bench $(ARGS)

lock: $(VENV)/.dev   ## write the lock files anew after a change in pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --group build -o requirements.lock pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --group dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --group witness -o requirements-witness.lock
	$(BIN)/uv pip compile --universal --python-version 3.12 --generate-hashes --no-emit-index-url --no-header --quiet --group mpt -o requirements-mpt.lock

page:                ## build the sandbox page again (needs Node 20 or newer)
	cd sandbox/page && npm ci && npm run build

clean:
	rm -rf $(VENV) .venv-witness .venv-mpt .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Duebot needs Python 3.11 or newer; install it, or name it: make PYTHON=/path/to/python3"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV); this takes about a minute, once."
	$(LOCKED) -r requirements.lock
	$(HERE)
	touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), with what the tests need; this takes a minute or two, once."
	$(LOCKED) -r requirements-dev.lock
	$(HERE)
	touch $@ $(VENV)/.run
