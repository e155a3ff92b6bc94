# Short verbs. Each one sets up what it needs by itself; see bootstrap.py. Further words: make test ARGS="-k login"
PYTHON ?= python3
ARGS ?=

.PHONY: run test check e2e bench mutants break-in fuzz sbom stack stack-down stack-test setup lock messages format clean help

run: ## the product with a demo organisation, on http://localhost:8000 (PORT, HOST, SICHA_HOME)
	@$(PYTHON) bootstrap.py run $(ARGS)

test: ## the fast test suite
	@$(PYTHON) bootstrap.py test $(ARGS)

check: ## linters, types, architecture, migrations, translations
	@$(PYTHON) bootstrap.py check $(ARGS)

e2e: ## the browser tests (Chromium of the operating system)
	@$(PYTHON) bootstrap.py e2e $(ARGS)

stack: ## the real servers on loopback, all or those of ARGS="redis postgres" (docs/stack.md)
	@$(PYTHON) bootstrap.py stack $(ARGS)

stack-down: ## end exactly the servers that `make stack` started
	@$(PYTHON) bootstrap.py stack-down $(ARGS)

stack-test: ## tests on the real servers, with three replicas behind Nginx and HAProxy
	@$(PYTHON) bootstrap.py stack-test $(ARGS)

bench: ## what a token costs, beside peers: bench/results.json and docs/performance.md
	@$(PYTHON) bootstrap.py bench $(ARGS)

mutants: ## take out one defence after the other, and see whether the tests notice (docs/threats.md)
	@$(PYTHON) bootstrap.py mutants $(ARGS)

break-in: ## try every address and frame with what belongs to others (ARGS=http://localhost:8000)
	@$(PYTHON) bootstrap.py break-in $(ARGS)

fuzz: ## many more made-up frames, answers, files and words than the tests try (ARGS="-k protocol")
	@$(PYTHON) bootstrap.py fuzz $(ARGS)

sbom: ## what it is made of: docs/packages.md and a bill of materials, var/sbom.json
	@$(PYTHON) bootstrap.py sbom $(ARGS)

setup: ## the virtual environment with all development packages
	@$(PYTHON) bootstrap.py setup

lock: ## compile the locks again; newer versions with ARGS=--upgrade
	@$(PYTHON) bootstrap.py lock $(ARGS)

messages: ## collect and compile the translations
	@$(PYTHON) bootstrap.py messages $(ARGS)

format: ## let the formatters write
	@$(PYTHON) bootstrap.py format $(ARGS)

clean: ## everything that a command here has made, except your data in var/
	rm -rf .venv .venv.lock node_modules htmlcov .coverage* .mypy_cache .ruff_cache .pytest_cache \
	  .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

help:
	@grep -E '^[a-z0-9-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 12
