"""Luigi has no clock of its own: cron fires it, and starts `luigid` where its page is wanted."""

import sys

from ..bootstrap import Project
from ..settings import PACKAGE
from . import crontab

VERB = "luigi"


def show(project: Project) -> str:
    """Return the block for the crontab, or on Windows the commands to type."""
    return crontab.show(project, VERB, *page(project))


def install(project: Project) -> str:
    """Put the block into the crontab, instead of an earlier one."""
    return crontab.install(project, VERB, *page(project))


def remove(project: Project) -> str:
    """Take the block out of the crontab."""
    return crontab.remove(project)


def start(project: Project, pipeline: str, model: str, trigger: str) -> str:
    """Let Luigi do a run out of turn: once the one at work has ended, in a process of its own."""
    return crontab.start(project, pipeline, model, trigger, VERB)


def fired(trigger: str) -> list[str]:
    """Return what a timer has to start, whoever has it."""
    return crontab.fired(trigger, VERB)


def page(project: Project) -> list[str]:
    """Return the line that starts `luigid` with the machine, unless runs do without it."""
    from ..luigi.tasks import has_page

    if not has_page(project):
        return []
    todo = [sys.executable, "-m", PACKAGE, "luigid"]
    return [crontab.line(project.settings.project_dir, "@reboot", todo, "luigid.log")]
