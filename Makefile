# Every target works from a bare clone: it installs what it needs first.
# Needs: Python 3.11–3.13 with venv, make, git. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help serve build check test links notebooks notebooks-check diagrams offline lock lint clean

export NO_MKDOCS_2_WARNING := 1
export PYTHONHASHSEED := 0
PORT ?= 8000
PY := .venv/bin/python
NB := .venv-notebooks/bin/python

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

serve: .venv/.site  ## serve the site with live reload at http://127.0.0.1:8000 (PORT=… for another)
	@$(PY) scripts/serve.py --port $(PORT)

build: .venv/.site  ## build the site into site/, stopping at the first fault
	@$(PY) -m mkdocs build

check: .venv/.dev  ## check the content in seconds, without building
	@$(PY) scripts/check_content.py

test: .venv/.dev  ## run every test, in a real browser too
	@sh scripts/setup.sh browser
	@$(MAKE) --no-print-directory lint
	@$(PY) -m pytest

lint: .venv/.dev
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --quiet --check .
	@$(PY) -m mypy --no-error-summary
	@cd scripts && ../.venv/bin/lint-imports --config ../pyproject.toml --no-cache >/dev/null || ../.venv/bin/lint-imports --config ../pyproject.toml --no-cache

links: .venv/.site  ## check every external link (needs the network)
	@$(PY) scripts/check_links.py $(ARGS)

notebooks: .venv-notebooks/.notebooks  ## execute the notebooks whose code or packages changed
	@$(NB) scripts/run_notebooks.py $(ARGS)

notebooks-check: .venv/.site  ## say which notebooks have outputs older than their code
	@$(PY) scripts/run_notebooks.py --check

diagrams: .venv/.dev  ## draw the Mermaid diagrams that are new (needs npm and Chromium)
	@$(PY) scripts/draw_diagrams.py

offline: .venv/.dev  ## make zips, EPUB and PDF for reading offline into dist/ (needs Chromium)
	@sh scripts/setup.sh browser
	@$(PY) scripts/make_offline.py $(ARGS)

lock: .venv/.dev  ## resolve the dependencies of pyproject.toml into requirements/
	@sh scripts/setup.sh lock

clean:  ## remove what was built and installed
	rm -rf site dist .cache .venv .venv-notebooks .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.site: requirements/site.lock
	@sh scripts/setup.sh site

.venv/.dev: requirements/dev.lock
	@sh scripts/setup.sh dev

.venv-notebooks/.notebooks: requirements/notebooks.lock
	@sh scripts/setup.sh notebooks
