"""What clients are told, as models: what a check compares, and what a lab's README shows.

    class DataUpdated(Told, event="data_updated", otherwise=why.answer_wrong):
        dashboard: str = told("the id, such as `machine`")
        time: ZonedText = told("of the newest row", otherwise=why.row_time_wrong)

Further keys are allowed, since later labs add some.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from kit.checking.causes import JSON_TEXT
from kit.checking.failure import Failure
from kit.checking.http import Response, shortened
from kit.checking.verdict import Cause
from kit.language import N_, said


def told(words: str, *, otherwise: Cause | None = None, example: Any = None) -> Any:
    """Return a field that `words` describe; `otherwise` is the cause where it is wrong.

    `example` is what an example of the payload has there.
    """
    more = [cause for cause in (otherwise,) if cause]
    field: FieldInfo = Field(description=words, examples=[example])
    field.metadata += more
    return field


@dataclass(frozen=True)
class Asked:
    """An event that clients send: an example of its payload, and what may acknowledge it."""

    event: str
    payload: str
    acknowledged: tuple[type["Told"], ...] = ()


class Told(BaseModel):
    """A payload that a client is told.

    A class says of it `event`, its name; `sent` and `heard`, by whom, in words; `otherwise`, the
    cause where it differs; `empty`, the cause where there is none at all. Of an acknowledgement
    `when` says in words what it means; of an answer over HTTP `request` says to what.
    """

    model_config = ConfigDict(strict=True, extra="allow")
    event: ClassVar[str]
    sent: ClassVar[str]
    heard: ClassVar[str]
    when: ClassVar[str]
    request: ClassVar[str]
    otherwise: ClassVar[Cause]
    empty: ClassVar[Cause]

    def __init_subclass__(
        cls,
        *,
        otherwise: Cause,
        event: str = "",
        sent: str = "",
        heard: str = "",
        when: str = "",
        request: str = "",
        empty: Cause | None = None,
        **options: Any,
    ) -> None:
        super().__init_subclass__(**options)
        cls.event, cls.sent, cls.heard, cls.when = event, sent, heard, when
        cls.request = request
        cls.otherwise, cls.empty = otherwise, empty or otherwise

    @classmethod
    def read(
        cls, payload: Any, what: str = "", *, otherwise: Cause | None = None, **given: Any
    ) -> Self:
        """Return the payload as a model; `given` are values that its fields must have.

        Raises Failure, which says what differs; `what` is what the story calls the payload. Its
        cause is that of the field, or `otherwise` where the check knows better.
        """
        try:
            return cls._read(payload, what or f"`{cls.event}`", given)
        except Failure as failure:
            raise (failure.because(otherwise) if otherwise else failure) from None

    @classmethod
    def of(cls, response: Response, **given: Any) -> Self:
        """Return the body of an answer over HTTP as a model; `given` as for `read`.

        Raises Failure.
        """
        return cls.read(
            response.json(), said("the answer to {request}", request=response.request), **given
        )

    @classmethod
    def _read(cls, payload: Any, what: str, given: Mapping[str, Any]) -> Self:
        if not isinstance(payload, dict):
            raise Failure(*cls._whole(what, payload), cls._cause_of_shape(payload))
        try:
            model = cls.model_validate(payload)
        except ValidationError as error:
            raise cls._failure(what, payload, error) from None
        for name, value in given.items():
            if (got := getattr(model, name)) != value:
                expected = said(
                    "{what} has {value} as `{name}`", what=what, value=shown(value), name=name
                )
                raise Failure(expected, said("it was {value}", value=shown(got)), cls.cause(name))
        return model

    @classmethod
    def example(cls) -> dict[str, Any]:
        """Return an example of the payload, made of those of its fields."""
        return {name: (field.examples or [None])[0] for name, field in cls.model_fields.items()}

    @classmethod
    def cause(cls, field: str) -> Cause:
        """Return the cause where a field is wrong."""
        info = cls.model_fields.get(field)
        causes = [one for one in info.metadata if isinstance(one, Cause)] if info else []
        return causes[0] if causes else cls.otherwise

    @classmethod
    def _whole(cls, what: str, payload: Any) -> tuple[str, str]:
        keys = ", ".join(f"`{name}`" for name in cls.model_fields)
        got = (
            said("it was empty")
            if payload is None
            else said("it was {value}", value=shown(payload))
        )
        return said("{what} is an object with {keys}", what=what, keys=keys), got

    @classmethod
    def _cause_of_shape(cls, payload: Any) -> Cause:
        if payload is None:
            return cls.empty
        return JSON_TEXT if is_json_text(payload) else cls.otherwise

    @classmethod
    def _failure(cls, what: str, payload: Mapping[str, Any], error: ValidationError) -> Failure:
        first = error.errors(include_url=False)[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        field = cls.model_fields.get(name)
        if name not in payload:
            return Failure(*cls._whole(what, payload), cls.cause(name))
        path, value = _as_far_as(payload, first["loc"])
        words = first["msg"].removeprefix("Value error, ")
        words = said(words)  # those of the validators below are marked
        if first["type"] != "value_error" and field and field.description:
            words = said("`{name}` is {description}", name=name, description=field.description)
        cause = JSON_TEXT if is_json_text(value) else cls.cause(name)
        whole = shown(payload)
        got = (
            said("it was {value}", value=whole)
            if not whole.endswith("…")
            else said("`{path}` was {value}", path=path, value=shown(value))
        )
        return Failure(said("in {what}, {words}", what=what, words=words), got, cause)


def shown(value: Any) -> str:
    """Return a value as the JSON that a client sees, cut to a line."""
    return shortened(json.dumps(value, ensure_ascii=False, default=str), 160)


def is_json_text(value: Any) -> bool:
    """Whether this is the JSON text of an object or a list, in place of one."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return False
    try:
        return isinstance(json.loads(value), dict | list)
    except ValueError:
        return False


def zoned(text: str) -> datetime:
    """Return an ISO 8601 text as a time. Raises ValueError where it is none or has no zone."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(N_("there is no zone"))
    return time


def _zoned_text(text: str) -> str:
    try:
        zoned(text)
    except ValueError:
        raise ValueError(N_("a time is text in ISO 8601, with its zone")) from None
    return text


def _utc_text(text: str) -> str:
    if zoned(text).utcoffset():
        raise ValueError(N_("a time is in UTC, not in another zone"))
    return text


def _as_far_as(payload: Any, path: tuple[int | str, ...]) -> tuple[str, Any]:
    """Return as much of a path as there is in a payload, and what is there."""
    names, value = [], payload
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            break
        names.append(str(step))
    return ".".join(names), value


ZonedText = Annotated[str, AfterValidator(_zoned_text)]
UtcText = Annotated[ZonedText, AfterValidator(_utc_text)]
Text = Annotated[str, Field(min_length=1)]
Number = int | float
