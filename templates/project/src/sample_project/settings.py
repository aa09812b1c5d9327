"""Typed settings: conf/settings.toml, then .env, then real variables; the last one wins."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, SettingsConfigDict, SettingsError

from . import MissingError, UserError

PACKAGE_DIR = Path(__file__).parent
PACKAGE = __package__
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)]
# Variables of such a name hold a secret, as does a URL with a password; no log shows these values.
HIDDEN = r"pass(?:word|wd)|secret|token|api_?key|credential|private_?key|authorization|webhook"
URL_PASSWORD = re.compile(r"(\b[\w+.-]+://[^\s:/@]*):([^\s/]+)@")
SECRETS: set[str] = set()


class Settings(BaseSettings):
    """Everything that differs between a laptop and production, and between two projects."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    project_dir: Path
    environment: Literal["development", "production"] = "development"
    database_url: str = Field(repr=False)  # holds a password on most engines
    log_format: Literal["auto", "json", "console"] = "auto"
    log_level: LogLevel = "INFO"
    log_levels: dict[str, LogLevel] = {}
    log_file: Path | None = None
    log_file_mb: int = Field(default=10, gt=0)
    batch_rows: int = Field(default=50_000, gt=0)
    shards: int = Field(default=1, gt=0, le=64)
    data_paths: dict[str, Path] = {}

    @classmethod
    def settings_customise_sources(cls, *_args: Any, **given: Any) -> tuple[Any, ...]:
        """Add conf/settings.toml and, for each dataset, `DATA_<DATASET>_PATH`."""
        init, env, dotenv = (given[f"{name}_settings"] for name in ("init", "env", "dotenv"))
        conf = tomllib.loads((init()["project_dir"] / "conf" / "settings.toml").read_text("utf-8"))
        variables = {**dotenv.env_vars, **env.env_vars}
        conf |= conf.get(variables.get("environment") or "development", {})
        for name, value in variables.items():
            url = URL_PASSWORD.search(value or "")
            secret = value if re.search(HIDDEN, name, re.I) else url and url[2]
            SECRETS.update([secret] if secret and len(secret) >= 6 else [])
        conf["data_paths"] = {
            name.removeprefix("data_").removesuffix("_path"): value
            for name, value in variables.items()
            if value and name.startswith("data_") and name.endswith("_path")
        }
        return init, env, dotenv, InitSettingsSource(cls, conf)


def load_settings(project_dir: Path | None = None) -> Settings:
    """Read a project's settings: by default that of PROJECT_DIR, else the one we are in."""
    named = project_dir or os.environ.get("PROJECT_DIR")
    folder = (Path(named) if named else find_home()).resolve()
    try:
        return Settings(_env_file=folder / ".env", project_dir=folder)  # type: ignore[call-arg]
    except (ValidationError, SettingsError) as error:
        found = error.errors() if isinstance(error, ValidationError) else []
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in found) or error
        message = f"Settings that can't be used ({faults}). Mend .env, conf/ or the environment."
        raise UserError(message) from None


def find_home() -> Path:
    """Return the folder with conf/ and data/: of the project we are in, else of this code."""
    inside = PACKAGE.replace(".", "/")
    for at in (Path.cwd(), *Path.cwd().parents, *PACKAGE_DIR.parents):
        found = [*at.glob("conf/catalog.toml"), *at.glob("*/conf/catalog.toml")]
        if found and (any(at.glob(inside)) or any(at.glob(f"*/{inside}"))):
            return found[0].parents[1]
    raise MissingError("No project here. Change into its folder, or set PROJECT_DIR to it.")
