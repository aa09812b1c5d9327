"""Pipelines: each sub-folder is one, and its STEPS are what it does. A new folder is found."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from .. import UserError


def find_pipelines() -> list[str]:
    """Name every pipeline found, without importing it."""
    return sorted(path.parent.name for path in Path(__file__).parent.glob("*/__init__.py"))


def load_steps(pipeline: str) -> dict[str, Callable[[Any], None]]:
    """Import a pipeline and return its steps by name, in order; a folder without any is refused."""
    if pipeline not in (known := find_pipelines()):
        raise UserError(f"There is no pipeline {pipeline!r}. There are: {', '.join(known)}.")
    module = import_module(f".{pipeline}", __name__)
    steps = getattr(module, "STEPS", None)
    if not isinstance(steps, list) or not steps or not all(callable(step) for step in steps):
        raise UserError(f"{module.__file__} must hold STEPS: a list of functions that take a Run.")
    return {step.__name__: step for step in steps}
