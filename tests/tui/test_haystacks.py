from diag.tui.haystacks import Haystacks


class Row:
    def __init__(self, text: str) -> None:
        self.text = text


def test_a_text_is_made_once_for_each_row_that_stays() -> None:
    made: list[str] = []

    def make(row: Row) -> str:
        made.append(row.text)
        return row.text.lower()

    a, b, c = Row("A"), Row("B"), Row("C")
    haystacks = Haystacks(make)
    first = [a, b]
    assert haystacks.of(first) == ["a", "b"]
    assert haystacks.of(first) == ["a", "b"]
    assert haystacks.of([c, b]) == ["c", "b"]
    assert made == ["A", "B", "C"]


def test_a_row_that_changed_is_another_one() -> None:
    haystacks = Haystacks(lambda row: row.text)
    assert haystacks.of([Row("a")]) == ["a"]
    assert haystacks.of([Row("b")]) == ["b"]
    assert haystacks.of([]) == []
