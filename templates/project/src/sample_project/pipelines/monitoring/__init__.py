"""Monitoring: tell whether the world has moved, or the model aged, since training."""

from ...data.ingest import ingest
from ...data.validate import validate
from ...monitoring.monitor import monitor

STEPS = [ingest, validate, monitor]
