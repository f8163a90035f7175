from tests.runners.rules.marking import marked, of_type


def test_an_unknown_word_after_a_kind_of_place_is_its_name() -> None:
    assert of_type("قصف بلدة زركفان", "GPE") == ["زركفان"]
    assert of_type("في بلدة صغيرة", "GPE") == []


def test_the_kind_of_building_and_landscape_belongs_to_the_name() -> None:
    assert of_type("قرب جبل تورخان", "LOC") == ["جبل تورخان"]
    assert of_type("عبر جسر تورخان", "FAC") == ["جسر تورخان"]


def test_direction_and_continent_are_one_place_and_hold_the_continent() -> None:
    assert marked("في وسط وشرق أوروبا") == {("وسط وشرق أوروبا", "LOC"), ("أوروبا", "LOC")}


def test_direction_before_a_country_is_left_out() -> None:
    assert marked("في شرق رومانيا") == {("رومانيا", "GPE")}
    assert ("جنوب أفريقيا", "GPE") in marked("حكومة جنوب أفريقيا")
