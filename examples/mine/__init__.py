"""Parts of one's own: a runner, a scorer, a data set, a policy."""
