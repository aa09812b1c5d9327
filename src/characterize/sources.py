"""Sources of chance: a later clock for a second run, and a note of every variable that is read."""

import datetime
import os
import sys
import time


def later(days):
    """Set the clock ahead for Python code that imports it from now on."""
    ahead = datetime.timedelta(days=days, hours=11, minutes=7)
    seconds = ahead.total_seconds()
    moment, day = datetime.datetime, datetime.date
    clock, nanos = time.time, time.time_ns

    class Kind(type):
        def __instancecheck__(cls, one):
            return isinstance(one, cls.real)

        def __subclasscheck__(cls, one):
            return one is cls or issubclass(one, cls.real)

    class Moment(moment, metaclass=Kind):
        real = moment

        def __new__(cls, *args, **named):
            return moment(*args, **named)

        @classmethod
        def now(cls, tz=None):
            return moment.now(tz) + ahead

        @classmethod
        def utcnow(cls):
            return moment.utcfromtimestamp(clock() + seconds)

        @classmethod
        def today(cls):
            return moment.today() + ahead

    class Day(day, metaclass=Kind):
        real = day

        def __new__(cls, *args, **named):
            return day(*args, **named)

        @classmethod
        def today(cls):
            return (moment.today() + ahead).date()

    Moment.__name__ = Moment.__qualname__ = "datetime"
    Day.__name__ = Day.__qualname__ = "date"
    Moment.__module__ = Day.__module__ = "datetime"
    datetime.datetime, datetime.date = Moment, Day
    time.time = lambda: clock() + seconds
    time.time_ns = lambda: nanos() + int(seconds) * 10**9
    for name in ("localtime", "gmtime", "ctime"):
        real = getattr(time, name)
        setattr(time, name, lambda at=None, real=real: real(time.time() if at is None else at))
    strftime = time.strftime
    time.strftime = lambda form, at=None: strftime(form, time.localtime() if at is None else at)


def watch(tree, note):
    """Tell of every variable that their own code reads."""
    kind = type(os.environ)
    libraries = (os.path.realpath(os.path.dirname(os.__file__)),)

    def place_of(frame):
        name = frame.f_code.co_filename
        return name if name.startswith("<") else os.path.realpath(name)

    def theirs():
        frame = sys._getframe(2)
        # os.getenv and Mapping.get stand between.
        while frame is not None and place_of(frame).startswith(("<frozen",) + libraries):
            if "site-packages" in frame.f_code.co_filename:
                return False
            frame = frame.f_back
        path = "" if frame is None else place_of(frame)
        return path.startswith(tree + os.sep)

    get, has = kind.__getitem__, kind.__contains__ if "__contains__" in vars(kind) else None

    def read(self, key):
        if self is os.environ and theirs():
            note("environment", str(key))
        return get(self, key)

    def asked(self, key):
        if self is os.environ and theirs():
            note("environment", str(key))
        if has is not None:
            return has(self, key)
        try:
            get(self, key)
        except KeyError:
            return False
        return True

    kind.__getitem__, kind.__contains__ = read, asked
