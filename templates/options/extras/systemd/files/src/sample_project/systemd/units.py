"""Fills in the units: paths of this machine, and times from the models' own intervals."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from cronsim import CronSim

from .. import UserError
from ..bootstrap import Project
from ..clock import NAMED, Interval, utc_now
from ..scheduling import intervals, scheduler
from ..settings import PACKAGE

KINDS = {".service", ".timer", ".target"}
DAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def units(project: Project) -> dict[str, str]:
    """Return every unit by its file's name; a scheduler with its own clock needs no timer."""
    here, folder = Path(__file__).parent, project.settings.project_dir
    if os.name != "posix" or "\n" in str(folder):
        raise UserError(f"systemd can't start anything in {folder}.")
    command, fired = [sys.executable, "-m", PACKAGE], getattr(scheduler, "fired", None)
    times = [f"OnCalendar={time}" for one in intervals(project) for time in calendars(one)]
    values = {
        "@common@": (here / "common.conf").read_text("utf-8").rstrip(),
        "@user@": folder.owner(),
        "@folder@": str(folder).replace("%", "%%"),
        "@quotable@": quotable(str(folder)),
        "@command@": words(command),
        "@calendars@": "\n".join(times),
        "@fired@": words(fired("systemd")) if fired else "",
    }
    found = {}
    for file in sorted(file for file in here.iterdir() if file.suffix in KINDS):
        text = file.read_text("utf-8")
        if fired or not re.search("@(fired|calendars)@", text):
            for name, value in values.items():
                text = text.replace(name, value)
            found[file.name] = text
    return found


def words(line: list[str]) -> str:
    """Write a command as ExecStart reads it."""
    told = [quotable(word).replace("$", "$$") for word in line]
    return " ".join(word if re.fullmatch(r"[\w./-]+", word) else f'"{word}"' for word in told)


def quotable(text: str) -> str:
    """Escape what has a meaning between double quotes in a unit."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")


def calendars(interval: Interval) -> list[str]:
    """Return an interval as OnCalendar reads it; a named one five minutes into its slot."""
    _, rest = interval.cron.split(maxsplit=1)
    fires = CronSim(f"5 {rest}" if interval.name in NAMED else interval.cron, utc_now())
    odd = [one for one in (*fires.days, *fires.weekdays) if not isinstance(one, int) or one < 0]
    if odd:
        message = f"systemd has no times like {interval.name!r} (L, W or #)."
        raise UserError(f"{message} Write another interval, or use `schedule install`.")
    weekdays = {DAYS[int(str(day)) % 7] for day in fires.weekdays}
    names = "" if len(weekdays) == len(DAYS) else ",".join(sorted(weekdays, key=DAYS.index))
    month, day = listed(fires.months, 12), listed(fires.days, 31)
    clock = f"{listed(fires.hours, 24)}:{listed(fires.minutes, 60)}:00 UTC"
    if fires.day_and or not names or day == "*":
        return [f"{names} *-{month}-{day} {clock}".strip()]
    return [f"{names} *-{month}-* {clock}", f"*-{month}-{day} {clock}"]  # cron means either


def listed(values: Iterable[object], most: int) -> str:
    """Write numbers as systemd lists them; a star when there are all."""
    numbers = sorted(int(str(value)) for value in values)
    return "*" if len(numbers) == most else ",".join(f"{number:02}" for number in numbers)


def verify(folder: Path, names: list[str]) -> str:
    """Have systemd itself check the units; refused with what it says."""
    program = shutil.which("systemd-analyze")
    if program is None:
        return "not checked: there is no systemd-analyze here"
    given = os.environ | {"SYSTEMD_UNIT_PATH": f"{folder}:"}
    line = [program, "verify", *(str(folder / name) for name in names)]
    done = subprocess.run(line, env=given, capture_output=True, text=True, check=False)  # noqa: S603
    # It passes what it ignores, such as a misspelt key; and tells of other units of the machine.
    ours = [one for one in done.stderr.splitlines() if any(name in one for name in names)]
    if done.returncode or ours:
        raise UserError(f"systemd-analyze finds fault with the units in {folder}:\n{done.stderr}")
    return "checked by systemd-analyze"


def install_lines(folder: Path, found: dict[str, str]) -> list[str]:
    """Return what a person with the right to do so has to type."""
    enabled = [name for name, text in found.items() if "[Install]" in text]
    paths = [str(folder / name) for name in found]
    return [
        f"  sudo cp {shlex.join(paths)} /etc/systemd/system/",
        "  sudo systemctl daemon-reload",
        f"  sudo systemctl enable --now {shlex.join(enabled)}",
    ]
