"""A pipeline of its own: `STEPS` is the flow; each step is a function that takes a `Run`."""

from ...data.ingest import ingest
from ...data.validate import validate

STEPS = [ingest, validate]
