"""Cron: its very line, run as cron runs it, and the lines of others left as they are."""

import os
import subprocess
from pathlib import Path

import pytest

from sample_project.scheduling import scheduler

from conftest import make_project

OTHERS = b"MAILTO=me\n# J\xf6rg's own\n17 3 * * 0 /usr/bin/backup 50\\% # every week\n"


def test_the_line_predicts_with_an_empty_environment(tmp_path: Path) -> None:
    """Cron gives a command hardly any environment, another folder, and its own idea of `%`."""
    project = make_project(tmp_path / "it's 100% of mine")
    folder = project.settings.project_dir
    for text in scheduler.show(project).splitlines():
        if text[0] not in "#@":
            *_, typed = text.split(maxsplit=5)
            assert "%" not in typed.replace(r"\%", "")
            sh = ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "/bin/sh", "-c"]
            subprocess.run([*sh, typed.replace(r"\%", "%")], cwd="/", check=True)
    for model in project.models:
        assert project.store.last_run("scoring", model)  # which may find no row that waits
    [log] = folder.glob("data/*.log")
    [newest] = project.store.runs(1)["run_id"]
    assert newest in log.read_text("utf-8"), "the log leads to the run"


def test_only_our_block_of_the_crontab_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, table = make_project(tmp_path / "project"), tmp_path / "table"
    fake = tmp_path / "bin" / "crontab"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat "{table}"; else cat > "{table}"; fi\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    table.write_bytes(OTHERS)
    scheduler.install(project)
    once = table.read_bytes()
    assert once == OTHERS + scheduler.show(project).encode()
    assert b"UTC" in once, "it says which time zone its times are in"
    scheduler.install(project)
    assert table.read_bytes() == once
    table.write_bytes(once + b"5 5 * * * later\n")
    scheduler.remove(project)
    assert table.read_bytes() == OTHERS + b"5 5 * * * later\n"
