"""One model: `model.py` builds it, `params.toml` says what it predicts and how often."""
