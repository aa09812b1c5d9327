"""What each view holds, and how it is made: a star of facts and of what they are counted by."""

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from .. import UserError
from ..storage import tables as t
from ..storage.store import Store

if TYPE_CHECKING:
    import pandas as pd

SERVED, MODELS, RUNS, METRICS = t.current_prediction.c, t.model_version.c, t.run.c, t.metric.c


def day(moment: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return the UTC day of a moment as text, YYYY-MM-DD, on every engine."""
    return sa.func.substr(sa.cast(moment, sa.String(32)), 1, 10)


def _prediction() -> sa.Select[Any]:
    came = t.outcome.c
    keys = (SERVED.model == came.model, SERVED.entity == came.entity, SERVED.as_of == came.as_of)
    hit = sa.case((came.label.is_(None), None), (came.label == SERVED.label, 1), else_=0)
    return sa.select(
        *(column for name, column in SERVED.items() if name != "run_id"),
        day(SERVED.as_of).label("day"),
        came.label.label("outcome_label"),
        came.value.label("outcome_value"),
        hit.label("hit"),
        (SERVED.value - came.value).label("error"),
        SERVED.run_id,
    ).outerjoin_from(t.current_prediction, t.outcome, sa.and_(*keys))


def _daily() -> sa.Select[Any]:
    fact = _prediction().subquery("fact")
    told = sa.or_(fact.c.outcome_label.is_not(None), fact.c.outcome_value.is_not(None))
    keys = (fact.c.day, fact.c.model, fact.c.version)
    return sa.select(
        *keys,
        sa.func.count().label("predictions"),
        sa.func.count(sa.case((told, 1))).label("outcomes"),
        # Null where there is no label to hit; without the cast MySQL makes a decimal of it.
        sa.cast(sa.func.sum(fact.c.hit), sa.Integer).label("hits"),
        sa.func.avg(fact.c.score).label("mean_score"),
        sa.func.avg(sa.func.abs(fact.c.error)).label("mean_absolute_error"),
    ).group_by(*keys)


def _day() -> sa.Select[Any]:
    days = sa.union(
        sa.select(day(RUNS.started_at).label("day")), sa.select(day(SERVED.as_of).label("day"))
    ).subquery("days")
    year, month = (sa.func.substr(days.c.day, 1, length) for length in (4, 7))
    return sa.select(days.c.day, month.label("month"), year.label("year"))


def _model() -> sa.Select[Any]:
    newest = sa.func.max(t.champion.c.number)
    last = sa.select(t.champion.c.model, newest.label("number")).group_by(t.champion.c.model)
    serving = t.champion.join(
        found := last.subquery("last"),
        sa.and_(t.champion.c.model == found.c.model, t.champion.c.number == found.c.number),
    )
    serves = sa.select(t.champion.c.model, t.champion.c.version).select_from(serving)
    now = serves.subquery("serves")
    same = sa.and_(MODELS.model == now.c.model, MODELS.version == now.c.version)
    named = ("model", "version", "kind", "as_of", "trained_rows", "created_at", "run_id")
    champion = sa.case((now.c.model.is_(None), 0), else_=1).label("champion")
    columns = [MODELS[name] for name in named]
    return sa.select(*columns, champion).outerjoin_from(t.model_version, now, same)


# Name, definition, and the columns that name a row: on these its index is built.
VIEWS: dict[str, tuple[sa.Select[Any], str]] = {
    "star_day": (_day(), "day"),
    "star_model": (_model(), "model version"),
    "star_run": (sa.select(t.run, day(RUNS.started_at).label("day")), "run_id"),
    "star_metric": (
        sa.select(t.metric, day(METRICS.recorded_at).label("day")),
        "run_id model version slice name",
    ),
    "star_prediction": (_prediction(), "model entity as_of"),
    "star_daily": (_daily(), "day model version"),
}


def keeps_rows(store: Store) -> bool:
    """Say whether a view can keep its rows: only on PostgreSQL."""
    return store.engine.dialect.name == "postgresql"


def refresh_views(store: Store) -> None:
    """Make the views that are missing, and refresh those that keep their rows."""
    with store.transaction() as connection:
        kept = keeps_rows(store)
        found = sa.inspect(connection)
        there = {*found.get_view_names(), *(found.get_materialized_view_names() if kept else ())}
        quote = connection.dialect.identifier_preparer.quote
        for name, (query, keys) in VIEWS.items():
            if name in there:
                if kept:
                    connection.exec_driver_sql(f"REFRESH MATERIALIZED VIEW CONCURRENTLY {name}")
                continue
            kind = "MATERIALIZED VIEW" if kept else "VIEW"
            text = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
            connection.exec_driver_sql(f"CREATE {kind} {name} AS {text}")
            if kept:
                columns = ", ".join(quote(column) for column in keys.split())
                connection.exec_driver_sql(f"CREATE UNIQUE INDEX {name}_key ON {name} ({columns})")


def drop_views(store: Store) -> None:
    """Take every view away."""
    kind = "MATERIALIZED VIEW" if keeps_rows(store) else "VIEW"
    with store.transaction() as connection:
        for name in VIEWS:
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name}")


def rows_of(store: Store, view: str, limit: int) -> "pd.DataFrame":
    """Return rows of a view, of no particular order."""
    if view not in VIEWS:
        raise UserError(f"There is no view {view!r}. There are: {', '.join(VIEWS)}.")
    try:
        return store.read(sa.select(sa.text("*")).select_from(sa.table(view)).limit(limit))
    except sa.exc.DBAPIError:
        raise UserError(f"{view} is not there yet. Make it with `star refresh`.") from None
