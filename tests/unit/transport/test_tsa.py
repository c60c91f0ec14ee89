"""Asking a time-stamp authority: what is sent, and every answer that is none."""

import httpx2
import pytest

from comity.kernel.errors import UnavailableError
from comity.ledger.stamps import MOST_TOKEN
from comity.transport.tsa import ask_authority

TYPE = {"content-type": "application/timestamp-reply"}


def answering(answer: httpx2.Response | Exception, seen: list[httpx2.Request]) -> httpx2.MockTransport:
    def handle(request: httpx2.Request) -> httpx2.Response:
        request.read()
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx2.MockTransport(handle)


def test_a_question_is_posted_and_the_answer_comes_back_as_it_is():
    seen: list[httpx2.Request] = []
    transport = answering(httpx2.Response(200, content=b"token", headers=TYPE), seen)
    assert ask_authority("http://tsa.example/", b"question", transport=transport) == b"token"
    (request,) = seen
    assert (request.method, request.content) == ("POST", b"question")
    assert request.headers["content-type"] == "application/timestamp-query"


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500, headers=TYPE),
        httpx2.Response(302, headers={"location": "http://elsewhere.example/"}),
        httpx2.Response(200, content=b"<html>", headers={"content-type": "text/html"}),
        httpx2.Response(200, content=bytes(MOST_TOKEN + 1), headers=TYPE),
        httpx2.ConnectError("refused"),
        httpx2.ReadTimeout("slow"),
    ],
    ids=lambda answer: str(answer)[:20],
)
def test_what_is_no_answer_is_silence(answer: httpx2.Response | Exception):
    with pytest.raises(UnavailableError) as caught:
        ask_authority("http://tsa.example/", b"", transport=answering(answer, []))
    assert caught.value.code == "stamp.silent"


def test_an_address_that_is_none_is_silence():
    with pytest.raises(UnavailableError):
        ask_authority("nothing at all", b"")
