"""These tests run by themselves; the repository's own runs leave them out."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    """Take in the tests that lie in the models' folders, when all tests are asked for."""
    if config.rootpath == HERE and [Path(arg).resolve() for arg in config.args] == [HERE]:
        from sample_project.settings import PACKAGE_DIR

        config.args.append(str(PACKAGE_DIR / "models"))


def pytest_ignore_collect(config: pytest.Config) -> bool | None:
    """Leave everything out, unless the tests were started for this folder."""
    return None if config.rootpath == HERE else True
