# From a checkout with nothing but Python 3.11 and make: `make demo`, `make test`.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
UV     := $(shell sed -n 's/^uv==\([^ ;\\]*\).*/uv==\1/p' requirements.lock)

# The tests mostly wait, so there may be more of them at a time than processors.
PARALLEL := -n 6 --dist worksteal

# Servers from PyPI for `make real`, each in an environment of its own that lasts until its lock changes.
SERVERS := synapse comments mitmproxy pywb
SERVED  := $(SERVERS:%=.real/%/.ready)

# Certificates of the system, as pip does, for networks that have their own.
export UV_SYSTEM_CERTS := true

.PHONY: help demo test real truth check cover wheel cases lock clean

help:           ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

demo: $(READY)  ## probe the built-in practice platform: needs no network once set up
	@$(BIN)/probe demo

test: $(READY)  ## the tests, without real filtering software
	@$(BIN)/python -m pytest $(PARALLEL)

real: $(READY) $(SERVED) ## the tests against real filtering software (Debian: chromium haproxy nginx-light socat iptables iproute2 mediawiki php-cli php-sqlite3)
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements-real.lock
	@$(BIN)/python -m pytest -m real

truth: $(READY) ## verdicts under noise, small: 200 keywords, one seed (benchmarks/truth.py is the whole of it)
	@$(BIN)/python benchmarks/truth.py --quick

check: $(READY) ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

cover: $(READY) ## branch coverage of inputs, planning and judging: 95 % at least
	@$(BIN)/python -m pytest tests/inputs tests/planning tests/judging tests/scenarios $(PARALLEL) --cov=probe.inputs --cov=probe.planning \
		--cov=probe.judging --cov-branch --cov-report=term:skip-covered --cov-fail-under=95

wheel: $(READY) ## build the wheel, install it elsewhere, and use it from another folder
	@rm -rf dist && $(BIN)/uv build -q --sdist --no-build-isolation --python $(BIN)/python -o dist .
	@$(BIN)/uv build -q --wheel --no-build-isolation --python $(BIN)/python -o dist dist/*.tar.gz
	@$(BIN)/python tests/wheel.py dist/*.whl

cases: $(READY) ## rewrite tests/cases and the published schemas, and show the difference
	@$(BIN)/python -m tests.rewrite
	@git --no-pager diff --stat -- tests schemas README.md

lock: $(READY)  ## lock the dependencies anew
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --group dev --all-extras pyproject.toml -o requirements.lock --upgrade
	@for group in real $(SERVERS); do \
		$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --group $$group -o requirements-$$group.lock --upgrade \
			|| exit 1; done

clean:          ## remove what was built here
	rm -rf $(VENV) .real dist build .pytest_cache .mypy_cache .ruff_cache

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "probe needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check $(UV)
	@$(BIN)/uv pip sync -q --python $(BIN)/python --require-hashes requirements.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# One that cannot be built here leaves its tests skipped, unless all are required.
.real/%/.ready: requirements-%.lock | $(READY)
	@rm -rf .real/$*
	@{ $(BIN)/uv venv -q --python $(BIN)/python .real/$* \
		&& $(BIN)/uv pip sync -q --compile-bytecode --python .real/$*/bin/python --require-hashes $< \
		&& touch $@; } || { echo "the environment of $* could not be built"; [ "$$PROBE_REAL_REQUIRED" != 1 ]; }
