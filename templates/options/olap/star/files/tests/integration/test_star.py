"""The star views: what they say is what the tables hold."""

import pytest

from sample_project import UserError
from sample_project.star import views

from conftest import Trained


def test_the_views_hold_every_prediction_run_and_outcome(copied: Trained) -> None:
    copied.run("star", 1)
    store = copied.project.store
    served = store.predictions(None)
    fact = views.rows_of(store, "star_prediction", 100_000)
    daily = views.rows_of(store, "star_daily", 100_000)
    assert len(fact) == len(served) == daily["predictions"].sum()
    days = {f"{at:%Y-%m-%d}" for at in served["as_of"]}
    assert set(daily["day"]) == days <= set(views.rows_of(store, "star_day", 100_000)["day"])
    models = views.rows_of(store, "star_model", 100)
    assert models["champion"].sum() == len(copied.project.models)
    came = ["outcome_label", "outcome_value"]
    assert daily["outcomes"].sum() == served[came].notna().any(axis=1).sum()


def test_they_follow_the_tables(copied: Trained) -> None:
    copied.run("star", 1)
    before = len(views.rows_of(copied.project.store, "star_run", 10_000))
    copied.run("monitoring", 2)
    copied.run("star", 2)
    assert len(views.rows_of(copied.project.store, "star_run", 10_000)) > before


def test_they_can_be_dropped_and_made_again_and_the_tables_stay_right(copied: Trained) -> None:
    store = copied.project.store
    views.refresh_views(store)
    views.refresh_views(store)
    assert store.check() == []
    views.drop_views(store)
    with pytest.raises(UserError, match="star refresh"):
        views.rows_of(store, next(iter(views.VIEWS)), 1)
    with pytest.raises(UserError, match="There are: star_day"):
        views.rows_of(store, "prediction; drop table run", 1)
