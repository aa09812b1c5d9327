"""The real model: boosted trees by LightGBM on imputed and encoded features."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .. import ModelSpec

# What a saved one holds beyond skops' own list: the trees as text, and what they were made with.
TRUSTED = [
    "collections.OrderedDict",
    "lightgbm.basic.Booster",
    "lightgbm.sklearn.LGBMClassifier",
    "lightgbm.sklearn.LGBMRegressor",
]


def build(spec: "ModelSpec", numbers: list[str], texts: list[str]) -> Any:
    """Return the unfitted estimator, for these numeric and text feature columns.

    `spec.params` is the table `[model]` of `params.toml`.
    """
    from lightgbm import LGBMClassifier, LGBMRegressor
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    number = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    # A category never met in training becomes all zeros instead of an error.
    text = OneHotEncoder(
        handle_unknown="ignore", min_frequency=5, max_categories=50, sparse_output=False
    )
    columns = ColumnTransformer([("number", number, numbers), ("text", text, texts)])
    boosting = LGBMRegressor if spec.task == "regression" else LGBMClassifier
    trees = boosting(
        n_estimators=int(spec.params.get("trees", 100)),
        learning_rate=float(spec.params.get("learning_rate", 0.05)),
        num_leaves=int(spec.params.get("leaves", 8)),
        # The same rows and seed give the same trees, on one core and on many.
        deterministic=True,
        force_col_wise=True,
        n_jobs=1,
        random_state=spec.seed,
        verbosity=-1,
    )
    return make_pipeline(columns, trees)
