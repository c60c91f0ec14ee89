# Comity. 'make help' lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
export PYTHON
BIN := .venv/bin

.PHONY: help setup demo test test-fast faults mutations check lint layout types imports architecture format budget bench lock core-size clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## set up .venv with the core, every extra and the tools; again: returns at once
	@tools/setup all

demo: ## two nodes carry a case from request to evidence (ONCE=1: do not stay afterwards)
	@tools/setup core
	@$(BIN)/comity demo $(if $(ONCE),--once)

test: setup ## run every test; TESTS="tests/unit -k seal" narrows it
	@tools/test $(TESTS)

test-fast: setup ## run the quick unit tests and the architecture tests (half a minute)
	@$(BIN)/python -m pytest -q -n auto -m "not slow" tests/unit tests/architecture

faults: setup ## kill two nodes 200 times and at every step, with 1 GiB on its way; damage court files (23 minutes)
	@tools/faults

mutations: setup ## damage a court file in thousands of ways: both verifiers find each, at its place (three minutes)
	@COMITY_MUTATIONS=1 $(BIN)/python -m pytest -q -n auto tests/court

check: setup ## lint, format, types, import rules, architecture; goes on after a fault and tells them all
	@$(MAKE) --no-print-directory --keep-going lint layout types imports architecture

lint:
	$(BIN)/ruff check

layout:
	$(BIN)/ruff format --check

types:
	$(BIN)/mypy

imports:
	PYTHONPATH=src $(BIN)/lint-imports --no-cache

architecture:
	$(BIN)/python -m pytest -q tests/architecture

format: setup ## put the source in the house's form
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format

budget: setup ## list what has grown past the soft limits
	@$(BIN)/python -m tests.architecture.budget

bench: setup ## measure against the bounds of the design
	@$(BIN)/python -m benchmarks

lock: setup ## make the locks again from pyproject.toml (UPGRADE=1: take newer versions)
	@tools/lock $(if $(UPGRADE),--upgrade)

core-size: ## measure a core-only install in a new venv; fails above 210 MB
	@tools/core-size

clean: ## remove what the tools leave behind, but not .venv
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
