"""Step `register`, and the files of registered models: saved by skops, checked by hash on load."""

import hashlib
import json
import shutil
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from skops.io import dump, get_untrusted_types, load

from .. import MissingError, UserError
from ..bootstrap import Project
from ..pipelines.runner import Run
from ..storage import Version

# Types beyond skops' own list; a `model.py` names more in TRUSTED: look first at what they do.
TRUSTED = ["numpy.dtype", "sklearn.compose._column_transformer._RemainderColsList"]


def save_estimator(estimator: Any, path: Path) -> str:
    """Write an estimator; return the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dump(estimator, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=16)
def load_estimator(path: Path, expected: str, model: str) -> Any:
    """Read an estimator back, refusing changed bytes and types that are not trusted."""
    way_out = "Restore it, or roll back to another version."
    if not path.is_file():
        raise MissingError(f"{path} is missing. {way_out}")
    if (found := hashlib.sha256(path.read_bytes()).hexdigest()) != expected:
        raise UserError(f"{path} is not the file that was registered ({found=}). {way_out}")
    trusted = [*TRUSTED, *getattr(import_module(f".{model}.model", __package__), "TRUSTED", ())]
    if unknown := sorted(set(get_untrusted_types(file=path)) - set(trusted)):
        raise UserError(f"{path} holds types that are not trusted: {unknown}; see {__file__}.")
    return load(path, trusted=trusted)


def load_version(project: Project, version: Version) -> Any:
    """Load the estimator of a registered version."""
    path = project.catalog.path("model", model=version.model, version=version.version)
    return load_estimator(path, version.sha256, version.model)


def register(run: Run) -> None:
    """Register this run's challenger; the first time, the baseline before it.

    What was judged is what serves: nothing is fitted again on the holdout, so that every later
    comparison on newer rows stays fair.
    """
    store, name = run.project.store, run.model.name
    folder = run.project.catalog.path("candidate", model=name, run_id=run.run_id)
    facts = json.loads((folder / "evaluation.json").read_text("utf-8"))
    champion = store.champion(name)
    if champion is None:
        first, why = _add(run, folder, "baseline", facts), "first champion: scoring always has one"
        champion = store.promote(name, first, why, run.run_id)
    if not any(v.run_id == run.run_id and v.kind == "challenger" for v in store.versions(name)):
        number = _add(run, folder, "challenger", facts)
        if facts["promote"]:
            champion = store.promote(name, number, facts["verdict"], run.run_id)
    for kind in ("baseline", "challenger"):
        slice_ = f"holdout, {kind}"
        store.add_metrics(run.run_id, name, champion.version, facts["metrics"][kind], slice_)
    run.log.info("registered", champion=champion.version, promoted=facts["promote"])


def _add(run: Run, folder: Path, kind: str, facts: dict[str, Any]) -> int:
    """Copy one candidate to its place under a version number, and write the registry row."""
    store, path, name = run.project.store, run.project.catalog.path, run.model.name
    number = 1 + max((version.version for version in store.versions(name)), default=0)
    artifact = shutil.copyfile(folder / f"{kind}.skops", path("model", model=name, version=number))
    shutil.copyfile(folder / "reference.parquet", path("reference", model=name, version=number))
    facts = facts | {"metrics": facts["metrics"][kind]}
    about = (artifact.name, facts[kind], run.run_id, run.as_of, facts["trained_rows"], facts)
    store.add_version(Version(name, number, kind, *about))
    return number
