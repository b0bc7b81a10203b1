# Two commands: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app
ROOMS := app.py core payments members providers procurement care claims quality demo migrations
SUDO := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
export TOUIZA_DEMO ?= true
# A start is several processes: what the first one compiles the others read, whatever this shell was told.
export PYTHONDONTWRITEBYTECODE :=
EVERYTHING := .[postgres,dev]
# uv installs in seconds what takes pip most of a minute; where it cannot, pip does.
PIP := $(BIN)/python -m pip install -q --no-compile --disable-pip-version-check
install = $(BIN)/uv pip install -q --python $(BIN)/python -e '$(1)' 2>/dev/null || $(PIP) -e '$(1)'

.DEFAULT_GOAL := help
.PHONY: help run test check engine bench opendata translations clean browser

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.run ## set up, load the demo fund, serve on http://127.0.0.1:8000
	@exec $(BIN)/python -m demo

test: $(VENV)/.dev browser ## everything that CI runs: checks, SQLite, PostgreSQL, Chromium
	$(MAKE) --no-print-directory check
	TOUIZA_REQUIRE_CHROMIUM=1 $(BIN)/pytest -n 2
	$(BIN)/python -m tests.postgres $(BIN)/pytest -n 2 -m "not journey or both_databases"

check: $(VENV)/.dev ## format, lint, types, layers, migrations: under a minute
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	TOUIZA_SQLALCHEMY_DATABASE_URI=sqlite:///$(CURDIR)/build/check.sqlite $(SHELL) -c 'mkdir -p build && rm -f build/check.sqlite* && $(FLASK) db upgrade 2>/dev/null && $(FLASK) db check 2>&1 | tail -1 | grep "No new upgrade"'

engine: $(VENV)/.dev ## compile the rules where there is a C compiler: the same decisions, three times as fast
	$(FLASK) claims engine --build

bench: $(VENV)/.dev engine ## lines per second, statements per claim, page times
	$(BIN)/python -m bench $(ARGUMENTS)

opendata: $(VENV)/.dev ## our open data before an outside validator, brought into an environment of its own; says if it could not be had
	@test -x build/outside/bin/libcoveocds || { $(PYTHON) -m venv build/outside && build/outside/bin/pip install -q --disable-pip-version-check 'libcoveocds==0.17.0'; } || true
	@test -x build/outside/bin/libcoveocds || echo "The outside validator (libcoveocds) could not be had, so it did not run."
	@! test -x build/outside/bin/libcoveocds || TOUIZA_LIBCOVEOCDS=$(CURDIR)/build/outside/bin/libcoveocds $(BIN)/pytest -rs tests/procurement/test_outside_validator.py

translations: $(VENV)/.dev ## bring new texts into the catalogues, and say how many wait for a translator
	@mkdir -p build
	$(BIN)/pybabel -q extract --no-location -F translations/babel.cfg -k _l -o build/messages.pot .
	$(BIN)/pybabel -q update -N -w 110 --ignore-obsolete -i build/messages.pot -d translations
	$(BIN)/pybabel compile --statistics -d translations 2>&1 | grep translated

clean: ## remove the environment and the demo database
	rm -rf $(VENV) instance build

# A pip of the system brings pip and uv in at once; else Python's own copy of pip comes first, which takes 4 s longer.
$(VENV)/.run: pyproject.toml
	@$(PYTHON) -m compileall -qq $(ROOMS) & # meanwhile: most of an installation waits for the network
	@test -x $(BIN)/pip || \
	  { $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip --python $(BIN)/python install -q --no-compile pip uv; } 2>/dev/null || \
	  $(PYTHON) -m venv $(VENV) 2>/dev/null || \
	  { echo "Installing the system's venv module (once)…"; $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv --clear $(VENV); }
	@echo "Installing Touiza (once)…"
	@test -x $(BIN)/uv || $(PIP) uv 2>/dev/null || true
	@$(call install,.)
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.run
	@echo "Installing the tools for tests (once)…"
	@$(call install,$(EVERYTHING))
	@touch $@

browser: # Chromium and fonts for the journeys, from the system's own packages
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  { $(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null; }
