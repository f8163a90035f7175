from harness.runners.rules.entities.entities import find_entities
from harness.runners.rules.entities.scores import family, score_of, scores


def test_every_score_is_a_probability() -> None:
    assert all(0 <= score <= 1 for score in scores().values())


def test_an_unmeasured_rule_has_the_score_of_its_family_or_of_the_rest() -> None:
    assert score_of("ORGHEAD never seen") == scores()["ORGHEAD *"]
    assert score_of("no such rule") == scores()["*"]


def test_the_family_is_the_first_word() -> None:
    assert family("ORGHEAD وزاره") == "ORGHEAD"


def test_the_score_of_an_entity_is_that_of_its_rule() -> None:
    (entity,) = find_entities("في البرازيل")
    assert entity.score == score_of("listed GPE")
