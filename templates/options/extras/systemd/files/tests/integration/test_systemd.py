"""systemd: units for this place, with the times of the models, that start what they say."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sample_project import UserError
from sample_project.clock import Interval
from sample_project.scheduling import intervals, scheduler
from sample_project.systemd.units import calendars, units, verify

from conftest import Trained, make_project

Command = Callable[..., subprocess.CompletedProcess[str]]
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="there is no systemd-analyze here")
timed = pytest.mark.skipif(not hasattr(scheduler, "fired"), reason="it has a clock of its own")
CRONS = ["hour", "day", "week", "month", "*/7 3 * * 5", "0 6 1,15 * 1-5", "30 */6 1-7 2,8 *"]


def of_unit(text: str, key: str) -> str:
    """Return the value of a key, as systemd understands it."""
    [value] = re.findall(rf"^{key}=-?(.*)$", text, re.M)
    return str(value).replace("%%", "%").replace("$$", "$")


@needs_systemd
def test_systemd_accepts_the_units_of_an_odd_place(tmp_path: Path) -> None:
    project = make_project(tmp_path / 'it\'s "100%" of $mine')
    found = units(project)
    for name, text in found.items():
        assert not re.search("@(?!system-service)[a-z]+@", text), name
        (tmp_path / name).write_text(text, "utf-8")
    assert verify(tmp_path, list(found)) == "checked by systemd-analyze"
    name, text = next(iter(found.items()))
    (tmp_path / name).write_text(text.replace("Description=", "Descripton="), "utf-8")
    with pytest.raises(UserError, match="Descripton"):
        verify(tmp_path, [name])


@needs_systemd
def test_the_units_keep_to_themselves(copied: Trained, tmp_path: Path) -> None:
    for name, text in units(copied.project).items():
        if name.endswith(".service"):
            (tmp_path / name).write_text(text, "utf-8")
            line = [str(ANALYZE), "security", "--offline=true", "--threshold=30"]
            line = [*line, str(tmp_path / name)]
            done = subprocess.run(line, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


@needs_systemd
@pytest.mark.parametrize("text", CRONS)
def test_a_timer_fires_when_the_interval_says(text: str) -> None:
    """Five minutes into a named interval's slots, and at the very times of an expression."""
    interval, base = Interval.parse(text), datetime(2026, 2, 27, 12, tzinfo=UTC)
    delay = timedelta(minutes=5 if text in CRONS[:4] else 0)
    fires, at = set(), base - delay
    for _ in range(8):
        at = interval.next(at)
        fires.add(at + delay)
    line = [str(ANALYZE), "calendar", "--iterations=8", f"--base-time={base:%F %T UTC}"]
    told = set()
    for one in calendars(interval):
        done = subprocess.run(
            [*line, one], env=os.environ | {"TZ": "UTC"}, capture_output=True, text=True, check=True
        )
        found = re.findall(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC$", done.stdout, re.M)
        told |= {datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in found}
    assert set(sorted(told)[:8]) == fires


def test_what_systemd_cannot_say_is_refused() -> None:
    with pytest.raises(UserError, match="L, W or #"):
        calendars(Interval.parse("0 6 L * *"))


@timed
def test_the_units_start_the_pipelines_when_the_models_are_due(tmp_path: Path) -> None:
    project = make_project(tmp_path / "it's 100% $mine")
    found = {name: text for name, text in units(project).items() if name.count(".") == 1}
    [timer] = [text for name, text in found.items() if name.endswith(".timer")]
    assert timer.count("OnCalendar=") == sum(len(calendars(one)) for one in intervals(project))
    assert "Persistent=true" in timer
    assert "UTC" in timer
    [service] = [text for text in found.values() if "ExecStartPost" in text]
    _, folder = shlex.split(of_unit(service, "Environment"))[0].split("=", maxsplit=1)
    typed = shlex.split(of_unit(service, "ExecStart"))
    given = {"PATH": "/usr/bin:/bin", "PROJECT_DIR": folder}
    subprocess.run(typed, cwd=of_unit(service, "WorkingDirectory"), env=given, check=True)
    for model in project.models:
        assert project.store.last_run("scoring", model)  # which may find no row that waits
    assert set(project.store.runs()["trigger"]) == {"systemd"}


def test_a_unit_that_could_not_tell_is_told_of_once(copied: Trained, command: Command) -> None:
    folder, store = copied.project.settings.project_dir, copied.project.store
    for _ in range(2):
        assert command(folder, "systemd", "failed", "ml-some.service").returncode == 0
    assert list(store.alerts()["kind"]) == ["unit failed"]
    assert command(folder, "systemd", "recovered", "ml-some.service").returncode == 0
    assert store.alerts()["closed_at"].notna().all()
    copied.project.alert("scoring failed", "some", "it told itself")
    assert command(folder, "systemd", "failed", "ml-some.service").returncode == 0
    assert list(store.alerts()["kind"]).count("unit failed") == 1
