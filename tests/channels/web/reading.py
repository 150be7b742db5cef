"""A page read back as a browser would read it: elements with their attributes, text and surroundings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_EMPTY = {"meta", "link", "input", "circle", "path", "br"}


@dataclass
class Element:
    """An element; `parts` are its texts and elements in order."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    parts: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, without white space round it."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts).strip()

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    def inherited(self, name: str) -> str:
        """The attribute of the nearest element round it that has it."""
        here: Element | None = self
        while here is not None and name not in here.attributes:
            here = here.parent
        return here.attributes[name] if here else ""

    def all(self, tag: str, css_class: str | None = None, **attributes: str) -> list[Element]:
        """Every element of a kind within it."""
        return [
            element
            for element in self._within()
            if element.tag == tag
            and (css_class is None or css_class in element.classes)
            and all(element.attributes.get(key) == value for key, value in attributes.items())
        ]

    def one(self, tag: str, css_class: str | None = None, **attributes: str) -> Element:
        """The only element of a kind."""
        found = self.all(tag, css_class, **attributes)
        assert len(found) == 1, f"{len(found)} of <{tag} class={css_class} {attributes}>"
        return found[0]

    def _within(self) -> Iterator[Element]:
        for part in self.parts:
            if isinstance(part, Element):
                yield part
                yield from part._within()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {key: value or "" for key, value in attrs}, self.here)
        self.here.parts.append(element)
        if tag not in _EMPTY:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.parts.append(Element(tag, {key: value or "" for key, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.parent is not None
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.parts.append(data)


def read_html(text: str) -> Element:
    """The elements of a page or fragment; fails when they are not nested as they should be."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert reader.here is reader.root, f"<{reader.here.tag}> is not closed"
    return reader.root
