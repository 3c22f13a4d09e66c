# The few commands a user needs; everything they need is set up by them. `make` alone lists them.

.DEFAULT_GOAL := help
.PHONY: help up down test tools venv bench requirements clean

VENV := .venv/bin

help: ## list these commands
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r command text; do printf '%-18s %s\n' "$$command" "$$text"; done

up: venv tools ## bring the stack wordpress-dev up in the local sandbox
	@$(VENV)/ackb up wordpress-dev

down: venv tools ## take it down again, with all that was made for it
	@$(VENV)/ackb down wordpress-dev

test: venv tools ## run every check (make test ONLY="unit plan" runs these groups)
	@$(VENV)/python tools/chromium.py || true  # without it only the tests of HTML reports fail
	@$(VENV)/python tools/run_tests.py $(ONLY)

tools: venv ## find or build the native tools (make tools TOOLS="kruise-manager" for these)
	@$(VENV)/python -m ackb.toolchain $(TOOLS)

venv: ## make the virtual environment .venv with the pinned packages
	@$(VENV)/python -I tools/make_venv.py --check 2>/dev/null || { \
		python=$$(tools/find_python.sh) && "$$python" tools/make_venv.py; }

bench: venv tools ## measure how long things take and how much memory they use
	@$(VENV)/python -m bench
	@$(VENV)/python -m bench.blueprints
	@$(VENV)/python -m bench.pods

requirements: venv ## pin anew what requirements.in asks for, with hashes (UPGRADE=--upgrade)
	@CUSTOM_COMPILE_COMMAND="make requirements" $(VENV)/pip-compile $(UPGRADE) --quiet \
		--generate-hashes --strip-extras --allow-unsafe --pip-args "--only-binary :all:" \
		--no-emit-options --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--output-file requirements.txt requirements.in

clean: ## remove .venv, built tools and caches; stacks and the simulated cloud stay
	@python=$$(tools/find_python.sh) && "$$python" tools/clean.py
