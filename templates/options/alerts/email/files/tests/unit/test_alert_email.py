"""Alerts by e-mail: a small real server on this machine gets one message an incident."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest
from structlog.testing import capture_logs

from sample_project.bootstrap import Project

WELL = b"250 well\r\n"


class Post(StreamRequestHandler):
    """Speaks as much SMTP as a message needs."""

    got: list[bytes]

    def handle(self) -> None:
        """Answer each line until the caller leaves."""
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            verb, lines = line[:4].upper(), list[bytes]()
            self.wfile.write({b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, WELL))
            if verb == b"DATA":
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line)
                self.got.append(b"".join(lines))
                self.wfile.write(WELL)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    Post.got = []
    monkeypatch.setenv("ALERT_EMAIL_FROM", "ml@example.org")
    monkeypatch.setenv("ALERT_EMAIL_TO", "one@example.org, two@example.org")
    monkeypatch.setenv("SMTP_SECURITY", "none")
    with ThreadingTCPServer(("127.0.0.1", 0), Post) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_one_incident_is_two_messages(
    project: Project, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_URL", f"smtp://127.0.0.1:{port}")
    for message in ("it moved: 15 °C", "it moved further"):
        project.alert("drift", "m", message)
    for _ in range(2):
        project.all_clear("drift", "m")
    opened, over = (message_from_bytes(text, policy=policy.default) for text in Post.got)
    assert opened["Subject"] == "[project] drift: m"
    assert opened.get_content().strip() == "it moved: 15 °C"
    assert over["Subject"] == "[project] drift: m is well again"
    assert over["To"] == "one@example.org, two@example.org"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("smtp://someone:hidden-word@127.0.0.1:{port}", "in plain text"),
        ("smtp://127.0.0.1:9", "Connection refused"),
        ("http://127.0.0.1:{port}", "Set SMTP_URL"),
    ],
)
def test_a_channel_that_fails_is_logged(
    project: Project, port: int, monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    monkeypatch.setenv("SMTP_URL", url.format(port=port))
    with capture_logs() as logs:
        project.alert("drift", "m", "it moved")
    [failed] = [log for log in logs if log.get("by") == "alert_email"]
    assert why in failed["why"]
    assert "hidden-word" not in str(logs)
    assert Post.got == []
