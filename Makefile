# Each target makes or refreshes .venv by itself.
.DEFAULT_GOAL := help
.PHONY: help evaluate gate test check ui bench differential clean

PYTHON ?= python3
PORT := 5000
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt
# The CPU build of torch, from its own index where that answers, else from the index that pip is set to.
TORCH := torch==2.13.0
CPU_INDEX := https://download.pytorch.org/whl/cpu
export HF_HUB_OFFLINE := 1

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

evaluate: .venv/.evaluate ## score rules and transformer on two data sets; log to MLflow
	@# The gold last: the newest run of a runner, latest:RUNNER, is the one on it.
	$(BIN)/harness evaluate -m dataset=newswire,gold runner=rules,transformer

gate: .venv/.evaluate ## judge rules and stored predictions against the baselines
	.ci/gate

test: .venv/.develop ## run the tests
	$(BIN)/python -m pytest -n auto --dist loadgroup

check: .venv/.develop ## lint, format, types, imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

ui: .venv/.ui ## serve MLflow, and say where the runs are; PORT=5001 elsewhere
	@$(BIN)/python -m harness.tracking.welcome runs/mlflow.db http://127.0.0.1:$(PORT)
	@echo 'starting the server: it answers in some seconds; Ctrl-C ends it'
	@PYTHONWARNINGS='ignore:starlette.middleware.wsgi is deprecated' MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow server --host 127.0.0.1 --port $(PORT) --workers 1 --uvicorn-opts '--log-level warning' \
	  --backend-store-uri "sqlite:///$(CURDIR)/runs/mlflow.db" --default-artifact-root "$(CURDIR)/runs/artifacts"

bench: .venv/.develop ## measure speed against named peers, in one run
	$(BIN)/python -m benchmarks

differential: .venv/.develop ## compare our numbers with other scorers; out=DIR keeps them
	$(BIN)/python -m benchmarks.differential $(if $(out),"out=$(out)")

clean: ## remove the virtual environment and caches; runs stay
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python %d.%d found, 3.11 or later wanted: make PYTHON=python3.11" % sys.version_info[:2])'
	@echo 'making .venv'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --upgrade "pip>=25"

.venv/.evaluate: pyproject.toml constraints.txt | .venv/bin/python
	@echo 'installing into .venv: about 0.8 GB on disk, some minutes without a further word'
	@$(INSTALL) --editable '.[mlflow,onnx,plots]'
	@touch $@

.venv/.ui: pyproject.toml constraints.txt | .venv/bin/python
	@echo 'installing the MLflow server into .venv, this once: half a minute or more'
	@$(INSTALL) --editable '.[ui]'
	@touch $@

.venv/.develop: pyproject.toml constraints.txt | .venv/bin/python
	@echo 'installing into .venv: torch and all tools, about 2.3 GB on disk, some minutes without a further word'
	@$(INSTALL) --retries 0 --timeout 15 --index-url $(CPU_INDEX) $(TORCH) 2>/dev/null || $(INSTALL) $(TORCH)
	@$(INSTALL) --editable '.[test,check,peers,train]'
	@$(INSTALL) --editable '.[camel]' || echo 'camel_tools cannot be installed here (it compiles C++): its tests are skipped'
	@touch $@ .venv/.evaluate .venv/.ui
