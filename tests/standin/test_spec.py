"""The specification as data: what it lets through and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.standin.spec import Specification

USER = {"id": 5, "is_bot": False, "first_name": "Kim"}
CHAT = {"id": 5, "type": "private"}
MESSAGE = {"message_id": 1, "date": 0, "chat": CHAT, "from": USER, "text": "hej"}


@pytest.fixture(scope="module")
def spec() -> Specification:
    return Specification.load()


def test_it_says_which_version_it_is(spec: Specification) -> None:
    assert float(spec.version) >= 10.0


def test_a_right_call_and_a_right_result_have_no_faults(spec: Specification) -> None:
    call = {"chat_id": 5, "text": "hej", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}}
    assert spec.faults_in_call("sendMessage", call) == []
    assert spec.faults_in_result("sendMessage", MESSAGE) == []
    assert spec.faults_in_result("getUpdates", [{"update_id": 1, "message": MESSAGE}]) == []


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        ({"chat_id": 5}, "sendMessage: 'text' is missing"),
        ({"chat_id": 5, "text": "a", "colour": "red"}, "sendMessage: unknown 'colour'"),
        ({"chat_id": 5, "text": 7}, "sendMessage.text: str is wanted, not int"),
        ({"chat_id": 5.5, "text": "a"}, "sendMessage.chat_id: int is wanted, not float"),
        ({"chat_id": True, "text": "a"}, "sendMessage.chat_id: int is wanted, not bool"),
        (
            {"chat_id": 5, "text": "a", "reply_markup": {"inline_keyboard": [{"text": "a"}]}},
            "sendMessage.reply_markup.inline_keyboard[0]: a list is wanted",
        ),
        (
            {"chat_id": 5, "text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "date": 1}]]}},
            "sendMessage.reply_markup.inline_keyboard[0][0]: unknown 'date'",
        ),
        ({"chat_id": 5, "text": "a", "disable_web_page_preview": True}, "unknown 'disable_web_page_preview'"),
    ],
)
def test_a_wrong_call_is_described(spec: Specification, call: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in spec.faults_in_call("sendMessage", call))


def test_a_wrong_result_is_described(spec: Specification) -> None:
    without_date = {key: value for key, value in MESSAGE.items() if key != "date"}
    assert spec.faults_in_result("sendMessage", without_date) == ["sendMessage ->: 'date' is missing"]


ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({}), st.just(CHAT)
)


@given(
    changed=st.dictionaries(
        st.sampled_from([*MESSAGE, "reply_to_message", "entities", "forward_origin", "pinned_message", "colour"]),
        ANYTHING,
    ),
    dropped=st.sets(st.sampled_from([*MESSAGE])),
    within=st.booleans(),
)
def test_the_quick_answer_is_the_thorough_one(
    spec: Specification, changed: dict[str, object], dropped: set[str], within: bool
) -> None:
    value = {key: content for key, content in (MESSAGE | changed).items() if key not in dropped or key in changed}
    value = MESSAGE | {"reply_to_message": value} if within else value
    assert spec.fits(value, "Message") == (not list(spec._faults(value, "Message", "")))


def test_forms_are_read_by_the_types_of_the_method(spec: Specification) -> None:
    form = {"chat_id": "5", "text": "123", "disable_notification": "true", "entities": "[]"}
    assert spec.decode("sendMessage", form) == {
        "chat_id": 5,
        "text": "123",
        "disable_notification": True,
        "entities": [],
    }
    assert spec.decode("sendMessage", {"chat_id": "@channel"}) == {"chat_id": "@channel"}


def test_methods_are_found_however_they_are_written(spec: Specification) -> None:
    assert spec.method("SENDMESSAGE") == "sendMessage"
    assert spec.method("sendTelegram") is None
