# One command each. Set-up happens by itself, and again when a lock file changes.

PYTHON ?= $(shell for p in python3.11 python3.12 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null && echo $$p && break; done)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
SHOW ?= demo_show
PERFORMER ?= src/secondunit/testing/performer
WARM ?= $(BIN)/python -m secondunit.testing.warm  # compiles the kernels ahead, so that the first shoot is quick
# Of mediapipe only the model files are read, and OpenVINO runs without its telemetry: what these ask for beyond numpy is left
# out of the locks, and pip installs what the locks hold and nothing else.
UNUSED := absl-py attrs contourpy cycler flatbuffers jax jaxlib kiwisolver matplotlib ml-dtypes opencv-contrib-python \
	openvino-telemetry opt-einsum protobuf python-dateutil sentencepiece six sounddevice
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	$(UNUSED:%=--no-emit-package %)
INSTALL := install --no-deps --require-hashes -r

.PHONY: demo test check setup setup-dev fix names docs books plate performer bench lock clean

demo: setup  ## shoot the demo show and say where to look
	$(BIN)/secondunit demo $(SHOW)

test: check  ## all checks, all tests
	$(BIN)/python -m pytest

check: setup-dev  ## style, types, generated pages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/make_reference.py --check

fix: setup-dev  ## put style right where a tool can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

names: setup-dev  ## take the public names as they are now
	$(BIN)/python tests/contracts/test_public_names.py

docs: setup-dev  ## write the reference and the code in the pages anew
	$(BIN)/python docs/make_reference.py

books: setup  ## shoot the sample briefs and put their set books into docs/books (about a quarter of an hour)
	$(BIN)/python docs/make_books.py

plate: setup  ## render the demo plate anew (minutes)
	$(BIN)/python -m secondunit.testing.street.render --out src/secondunit/testing/street

performer: $(VENV)/.figure  ## film the demo's performer anew (a quarter of an hour; FILM="--scale 0.1 --every 24" for a look)
	$(BIN)/python -m secondunit.testing.performer.render --out $(PERFORMER) --work build/performer $(FILM)

bench: $(VENV)-bench/.bench  ## our collapse beside Blender's (about 45 minutes: see benchmarks/README.md)
	$(VENV)-bench/bin/python benchmarks/run.py

setup: $(VENV)/.run
setup-dev: $(VENV)/.dev

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "make: needs Python 3.11 or 3.12 on the PATH, or make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(PIP) $(INSTALL) requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	$(WARM)
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PIP) $(INSTALL) requirements-dev.lock
	@touch $@

$(VENV)/.figure: requirements-figure.lock $(VENV)/.run
	$(PIP) $(INSTALL) requirements-figure.lock
	@touch $@

$(VENV)-bench/.bench: requirements-bench.lock pyproject.toml
	$(MAKE) VENV=$(VENV)-bench setup
	$(VENV)-bench/bin/python -m pip --disable-pip-version-check --quiet $(INSTALL) requirements-bench.lock
	@touch $@

lock: setup-dev  ## the newest versions that fit, with hashes
	$(BIN)/$(LOCK) --upgrade --group build pyproject.toml -o requirements.lock
	$(BIN)/$(LOCK) --upgrade --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	$(BIN)/$(LOCK) --upgrade --no-deps --group figure -o requirements-figure.lock
	$(BIN)/$(LOCK) --upgrade --extra bench -c requirements.lock pyproject.toml -o requirements-bench.lock

clean:  ## what is made again by itself; takes and shows stay
	rm -rf $(VENV) $(VENV)-bench build .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/_failures
	find src tests docs benchmarks -name __pycache__ -prune -exec rm -rf {} +
