"""Training: fit the baseline and the real model, compare them, keep the one that is better."""

from ...data.ingest import ingest
from ...data.validate import validate
from ...features.build import build_features
from ...models.evaluate import evaluate
from ...models.register import register
from ...models.train import train

STEPS = [ingest, validate, build_features, train, evaluate, register]
