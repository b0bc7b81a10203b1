"""Whatever marshmallow finds is said in our words; nothing of its own comes through."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from core.faults import in_our_words
from core.web.forms import problems

pytestmark = pytest.mark.usefixtures("app")
USED = (fields.Field, fields.String, fields.Integer, fields.Number, fields.Boolean, fields.List, fields.Nested,
        fields.Mapping, fields.Date)  # fmt: skip
OWN = {text for kind in USED for key, text in kind.default_error_messages.items() if key != "format"}


@pytest.mark.parametrize("message", sorted(OWN | set(Schema._default_error_messages.values())))
def test_every_sentence_of_a_field_we_use_is_ours(message: str) -> None:
    assert in_our_words(message) != message


@pytest.mark.parametrize(
    ("check", "value", "said"),
    [
        (validate.Range(0, 10), 11, "Write a number from 0 to 10."),
        (validate.Range(1), 0, "Write a number from 1 up."),
        (validate.Range(max=9), 10, "Write a number up to 9."),
        (validate.Length(1, 40), "", "Write from 1 to 40 characters or entries."),
        (validate.Length(min=1), "", "This is empty. Write something."),
        (validate.Length(max=2), "abc", "Write at most 2 characters or entries."),
        (validate.OneOf(("day", "month")), "week", "Write one of: day, month."),
        (validate.Regexp("a"), "b", "This is not written as it should be."),
    ],
    ids=["between", "least", "most", "length", "empty", "long", "choice", "pattern"],
)
def test_what_a_check_finds_is_said_with_its_figures(check: Any, value: Any, said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        check(value)
    assert in_our_words(caught.value.messages[0]) == said


def test_the_problems_of_a_form_are_ours_and_our_own_sentences_stay() -> None:
    class Form(Schema):
        name = fields.String(required=True)
        age = fields.Integer(error_messages={"invalid": "Write your age."})

    with pytest.raises(ValidationError) as caught:
        Form().load({"age": "old", "hat": 1})
    found = {problem.where: str(problem.message) for problem in problems(caught.value.messages)}
    assert found == {
        "name": "This is missing.",
        "age": "Write your age.",
        "hat": "We do not know this entry. Compare its name with the others.",
    }
