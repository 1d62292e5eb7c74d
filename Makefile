# Everything a developer runs. A fresh machine needs Python 3.11 or later and make; the rest is fetched.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 5000
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_NO_INPUT = 1
export PIP_ROOT_USER_ACTION = ignore

.PHONY: help install run test check bench pins

help:
	@echo 'make run      start the application with its demo on http://127.0.0.1:$(PORT)'
	@echo 'make test     run the whole suite: SQLite, PostgreSQL, journeys in a browser'
	@echo 'make check    lint, types, imports, templates, migrations, pins, advisories'
	@echo 'make bench    measure pages against a bare one, on SQLite and PostgreSQL'
	@echo 'make pins     rewrite the two requirement files from pyproject.toml'
	@echo 'make install  the virtual environment with the development tools, and nothing else'

# A stamp per requirement file: a second run starts at once, a changed pin is installed.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.11 …")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	@echo 'Installing what the application needs…'
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo 'Installing what the application and its tests need…'
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $(VENV)/.installed $@

install: $(VENV)/.installed-dev

run: $(VENV)/.installed
	@PORT=$(PORT) exec $(BIN)/python -m tools.run

test: $(VENV)/.installed-dev
	@export CHROMIUM="$$($(BIN)/python -m tools.browser)"; \
	$(BIN)/python -m pytest -n 2 --dist worksteal --ignore tests/journeys; \
	$(BIN)/python -m pytest -n 2 --dist worksteal tests/journeys

check: $(VENV)/.installed-dev
	@$(BIN)/python -m tools.check

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m tools.bench

pins: $(VENV)/.installed-dev
	@$(BIN)/python -m tools.pins
