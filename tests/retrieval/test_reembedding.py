"""A change of the embedding model: what was embedded by the old one is embedded again, without a gap."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from retrieval import embeddings
from retrieval.embeddings.port import EmbeddingsUnavailableError
from retrieval.search import find_passages
from tests.fakes.embeddings import HashedEmbedder
from tests.retrieval.conftest import PASSWORDS, VACATION, AddDocument, ReaderOf


class NewerEmbedder(HashedEmbedder):
    name = "newer"
    dimensions = 128


@pytest.fixture
def _two_of_the_old_model(manager: User, add_document: AddDocument, settings: Any) -> None:
    add_document(manager, "חופשה", VACATION)
    add_document(manager, "סיסמאות", PASSWORDS)
    settings.EMBEDDINGS_BACKEND = f"{__name__}.NewerEmbedder"
    assert embeddings.name() == "newer"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("reembed", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("_two_of_the_old_model")
def test_what_the_old_model_embedded_is_found_by_words_and_then_by_meaning(
    manager: User, reader: ReaderOf
) -> None:
    def nearness() -> float | None:
        return find_passages(question="מכסת החופשה", reader=reader(manager)).passages[0].dense

    assert nearness() is None
    assert "2 documents wait" in run("--check", "--organization", manager.organization.name)
    assert "2 documents embedded, 0 left" in run()
    assert nearness() is not None
    assert "0 documents embedded, 0 left" in run()


@pytest.mark.usefixtures("_two_of_the_old_model")
def test_a_run_that_was_cut_short_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    embed = NewerEmbedder.embed
    asked: list[int] = []

    def soon_away(self: Any, texts: Any, kind: Any) -> Any:
        asked.append(len(texts))
        if len(asked) > 2:
            raise EmbeddingsUnavailableError
        return embed(self, texts, kind)

    with monkeypatch.context() as patch:
        patch.setattr(NewerEmbedder, "embed", soon_away)
        with pytest.raises(CommandError, match="embeddings_unavailable"):
            run()
    assert "1 documents embedded, 0 left" in run()


@pytest.mark.django_db
def test_an_unknown_organization_is_said() -> None:
    with pytest.raises(CommandError, match="no organization"):
        run("--organization", "אין כזה")
