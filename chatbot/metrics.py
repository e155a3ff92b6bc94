"""What is counted while answering; names and labels are part of the interface (the dashboards use them)."""

from prometheus_client import Counter, Gauge, Histogram

_ANSWER_BUCKETS = (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 180)
_STAGE_BUCKETS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)

REQUESTS = Counter("chat_requests_total", "Answers closed, by status.", ["status"])
REQUEST_SECONDS = Histogram(
    "chat_request_duration_seconds", "From the question to the end of its answer.", buckets=_ANSWER_BUCKETS
)
FIRST_TOKEN_SECONDS = Histogram(
    "chat_first_token_seconds", "From the question to the first text of its answer.", buckets=_ANSWER_BUCKETS
)
SESSIONS = Gauge("chat_active_sessions_total", "Chat sockets open now.")
TOKENS = Counter("chat_tokens_total", "Tokens that models reported, by kind.", ["kind"])
RETRIEVAL_SECONDS = Histogram(
    "retrieval_duration_seconds", "Search, by stage.", ["stage"], buckets=_STAGE_BUCKETS
)
