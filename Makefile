# The two commands: `make run` and `make test`. Both set up .venv first; nothing else is needed but Python and make.
PYTHON3 := $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell command -v $(name))))
BIN := .venv/bin
# Containers often set this; it would make every process of a test compile the program, and pytest every test, again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup setup-dev run test test-quick check bench fuzz lock screenshots dist

help:
	@echo "make run     set up, then serve on http://127.0.0.1:8060 with the sample region"
	@echo "make test    set up, do what make check does, then run every test"
	@echo "make test-quick  the tests that need no server, database or index: half a minute at most"
	@echo "make check   format, lint, types, which package imports which, and the house rules (tests/architecture)"
	@echo "make check-deploy  check deploy/ with nginx, HAProxy, systemd and the others; CHECKS=\"nginx units\" for some of it"
	@echo "make check-nominatim  set up a real Nominatim and test places on it; EXTRACT=FILE for another region"
	@echo "make screenshots  a screenshot of every page of the portal, in build/screenshots"
	@echo "make fuzz    fuzz everything that reads untrusted input: SECONDS=60 for each target, TARGET=all"
	@echo "make dist    the wheel and the sdist, in dist/; SOURCE=https://… is the repository that they link to"
	@echo "make bench   run the benchmarks: ratios to another program or to a limit"

setup:
	@$(PYTHON3) tools/setup.py

setup-dev:
	@$(PYTHON3) tools/setup.py --dev

run: setup
	@$(BIN)/trigpoint serve

check: setup-dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo >.import-linter.log 2>&1 || { cat .import-linter.log; rm -f .import-linter.log; exit 1; }
	@rm -f .import-linter.log
	@$(BIN)/python -m pytest -q --no-header tests/architecture

test: check
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --ignore=tests/architecture

test-quick: setup-dev
	@$(BIN)/python -m pytest -q --no-header -n 2 tests/base tests/credentials tests/maps tests/wire

bench: setup-dev
	@missed=0; for script in bench/bench_*.py; do echo "== $$script"; $(BIN)/python $$script || missed=1; done; exit $$missed

SECONDS := 60
TARGET := all
fuzz: setup-dev
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r locks/fuzz.txt || echo "without atheris: inputs are changed at random"
	@$(BIN)/python tests/fuzz/run.py $(TARGET) --seconds $(SECONDS)

CHECKS :=
.PHONY: check-deploy
check-deploy: setup-dev
	@$(BIN)/python deploy/check/tools.py
	@$(BIN)/python deploy/check/run.py $(CHECKS)

EXTRACT :=
.PHONY: check-nominatim
check-nominatim: setup-dev
	@$(BIN)/python bench/check_nominatim.py $(EXTRACT)

screenshots: setup-dev
	@$(BIN)/python tests/browser/take_screenshots.py --readme

dist: setup-dev
	@TRIGPOINT_SOURCE_URL=$(SOURCE) $(BIN)/python -m hatchling build

lock: setup-dev
	@tools/lock.sh
