"""Luigi's tasks: the steps of each run. A row in the table `step` says that one is done."""

import logging
import warnings
from datetime import datetime
from typing import Any

import luigi
from luigi.cmdline import luigid
from luigi.configuration import add_config_path, get_config
from luigi.parameter import UnconsumedParameterWarning
from luigi.retcodes import retcode, run_with_retcodes

from .. import UserError
from ..bootstrap import Project
from ..clock import utc_now
from ..logs import get_log, redact
from ..pipelines import load_steps
from ..pipelines.runner import Result, Run, open_run, run_step
from ..settings import PACKAGE

RUNS: dict[str, Run] = {}  # that are at work in this process; tasks name theirs by its id


class StepRow(luigi.Target):
    """The row that says that a step is done, on any engine."""

    def __init__(self, run: Run, step: str) -> None:
        self.run, self.step = run, step

    def exists(self) -> bool:
        """Look it up: neither Luigi nor luigid is asked to remember it."""
        return self.step in self.run.project.store.steps(self.run.run_id)


class Step(luigi.Task):
    """A step of a run. `fired` makes it new to a luigid that remembers it from another fire."""

    task_namespace = PACKAGE
    pipeline = luigi.Parameter()
    model = luigi.Parameter()
    run_id = luigi.Parameter()
    step = luigi.Parameter()
    fired = luigi.Parameter()

    def requires(self) -> list["Step"]:
        """Wait for the step before."""
        steps = list(load_steps(self.pipeline))
        return [self.clone(step=before) for before in steps[: steps.index(self.step)][-1:]]

    def output(self) -> StepRow:
        """Name what says that it is done."""
        return StepRow(RUNS[self.run_id], self.step)

    def run(self) -> None:
        """Do it; the runner records how it went."""
        run_step(RUNS[self.run_id], self.step)


class Fire(luigi.WrapperTask):
    """All runs that were due when a timer, or a person, fired."""

    task_namespace = PACKAGE
    fired = luigi.Parameter()

    def requires(self) -> list[Step]:
        """Ask for the last step of each run; they ask for those before."""
        return [
            Step(run.pipeline, run.model.name, run_id, [*load_steps(run.pipeline)][-1], self.fired)
            for run_id, run in RUNS.items()
        ]


def has_page(project: Project) -> bool:
    """Read conf/luigi.cfg, and say whether it wants a luigid, whose page shows the runs."""
    # Luigi warns of settings of its own that it reads elsewhere than it looks for their reader.
    warnings.filterwarnings("ignore", category=UnconsumedParameterWarning)
    add_config_path(str(project.settings.project_dir / "conf" / "luigi.cfg"))
    return not get_config().getboolean("core", "local_scheduler", False)


def serve(project: Project) -> None:
    """Be the luigid: on this machine only, for the page asks nobody who they are."""
    has_page(project)
    core, memory = luigi.interface.core(), project.data_dir / "luigid.pickle"
    for chatty in ("tornado.access", "luigi.scheduler"):
        logging.getLogger(chatty).setLevel("WARNING")
    port = str(core.scheduler_port)
    get_log().info("luigid serves its page", url=f"http://127.0.0.1:{port}")
    luigid(["--address", "127.0.0.1", "--port", port, "--state-path", str(memory)])


def fire(
    project: Project,
    pipeline: str,
    model: str | None,
    as_of: datetime,
    force: bool,
    trigger: str,
    paged: bool,
) -> list[Result]:
    """Do a pipeline for every model that is due; what Luigi says of it is held against the tables.

    A luigid that is away, or takes steps for done that are not, is told of and done without.
    """
    results, runs = list[Result](), list[Run]()
    for spec in project.chosen(model):
        try:
            run = open_run(project, pipeline, spec, as_of, trigger=trigger, force=force)
        except Exception as error:  # noqa: BLE001
            code = error.exit_code if isinstance(error, UserError) else 1
            why = redact(str(error) or repr(error))
            results.append(Result(pipeline, spec.name, "failed", "", why, code))
            continue
        if run is None:
            why = "done already; `--force` runs it now"
            get_log().info("not due", pipeline=pipeline, model=spec.name, why=why)
            results.append(Result(pipeline, spec.name, "not due", message=why))
        else:
            runs.append(run)
    code = work(runs, paged) if runs else 0
    if paged and (left := [run for run in runs if state(run)["status"] == "running"]):
        project.alert("luigid", PACKAGE, f"it left steps undone ({code}): did them without it")
        code = work(left, paged=False)
    elif paged and runs:
        project.all_clear("luigid", PACKAGE)
    return results + [result(run, code) for run in runs]


def work(runs: list[Run], paged: bool) -> int:
    """Let Luigi do runs, and return its exit code as [retcode] of conf/luigi.cfg has it."""
    RUNS.clear()
    RUNS.update((run.run_id, run) for run in runs)
    about = ["--fired", f"{utc_now():%Y%m%dT%H%M%S.%f}", *([] if paged else ["--local-scheduler"])]
    for chatty in ("luigi", "luigi-interface"):
        logging.getLogger(chatty).setLevel("WARNING")  # the runner tells of each step itself
    try:
        run_with_retcodes([Fire.get_task_family(), *about])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def state(run: Run) -> dict[str, Any]:
    """Return the row of a run."""
    return run.project.store.find_run(run_id=run.run_id) or {"status": "lost", "error": None}


def result(run: Run, code: int) -> Result:
    """Tell how a run ended, by its row: Luigi's word alone is never a success."""
    row, about = state(run), (run.pipeline, run.model.name)
    if row["status"] == "succeeded":
        return Result(*about, "succeeded", run.run_id)
    why = row["error"] or f"Luigi ended with {code} and left steps undone"
    if row["status"] == "running":
        run.project.store.finish_run(run.run_id, "failed", why)
        run.project.alert(f"{run.pipeline} failed", run.model.name, f"{why} (run {run.run_id})")
    return Result(*about, "failed", run.run_id, why, code or retcode().not_run)
