"""Run a script with packages in an environment that is gone afterwards: where there is no uv."""

import os
import signal
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import Any


def run(*command: str, **more: Any) -> int:
    """Run a command to its end; return its exit code."""
    return subprocess.run(command, check=False, **more).returncode  # noqa: S603 - no shell


def main(module: str, script: str, packages: list[str]) -> int:
    """Run it with this Python when that has the module, else with one made for it."""
    # An exit, so that what was started is ended and what was made is taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        __import__(module)
    except ImportError:
        with tempfile.TemporaryDirectory(prefix="create-ml-project-") as folder:
            venv.create(folder, with_pip=True)
            place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
            python = str(Path(folder, *place))
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            failed = run(*pip, *packages, stdin=subprocess.DEVNULL, stdout=sys.stderr)
            return failed or run(python, "-c", script)
    return run(sys.executable, "-c", script)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
