"""What the search asks of an embedding model."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from config.kernel.errors import ServiceUnavailableError

Kind = Literal["query", "passage"]
Vectors = NDArray[np.float32]


class EmbeddingsUnavailableError(ServiceUnavailableError):
    code = "embeddings_unavailable"


class Embedder(Protocol):
    """Turns texts into unit vectors whose inner product says how near their meanings are.

    `name` identifies model and version: vectors of different names are never compared, and the thresholds of
    `retrieval.evidence` belong to a name.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str], kind: Kind) -> Vectors:
        """Return one row of `dimensions` for each text; questions and passages are embedded differently.

        Slow: never call it on the event loop or inside a transaction. Raises EmbeddingsUnavailableError
        alone.
        """

    def is_healthy(self) -> bool:
        """Tell whether the model embeds now, within about a second."""
