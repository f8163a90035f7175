from harness.training.checkpointing import Progress


def history(*means: float) -> Progress:
    return Progress([{"epoch": number, "loss": 1.0, "mean": mean} for number, mean in enumerate(means, 1)])


def test_the_best_epoch_is_the_first_with_the_best_mean() -> None:
    assert history(0.1, 0.5, 0.3, 0.5).best == 1


def test_without_a_development_set_the_last_epoch_is_the_best_and_nothing_stalls() -> None:
    progress = Progress([{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 3.0}])
    assert progress.best == 1
    assert not progress.has_stalled(1)
    assert Progress().best == 0
    assert not Progress().has_stalled(1)


def test_a_training_stalls_when_as_many_epochs_as_its_patience_were_no_better() -> None:
    assert not history(0.5, 0.4).has_stalled(2)
    assert history(0.5, 0.4, 0.5).has_stalled(2)
    assert not history(0.5, 0.4, 0.6).has_stalled(2)
    assert not history(0.5, 0.4, 0.3, 0.2).has_stalled(None)


def test_a_first_hit_of_an_untrained_model_is_not_what_later_epochs_fail_to_better() -> None:
    assert not history(0.211, 0.0, 0.0, 0.0, 0.0).has_stalled(2)
    assert not history(0.033, 0.02, 0.03, 0.01).has_stalled(2)
    assert not history(0.211, 0.0, 0.15).has_stalled(2)
    assert history(0.211, 0.0, 0.15, 0.2).has_stalled(2)
