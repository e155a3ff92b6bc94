"""A plain stack as a peer of `POST /chat`: a synchronous view of Django REST framework, PyJWT, redis-py, the
ORM with its pool, httpx and a Celery task for each thing that follows, on daphne.

It does what such a service does without a product around it: it checks the token, counts the question, keeps
both sides of the conversation and asks the model. It searches nothing.
"""
