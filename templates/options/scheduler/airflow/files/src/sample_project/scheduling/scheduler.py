"""Airflow: in an environment of its own, with DAGs that start this project's command."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict

from .. import MissingError, UserError
from ..bootstrap import Project
from ..clock import Interval
from ..pipelines import load_steps
from ..settings import PACKAGE_DIR
from . import pipelines

FOLDER = PACKAGE_DIR.parents[1] / "orchestration" / "airflow"


class Metadata(BaseSettings):
    """Where Airflow keeps its own tables; the variable may stand in .env."""

    model_config = SettingsConfigDict(extra="ignore")
    airflow_database_url: str = ""


def plan(project: Project) -> dict[str, Any]:
    """Return what the DAGs are made from: each model's interval, each pipeline's steps."""
    return {
        "models": {m.name: Interval.parse(m.interval).cron for m in project.models.values()},
        "pipelines": {pipeline: [*load_steps(pipeline)] for pipeline in pipelines()},
    }


def show(project: Project) -> str:
    """Return the DAGs with their intervals and steps."""
    found = plan(project)
    lines = [
        f"DAG {dag_id(model)}, at {cron!r} (UTC; each {project.models[model].interval}):"
        for model, cron in found["models"].items()
    ]
    steps = [f"  {pipeline}: {' > '.join(names)}" for pipeline, names in found["pipelines"].items()]
    return "\n".join([*(f"{line}\n" + "\n".join(steps) for line in lines), note(project)]).strip()


def install(project: Project) -> str:
    """Bring Airflow's environment and its tables up to date, and let the DAGs run."""
    prepare(project)
    call(project, "dags", "reserialize")
    # Fails, and says why, if the file with the DAGs can't be read.
    call(project, "dags", "list-import-errors", "--local")
    call(project, "dags", "unpause", "--yes", "--treat-dag-id-as-regex", f"^{dag_id('')}")
    page = environment(project)["AIRFLOW__API__BASE_URL"]
    lines = [
        f"Installed. To try it, start `airflow standalone` of this command and open {page}.",
        "To rely on it, run `airflow scheduler`, `airflow dag-processor` and `airflow api-server`",
        "of this command as services: see docs/airflow.md.",
    ]
    return "\n".join([show(project), *lines])


def remove(project: Project) -> str:
    """Pause the DAGs; what Airflow has recorded stays."""
    call(project, "dags", "pause", "--yes", "--treat-dag-id-as-regex", f"^{dag_id('')}")
    return "The DAGs are paused: nothing starts by itself. Stop Airflow's services, too."


def start(project: Project, pipeline: str, model: str, trigger: str) -> str:
    """Have Airflow start a run out of turn; it begins when the DAG's present run has ended."""
    conf = json.dumps({"pipelines": [pipeline], "trigger": trigger[:64]})
    call(project, "dags", "trigger", dag_id(model), "--conf", conf)
    return f"a run of the DAG {dag_id(model)} with {pipeline} alone"


def dag_id(model: str) -> str:
    """Return the name of a model's DAG."""
    return f"{PACKAGE_DIR.name}.{model}"


def note(project: Project) -> str:
    """Return what to know about where Airflow keeps its tables."""
    trial = "Airflow's own tables are in SQLite: for trials only. Set AIRFLOW_DATABASE_URL in .env."
    return "" if database(project) else trial


def database(project: Project) -> str:
    """Return the URL of Airflow's own database, with the driver that its environment has."""
    found = Metadata(_env_file=project.settings.project_dir / ".env")  # type: ignore[call-arg]
    return re.sub("^postgres(ql)?:", "postgresql+psycopg:", found.airflow_database_url)


def settings() -> dict[str, dict[str, Any]]:
    """Return the settings in airflow.toml."""
    return tomllib.loads((FOLDER / "airflow.toml").read_text("utf-8"))


def venv() -> Path:
    """Return where Airflow's environment is; beside the project's if uv was told another place."""
    named = os.environ.get("UV_PROJECT_ENVIRONMENT")
    return PACKAGE_DIR.parents[1] / f"{named}-airflow" if named else FOLDER / ".venv"


def environment(project: Project) -> dict[str, str]:
    """Return the variables Airflow runs with; those that are set already win."""
    folder, own = project.settings.project_dir, {}
    for section, values in settings().items():
        for key, value in values.items():
            own[f"AIRFLOW__{section}__{key}".upper()] = str(value)
    own["AIRFLOW_HOME"] = str(folder / "data" / "airflow")
    own["AIRFLOW__CORE__DAGS_FOLDER"] = str(FOLDER / "dags")
    # A task of Airflow's has these set to what no one can open; a run started by it must not.
    hidden = {name for name, value in os.environ.items() if "airflow-db-not-allowed" in value}
    own |= {k: v for k, v in os.environ.items() if k not in hidden and k[0] != "_"}
    own |= {"PROJECT_DIR": str(folder), "PROJECT_PYTHON": sys.executable}
    own["PATH"] = os.pathsep.join([str(venv() / "bin"), own.get("PATH", os.defpath)])
    if re.search(r"[%${}]", own["AIRFLOW_HOME"]):
        where, why = own["AIRFLOW_HOME"], "to Airflow %, $ and braces in it are no plain text"
        raise UserError(f"{where} can't be AIRFLOW_HOME: {why}. Set it to another folder.")
    if url := database(project):
        # Its driver also works without waiting, so that one is enough.
        for name in ("SQL_ALCHEMY_CONN", "SQL_ALCHEMY_CONN_ASYNC"):
            own[f"AIRFLOW__DATABASE__{name}"] = url
    return own


def command() -> list[str]:
    """Return Airflow's own command, once it is installed."""
    if os.name == "nt":
        raise UserError("Airflow does not run on Windows: use WSL, or cron (schtasks) instead.")
    python = venv() / "bin" / "python"
    if not python.is_file():
        raise MissingError(f"There is no {python}. Install it with `schedule install`.")
    return [str(python), "-m", "airflow"]


def prepare(project: Project) -> None:
    """Install Airflow into its environment, and make or migrate its tables."""
    if os.name == "nt":
        command()
    if uv := shutil.which("uv"):
        told = {"UV_PROJECT_ENVIRONMENT": str(venv()), "UV_COMPILE_BYTECODE": "1"}
        checked([uv, "sync", "--directory", str(FOLDER)], {**os.environ, **told})
    else:
        needs = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["project"]
        checked([sys.executable, "-m", "venv", str(venv())], dict(os.environ))
        pip = [str(venv() / "bin" / "python"), "-m", "pip", "install", *needs["dependencies"]]
        checked(pip, dict(os.environ))
    call(project, "db", "migrate")


def call(project: Project, *arguments: str) -> str:
    """Run Airflow's own command to its end; return what it printed."""
    return checked([*command(), *arguments], environment(project))


def checked(line: list[str], variables: dict[str, str]) -> str:
    """Run a command; if it fails, the error is the last it said."""
    done = subprocess.run(line, env=variables, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise UserError(f"{' '.join(line)} ended with {done.returncode}:\n{said}")
    return done.stdout
