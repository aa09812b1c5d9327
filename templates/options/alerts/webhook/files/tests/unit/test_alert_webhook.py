"""Alerts to a webhook: a real server on this machine gets one message an incident."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from structlog.testing import capture_logs

from sample_project.bootstrap import Project


class Hook(BaseHTTPRequestHandler):
    """Keeps what is posted; below /elsewhere it sends the caller on to another path."""

    got: list[dict[str, Any]]

    def do_POST(self) -> None:
        """Take a message."""
        size = int(self.headers["Content-Length"])
        self.got.append(json.loads(self.rfile.read(size)))
        self.send_response(302 if self.path.startswith("/elsewhere") else 204)
        self.send_header("Location", "/hook")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    Hook.got = []
    with HTTPServer(("127.0.0.1", 0), Hook) as hook:
        Thread(target=hook.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{hook.server_port}"
        hook.shutdown()


def test_one_incident_is_two_messages(
    project: Project, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK_URL", f"{server}/hook")
    for message in ("it moved", "it moved further"):
        project.alert("drift", "m", message)
    assert [got["message"] for got in Hook.got] == ["it moved"]
    for _ in range(2):
        project.all_clear("drift", "m")
    assert [got["subject"] for got in Hook.got][1:] == ["[project] drift: m is well again"]


def test_a_channel_that_fails_is_logged_without_its_url(
    project: Project, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, url in enumerate((f"{server}/elsewhere/0123456789", "http://127.0.0.1:9/hidden")):
        monkeypatch.setenv("ALERT_WEBHOOK_URL", url)
        with capture_logs() as logs:
            project.alert("drift", f"m{number}", "it moved")
        [failed] = [log for log in logs if log.get("by") == "alert_webhook"]
        assert failed["event"] == "alert not sent"
        assert url.rsplit("/", maxsplit=1)[1] not in str(logs)
    assert len(Hook.got) == 1, "a redirect was followed"
