from diag.model.near import hint


def test_a_word_that_is_close_is_meant() -> None:
    assert hint("podz", ["nodes", "pods"]) == "; did you mean 'pods'?"
    assert hint("podz", ["nodes", "pods"], 0.8) == ""
    assert hint("zebra", ["nodes", "pods"]) == ""
