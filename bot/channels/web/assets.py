"""The style sheet, the script and the mark: read once, served from memory, named by their content."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file for the browser; `version` changes with its content, so that it may be kept for a year."""

    body: bytes
    media_type: str
    version: str

    def response(self, request: Request) -> Response:
        """The file, to be kept when it was asked for by its version."""
        named = request.query_params.get("v") == self.version
        caching = _FOR_A_YEAR if named else "public, max-age=3600"
        return Response(self.body, media_type=self.media_type, headers={"Cache-Control": caching})


def load_assets() -> Mapping[str, Asset]:
    """Every file in `static/` by its name."""
    return {
        path.name: Asset(body, _TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
        for path in sorted(_FOLDER.iterdir())
        if path.suffix in _TYPES
        for body in [path.read_bytes()]
    }
