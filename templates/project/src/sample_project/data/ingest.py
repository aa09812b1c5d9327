"""Step `ingest`: see which data files there are, and remember when each was first seen."""

import hashlib
import os
from datetime import datetime
from importlib import import_module
from pathlib import Path

from .. import MissingError
from ..bootstrap import Project
from ..clock import utc_now
from ..pipelines.runner import Run
from .schema import FOLDER, Declared, load_schema, load_source

STATE = ".ingest.json"  # hidden, so that all else in the raw folder is data
UNFINISHED = (".tmp", ".part", ".partial", ".crdownload")


class RawFile(Declared):
    """A data file; `part` names its valid rows, and changes with the file and its schema.

    `stamp` is size and time of change: while they stay, the file is not read again.
    """

    name: str
    path: str
    stamp: str
    part: str
    first_seen: str


class Raw(Declared):
    """A dataset's files, oldest first, and when the first of them was seen."""

    anchor: datetime
    files: tuple[RawFile, ...] = ()


def seen(project: Project, dataset: str) -> Raw:
    """Return what the last ingest saw."""
    state = project.catalog.path("raw", dataset=dataset) / STATE
    if not state.is_file():
        raise MissingError(f"Nothing was ingested into {dataset!r} yet. Run training first.")
    return Raw.model_validate_json(state.read_bytes())


def ingest(run: Run) -> None:
    """Bring in what has arrived for the run's dataset."""
    project, dataset, now = run.project, run.model.dataset, utc_now()
    if (FOLDER / f"{(kind := load_source(dataset).kind)}.py").is_file():
        import_module(f".{kind}", __package__).fetch(run)
    folder = project.catalog.path("raw", dataset=dataset)
    before = seen(project, dataset) if (folder / STATE).is_file() else Raw(anchor=now)
    known = {file.name: file for file in before.files}
    paths = _find_files(project, dataset)
    found = [_look(path, dataset, known.get(path.name), now) for path in paths]
    files = tuple(sorted(found, key=lambda file: (file.first_seen, file.name)))
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{STATE}.{os.getpid()}"
    draft.write_text(Raw(anchor=before.anchor, files=files).model_dump_json(indent=2), "utf-8")
    draft.replace(folder / STATE)
    run.log.info("ingested", dataset=dataset, files=[file.name for file in files])
    if load_schema(dataset).time is None:
        run.log.info("no time column: the last quarter of the first file arrives in equal pieces")


def _find_files(project: Project, dataset: str) -> list[Path]:
    """List the data files: the source's own, the one of `DATA_<DATASET>_PATH`, the raw folder's."""
    variable = f"DATA_{dataset.upper()}_PATH"
    named = [load_source(dataset).path, project.settings.data_paths.get(dataset)]
    fixed = [project.settings.project_dir / path for path in named if path]
    if gone := [path for path in fixed if not path.is_file()]:
        raise MissingError(f"There is no data file {gone[0]}. Put it back, or mend {variable}.")
    folder = project.catalog.path("raw", dataset=dataset)
    dropped = [path for path in folder.glob("[!.]*") if path.suffix not in UNFINISHED]
    if not (found := fixed + sorted(path for path in dropped if path.is_file())):
        where = f"into {folder}, or set {variable} in .env to where it lies"
        raise MissingError(f"There is no data for {dataset!r}. Put a file like it {where}.")
    return found


def _look(path: Path, dataset: str, known: RawFile | None, now: datetime) -> RawFile:
    """Name a file's valid rows by its content and the rules they are checked by."""
    rules = hashlib.sha256()
    for name in ("schema.yaml", "source.toml"):
        rules.update((FOLDER / dataset / name).read_bytes())
    facts = path.stat()
    stamp = f"{facts.st_size} {facts.st_mtime_ns} {rules.hexdigest()[:16]}"
    if known and known.stamp == stamp:
        return known.model_copy(update={"path": str(path)})
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256")
    content.update(rules.digest())
    part, first_seen = content.hexdigest()[:16], known.first_seen if known else now.isoformat()
    return RawFile(name=path.name, path=str(path), stamp=stamp, part=part, first_seen=first_seen)
