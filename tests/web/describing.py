"""An interface as an OpenAPI document, from which schemathesis makes requests up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")

NUMBER = {"type": "integer"}
TEXT = {"type": "string", "maxLength": 60}
TEXTS = ("edits", "key", "kind", "token")


def operation(*names: str, **also: Any) -> dict[str, Any]:
    """What an address takes: seeds and names of edits are texts, all else is numbers."""
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": TEXT if name in TEXTS else NUMBER}
        for name in names
    ]
    return {"parameters": parameters, "responses": {"default": {"description": "any"}}, **also}


def described(paths: dict[str, Any]) -> Any:
    """The interface as an OpenAPI document."""
    info = {"title": "tissuegan", "version": "1"}
    return schemathesis.openapi.from_dict({"openapi": "3.1.0", "info": info, "paths": paths})


BOUNDED = settings(
    max_examples=6, deadline=None, database=None, derandomize=True, phases=[Phase.generate]
)
