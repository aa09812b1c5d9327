"""A chat service's hook and a mail server, for real, on this machine; each message is a JSON line in a file.

usage: mailbox.py FILE CERTIFICATE KEY   prints one JSON line with the ports once both listen
"""

import email
import json
import socket
import ssl
import sys
import threading
from email import policy
from http.server import BaseHTTPRequestHandler, HTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

kept, certificate, key = sys.argv[1:4]
lock = threading.Lock()


def keep(**message):
    with lock, open(kept, "a", encoding="utf-8") as file:
        file.write(json.dumps(message) + "\n")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/away":
            self.send_response(302)
            self.send_header("Location", f"http://localhost:{self.server.server_port}/taken")
        else:
            keep(by="webhook", path=self.path, kind=self.headers["Content-Type"], **json.loads(body))
            self.send_response(204)
        self.end_headers()

    def log_message(self, *_args):
        pass


class Mail:
    async def handle_DATA(self, _server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=policy.default)
        about = {"subject": message["Subject"], "message": message.get_content(), "to": envelope.rcpt_tos}
        keep(by="email", user=str(session.auth_data), tls=session.ssl is not None, **about)
        return "250 kept"


def known(_server, _session, _envelope, _mechanism, given):
    right = (given.login, given.password) == (b"someone", b"p@ss word")
    return AuthResult(success=right, handled=right, auth_data=given.login.decode())


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
how = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": known}
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
mail = Controller(Mail(), hostname="127.0.0.1", port=port, **how)
mail.start()
hook = HTTPServer(("127.0.0.1", 0), Hook)
ports = {"hook": hook.server_port, "mail": port}
print(json.dumps(ports), flush=True)
hook.serve_forever()
