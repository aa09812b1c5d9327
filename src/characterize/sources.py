"""Sources of chance: a later clock for a second run, and a note of every variable that is read."""

from __future__ import annotations

import datetime
import os
import sys
import time
from types import FrameType
from typing import Any, Callable


def later(days: float) -> None:
    """Set the clock ahead for Python code that imports it from now on."""
    ahead = datetime.timedelta(days=days, hours=11, minutes=7)
    seconds = ahead.total_seconds()
    moment, day = datetime.datetime, datetime.date
    clock, nanos = time.time, time.time_ns

    class Kind(type):
        real: type

        def __instancecheck__(cls, one: object) -> bool:
            return isinstance(one, cls.real)

        def __subclasscheck__(cls, one: type) -> bool:
            return one is cls or issubclass(one, cls.real)

    class Moment(datetime.datetime, metaclass=Kind):
        real = moment

        def __new__(cls, *args: Any, **named: Any) -> Any:
            return moment(*args, **named)

        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> Any:
            return moment.now(tz) + ahead

        @classmethod
        def utcnow(cls) -> Any:
            return moment.utcfromtimestamp(clock() + seconds)

        @classmethod
        def today(cls) -> Any:
            return moment.today() + ahead

    class Day(datetime.date, metaclass=Kind):
        real = day

        def __new__(cls, *args: Any, **named: Any) -> Any:
            return day(*args, **named)

        @classmethod
        def today(cls) -> Any:
            return (moment.today() + ahead).date()

    Moment.__name__ = Moment.__qualname__ = "datetime"
    Day.__name__ = Day.__qualname__ = "date"
    Moment.__module__ = Day.__module__ = "datetime"
    strftime = time.strftime
    instead: dict[str, Callable[..., Any]] = {
        "time": lambda: clock() + seconds,
        "time_ns": lambda: nanos() + int(seconds) * 10**9,
        "strftime": lambda form, at=None: strftime(form, time.localtime() if at is None else at),
    }
    for name in ("localtime", "gmtime", "ctime"):
        real = getattr(time, name)
        instead[name] = lambda at=None, real=real: real(time.time() if at is None else at)
    for name, function in instead.items():
        setattr(time, name, function)
    for name, kind in (("datetime", Moment), ("date", Day)):
        setattr(datetime, name, kind)


def watch(tree: str, note: Callable[[str, str], None]) -> None:
    """Tell of every variable that their own code reads."""
    kind: Any = type(os.environ)
    libraries = (os.path.realpath(os.path.dirname(os.__file__)),)

    def place_of(frame: FrameType) -> str:
        name = frame.f_code.co_filename
        return name if name.startswith("<") else os.path.realpath(name)

    def theirs() -> bool:
        frame: FrameType | None = sys._getframe(2)
        # os.getenv and Mapping.get stand between.
        while frame is not None and place_of(frame).startswith(("<frozen", *libraries)):
            if "site-packages" in frame.f_code.co_filename:
                return False
            frame = frame.f_back
        path = "" if frame is None else place_of(frame)
        return path.startswith(tree + os.sep)

    get, has = kind.__getitem__, kind.__contains__ if "__contains__" in vars(kind) else None

    def read(self: Any, key: Any) -> Any:
        if self is os.environ and theirs():
            note("environment", str(key))
        return get(self, key)

    def asked(self: Any, key: Any) -> bool:
        if self is os.environ and theirs():
            note("environment", str(key))
        if has is not None:
            return bool(has(self, key))
        try:
            get(self, key)
        except KeyError:
            return False
        return True

    kind.__getitem__, kind.__contains__ = read, asked
