# AI Chef. `make` alone shows this help.
.DEFAULT_GOAL := help
.PHONY: help cook serve test check audit bench bench-full screenshots deploy destroy
BIN := .venv/bin
STAGE ?= dev

help: ## show this help
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 18

.venv/.ready: pyproject.toml constraints.txt scripts/setup
	@scripts/setup

.venv/.readydev: pyproject.toml constraints.txt scripts/setup
	@scripts/setup dev

cook: .venv/.ready ## set up, then cook the first meal: keto, two servings, 30,000 won
	@$(BIN)/aichef cook --target keto --servings 2 --budget 30000

.venv/.readyserve: pyproject.toml constraints.txt scripts/setup
	@scripts/setup serve

serve: .venv/.readyserve ## serve the page and the API on http://127.0.0.1:8000 until Ctrl-C
	@$(BIN)/aichef serve

test: .venv/.readydev ## run every test, with the coverage of the rooms
	@$(BIN)/python -m pytest -q -n auto --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=90

check: .venv/.readydev ## lint, formatting and strict types
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

audit: .venv/.readydev ## known holes in the pinned packages (asks the package index), and whether they fit
	@$(BIN)/python -m pip check
	@$(BIN)/python scripts/audit

bench: .venv/.readydev ## measure every figure in its short form (half an hour) and write docs/benchmarks.md
	@$(BIN)/python -m bench report

bench-full: .venv/.readydev ## the same in its long form (about three hours)
	@AICHEF_BENCH=full $(BIN)/python -m bench report

deploy: ## deploy to AWS: STAGE=dev, and what `sam deploy` asks for
	@sam build --template deploy/template.yaml
	@sam deploy --stack-name ai-chef-$(STAGE) --capabilities CAPABILITY_IAM --resolve-s3 \
		--parameter-overrides Stage=$(STAGE) $(PARAMETERS)

destroy: ## remove the stack STAGE=dev with all its sessions; asks first
	@sam delete --stack-name ai-chef-$(STAGE)

screenshots: .venv/.readydev ## take pictures of every page into build/screenshots (needs chromium)
	@$(BIN)/python -m tests.web.page.screenshots
