"""The operator's screens: they watch the record store and talk to engines through its inbox."""
