# A Flask application with tables, strict about its tests, beside a DAG and a Luigi task.
mkdir -p src/shop tests dags
cat > pyproject.toml <<'END'
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shop"
version = "0.1.0"
requires-python = ">=3.11"
dependencies = ["flask>=3", "flask-migrate>=4", "flask-sqlalchemy>=3.1"]

[tool.hatch.build.targets.wheel]
packages = ["src/shop"]

[tool.pytest.ini_options]
addopts = "--strict-markers --strict-config"
filterwarnings = ["error"]
END
cat > src/shop/__init__.py <<'END'
import os

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)


def create_app():
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["SHOP_DATABASE_URL"]
    db.init_app(app)
    Migrate(app, db)

    @app.get("/orders")
    def orders():
        return {"orders": db.session.query(Order).count()}

    return app
END
cat > tests/test_orders.py <<'END'
from shop import create_app, db


def test_no_order_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("SHOP_DATABASE_URL", f"sqlite:///{tmp_path}/test.db")
    app = create_app()
    with app.app_context():
        db.create_all()
        assert app.test_client().get("/orders").json == {"orders": 0}
        db.session.remove()
        db.engine.dispose()
END
printf 'from datetime import datetime\n\nfrom airflow.sdk import DAG\n\nwith DAG("nightly", start_date=datetime(2024, 1, 1)):\n    pass\n' > dags/nightly.py
printf 'import luigi\n\n\nclass Nightly(luigi.Task):\n    pass\n' > tasks.py
printf '__pycache__/\ninstance/\n' > .gitignore
