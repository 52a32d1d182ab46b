# Two commands do everything: `make demo` and `make test`. Both set up .venv by themselves.
# Each candidate is run, not only looked up: a version manager's shim may exist for a Python that does not.
PYTHON ?= $(shell for it in python3.14 python3.13 python3.12 python3.11 python3; do \
	if "$$it" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo "$$it"; break; fi; done)
ARGS ?=

.PHONY: setup demo test test-slow fuzz bench lock clean

setup: .venv/.ready

.venv/.ready: requirements.lock pyproject.toml tools/setup.py
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found; install one, or say: make PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" tools/setup.py

demo: setup
	@.venv/bin/mangnon demo $(ARGS)

test: setup
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache
	@.venv/bin/pytest -n 2 $(ARGS)

test-slow: setup
	@.venv/bin/pytest -m slow $(ARGS)

# Not among the locked packages: it has wheels for some Pythons on Linux only.
.tools/atheris: | setup
	@.tools/uv pip install --quiet --python .venv/bin/python --target .tools/atheris atheris==3.0.0

fuzz: .tools/atheris
	@PYTHONPATH=.tools/atheris .venv/bin/python tools/fuzz_reader.py $(ARGS)

bench: setup
	@.venv/bin/python -m benchmarks

lock: setup
	@.tools/uv pip compile pyproject.toml --group dev --generate-hashes --no-emit-index-url --no-header -o requirements.lock

clean:
	rm -rf .venv .tools demo
