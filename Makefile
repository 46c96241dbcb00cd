# Two commands do everything on a machine that has Python 3.11 or newer and make:
#   make study [DATA=path]   set up .venv and search for a better recipe
#   make test                set up .venv and run the tests

PYTHON ?= python3
VENV := .venv
FER := $(VENV)/bin/fer
READY := $(VENV)/ready

.PHONY: study test check clean

study: $(READY)
	$(FER) search run quick $(if $(DATA),--data "$(DATA)")

test: $(READY)
	$(VENV)/bin/pytest -n auto --dist worksteal

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
