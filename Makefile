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

.PHONY: demo test check bench prove proofs pictures constraints clean

demo: $(STAMP)
	$(BIN)/station demo

# Two halves that take about as long, at once: the first writes its report to a file, printed when
# both are done.
PYTEST := $(BIN)/python -m pytest -p pytest_timeout -q -m "not slow"
FIRST := tests/bench tests/drivers tests/simulators tests/procedures tests/station/register \
  tests/station/certificate tests/station/records

test: $(STAMP)
	@report=$$(mktemp); trap 'rm -f "$$report"' EXIT; \
	$(PYTEST) $(FIRST) >"$$report" 2>&1 & first=$$!; \
	$(PYTEST) tests $(addprefix --ignore=,$(FIRST)); second=$$?; \
	wait $$first; first=$$?; cat "$$report"; \
	exit $$((first > second ? first : second))

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# Every screen of the console, from simulated runs.
pictures: $(STAMP)
	$(BIN)/python -m tests.station.tui.pictures docs/screens

prove: $(STAMP)
	$(BIN)/python -m pytest -p pytest_timeout -q

# Every procedure's proof by 300 simulated calibrations: report, procedure, bench beside its own.
PROOFS := \
  dmm,dmm \
  dmm-hand-held,dmm,procedures/electrical/benches/hand-held \
  dmm-capacitance,dmm,procedures/electrical/benches/capacitance \
  dc-source,dc-source \
  dc-source-supply,dc-source,procedures/electrical/benches/dc-source-supply \
  frequency,frequency \
  frequency-generator,frequency,procedures/time/benches/frequency-generator \
  thermometer,thermometer \
  thermometer-pt100,thermometer,procedures/temperature/benches/thermometer-pt100 \
  block-calibrator,block-calibrator \
  pressure-gauge,pressure-gauge \
  pressure-transmitter,pressure-gauge,procedures/pressure/benches/pressure-transmitter \
  balance,balance \
  weight,weight \
  weight-small,weight,procedures/mass/benches/weight-small \
  weight-large,weight,procedures/mass/benches/weight-large \
  caliper,caliper \
  micrometer,micrometer \
  thermo-hygrometer,thermo-hygrometer

proofs: $(STAMP)
	@set -e; for proof in $(PROOFS); do \
	  report=$${proof%%,*}; rest=$${proof#*,}; name=$${rest%%,*}; folder=$${rest#$$name}; \
	  echo "$$report"; \
	  $(BIN)/station validate $$name $${folder:+--bench $${folder#,}/bench.toml} \
	    --out $(or $(OUT),docs/validation)/$$report.md >/dev/null; \
	done

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
