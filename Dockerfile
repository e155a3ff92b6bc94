# syntax=docker/dockerfile:1
# One image for every role: the server by default, or any management command in its place.
#   docker build -t sicha .
#   docker run --rm -p 8000:8000 -v sicha:/var/lib/sicha sicha
# It runs as an ordinary user and needs to write to SICHA_HOME only: add `--read-only --tmpfs /tmp` at will.

ARG PYTHON_IMAGE=python:3.12.12-slim-bookworm

FROM ${PYTHON_IMAGE} AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /packages
RUN python -m venv /opt/sicha
COPY requirements.txt .
RUN /opt/sicha/bin/pip install --require-hashes --only-binary=:all: --no-deps --no-compile -r requirements.txt \
    && /opt/sicha/bin/pip uninstall --yes pip \
    && python -m compileall -q -j 0 /opt/sicha/lib

# What the pages use of npm's packages; Node itself stays behind in this stage.
FROM packages AS pages
WORKDIR /pages
COPY package.json package-lock.json .npmrc requirements-node.txt ./
COPY tools tools
RUN python -m venv node \
    && node/bin/pip install --require-hashes --only-binary=:all: --no-deps -r requirements-node.txt \
    && node/bin/python -m tools.node

FROM packages AS product
WORKDIR /app
COPY . .
RUN python -m compileall -q .

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="Sicha" \
      org.opencontainers.image.description="Enterprise AI chat for Hebrew-speaking organisations" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 sicha \
    && useradd --uid 10001 --gid sicha --no-create-home --home-dir /var/lib/sicha --shell /usr/sbin/nologin sicha \
    && install --directory --owner=sicha --group=sicha --mode=0750 /var/lib/sicha
COPY --from=packages /opt/sicha /opt/sicha
COPY --from=product /app /app
COPY --from=pages /pages/node_modules /app/node_modules
ENV PATH=/opt/sicha/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SICHA_HOME=/var/lib/sicha \
    HOME=/var/lib/sicha \
    HOST=0.0.0.0 \
    PORT=8000
WORKDIR /app
USER 10001:10001
VOLUME /var/lib/sicha
EXPOSE 8000
STOPSIGNAL SIGTERM
# Health has no host rule, so the address of the container itself will do.
HEALTHCHECK --interval=10s --timeout=3s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/health/live', timeout=2)"]
CMD ["python", "manage.py", "serve", "--prepare"]
