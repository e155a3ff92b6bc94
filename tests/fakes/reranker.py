"""A scripted reranking server over real HTTP, in both dialects: it scores by the words in common with the
question, or answers what it is told.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


class ScriptedReranker:
    """`with ScriptedReranker() as server: ...`; `answer` is (status, body) instead of scores, and `silent`
    keeps every answer back.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.answer: tuple[int, bytes] | None = None
        self.silent = False
        self._leaving = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/rerank"

    def reply(self, body: dict[str, Any]) -> tuple[int, bytes]:
        if self.silent:
            self._leaving.wait(30)
        if self.answer is not None:
            return self.answer
        is_tei = "texts" in body
        texts, score = (body["texts"], "score") if is_tei else (body["documents"], "relevance_score")
        asked = set(body["query"].split())
        rows = [{"index": place, score: len(asked & set(text.split()))} for place, text in enumerate(texts)]
        rows.sort(key=lambda row: -row[score])
        return 200, json.dumps(rows if is_tei else {"results": rows}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.requests.append(body)
                server.keys.append(self.headers.get("Authorization"))
                self._send(*server.reply(body))

            def do_GET(self) -> None:
                self._send(*(server.answer or (405, b"")))

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

        return Handler
