"""Pure functions: slots and times as a person writes them; drift, and what is none."""

import logging
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
import structlog

from sample_project import UserError
from sample_project.bootstrap import Project
from sample_project.clock import Interval, parse_as_of
from sample_project.logs import configure_logs, get_log
from sample_project.monitoring.drift import drift, psi
from sample_project.settings import load_settings

AT = datetime(2026, 3, 18, 14, 45, tzinfo=UTC)  # a Wednesday
SLOTS = {
    "hour": datetime(2026, 3, 18, 14, tzinfo=UTC),
    "day": datetime(2026, 3, 18, tzinfo=UTC),
    "week": datetime(2026, 3, 16, tzinfo=UTC),
    "month": datetime(2026, 3, 1, tzinfo=UTC),
    "30 6 * * 1-5": datetime(2026, 3, 18, 6, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("text", SLOTS)
def test_a_moment_lies_in_one_slot(text: str) -> None:
    interval = Interval.parse(text)
    slot = interval.slot(AT)
    assert slot == SLOTS[text]
    assert interval.slot(slot) == slot, "a slot holds its own start"
    [previous] = interval.last(AT, 1)
    assert previous < slot <= AT < interval.next(AT)
    assert interval.slot(interval.next(AT) - timedelta(minutes=1)) == slot
    assert interval.count(slot, AT) == 0
    assert interval.count(previous, interval.next(AT)) == 2


def test_slots_follow_neither_month_ends_nor_summer_time() -> None:
    month, day = Interval.parse("month"), Interval.parse("day")
    leap = datetime(2028, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
    assert month.slot(leap) == datetime(2028, 2, 1, tzinfo=UTC)
    assert month.next(leap) == datetime(2028, 3, 1, tzinfo=UTC)
    for at in ("2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00", "2026-10-25T02:30+02:00"):
        moment = parse_as_of(at)
        assert day.slot(moment) == datetime(2026, moment.month, moment.day, tzinfo=UTC)
    assert day.count(parse_as_of("2026-03-01"), parse_as_of("2026-04-01")) == 31


@pytest.mark.parametrize("text", ["sometimes", "* * *", "61 * * * *", "0 0 31 2 *"])
def test_an_interval_that_never_fires_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="can't be used"):
        Interval.parse(text)


def test_as_of_is_utc_unless_it_says_otherwise() -> None:
    assert parse_as_of("2026-01-31") == datetime(2026, 1, 31, tzinfo=UTC)
    assert parse_as_of("2026-01-31T06:00+02:00") == datetime(2026, 1, 31, 4, tzinfo=UTC)
    assert parse_as_of(None).tzinfo is UTC
    with pytest.raises(UserError, match="is not a time"):
        parse_as_of("yesterday")


RNG = np.random.default_rng(7)


def test_psi_is_its_formula_whatever_the_size() -> None:
    was, now = np.array([400, 300, 0, 12]), np.array([10, 90, 3, 0])
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (was, now))
    assert psi(was, now) == pytest.approx(((q - p) * np.log(q / p)).sum(), rel=1e-12)
    assert psi(was, was) == 0


def test_only_the_column_that_moved_is_found() -> None:
    def rows(count: int, moved: bool) -> pd.DataFrame:
        kinds = ["a", "b", "c"] if not moved else ["a", "new"]
        out = pd.DataFrame({"same": RNG.normal(0, 1, count), "constant": 1.0})
        out["shifted"] = RNG.normal(2 if moved else 0, 1, count)
        silent = RNG.random(count) < (0.9 if moved else 0.1)
        return out.assign(silent=np.where(silent, np.nan, 1.0), kind=RNG.choice(kinds, count))

    for moved, expected in ((True, ["shifted", "silent", "kind"]), (False, [])):
        found = drift(rows(1_000, False), rows(90, moved), 0.25)
        assert len(found) == 5
        assert [one.column for one in found if one.drifted] == expected


def test_logs_hide_secrets_and_mind_levels(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = project.settings.project_dir
    told = "MY_TOKEN=hidden-in-env\nDATABASE_URL=x://me:hidden-password@h/d\n"
    (folder / ".env").write_text(told, "utf-8")
    monkeypatch.setenv("LOG_FILE", "data/log.jsonl")
    monkeypatch.setenv("LOG_LEVELS", '{"noisy": "error"}')
    configure_logs(load_settings(folder))
    try:
        raise ValueError("https://me:hidden1@host/?sig=hidden2&page=3 password='hidden3'")
    except ValueError:
        get_log().exception("told hidden-in-env", url="x?code=hidden4", auth={"api_key": "hidden5"})
    logging.getLogger("noisy").warning("left out")
    logging.getLogger("library").warning("Authorization: Bearer %s, hidden-password", "hidden6")
    logging.basicConfig(handlers=[logging.NullHandler()], force=True)
    logging.captureWarnings(False)
    structlog.reset_defaults()
    told = (folder / "data" / "log.jsonl").read_text("utf-8")
    assert "hidden" not in told
    assert "page=3" in told
    assert len(told.splitlines()) == 2, told
