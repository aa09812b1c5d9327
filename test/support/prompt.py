"""A prompt in a project: each line on standard input is a command of it; its end is answered by a JSON line.

usage: prompt.py PACKAGE   (in the project's folder)

A line is {"id", "args": [...], "env": {...}, "before": "Python to run first"}, the answer {"id", "exit", "all"}. Each
command is a process of its own, forked from one that has the imports done and no database open: a start costs no time.
"""

import fcntl
import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

package = sys.argv[1]
# What runs need, so that it is there already.
for name in ("__main__", "bootstrap", "demo", "models.train", "monitoring.monitor", "storage.store", "pipelines.runner"):
    import_module(f"{package}.{name}")
for name in ("pandas", "pyarrow.parquet", "pandera", "sklearn.ensemble", "sklearn.linear_model", "skops.io", "alembic"):
    import_module(name)


def command(asked, out):
    os.setpgid(0, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.update(asked.get("env", {}))
    sys.argv = [package, *asked["args"]]
    code = 1
    try:
        exec(asked.get("before", ""), {"package": package, "of": lambda n: import_module(f"{package}.{n}")})  # noqa: S102
        import_module(f"{package}.__main__").main()
        code = 0
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def answer(asked):
    """Let a command run to its end, and print how it ended; several at once print one after the other."""
    with tempfile.NamedTemporaryFile("w+") as out, Path(__file__).open() as turn:
        pid = os.fork()
        if pid == 0:
            command(asked, out.fileno())
        _, status = os.waitpid(pid, 0)
        said = Path(out.name).read_text("utf-8", "replace")
        fcntl.flock(turn, fcntl.LOCK_EX)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"id": asked["id"], "exit": code, "all": said}), flush=True)


print(json.dumps({"id": 0}), flush=True)
for line in sys.stdin:
    if os.fork() == 0:
        answer(json.loads(line))
        os._exit(0)
