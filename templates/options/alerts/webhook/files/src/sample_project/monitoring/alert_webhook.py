"""Alerts to a webhook, as a JSON object whose `text` chat services show."""

import json
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from .. import UserError
from ..settings import Settings

SECONDS = 10


class Hook(BaseSettings):
    """Where to post, from the variable of this name in capitals."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)
    alert_webhook_url: SecretStr = SecretStr("")


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow none: whoever set the variable has decided who is told."""


def send(settings: Settings, subject: str, text: str) -> None:
    """Post one message. An error never holds the URL: whoever knows it can post."""
    hook = Hook(_env_file=settings.project_dir / ".env")  # type: ignore[call-arg]
    url = hook.alert_webhook_url.get_secret_value()
    if urlsplit(url).scheme not in {"http", "https"}:
        raise UserError("Set ALERT_WEBHOOK_URL to an https:// address, in .env or the environment.")
    body = {"text": f"{subject}\n{text}", "subject": subject, "message": text}
    headers = {"Content-Type": "application/json"}
    try:
        request = Request(url, json.dumps(body).encode(), headers)  # noqa: S310
        build_opener(_Stay).open(request, timeout=SECONDS).close()
    except HTTPError as error:
        error.close()
        raise UserError(f"The webhook answered {error.code} {error.reason}.") from None
    except (OSError, ValueError, HTTPException) as error:
        why = getattr(error, "reason", "") or type(error).__name__
        raise UserError(f"The webhook can't be reached: {why}.") from None
