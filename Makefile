# Every target makes the environment first where it is missing, so each is the only command needed.
PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
BIN := .venv/bin
STAMP := .venv/.made
DOCS_STAMP := .venv/.made-docs

# The environment is for the CPU. On Linux the build is named, so that pip fails rather than
# fetching several gigabytes of CUDA libraries where it cannot see PyTorch's CPU wheels.
ifeq ($(shell uname -s),Linux)
TORCH ?= torch==2.13.0+cpu
else
TORCH ?= torch==2.13.0
endif

# One thread a process: the tests run in as many processes as TEST_WORKERS says.
TEST_WORKERS ?= 2
THREADS := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
PYTEST_FLAGS ?=
REPORT ?= report
MODELS ?= vnc-sgan

.PHONY: env demo test lint bench card samples results docs
.DELETE_ON_ERROR:

env: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -c constraints.txt "$(TORCH)" -e ".[dev]" \
	  || { echo "The environment could not be made; README.md, Install, says what pip needs." >&2; exit 1; }
	touch $@

$(DOCS_STAMP): $(STAMP)
	$(BIN)/python -m pip install -c constraints.txt -e ".[docs]"
	touch $@

demo: $(STAMP)
	$(BIN)/tissuegan generate --size 2048x2048 --seed 7 --out demo --preview demo/preview.png

test: $(STAMP)
	$(THREADS) $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(PYTEST_FLAGS)

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict

bench: $(STAMP)
	$(BIN)/python -m pytest benchmarks --benchmark-enable --benchmark-only -p no:xdist $(PYTEST_FLAGS)

card: $(STAMP)
	$(BIN)/python benchmarks/card.py --data "$(TISSUEGAN_VNC)" $(MODELS)

samples: $(STAMP)
	$(BIN)/python benchmarks/samples.py --data "$(TISSUEGAN_VNC)" $(MODELS)

results: $(STAMP)
	$(BIN)/python benchmarks/results.py "$(REPORT)" $(ALSO) $(if $(MANY),--many "$(MANY)")

docs: $(DOCS_STAMP)
	$(BIN)/python -m sphinx -W -b html docs docs/_build/html
