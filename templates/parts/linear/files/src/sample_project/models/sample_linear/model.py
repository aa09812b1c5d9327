"""The real model: a regularised linear model on imputed, scaled and one-hot encoded features."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .. import ModelSpec


def build(spec: "ModelSpec", numbers: list[str], texts: list[str]) -> Any:
    """Return the unfitted estimator, for these numeric and text feature columns.

    Any scikit-learn estimator will do here; a linear one can be explained column by column.
    `spec.params` is the table `[model]` of `params.toml`.
    """
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    strength = float(spec.params.get("shrinkage", 10.0))
    number = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
    )
    # A category never met in training becomes all zeros instead of an error.
    text = OneHotEncoder(handle_unknown="ignore", min_frequency=5, max_categories=50)
    columns = ColumnTransformer([("number", number, numbers), ("text", text, texts)])
    if spec.task == "regression":
        return make_pipeline(columns, Ridge(alpha=strength))
    return make_pipeline(columns, LogisticRegression(C=1 / strength, max_iter=2_000))
