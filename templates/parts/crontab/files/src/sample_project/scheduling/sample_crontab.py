"""The project's own marked block in the user's crontab; every other line stays as it is."""

import math
import os
import shlex
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .. import MissingError, UserError
from ..bootstrap import Project
from ..clock import NAMED, Interval, utc_now
from ..settings import PACKAGE
from . import intervals, pipelines

WINDOWS = {"hour": "HOURLY", "day": "DAILY", "week": "WEEKLY /D MON", "month": "MONTHLY /D 1"}


def show(project: Project, verb: str = "run", *more: str) -> str:
    """Return the block for the crontab, or on Windows the commands to type."""
    folder, found, todo = project.settings.project_dir, intervals(project), fired(verb=verb)
    if os.name == "nt":
        return "\n".join(schtasks(folder, interval, todo) for interval in found)
    now = utc_now().astimezone()
    zone = f"# Times are this machine's: {now.tzname()}, UTC{now:%z} today."
    lines = [f"{zone} Intervals are cut in UTC.", *(line(folder, when(i), todo) for i in found)]
    return "\n".join([f"# begin {marked(folder)}", *lines, *more, f"# end {marked(folder)}", ""])


def install(project: Project, verb: str = "run", *more: str) -> str:
    """Put the block into the crontab, instead of an earlier one."""
    block = show(project, verb, *more)
    if os.name == "nt":
        return f"Type this to install the schedule:\n{block}"
    project.data_dir.mkdir(exist_ok=True)  # else cron can't open the log, and starts nothing
    crontab("-", replaced(crontab("-l"), project.settings.project_dir, block))
    return f"Installed in your crontab (other lines are as before):\n{block}"


def remove(project: Project) -> str:
    """Take the block out of the crontab."""
    if os.name == "nt":
        names = [f"{PACKAGE} {interval.name}" for interval in intervals(project)]
        return "\n".join(f'To remove it, type: schtasks /Delete /F /TN "{name}"' for name in names)
    before = crontab("-l")
    after = replaced(before, project.settings.project_dir, "")
    if after == before:
        return "There was no schedule of this project in your crontab."
    crontab("-", after)
    return "Removed from your crontab (other lines are as before)."


def start(project: Project, pipeline: str, model: str, trigger: str, verb: str = "run") -> str:
    """Start a run out of turn: it waits until the one at work has ended, and outlives us."""
    about = ["--model", model, "--force", "--trigger", trigger, "--wait", "3600"]
    todo = [sys.executable, "-m", PACKAGE, verb, pipeline, *about]
    place = os.environ | {"PROJECT_DIR": str(project.settings.project_dir)}
    with (project.data_dir / "schedule.log").open("ab") as log:
        subprocess.Popen(todo, env=place, stdout=log, stderr=log, start_new_session=True)  # noqa: S603
    return shlex.join(todo)


def fired(trigger: str = "cron", verb: str = "run") -> list[str]:
    """Return what to start, independent of PATH and folder; it waits for a run still at work."""
    how = ["--wait", "900", "--trigger", trigger]
    return [sys.executable, "-m", PACKAGE, verb, *pipelines(), *how]


def line(folder: Path, fields: str, todo: list[str], log: str = "schedule.log") -> str:
    """Return a line of the crontab."""
    to = shlex.quote(str(folder / "data" / log))
    text = f"PROJECT_DIR={shlex.quote(str(folder))} {shlex.join(todo)} >> {to} 2>&1"
    if "\n" in text:
        raise UserError(f"{folder} has a line break in its name; cron can't start anything there.")
    return f"{fields} {text}".replace("%", r"\%")


def when(interval: Interval) -> str:
    """Return the five fields: for a named interval, five minutes into a slot, in this time zone.

    An hour early enough to lie in the same UTC day in summer and in winter, and at most once.
    """
    if interval.name not in NAMED:
        return interval.cron
    year = utc_now().year
    offsets = [datetime(year, month, 1, tzinfo=UTC).astimezone().utcoffset() for month in (1, 7)]
    hours = max(0, *(math.ceil((offset or timedelta()) / timedelta(hours=1)) for offset in offsets))
    _, hour, *rest = interval.cron.split()
    return " ".join(["5", hour if hour == "*" else str(hours), *rest])


def marked(folder: Path) -> str:
    """Return what the first and the last line of this project's block say."""
    return f"{PACKAGE} in {folder}"


def replaced(table: str, folder: Path, block: str) -> str:
    """Return the crontab with the project's block replaced; every other byte is as it was."""
    begin, end = f"# begin {marked(folder)}\n", f"# end {marked(folder)}\n"
    first, last = table.find(begin), table.find(end)
    if first < 0 and last < 0:
        return table + ("\n" if block and table and not table.endswith("\n") else "") + block
    if first < 0 or last < first:
        raise UserError("The crontab has only half of our block: mend it with `crontab -e` first.")
    return table[:first] + block + table[last + len(end) :]


def crontab(argument: str, text: str = "") -> str:
    """Read (`-l`) or replace (`-`) the user's crontab, byte for byte; cron refuses a bad line."""
    program = shutil.which("crontab")
    if program is None:
        raise MissingError("There is no crontab here. Install cron (Debian: apt install cron).")
    given = text.encode("utf-8", "surrogateescape")
    done = subprocess.run([program, argument], input=given, capture_output=True, check=False)  # noqa: S603
    told = done.stderr.decode(errors="replace").strip()
    if done.returncode and "no crontab" not in told.lower():
        raise UserError(f"crontab {argument} failed: {told}")
    return "" if done.returncode else done.stdout.decode("utf-8", "surrogateescape")


def schtasks(folder: Path, interval: Interval, todo: list[str]) -> str:
    """Return the command that makes the Windows task scheduler start the pipelines."""
    if interval.name not in WINDOWS:
        raise UserError(f"Windows has no interval {interval.name!r}: use {', '.join(WINDOWS)}.")
    started, log = subprocess.list2cmdline(todo), folder / "data" / "schedule.log"
    text = f'cmd /c "set "PROJECT_DIR={folder}" && {started} >> "{log}" 2>&1"'.replace('"', r"\"")
    name = f"{PACKAGE} {interval.name}"
    return f'schtasks /Create /F /TN "{name}" /SC {WINDOWS[interval.name]} /ST 00:05 /TR "{text}"'
