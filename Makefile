# Two commands do everything on a machine that has Python 3.11 or newer and make.

PYTHON ?= python3
VENV := .venv
FER := $(VENV)/bin/fer
READY := $(VENV)/ready
DEFAULT_SOURCE := from fer.faces import default_source; print(default_source().source)

.PHONY: help study test check clean

help:
	@echo 'make study [DATA=path]    search for a better recipe; run it again to go on'
	@echo 'make test [ARGS=--slow]   run the tests; with --slow, those of a minute or more too'
	@echo 'make check                run ruff and mypy'
	@echo 'make clean                remove $(VENV)'
	@echo 'The first of them sets up $(VENV): some minutes, and about 5 GB with torch.'
	@echo 'PYTHON=python3.12 names another Python than python3.'

# A study keeps to the faces that it began on. So every source but the synthetic faces has a
# storage and a folder of its own, under its name, and each can be continued.
study: export DATA := $(DATA)
study: $(READY)
	@source="$${DATA:-$$($(VENV)/bin/python -c '$(DEFAULT_SOURCE)')}" && \
	if [ "$$source" = synthetic ]; then \
		$(FER) search run quick $(if $(DATA),--data synthetic); \
	else \
		folder="runs/on-$$(basename "$${DATA:-$${FER_DATA:-fer2013}}")" && \
		storage="$${FER_STORAGE:-$$folder/studies.db}" && \
		echo "to watch it: $(FER) dashboard --storage '$$storage'" && \
		$(FER) search run quick $(if $(DATA),--data "$$DATA") --storage "$$storage" --out "$$folder"; \
	fi

test: $(READY)
	$(VENV)/bin/pytest -n auto --dist worksteal $(ARGS)

check: $(READY)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || \
		{ echo '$(PYTHON): not found: expected Python 3.11 or newer: make study PYTHON=path'; exit 2; } >&2
	@$(PYTHON) tools/set_up.py $(VENV)

clean:
	rm -rf $(VENV)
