"""A page, as a check reads it: its texts, what stands in its fields, and how they are called."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """What stands in a page of HTML: the names of the fields in its forms, its texts and values."""

    def __init__(self, text: str) -> None:
        """Read `text`, however malformed it is."""
        super().__init__()
        self.fields: set[str | None] = set()
        self._texts: list[str] = []
        self._values: list[str] = []
        self._in_form = False
        self.feed(text)
        self.close()

    @property
    def told(self) -> str:
        """Its texts, without tags, with one blank where there are several."""
        return " ".join(self.text.split())

    @property
    def text(self) -> str:
        """Its texts, without tags."""
        return "".join(self._texts)

    @property
    def said(self) -> str:
        """Its texts, and the values of its attributes: what stands in its fields is one."""
        return "\n".join([self.text, *self._values])

    def handle_data(self, data: str) -> None:
        self._texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._values += [value for _, value in attrs if value]
        if tag == "form":
            self._in_form = True
        elif tag in {"input", "textarea", "select"} and (self._in_form or dict(attrs).get("form")):
            self.fields.add(dict(attrs).get("name"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._in_form = False
