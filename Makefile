# One command, one purpose. `make` alone explains them.

PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --strip-extras \
	--no-emit-index-url --no-emit-find-links -c requirements-torch.lock -c requirements-limits.txt \
	--unsafe-package torch --unsafe-package setuptools --unsafe-package pip

ASSIGNMENT ?= deep_generative_models
WORKERS ?= 2
IMAGE ?=

.DEFAULT_GOAL := help
.PHONY: bank docs rooms walks image schema help setup demo test test-all browser mutants diagnoses catalogue kills odd points bench check format types coverage template bundle golden lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Make .venv with the exact versions of the lock files

$(VENV)/.ready: requirements-torch.lock requirements.lock requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not installed; name another with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "make: Python 3.11 or newer is needed, $(PYTHON) is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --no-deps --retries 1 -r requirements-torch.lock
	$(PIP) install --quiet --no-warn-conflicts -r requirements.lock -r requirements-dev.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup ## Build the Gradescope zip and grade three notebooks: right, half-finished, hostile
	@$(BIN)/python -m tests.demo

# As many pytest processes as cores: threads of torch beside them would only wait for each other.
test test-all: export OMP_NUM_THREADS = 1
# Half of the collection is compiling test modules; the next run finds them compiled.
test test-all: export PYTHONDONTWRITEBYTECODE =

# A file stays in one process, or each of its classes starts what the file shares; big folders come first.
SPREAD := --dist loadfile --no-loadscope-reorder

test: setup ## Run the tests; some minutes
	$(BIN)/python -m pytest -n $(WORKERS) $(SPREAD) -m "not exhaustive"

test-all: setup ## Run all tests, the exhaustive ones too (fuzz, the whole catalogue, every misconception)
	$(BIN)/python -m pytest -n $(WORKERS) $(SPREAD)

image: setup ## Gradescope's image from a bare Ubuntu (root, debootstrap; IMAGE="--suite noble": 24.04)
	$(BIN)/python -m tests.image $(IMAGE)

diagnoses: setup ## Is every misconception of the bank explained to the student who has it?
	$(BIN)/python -m tests.diagnoses

catalogue: setup ## Every attack on the cage, for each user: expected and got (WITHOUT=landlock|seccomp|private|a system call)
	@$(BIN)/python -m tests.sandbox.catalogue $(if $(WITHOUT),--without $(WITHOUT))

browser: setup ## The pages in a headless Chromium (Debian: apt-get install chromium)
	$(BIN)/python -m pytest tests/browser

odd: setup ## Odd but honest submissions: what each deserves and gets, and whether check agrees (WORDS=B5)
	@$(BIN)/python -m tests.tools.odd_notebooks $(WORDS)

points: setup ## The points of a3_2020 … a3_2023 beside those of their hand-outs, part by part
	@$(BIN)/python -m tests.tools.points

rooms: setup ## The rooms of autograder/: their size, which imports which, what no tool can see
	@$(BIN)/python -m tests.tools.rooms

walks: setup ## The modules that a submission, a case, a value and a job cross, in order
	@$(BIN)/python -m tests.tools.walks

calls: setup ## Which system calls honest code makes, and which the filter lacks (needs strace)
	@$(BIN)/python -m tests.tools.calls

kills: setup ## Kill each process of a grading at 50 random moments: what is left is never wrong
	@$(BIN)/python -m tests.sandbox.kills

bench: setup ## What grading costs, against otter run and the bare work, side by side; some minutes
	@$(BIN)/python -m tests.bench

mutants: setup ## Do the graded cases notice small faults in the reference? Some minutes
	$(BIN)/autograder mutants

check: setup ## What must be clean before a commit: format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## Format the sources
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

coverage: setup ## Branch coverage of the harness by the unit and sandbox tests
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest tests/unit tests/sandbox
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

template: setup ## Renew student_template/ (ASSIGNMENT=name)
	$(BIN)/autograder template $(ASSIGNMENT)

bundle: setup ## Build the Gradescope zip in dist/ (ASSIGNMENT=name)
	$(BIN)/autograder bundle $(ASSIGNMENT)

bank: setup ## The questions and solutions as a wheel in dist/, for other courses' staff: topic = "bank/ddpm"
	$(BIN)/autograder pack bank

golden: setup ## Renew the golden files; review the diff
	$(BIN)/python -m pytest tests/golden --renew

schema: setup ## Renew the JSON Schema of manifests from the code that reads them
	$(BIN)/python -c "from autograder.course.bank import schema; print(schema.text(), end='')" >/tmp/$$$$.json && mv /tmp/$$$$.json autograder/course/manifest.schema.json

docs: setup ## The documentation site: build/site/index.html
	$(PIP) install --quiet -r requirements-docs.lock
	$(BIN)/python -m mkdocs build --quiet
	@echo build/site/index.html

lock: ## Renew the lock files from pyproject.toml (needs .venv as it is)
	$(COMPILE) --extra course -o autograder/course/locks/requirements.lock pyproject.toml
	$(COMPILE) --extra course --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	$(COMPILE) -c requirements.lock -c requirements-dev.lock -o requirements-docs.lock requirements-docs.in

clean: ## Remove what was built; .venv stays
	rm -rf dist demo .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage*
