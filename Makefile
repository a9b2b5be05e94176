# Every target sets up .venv by itself: uv where it is installed, else venv and pip.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
STAMP := .venv/.installed
export PYTEST_DISABLE_PLUGIN_AUTOLOAD = 1
export UV_PYTHON_DOWNLOADS = never

.PHONY: demo test check bench prove constraints clean

demo: $(STAMP)
	$(BIN)/station demo

test: $(STAMP)
	$(BIN)/python -m pytest -p pytest_timeout -q -m "not slow"

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks

prove: $(STAMP)
	$(BIN)/python -m pytest -p pytest_timeout -q

$(STAMP): pyproject.toml constraints.txt setup.py $(wildcard station/locale/*/LC_MESSAGES/*.po)
	@if command -v uv >/dev/null 2>&1; then \
	  test -d .venv || uv venv -q --python $(PYTHON) .venv; \
	  uv pip install -q --python $(BIN)/python -e '.[dev]' -c constraints.txt; \
	else \
	  test -x $(BIN)/python || $(PYTHON) -m venv .venv; \
	  $(BIN)/python -m pip install -q --disable-pip-version-check -e '.[dev]' -c constraints.txt; \
	fi
	@touch $@

constraints: pyproject.toml
	uv lock -q && uv export -q --all-extras --no-hashes --no-header --no-annotate --no-emit-project -o constraints.txt

clean:
	rm -rf .venv build dist *.egg-info
