"""The configurations of `deploy/` in the eyes of the programs that they are for."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.stack.certificates import write_certificate
from tools.stack.errors import StackError
from tools.stack.packages import find
from tools.stack.proxies import HAPROXY, nginx_command, nginx_values, render

pytestmark = pytest.mark.stack
REPLICAS = {f"REPLICA_{number}": f"127.0.0.1:{number}" for number in (1, 2, 3)}


def run(command: list[str], **environment: str) -> str:
    """Run a check that has to succeed; return what it said."""
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("tls", [False, True])
def test_nginx_accepts_its_configuration_without_a_warning(tmp_path: Path, tls: bool) -> None:
    certificate, key = write_certificate(tmp_path)
    values = nginx_values(tmp_path, REPLICAS, tls=tls) | {
        "NGINX_LISTEN": "127.0.0.1:28900",
        "NGINX_TLS_LISTEN": "127.0.0.1:28901",
        "TLS_CERTIFICATE": str(certificate),
        "TLS_KEY": str(key),
    }
    render(tmp_path, values)
    said = run(nginx_command(tmp_path, "-t"))
    assert "test is successful" in said
    assert "[warn]" not in said


def test_a_blank_that_nobody_fills_in_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="NGINX_LISTEN"):
        render(tmp_path, nginx_values(tmp_path, REPLICAS))


@pytest.mark.parametrize("tls", [False, True])
def test_haproxy_accepts_its_configuration_without_a_warning(tmp_path: Path, tls: bool) -> None:
    certificate, _key = write_certificate(tmp_path)
    encrypted = {"HAPROXY_TLS_BIND": "127.0.0.1:28911", "HAPROXY_CERTIFICATE": str(certificate)}
    said = run(
        [find("haproxy"), "-c", "-V", "-f", str(HAPROXY / "haproxy.cfg")],
        **REPLICAS,
        HAPROXY_BIND="127.0.0.1:28910",
        HAPROXY_STATS="127.0.0.1:28912",
        HAPROXY_ERRORS=str(HAPROXY),
        **(encrypted if tls else {}),
    )
    assert "[WARNING]" not in said
