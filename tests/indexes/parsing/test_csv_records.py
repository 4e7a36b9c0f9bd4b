from __future__ import annotations

import io

import pytest

from sada.indexes.parsing.csv_records import CsvRecords, delimiter_of, separator_named

NEVER_CLOSED = "a quote opened in this row is never closed (check the quotes)"


def records(text, delimiter=None):
    return [tuple(record) for record in CsvRecords(io.BytesIO(text.encode()), delimiter)]


def good(text, delimiter=None):
    return [values for _, values, fault in records(text, delimiter) if not fault]


def test_delimiters():
    assert [delimiter_of(one) for one in ("a,b;c,d", '"a,b,c";d', "a\tb,c\td", "a|b, c|d", "x")] == [*",;\t|,"]
    assert good("title|text\nBridge|It opened, today; at last") == [
        ["title", "text"],
        ["Bridge", "It opened, today; at last"],
    ]


@pytest.mark.parametrize("first", ["sep=;", "SEP=;\r", '"sep=;"'])
def test_a_first_line_can_name_the_delimiter(first):
    assert separator_named(first) == ";"
    assert records(f"{first}\n\na,b;c\n1;2\n") == [(3, ["a,b", "c"], ""), (4, ["1", "2"], "")]


def test_an_unclosed_quote_costs_its_own_row():
    rows = [f"{number},t{number},story {number}" for number in range(1000)]
    rows[4] = '4,t4,"story 4'
    found = records("id,title,text\n" + "\n".join(rows))
    assert [record for record in found if record[2]] == [(6, [], NEVER_CLOSED)]
    assert [values[0] for _, values, fault in found[1:] if not fault] == [str(n) for n in range(1000) if n != 4]


def test_after_a_fault_the_next_row_is_read_and_not_the_rest_of_the_broken_one():
    text = 'id,title,text\n1,a,"one\ntwo"\n2,b,"said "x" loudly,\nhere, and there, too\nand end."\n3,c,"fine\n, line"\n'
    found = records(text)
    assert [values for _, values, fault in found if not fault] == [
        ["id", "title", "text"],
        ["1", "a", "one\ntwo"],
        ["3", "c", "fine\n, line"],
    ]
    ((line, _, fault),) = [record for record in found if record[2]]
    assert (line, fault.endswith("(check the quotes in the row); it ends with line 6")) == (4, True)


def test_a_quote_closed_in_a_later_row_is_a_fault_of_its_own_row():
    text = 'id,title,text\n1,a,"never closed\n2,b,x\n3,c,"quoted, here"\n4,d,y\n'
    assert [values[0] for values in good(text)] == ["id", "2", "3", "4"]


def test_backslashes_escape_where_quotes_show_it():
    text = 'id,title,text\n1,"A \\"B\\" c","d: \\"e\\""\n2,"C:\\\\x\\n","\\N"\n3,plain,\\N\n'
    assert good(text)[1:] == [["1", 'A "B" c', 'd: "e"'], ["2", "C:\\x\\n", ""], ["3", "plain", ""]]
    assert good("id,title,text\n1,a\\, b,c\n")[1:] == [["1", "a, b", "c"]]
    assert good('id,title,text\n1,"a \\"b\\" c\nd, e","f"\n')[1:] == [["1", 'a "b" c\nd, e', "f"]]
    assert good('id,title,text\n1,"end\\"","f"\n2,"x","y"\n')[1:] == [["1", 'end"', "f"], ["2", "x", "y"]]


def test_a_backslash_stands_for_itself_where_nothing_else_shows():
    assert good('id,path\n1,"C:\\"\n2,\\N\n3,a\\nb\n')[1:] == [["1", "C:\\"], ["2", ""], ["3", "a\\nb"]]


def test_a_backslash_before_a_line_break_escapes_it():
    text = 'id,title,text\n1,"A","one\\\ntwo"\n2,"B \\"b\\"","three"\n'
    assert good(text)[1:] == [["1", "A", "one\ntwo"], ["2", 'B "b"', "three"]]


def test_lines_with_tabs_may_have_escapes_in_place_of_quotes():
    text = 'id\ttitle\ttext\n1\tA\tone\\ntwo\\tthree\\\\n\n2\t"B" it said\t\\N\n3\t"open\tx\n4\tC\t"y"\n'
    assert good(text)[1:] == [
        ["1", "A", "one\ntwo\tthree\\n"],
        ["2", '"B" it said', ""],
        ["3", '"open', "x"],
        ["4", "C", "y"],
    ]
    assert good('id\ttitle\n1\t"a\nb"\n')[1:] == [["1", "a\nb"]]


def test_a_space_may_stand_behind_each_delimiter():
    assert good('"id", "title"\n"1", "a, b"\n2, c\n') == [["id", "title"], ["1", "a, b"], ["2", "c"]]


def test_lines_may_end_in_a_carriage_return_alone():
    assert (
        good('id,title\r1,"a\nb"\r2,c\r')
        == good('id,title\r1,"a\rb"\r2,c')
        == [
            ["id", "title"],
            ["1", "a\nb"],
            ["2", "c"],
        ]
    )
    assert good("id,title\r\n1,a\r\n") == [["id", "title"], ["1", "a"]]


def test_a_record_longer_than_any_article_is_a_fault():
    text = "id,title\n" + '1,"open\n' + "2,x\n" * 50
    found = [tuple(record) for record in CsvRecords(io.BytesIO(text.encode()), None, limit=400)]
    told = "a quote opened in this row is not closed within 0.0004 MB (check the quotes, or allow more: --row-limit MB)"
    assert [fault for _, _, fault in found if fault] == [told]
    assert len(found) == 52


def test_rows_after_a_fault_may_have_any_width_seen_before():
    assert [len(values) for values in good('a,b,c\n1,2\n3,"x\n4,5\n6,7,8\n')] == [3, 2, 2, 3]


def test_empty_texts_have_no_records():
    assert records("") == records("\n \n") == records("sep=;\n") == []
