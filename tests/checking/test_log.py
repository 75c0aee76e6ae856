"""What a submission logs, as a check reads it."""

from collections.abc import Callable

from kit.checking import Log, Server
from tests.checking.live import with_handler

Serve = Callable[[str], Server]


def test_lines_that_are_objects_are_told_from_others(serve: Serve) -> None:
    written = ['{"a": 1}', "words", '["a"]', '{"a": NaN}', '{"a": 1} ', "", '{"a": {"b": null}}']
    server = serve(with_handler(f"for line in {written!r}: print(line)"))
    log = Log(server)
    server.join("Ana").call("do")
    assert [line.text for line in log.lines() if "GET /" not in line.text] == written
    assert log.objects() == [{"a": 1}, {"a": 1}, {"a": {"b": None}}]


def test_it_begins_where_it_is_opened(serve: Serve) -> None:
    server = serve(with_handler("print('{\"number\": %d}' % payload)"))
    whole = Log(server, whole=True)
    ana = server.join("Ana")
    for number in (1, 2):
        log = Log(server)
        ana.call("do", number)
        assert log.objects() == [{"number": number}]
    assert whole.objects() == [{"number": 1}, {"number": 2}]


def test_a_line_that_comes_after_the_answer_is_waited_for(serve: Serve) -> None:
    later = "import threading\nthreading.Timer(0.04, print, ['{\"late\": true}']).start()"
    server = serve(with_handler(later))
    log = Log(server)
    server.join("Ana").call("do")
    assert log.find(lambda line: line.get("late")) == {"late": True}
    assert log.find(lambda line: line.get("never")) is None


def test_a_line_like_a_mark_hides_nothing(serve: Serve) -> None:
    server = serve(with_handler("for n in range(9): print(f'x roundtrip-mark {n}')"))
    log = Log(server)
    server.join("Ana").call("do")
    texts = [line.text for line in log.lines() if line.text.startswith("x")]
    assert len(texts) == 9
