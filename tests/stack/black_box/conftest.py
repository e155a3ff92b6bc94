"""The whole suite runs four times: through both balancers, on both ASGI servers."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e.documents import DOCUMENTS
from tests.fakes.cardboard import CardboardModel
from tests.stack.black_box.people import Person
from tests.stack.black_box.replicas import QUESTIONS_PER_MINUTE, Product


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Start each product once, and let its replicas drain when nothing else needs them: pytest itself would
    rather share the balancer, which costs nothing.
    """
    for item in filter(_is_here, items):
        item.add_marker(pytest.mark.stack)
    yield
    ours = iter(sorted(filter(_is_here, items), key=_product))
    items[:] = [next(ours) if _is_here(item) else item for item in items]


def _is_here(item: pytest.Item) -> bool:
    return Path(__file__).parent in item.path.parents


def _product(item: pytest.Item) -> tuple[str, ...]:
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    drains = item.path.name == "test_draining.py"
    return str(given.get("product", "")), str(drains), str(given.get("door", ""))


@pytest.fixture(scope="package")
def model() -> Iterator[CardboardModel]:
    """A language model whose every word a test permits."""
    with CardboardModel() as model:
        yield model


@pytest.fixture(scope="package", params=["uvicorn", "daphne"])
def product(request: pytest.FixtureRequest, model: CardboardModel) -> Iterator[Product]:
    with Product(
        ASGI_SERVER=request.param,
        OLLAMA_URL=model.url,
        OLLAMA_MODEL="cardboard",
        RATE_LIMIT_PER_MINUTE=str(QUESTIONS_PER_MINUTE),
    ) as product:
        yield product


@pytest.fixture(scope="package", params=["nginx", "haproxy"])
def door(request: pytest.FixtureRequest, product: Product) -> str:
    """Return the address of a balancer."""
    return product.address(request.param)


@pytest.fixture(scope="package")
def replicas(product: Product) -> list[str]:
    return [product.address(f"replica-{number}") for number in (1, 2, 3)]


@pytest.fixture(scope="package")
def organization(door: str) -> str:
    return f"ארגון {uuid4().hex[:12]}"


@pytest.fixture(scope="package")
def manager(door: str, organization: str) -> Person:
    """The manager of an organisation whose documents can be found."""
    manager = Person.registered(door, organization)
    for title, content in DOCUMENTS:
        manager.upload(title, content)
    return manager


@pytest.fixture(autouse=True)
def nothing_permitted(model: CardboardModel) -> Iterator[None]:
    """Let no test use up what another has permitted."""
    yield
    model.withhold()
