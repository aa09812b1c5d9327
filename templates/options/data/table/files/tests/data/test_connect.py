"""Where a table is, is known to the environment alone; a URL that leads nowhere is told."""

import pytest

from sample_project import MissingError, UserError
from sample_project.bootstrap import Project
from sample_project.data import connect


def test_where_a_table_is_stands_in_the_environment_only(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = project.settings
    with pytest.raises(MissingError, match="SHOP_URL is not set"):
        connect.source_url(settings, "shop", "SHOP_URL")
    with (settings.project_dir / ".env").open("a") as env:
        env.write("SHOP_URL=sqlite:///shop.db\n")
    assert connect.source_url(settings, "shop", "SHOP_URL") == "sqlite:///shop.db"
    assert connect.source_url(settings, "shop", "DATABASE_URL") == settings.database_url
    monkeypatch.setenv("SOURCE_SHOP_URL", "none")
    assert connect.source_url(settings, "shop", "SHOP_URL") is None


@pytest.mark.parametrize(
    "url",
    ["no url", "sqlite:///gone.db", "oracle://me:hunter22@host/db", "mysql://me:hunter22@host:1x/"],
)
def test_a_url_that_leads_nowhere_is_told_without_its_password(project: Project, url: str) -> None:
    with pytest.raises(UserError) as told, connect.connected(project, url):
        pass
    assert "hunter22" not in str(told.value)
