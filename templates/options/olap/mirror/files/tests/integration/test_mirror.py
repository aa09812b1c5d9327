"""The mirror: a whole copy of the tables, and never half of one."""

from typing import Any

import duckdb
import pytest

from sample_project import MissingError, UserError
from sample_project.mirror import copy as mirror

from conftest import Trained


def test_it_holds_every_row_and_answers(copied: Trained) -> None:
    project = copied.project
    with pytest.raises(MissingError, match="no copy yet"):
        mirror.ask(project, "SELECT 1")
    counts = mirror.copy_tables(project)
    assert counts["prediction"] == len(project.store.read("SELECT * FROM prediction")) > 0
    assert counts["quarantine"] == 0
    assert "score" in mirror.ask(project, "SELECT * FROM current_prediction")
    with pytest.raises(UserError, match="can't answer"):
        mirror.ask(project, "SELECT * FROM nothing")
    with duckdb.connect(str(mirror.file_of(project)), read_only=True) as copy:
        found = copy.sql("SELECT DISTINCT typeof(as_of) FROM prediction").fetchall()
    assert found == [("TIMESTAMP WITH TIME ZONE",)]


def test_a_copy_that_breaks_leaves_the_old_one(
    copied: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copied.project
    mirror.copy_tables(project)
    before = mirror.file_of(project).read_bytes()

    def broken(*_args: Any, **_more: Any) -> None:
        raise OSError("the connection is lost")

    monkeypatch.setattr(project.store, "read_batches", broken)
    with pytest.raises(OSError, match="lost"):
        mirror.copy_tables(project)
    assert mirror.file_of(project).read_bytes() == before
    assert not list(project.data_dir.glob(".mirror*"))
