# `make app` starts the page, `make test` runs every check. Both first install what they need:
# a virtual environment in .venv, and for the tests a headless Chromium and Slurm.

PORT ?= 8501
PYTHON ?=
# Test files at a time: two more than cores, because browser tests mostly wait.
WORKERS ?= 4
export CHROMIUM ?=
# Hundreds of tests start a process: modules are compiled once, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=
# Packages, and tests of packages, of which the tests here import little or nothing.
RARE := /(tests|moto|mypy|mypyc|pygments)/
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
SLURM := slurmctld slurmd slurm-client munge
BROWSERS := chromium chromium-browser google-chrome google-chrome-stable

.PHONY: help app test check tests kernels modules types format browser slurm nginx emulator cluster screenshots
.DEFAULT_GOAL := help

help:
	@echo "make app    start the page on http://localhost:$(PORT) (PORT=9000 for another port)"
	@echo "make test   install what the tests need, then make check"
	@echo "make check  format, lint, types, layers, tests: what CI runs"
	@echo "make emulator  start an emulator of SageMaker on this machine (PORT=5956 by default)"
	@echo "make cluster   start a Slurm with four virtual nodes on this machine"
	@echo "make screenshots  retake the pictures in the documentation"
	@echo "make format format the sources as make check requires"

app: $(VENV)/installed
	$(BIN)/python -m genie3_engine app --port $(PORT)

test: browser slurm nginx
	@$(MAKE) --no-print-directory check

check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	@$(MAKE) --no-print-directory --jobs 2 tests types  # browser tests leave time for the types

tests: kernels modules
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

# Kernels are compiled once: tests on several virtual nodes would each compile them at one time.
kernels:
	@$(BIN)/python -m genie3_engine.warm_up

# The modules of the tests, in a new checkout: each of the workers would compile them.
modules:
	@[ -d tests/__pycache__ ] || $(BIN)/python -m pytest --collect-only -qq >/dev/null || true

types:
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

emulator: $(VENV)/installed-dev
	$(BIN)/python -m tools.sagemaker_emulator $(if $(filter-out 8501,$(PORT)),--port $(PORT))

cluster: slurm $(VENV)/installed-dev
	@$(BIN)/python -m tools.slurm_cluster

screenshots: browser $(VENV)/installed-dev
	$(BIN)/python tools/screenshots.py

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The stamps: packages are installed again only when their list changed. The project itself is
# installed for its command, genie3. Modules are compiled afterwards, on all cores; pip takes one.
$(VENV)/installed: requirements.txt pyproject.toml $(BIN)/python
	@echo "Installing what the page needs (a minute or two, once)"
	@$(PIP) -r requirements.txt
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt requirements-validator.txt requirements.txt pyproject.toml $(BIN)/python
	@echo "Installing what the page and its tests need (a minute or two, once)"
	@$(PIP) --no-compile -r requirements-dev.txt
	@$(PIP) --no-compile --no-deps --no-build-isolation -r requirements-validator.txt --editable .
	@$(BIN)/python -m compileall -qq -j 0 -x '$(RARE)' $(VENV)/lib || true  # one may hold templates
	@touch $@ $(VENV)/installed

# The first Python that is new enough and can create virtual environments; PYTHON=... overrides it.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3.13 python3.12 python3.11 python3); do \
	    "$$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
	        >/dev/null 2>&1 || continue; \
	    echo "Creating $(VENV) with $$("$$python" --version)"; \
	    exec "$$python" -m venv --clear $(VENV); \
	done; \
	echo "No Python 3.11 or newer with the venv module was found$(if $(PYTHON), as $(PYTHON))." >&2; \
	echo "Install one (Debian, Ubuntu: apt install python3 python3-venv)," >&2; \
	echo "or set it: make app PYTHON=/path/to/python3.12" >&2; \
	exit 1

browser:
	@if [ -n "$$CHROMIUM" ]; then exit 0; fi; \
	for name in $(BROWSERS); do command -v "$$name" >/dev/null && exit 0; done; \
	as_root=; \
	if [ "$$(id -u)" -ne 0 ]; then as_root=sudo; fi; \
	if command -v apt-get >/dev/null; then \
	    echo "Installing a headless Chromium from the system's packages"; \
	    $$as_root apt-get update -qq && \
	    $$as_root env DEBIAN_FRONTEND=noninteractive \
	        apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null && \
	    exit 0; \
	fi; \
	echo "The tests drive a Chromium, and none of these is on the PATH: $(BROWSERS)." >&2; \
	echo "Install Chromium or Chrome, or set it: make test CHROMIUM=/path/to/chrome" >&2; \
	exit 1

# Tests on a real Slurm are skipped where it cannot be installed, and fail there with CI=true.
slurm:
	@for folder in $(subst :, ,$(PATH)) /usr/local/sbin /usr/sbin; do \
	    [ -x "$$folder/slurmctld" ] && exit 0; \
	done; \
	as_root=; \
	if [ "$$(id -u)" -ne 0 ]; then as_root=sudo; fi; \
	if command -v apt-get >/dev/null; then \
	    echo "Installing Slurm from the system's packages"; \
	    $$as_root apt-get update -qq && \
	    $$as_root env DEBIAN_FRONTEND=noninteractive \
	        apt-get install -y -qq --no-install-recommends $(SLURM) >/dev/null && \
	    exit 0; \
	fi; \
	echo "Slurm could not be installed: the tests on a real one are skipped." >&2

# The guide's nginx is tried where there is one. It is unpacked: an installed one would start.
nginx: $(BIN)/python
	@for program in nginx /usr/sbin/nginx $(VENV)/nginx/usr/sbin/nginx; do \
	    command -v "$$program" >/dev/null && exit 0; \
	done; \
	as_root=; \
	if [ "$$(id -u)" -ne 0 ]; then as_root=sudo; fi; \
	if command -v apt-get >/dev/null; then \
	    apt-cache show nginx >/dev/null 2>&1 || $$as_root apt-get update -qq; \
	    mkdir -p $(VENV)/nginx && cd $(VENV)/nginx && \
	    apt-get download -qq nginx && dpkg-deb --extract nginx_*.deb . && exit 0; \
	fi; \
	echo "nginx could not be fetched: the test of the guide's example is skipped." >&2
