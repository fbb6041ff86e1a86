# `make demo` and `make test` work in a fresh clone: they make .venv/ first, where it is missing or
# older than what it is made from. PYTHON=... names another interpreter, ARGS="..." goes to the tool.

CANDIDATES := python3.13 python3.12 python3.11 python3
USABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for candidate in $(CANDIDATES); do \
	$$candidate -c '$(USABLE)' 2>/dev/null && echo $$candidate && break; done)
BIN := .venv/bin
READY := .venv/ready

.PHONY: help demo test check bench instants mutants schemas docs site clean

help: ## list these targets
	@sed -n 's/^\([a-z]*\):.*## /make \1	/p' Makefile

demo: $(READY) ## the whole story against three virtual routers, explained as it goes
	@$(BIN)/knockdeploy demo $(ARGS)

test: $(READY) ## the test suite; most of it waits for routers, so there are more workers than cores
	@$(BIN)/python -m pytest -n 6 --dist loadscope --no-loadscope-reorder $(ARGS)

check: $(READY) ## format, lint and types, nothing changed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(READY) ## knockdeploy beside what else one would use, into docs/performance.md
	@$(BIN)/python -m benchmarks $(ARGS)

instants: $(READY) ## Ctrl-C, SIGTERM and SIGKILL at twenty seeded instants of a run each
	@KNOCKDEPLOY_INSTANTS=20 $(BIN)/python -m pytest -q -k "cut_short or killed" \
	tests/rollout/test_rollout_lab.py tests/store/test_schema.py $(ARGS)

mutants: $(READY) ## a seeded sample of what can be made wrong: what does no test see?
	@$(BIN)/python -m benchmarks.mutants $(ARGS)

schemas: $(READY) ## write the JSON Schemas that ship, after their table has changed
	@$(BIN)/python -m knockdeploy.report.shapes

docs: $(READY) ## write the parts of docs/ that follow from the code, and the pictures
	@$(BIN)/python -m docs.generate
	@$(BIN)/python -m docs.pictures

site: $(READY) ## the pages of docs/ as a site, in site/; nothing is fetched
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict $(ARGS)

clean: ## remove everything made here
	rm -rf .venv build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage
	find . -name __pycache__ -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { \
	echo "knockdeploy needs Python 3.11 or newer with its venv module (Debian, Ubuntu: the package" \
	"python3-venv); none of $(CANDIDATES) is that. make PYTHON=/path/to/python takes another." >&2; \
	exit 1; }
	@echo "Making .venv with $(PYTHON) (once; takes about a minute)." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	--constraint constraints.txt --editable '.[dev,docs]'
	@touch $(READY)
