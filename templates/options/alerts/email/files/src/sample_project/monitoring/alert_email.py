"""Alerts by e-mail, through an SMTP server."""

import smtplib
import ssl
from email.message import EmailMessage
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from .. import UserError
from ..settings import Settings

SECONDS = 10


class Mail(BaseSettings):
    """The server, by URL or piece by piece, and who writes to whom; from variables in capitals."""

    model_config = SettingsConfigDict(extra="ignore", hide_input_in_errors=True)
    smtp_url: SecretStr = SecretStr("")
    smtp_host: str = ""
    smtp_port: int = 0
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    alert_email_from: str = ""
    alert_email_to: str = ""


def send(settings: Settings, subject: str, text: str) -> None:
    """Send one message. Certificates are checked; a password never goes over a plain line."""
    mail = Mail(_env_file=settings.project_dir / ".env")  # type: ignore[call-arg]
    if not (mail.alert_email_from and mail.alert_email_to):
        raise UserError("Set ALERT_EMAIL_FROM and ALERT_EMAIL_TO in .env, or in the environment.")
    url = urlsplit(mail.smtp_url.get_secret_value())
    user, host = unquote(url.username or "") or mail.smtp_user, url.hostname or mail.smtp_host
    password = unquote(url.password or "") or mail.smtp_password.get_secret_value()
    security = "tls" if url.scheme == "smtps" else mail.smtp_security
    port = url.port or mail.smtp_port or {"starttls": 587, "tls": 465, "none": 25}[security]
    if not host or url.scheme not in {"", "smtp", "smtps"}:
        raise UserError("Set SMTP_URL to smtp://USER:PASSWORD@HOST:PORT, or smtps://…, in .env.")
    if user and security == "none":
        raise UserError("SMTP_SECURITY=none would send the password in plain text.")
    message = EmailMessage()
    message["Subject"], message["From"] = " ".join(subject.split()), mail.alert_email_from
    message["To"] = mail.alert_email_to
    message.set_content(text)
    context = ssl.create_default_context()
    if security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
    with server:
        if security == "starttls":
            server.starttls(context=context)
        if user:
            server.login(user, password)
        server.send_message(message)
