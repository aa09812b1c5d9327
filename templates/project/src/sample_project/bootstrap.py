"""The one place where real things are plugged together; tests plug in theirs here, too."""

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import UserError
from .catalog import Catalog
from .logs import get_log
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
                self.tell(kind, subject, message)
                with suppress(OSError):
                    note.touch()

    def all_clear(self, kind: str, subject: str) -> None:
        """Close the incident, if there is one, and tell that, too."""
        note = self.data_dir / f".alert {kind} {subject}"
        if self.store.close_alert(kind, subject) or note.exists():
            note.unlink(missing_ok=True)
            self._announce(kind, subject, "")

    def _announce(self, *about: str) -> None:
        """Tell it once its row can be seen."""
        if self.channels:
            self.channels.remember(self, *about)
        else:
            self.store.afterwards(lambda: self.tell(*about))

    @cached_property
    def channels(self) -> Any:
        """What brings alerts to people, where that was chosen: monitoring/channels.py, or None."""
        name = f"{__package__}.monitoring.channels"
        return import_module(name) if find_spec(name) else None

    def tell(self, kind: str, subject: str, message: str) -> None:
        """Tell that an incident began or, without a message, that it is over."""
        if message:
            get_log().error("alert opened", kind=kind, subject=subject, message=message)
        if self.channels:
            self.channels.send(self.settings, kind, subject, message)


def bootstrap(settings: Settings | None = None) -> Project:
    """Build the project from its settings, by default those of the folder we are in."""
    return Project(settings or load_settings())
