"""Structured logs: a JSON object a line for machines, readable at a terminal, without secrets."""

import logging
import os
import re
import sys
from logging.handlers import RotatingFileHandler
from typing import Any

from filelock import FileLock

from .settings import HIDDEN, SECRETS, URL_PASSWORD, Settings

PAIR = re.compile(
    rf"""(\b(?:[\w.-]*(?:{HIDDEN})[\w.-]*|(?<=[?&])[\w.-]*(?:key|sig|auth|code)[\w.-]*)"""
    r"""["']?\s*[=:]\s*)("[^"]*"|'[^']*'|(?:Bearer\s+|Basic\s+)?[^\s&;,"')}\]]+)""",
    re.I,
)


def get_log() -> Any:
    """Return the log; run id, pipeline, step and model come along from the context."""
    import structlog  # not above: half of all commands log nothing, and it loads slowly

    return structlog.get_logger()


def redact(text: str) -> str:
    """Hide secrets the settings know of, passwords and tokens in URLs, and `name=value` pairs."""
    for value in SECRETS:
        text = text.replace(value, "***")
    return PAIR.sub(r"\1***", URL_PASSWORD.sub(r"\1:***@", text))


def _clean(value: Any, name: str = "") -> Any:
    if re.search(HIDDEN, name, re.I):
        return "***"
    if isinstance(value, dict):  # what structlog itself needs begins with "_"
        return {k: v if str(k)[:1] == "_" else _clean(v, str(k)) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value if value is None or isinstance(value, int | float) else redact(str(value))


class _SharedFile(RotatingFileHandler):
    """A file that rotates, whichever of several processes finds it full: nobody keeps it open."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            with FileLock(f"{self.baseFilename}.lock"):
                super().emit(record)
                self.close()
        except OSError:
            self.handleError(record)


def configure_logs(settings: Settings) -> None:
    """Send our own and every library's records the same way, to standard error or a file."""
    import structlog

    file = settings.log_file and settings.project_dir / settings.log_file
    terminal = sys.stderr.isatty() and not file
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        lambda _log, _method, event: _clean(event),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    renderer: Any = structlog.processors.JSONRenderer(ensure_ascii=False)
    if settings.log_format == "console" or (settings.log_format == "auto" and terminal):
        colors = terminal and "NO_COLOR" not in os.environ
        renderer = structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0)
    form = structlog.stdlib.ProcessorFormatter
    last = [form.remove_processors_meta, renderer]
    handler: logging.Handler = logging.StreamHandler()
    if file:  # once it is full it becomes `.1`, up to `.5`
        file.parent.mkdir(parents=True, exist_ok=True)
        most = settings.log_file_mb * 1_000_000
        handler = _SharedFile(file, maxBytes=most, backupCount=5, encoding="utf-8", delay=True)
        handler.addFilter(lambda record: record.name != "filelock")  # which each line would log
    handler.setFormatter(form(foreign_pre_chain=shared, processors=last))
    logging.basicConfig(handlers=[handler], level=settings.log_level, force=True)
    for name, level in settings.log_levels.items():
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
