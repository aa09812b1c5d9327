"""Named datasets: `conf/catalog.toml` says where each lies, so no pipeline opens a file itself."""

import os
import re
import shutil
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import UserError

if TYPE_CHECKING:
    import pandas as pd


class Catalog:
    """Paths by name; Parquet frames appear under their name once they are whole."""

    def __init__(self, project_dir: Path) -> None:
        self.folder = project_dir
        file = project_dir / "conf" / "catalog.toml"
        self.entries: dict[str, dict[str, Any]] = tomllib.loads(file.read_text("utf-8"))

    def path(self, name: str, **keys: object) -> Path:
        """Return where a dataset lies; the keys fill the braces of its pattern."""
        if name not in self.entries:
            known = ", ".join(sorted(self.entries))
            raise UserError(f"conf/catalog.toml has no {name!r}. It has: {known}.")
        return self.folder / str(self.entries[name]["path"]).format(**keys)

    def load(self, name: str, **keys: object) -> "pd.DataFrame":
        """Read a whole dataset."""
        import pandas as pd

        return pd.read_parquet(self.path(name, **keys))

    def batches(
        self,
        name: str,
        rows: int = 50_000,
        columns: list[str] | None = None,
        groups: list[int] | None = None,
        **keys: object,
    ) -> "Iterator[pd.DataFrame]":
        """Read a dataset, or some row groups: memory is bounded by `rows`, not by the file."""
        import pyarrow.parquet as pq

        how = {"columns": columns, "row_groups": groups}
        with pq.ParquetFile(self.path(name, **keys), pre_buffer=False) as file:
            for batch in file.iter_batches(rows, **how):
                yield batch.to_pandas()

    def save(self, name: str, frames: "Iterable[pd.DataFrame]", **keys: object) -> int:
        """Write a dataset piece by piece, and return its rows; it appears when all went well.

        There has to be a frame, if an empty one: the first settles the columns and their types.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path, rows = self.path(name, **keys), 0
        file: Any = None
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with ExitStack() as stack:
                for frame in frames:
                    schema = file.schema if file else None
                    table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
                    # A dictionary of numbers, which hardly repeat, takes most of the writing.
                    texts = [one.name for one in table.schema if not pa.types.is_floating(one.type)]
                    file = file or stack.enter_context(
                        pq.ParquetWriter(draft, table.schema, use_dictionary=texts)
                    )
                    file.write_table(table)
                    rows += len(frame)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return rows

    def prune(self) -> None:
        """Delete what runs left behind, but for the newest of each folder: entries with `keep`.

        Drafts, too: runs never overlap, so each is of one that was killed.
        """
        for entry in self.entries.values():
            pattern = Path(re.sub(r"{\w+}", "*", entry["path"]))
            if pattern.suffix == ".parquet":
                for draft in self.folder.glob(str(pattern.with_name(f".{pattern.name}.*"))):
                    draft.unlink()
            kept: Counter[Path] = Counter()
            found = self.folder.glob(str(pattern)) if "keep" in entry else ()
            for path in sorted(found, key=lambda path: path.stat().st_mtime, reverse=True):
                kept[path.parent] += 1
                if kept[path.parent] > entry["keep"]:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()
