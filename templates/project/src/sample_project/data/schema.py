"""The schema is data: `schema.yaml` says what columns are, `source.toml` where rows come from."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .. import MissingError, UserError

FOLDER = Path(__file__).parent
NUMBERS = ("integer", "number")


class Declared(BaseModel):
    """What a file declares: read once, never changed; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def from_toml(cls, path: Path, **known: Any) -> Self:
        """Read and check a TOML file, which adds to what is known."""
        try:
            return cls.model_validate(known | tomllib.loads(path.read_text("utf-8")))
        except (OSError, ValidationError, tomllib.TOMLDecodeError) as error:
            raise UserError(f"{path} can't be used: {error}. Mend it, or restore it.") from None


class Column(Declared):
    """One column; `min` and `max` are what was seen when the schema was made."""

    name: str
    type: Literal["integer", "number", "boolean", "category", "text", "datetime"]
    role: Literal["feature", "target", "id", "time", "dropped"]
    nullable: bool = True
    min: Annotated[float | str | None, Field(union_mode="left_to_right")] = None
    max: Annotated[float | str | None, Field(union_mode="left_to_right")] = None
    categories: tuple[str, ...] = ()
    format: str = "ISO8601"  # of dates, as `strptime` takes it


class Reading(Declared):
    """How the files are written."""

    format: str = "csv"
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    thousands: str = ""
    missing: tuple[str, ...] = ()


class Schema(Declared):
    """What a dataset's rows look like; `entity` is what a prediction is about."""

    dataset: str
    task: str
    entity: Literal["id", "time", "row"]
    columns: tuple[Column, ...]
    reading: Reading
    positive: str | None = None

    @property
    def features(self) -> tuple[Column, ...]:
        """The columns a model may learn from."""
        return tuple(column for column in self.columns if column.role == "feature")

    @property
    def read(self) -> tuple[Column, ...]:
        """The columns that are read: all that are not dropped."""
        return tuple(column for column in self.columns if column.role != "dropped")

    @property
    def target(self) -> str:
        """The column to predict."""
        return next(column.name for column in self.columns if column.role == "target")

    @property
    def id(self) -> str | None:
        """The column that names what a row is about, if there is one."""
        return next((column.name for column in self.columns if column.role == "id"), None)

    @property
    def time(self) -> str | None:
        """The column that says when a row happened, if there is one."""
        return next((column.name for column in self.columns if column.role == "time"), None)


class Source(Declared):
    """Where rows come from, when they count as arrived, and how bad a batch may be.

    `files` is whatever lies in the raw folder; `replay` the history in `path`, let out day by day
    from `start` on. Another kind has a module here whose `fetch` brings rows into the raw folder.
    Without `delay_days` a row's target is known one interval after it.
    """

    kind: Literal["files", "replay", "table"] = "files"
    table: str | None = None
    query: str | None = None
    watermark: str | None = None
    url: str = "DATABASE_URL"
    reread: float | None = None
    targets: float | None = None
    path: str | None = None
    start: str | None = None
    delay_days: float | None = None
    bad_rows: float = 0.05
    range_slack: float = 1.0
    new_categories: Literal["keep", "quarantine"] = "keep"


def find_datasets() -> list[str]:
    """List the datasets: the folders here with a `schema.yaml`."""
    return sorted(path.parent.name for path in FOLDER.glob("*/schema.yaml"))


@cache
def load_schema(dataset: str) -> Schema:
    """Read and check a dataset's `schema.yaml`."""
    import yaml

    path = FOLDER / dataset / "schema.yaml"
    if dataset not in (known := find_datasets()):
        raise MissingError(f"There is no dataset {dataset!r}. Those with a schema.yaml: {known}.")
    # The base loader reads every word as text: a category `no` or `2015-01-01` stays as written.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)(path.read_text(encoding="utf-8"))
    try:
        schema = Schema.model_validate(loader.get_single_data())
    except (ValidationError, yaml.YAMLError) as error:
        raise UserError(f"{path} can't be used: {error}. Mend it, or restore it.") from None
    roles = {column.role for column in schema.columns}
    needed = {"target", schema.entity} - {"row"}
    if not needed <= roles:
        raise UserError(f"{path}: no column has the role {sorted(needed - roles)[0]}. Mend it.")
    return schema


@cache
def load_source(dataset: str) -> Source:
    """Read a dataset's `source.toml`."""
    return Source.from_toml(FOLDER / dataset / "source.toml")
