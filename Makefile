# Two commands do everything on a machine that has Python 3.11 or newer and make:
#   make study [DATA=path]   set up .venv and search for a better recipe; again, it goes on
#   make test [ARGS=--slow]   set up .venv and run the tests, with the slow ones

PYTHON ?= python3
VENV := .venv
FER := $(VENV)/bin/fer
READY := $(VENV)/ready
DEFAULT_SOURCE := from fer.faces import default_source; print(default_source().source)

.PHONY: study test check clean

# A study stays with the faces that it began on. So every source but the synthetic faces has a
# storage and a folder of its own, under its name: each can be gone on with, in any order.
study: export DATA := $(DATA)
study: $(READY)
	@source="$${DATA:-$$($(VENV)/bin/python -c '$(DEFAULT_SOURCE)')}" && \
	if [ "$$source" = synthetic ]; then \
		$(FER) search run quick $(if $(DATA),--data synthetic); \
	else \
		place="runs/on-$$(basename "$${DATA:-$${FER_DATA:-fer2013}}")" && \
		storage="$${FER_STORAGE:-$$place/studies.db}" && \
		echo "to watch it: $(FER) dashboard --storage '$$storage'" && \
		$(FER) search run quick $(if $(DATA),--data "$$DATA") --storage "$$storage" --out "$$place"; \
	fi

test: $(READY)
	$(VENV)/bin/pytest -n auto --dist worksteal $(ARGS)

check: $(READY)
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy

# The constraints are what the tests ran with; uv is used where it is there, as it is quicker.
$(READY): pyproject.toml constraints.txt
	@if command -v uv >/dev/null; then \
		uv venv --allow-existing --python $(PYTHON) $(VENV) && \
		uv pip install --python $(VENV)/bin/python -c constraints.txt -e ".[dev,kaggle]"; \
	else \
		$(PYTHON) -m venv $(VENV) && \
		$(VENV)/bin/python -m pip install -q -c constraints.txt -e ".[dev,kaggle]"; \
	fi
	@touch $@

clean:
	rm -rf $(VENV)
