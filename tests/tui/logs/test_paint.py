from diag.live.logs import LogLine
from diag.tui.logs.paint import first_row, margin, text_spans
from diag.tui.logs.search import parse

LINE = LogLine("web-2/app", "2026-01-02T12:03:22.123456789Z", "an error, an Error")
SOURCES = ["web-1/app", "web-2/app"]


def test_one_log_needs_no_name() -> None:
    before = margin(["web-2/app"], times=False)
    assert (first_row(LINE, "►", before), before.width) == ([("► ", "sign")], 2)


def test_times_and_names_fill_the_width_that_is_told() -> None:
    before = margin(SOURCES, times=True)
    spans = first_row(LINE, "", before)
    assert spans == [("  ", "sign"), ("01-02 12:03:22.123 ", "time"), ("2 ", "source-1")]
    assert sum(len(text) for text, _ in spans) == before.width
    assert first_row(LogLine("", "", "said"), "", before)[1:] == [(" " * 19, "time"), ("  ", "")]


def test_matches_have_a_style_of_their_own() -> None:
    spans = [span for span in text_spans(LINE, LINE.text, parse("error")) if span[0]]
    assert spans == [("an ", ""), ("error", "match"), (", an ", ""), ("Error", "match")]


def test_our_own_words_show_as_such() -> None:
    assert list(text_spans(LogLine("", "", "restarted"), "restarted", parse("re"))) == [("── restarted", "said")]
