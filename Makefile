# Two commands on a fresh machine with Python >= 3.11 and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: demo test browser check fuzz bench sample clean

$(VENV)/demo.done: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "atoz needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) install -c constraints.txt -e .
	touch $@

$(VENV)/dev.done: $(VENV)/demo.done
	$(PIP) install -c constraints.txt -e '.[dev]'
	$(MAKE) browser
	touch $@

# The report is tried in a real browser: Debian's Chromium, installed where that can be done.
browser:
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get && apt-get update -qq && apt-get install -y -qq chromium; } || \
		echo "NO CHROMIUM: the report will not be tried in a browser (install the package chromium)"

demo: $(VENV)/demo.done
	$(BIN)/atoz demo

test: $(VENV)/dev.done
	$(MAKE) check

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -n auto --dist worksteal

# Thousands of damaged files, and many more random tables: for a night. FUZZ=20000 FUZZ_FROM=5000 says how many, and which first.
FUZZ ?= 5000
FUZZ_FROM ?= $(shell date +%Y%m%d)
fuzz: $(VENV)/dev.done
	ATOZ_FUZZ=$(FUZZ) ATOZ_FUZZ_FROM=$(FUZZ_FROM) ATOZ_EXAMPLES=20 $(BIN)/python -m pytest -n auto --dist worksteal \
		tests/test_fuzz.py tests/test_roundtrip.py tests/test_agreement.py

bench: $(VENV)/dev.done
	$(BIN)/python benchmarks/run.py

sample: $(VENV)/dev.done
	$(BIN)/python sample_data/make.py

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
