# What a contributor runs. PYTHON chooses the interpreter; `make install` prepares it.
PYTHON ?= python
ROOMS = indexes cluster cli

.PHONY: help install test test-all test-locked lock lint types docs bench-tables licences check

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

install: ## install the checkout with all that its tests and tools need
	$(PYTHON) -m pip install -e ".[test,dev,formats,docs]" -e ./indexes/data/fast

test: ## run the tests
	$(PYTHON) -m pytest -q

test-all: ## run all that runs on every change, in fresh environments
	bash .ci/run

test-locked: ## run the tests in a fresh environment with the exact files that are known to pass
	$(PYTHON) -m venv --clear build/locked
	build/locked/bin/python -m pip install --quiet --require-hashes -r .ci/locked.txt
	build/locked/bin/python -m pip install --quiet --no-deps --no-build-isolation .
	build/locked/bin/python -m pytest -q

lock: ## write .ci/locked.txt anew, with the newest versions
	$(PYTHON) tools/lock.py

lint: ## check style
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: build/namespace/sada ## check types
	cd build/namespace && MYPYPATH=. $(PYTHON) -m mypy --config-file ../../pyproject.toml $(ROOMS:%=-p sada.%)

docs: build/docs/sada ## build the documentation into site/
	$(PYTHON) -m zensical build --strict --clean

bench-tables: ## write tables and transcripts anew
	$(PYTHON) benchmarks/render.py

licences: ## write THIRD_PARTY_LICENSES.md anew
	$(PYTHON) tools/licences.py

check: lint types test docs ## lint, types, tests and documentation
	$(PYTHON) benchmarks/render.py --check

# mypy and the documentation read files and not what is installed: they need the folders under the package's name.
build/%/sada:
	mkdir -p $@
	$(foreach room,$(ROOMS),ln -sfn $(CURDIR)/$(room) $@/$(room);)
