"""What a test needs and may not find: it skips, but fails on CI, which installs everything."""

import importlib
import os
from types import ModuleType
from typing import NoReturn

import pytest


def missing(what: str, remedy: str) -> NoReturn:
    """End the test that needs something which is not there; CI=true makes it fail."""
    reason = f"no {what}: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def module(name: str, remedy: str) -> ModuleType:
    """Import a module, or end the test that needs it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        missing(name, remedy)
