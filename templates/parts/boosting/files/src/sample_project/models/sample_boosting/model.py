"""The real model: boosted trees (histogram gradient boosting) on imputed and encoded features."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .. import ModelSpec

# What a saved one holds beyond skops' own list: arrays with the nodes of a tree.
TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]


def build(spec: "ModelSpec", numbers: list[str], texts: list[str]) -> Any:
    """Return the unfitted estimator, for these numeric and text feature columns.

    `spec.params` is the table `[model]` of `params.toml`.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    number = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    # A category never met in training becomes all zeros instead of an error.
    text = OneHotEncoder(
        handle_unknown="ignore", min_frequency=5, max_categories=50, sparse_output=False
    )
    columns = ColumnTransformer([("number", number, numbers), ("text", text, texts)])
    regression = spec.task == "regression"
    boosting = HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier
    trees = boosting(
        max_iter=int(spec.params.get("trees", 100)),
        learning_rate=float(spec.params.get("learning_rate", 0.05)),
        max_leaf_nodes=int(spec.params.get("leaves", 8)),
        # The number of trees stands: rows to stop by would be rows less to learn from.
        early_stopping=False,
        random_state=spec.seed,
    )
    return make_pipeline(columns, trees)
