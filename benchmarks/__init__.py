"""Measurements that are no tests: speed beside named peers, errors of analysers, coverage of intervals."""
