"""Scoring: predict with the champion for every row that it has not seen."""

from ...data.ingest import ingest
from ...data.validate import validate
from ...features.build import build_features
from ...models.predict import predict

STEPS = [ingest, validate, build_features, predict]
