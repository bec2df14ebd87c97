# Everything that a fresh machine needs is set up by these targets; a second run repeats none of it.
.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.PHONY: help demo test workshop bundle check engine engine-stop engine-status bases clean

# What is kept between runs lies outside the checkout, so that `git clean` keeps it.
CACHE := $(or $(SLIMPROOF_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/slimproof)

# The machine's own Node 24 and pnpm 12 when it has them, else both from npm.
OWN_NODE := $(shell node -e 'process.exit(Number(process.versions.node.split(".")[0] < 24))' 2>/dev/null && pnpm --version 2>/dev/null | grep -q '^12\.' && echo yes)
ifneq ($(OWN_NODE),yes)
TOOLS := $(CACHE)/tools/node24-pnpm12
export PATH := $(TOOLS)/node_modules/.bin:$(PATH)
endif
READY := node_modules/.ready

APPS := apps/go-calculator apps/flask-hello apps/go-calculator/published apps/flask-hello/published

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | while IFS="$$(printf '\t')" read -r t d; do printf '  make %-14s %s\n' "$$t" "$$d"; done

demo: $(READY) ## build, drive, compare and measure both apps
	@node sandbox/src/cli.ts up --for apps
	@node harness/src/cli.js check $(APPS)

test: $(READY) ## run every test: unit, then parity on real images
	@pnpm --silent test

workshop: $(READY) ## the hands-on course: edit a Dockerfile, see the verdict
	@node sandbox/src/cli.ts up --for workshop/bases workshop/exercises
	@node workshop/src/cli.js

bundle: $(READY) ## one file with the course and its base images, for a class without internet
	@node sandbox/src/cli.ts up --for workshop/bases workshop/exercises
	@node workshop/src/cli.js bundle $(or $(FILE),workshop-bundle.tar)

check: $(READY) ## the gate: format, lint, types, unused code, layers, unit tests
	@pnpm --silent check

engine: $(READY) ## start the private engine, unless a Docker engine answers
	@node sandbox/src/cli.ts up

engine-stop: $(READY) ## stop the private engine
	@node sandbox/src/cli.ts stop

engine-status: $(READY) ## tell which engine answers and what it holds
	@node sandbox/src/cli.ts status

bases: $(READY) ## make the base images of all apps in the private engine
	@node sandbox/src/cli.ts up --for apps

clean: ## remove all that was made: engine, bases, tools, node_modules
	@if [ -d "$(CACHE)/engine" ]; then $(MAKE) $(READY) && node sandbox/src/cli.ts clean; fi
	@rm -rf "$(CACHE)/tools" node_modules */node_modules
	@rmdir "$(CACHE)" 2>/dev/null || true

$(READY): package.json pnpm-lock.yaml pnpm-workspace.yaml */package.json | $(TOOLS)/ready
	@pnpm install --frozen-lockfile --reporter=silent
	@touch $@

ifdef TOOLS
$(TOOLS)/ready:
	@command -v npm >/dev/null || { echo 'npm is needed, with any Node that still gets fixes: install Node.js (https://nodejs.org, or `apt-get install npm`)' >&2; exit 2; }
	@mkdir -p "$(TOOLS)"
	@npm install --prefix "$(TOOLS)" --no-audit --no-fund --loglevel=error node@24 pnpm@12 >&2
	@touch $@
else
/ready: ;
endif
