"""The one place where real things are plugged together; tests plug in theirs here, too."""

import json
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from . import UserError
from .catalog import Catalog
from .logs import get_log, redact
from .settings import Settings, load_settings

if TYPE_CHECKING:
    from .models import ModelSpec
    from .storage.store import Store


@dataclass
class Project:
    """All that a step or a command may use; each piece is opened when first asked for."""

    settings: Settings

    @property
    def data_dir(self) -> Path:
        """Where all data lies, and the lock."""
        return self.settings.project_dir / "data"

    @cached_property
    def catalog(self) -> Catalog:
        """The named datasets."""
        return Catalog(self.settings.project_dir)

    @cached_property
    def store(self) -> "Store":
        """The database."""
        from .storage import open_store

        return open_store(self.settings)

    @cached_property
    def models(self) -> dict[str, "ModelSpec"]:
        """Every model found, by name."""
        from .models import find_models

        return find_models(Path(__file__).parent)

    def chosen(self, model: str | None) -> list["ModelSpec"]:
        """Return the model of this name, or all."""
        if model not in (None, *self.models):
            raise UserError(f"There is no model {model!r}. There are: {', '.join(self.models)}.")
        return [spec for name, spec in self.models.items() if model in (None, name)]

    def alert(self, kind: str, subject: str, message: str) -> None:
        """Tell that something needs a person, once per incident: log, row and every channel."""
        try:
            if self.store.open_alert(kind, subject, message):
                self._announce(kind, subject, message)
        except Exception:  # noqa: BLE001
            note = self.data_dir / f".alert {kind} {subject}"
            if not note.exists():  # a file stands in for the row while the database is down
                self._tell(kind, subject, message)
                with suppress(OSError):
                    note.touch()

    def all_clear(self, kind: str, subject: str) -> None:
        """Close the incident, if there is one, and tell that, too."""
        note = self.data_dir / f".alert {kind} {subject}"
        if self.store.close_alert(kind, subject) or note.exists():
            note.unlink(missing_ok=True)
            self._announce(kind, subject, "")

    def _announce(self, *about: str) -> None:
        """Tell it once its row can be seen; a file remembers it until it is told."""
        note = self.data_dir / f".unsent {' '.join(about[:2])}"
        note.write_text(json.dumps(about), "utf-8")
        self.store.afterwards(self.send_unsent)

    def send_unsent(self) -> None:
        """Tell what waits to be told, of runs that were killed, too, unless its row isn't there."""
        for note in sorted(self.data_dir.glob(".unsent *")):
            with suppress(ValueError):
                kind, subject, message = json.loads(note.read_text("utf-8"))
                if self.store.is_open(kind, subject) == bool(message):
                    self._tell(kind, subject, message)
            note.unlink()

    def _tell(self, kind: str, subject: str, message: str) -> None:
        if message:
            get_log().error("alert opened", kind=kind, subject=subject, message=message)
            self._send(f"{kind}: {subject}", message)
        else:
            self._send(f"{kind}: {subject} is well again", "The incident is over.")

    def _send(self, subject: str, text: str) -> None:
        """Send by each monitoring/alert_*.py found; one that fails is logged."""
        title = f"[{self.settings.project_dir.name}] {subject}"
        for path in sorted((Path(__file__).parent / "monitoring").glob("alert_*.py")):
            try:
                channel = import_module(f".monitoring.{path.stem}", __package__)
                channel.send(self.settings, title, redact(text))
            except Exception as error:  # noqa: BLE001
                get_log().error("alert not sent", by=path.stem, why=redact(str(error)))


def bootstrap(settings: Settings | None = None) -> Project:
    """Build the project from its settings, by default those of the folder we are in."""
    return Project(settings or load_settings())
