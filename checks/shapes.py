"""Parts of what clients are told: rows, points, figures, and why something is refused."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kit.checking.contract import Number, Text, UtcText, ZonedText, told

Code = TypeVar("Code", bound=str)


class Shape(BaseModel):
    """A part of a payload, read strictly. Further keys are allowed, as in the payload itself."""

    model_config = ConfigDict(strict=True, extra="allow")


class Column(BaseModel):
    """A column of a dashboard."""

    model_config = ConfigDict(strict=True)
    name: str
    unit: str


class Row(Shape):
    """A row of a dashboard, or the means of a stretch of time."""

    __pydantic_extra__: dict[str, Number | None] = Field(init=False)
    time: UtcText

    @property
    def values(self) -> dict[str, Number | None]:
        """The number of each column, by its name."""
        return self.__pydantic_extra__ or {}


class Line(Shape):
    """A line of a figure, which Plotly calls a trace."""

    name: str
    x: list[ZonedText]
    y: list[Number | None]
    yaxis: str = "y"


class Drawing(Shape):
    """A figure of Plotly's with a line for each column."""

    data: list[Line]
    layout: dict[str, Any]


class Figure(Shape):
    """A figure of Plotly's, as far as a page needs it."""

    data: list[dict[str, Any]]


class Points(Shape):
    """New rows, a list for each column, all equally long."""

    __pydantic_extra__: dict[str, list[Number | None]] = Field(init=False)
    time: list[ZonedText]

    @property
    def columns(self) -> dict[str, list[Number | None]]:
        """The numbers of each column, by its name."""
        return self.__pydantic_extra__ or {}

    @model_validator(mode="after")
    def are_equally_long(self) -> "Points":
        lists: list[list[Any]] = [self.time, *self.columns.values()]
        if not self.time or len({len(one) for one in lists}) > 1:
            raise ValueError("the lists in `points` are equally long, with one point at least")
        return self


class Reason(Shape, Generic[Code]):
    """Why not: a code for programs, and a sentence for people."""

    code: Code
    message: Annotated[str, Field(pattern=r"\S")]


class Traced(Reason[Code]):
    """Why not, and what the same refusal is called in the log."""

    reference: Text


def refusal(code: str, **more: str) -> Any:
    """Return the field of a reason with this code; `more` is what else an example of it has."""
    keys = " and ".join(["a `message`", *(f"a `{key}`" for key in more)])
    words = f"an object with the `code` `{code}`, {keys}" if more else ""
    return told(
        words or f"an object with the `code` `{code}` and a `message` for people",
        example={"code": code, "message": "...", **more},
    )
