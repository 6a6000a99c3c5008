# The commands of Lekalo; CI and people use the same.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help run test bench torture check check-types check-code check-templates check-translations check-rooms \
	conformance format messages migration lock browser paper python

help:
	@echo "make run          the shop with demo catalogues on http://127.0.0.1:$${LEKALO_PORT:-8000}"
	@echo "make test         all tests, in browsers too"
	@echo "make check        format, lint, types, templates, translations, import map"
	@echo "make bench        the benchmarks"
	@echo "make torture      orders while everything is killed again and again"
	@echo "make conformance MODELS=folder    the engine against an independent solver"
	@echo "make format | messages | migration M='what changes' | lock"

run: .venv/.ready
	@exec $(BIN)/python -m webapp.serve --demo

test: .venv/.ready-dev browser paper
	$(BIN)/flask --app webapp translations compile
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

bench: .venv/.ready-dev
	$(BIN)/flask --app webapp translations compile
	$(BIN)/python -m tests.bench $(ARGS)

torture: .venv/.ready-dev
	$(BIN)/flask --app webapp translations compile
	$(BIN)/python -m tests.torture $(ARGS)

conformance: .venv/.ready-dev
	$(BIN)/python -m tests.conformance $(MODELS)

# `make -j2 check` looks at types, which takes longest, beside all else.
check: check-types check-code check-templates check-translations check-rooms

check-types: .venv/.ready-dev
	$(BIN)/mypy

check-code: .venv/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

check-templates: .venv/.ready-dev
	$(BIN)/djlint --lint --quiet templates

check-translations: .venv/.ready-dev
	$(BIN)/flask --app webapp translations check

check-rooms: .venv/.ready-dev
	$(BIN)/python -m pytest -q tests/test_rooms.py

format: .venv/.ready-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: .venv/.ready-dev
	$(BIN)/flask --app webapp translations update $(ROOM)
	$(BIN)/flask --app webapp translations compile

migration: .venv/.ready-dev
	$(BIN)/flask --app webapp database upgrade
	$(BIN)/flask --app webapp database migration "$(M)"
	$(BIN)/ruff format migrations

# The locks name versions and hashes but no registry, so that they work with any.
lock:
	$(BIN)/uv pip compile -q --universal --generate-hashes pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --group dev -c requirements.lock pyproject.toml -o requirements.dev.lock

python:
	@test -n "$(PYTHON)" || { echo "Lekalo needs Python 3.11 or newer: install it, or say PYTHON=/path/to/python3 make run" >&2; exit 1; }

.venv/bin/python: | python
	@echo "Making the environment in .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv .venv || { echo "This Python cannot make environments: install its venv package (Debian: apt-get install python3-venv)" >&2; rm -rf .venv; exit 1; }

# uv is fast; where it cannot be had, pip does the same more slowly.
.venv/.ready: requirements.lock | .venv/bin/python
	@echo "Installing the locked dependencies …"
	@$(BIN)/pip install -q --disable-pip-version-check uv || echo "… without uv: pip does the same more slowly"
	@if [ -x $(BIN)/uv ]; then VIRTUAL_ENV=.venv $(BIN)/uv pip install -q --compile-bytecode --require-hashes -r requirements.lock; \
	else $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock; fi
	@touch $@

.venv/.ready-dev: requirements.dev.lock | .venv/bin/python
	@echo "Installing the locked dependencies and the tools …"
	@$(BIN)/pip install -q --disable-pip-version-check uv || echo "… without uv: pip does the same more slowly"
	@if [ -x $(BIN)/uv ]; then VIRTUAL_ENV=.venv $(BIN)/uv pip sync -q --compile-bytecode --require-hashes requirements.dev.lock; \
	else $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.dev.lock; fi
	@touch $@ .venv/.ready

browser: | .venv/.ready-dev
	@$(BIN)/python -m tests.browser.chromium || $(BIN)/playwright install chromium >/dev/null 2>&1 || { \
	echo "Installing Chromium …"; sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	$$sudo apt-get -q -o DPkg::Lock::Timeout=300 update && \
	for name in chromium-headless-shell chromium; do DEBIAN_FRONTEND=noninteractive \
	$$sudo apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $$name && break; done; \
	$(BIN)/python -m tests.browser.chromium; }

# What sets PDFs stands on libraries of the system. The shop does without them (it prints its pages), its tests do not.
PAPER := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core poppler-utils
paper: | .venv/.ready-dev browser # one after the other: apt lets nobody else at its lists
	@$(BIN)/python -c "import weasyprint" >/dev/null 2>&1 && command -v pdftotext >/dev/null || { \
	echo "Installing what sets PDFs, and what reads them for the tests …"; sudo=; test "$$(id -u)" = 0 || sudo=sudo; \
	$$sudo apt-get -q -o DPkg::Lock::Timeout=300 update && \
	DEBIAN_FRONTEND=noninteractive $$sudo apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $(PAPER) && \
	$(BIN)/python -c "import weasyprint" && command -v pdftotext >/dev/null; }
