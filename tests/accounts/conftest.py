"""What the tests of accounts share."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import ApiClientOf

Register = Callable[..., Any]
ACCOUNT = {
    "username": "rivka",
    "password": "סיסמה טובה מאוד",
    "email": "rivka@example.test",
    "organization": "חברה חדשה",
}


@pytest.fixture
def register(api: ApiClientOf) -> Register:
    """Post a registration; keywords replace fields, None leaves one out."""

    def post(path: str = "/api/v1/register", **fields: Any) -> Any:
        body = {name: value for name, value in {**ACCOUNT, **fields}.items() if value is not None}
        return api().post(path, body, format="json")

    return post
