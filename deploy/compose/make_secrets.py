"""Makes, once, what the services of `docker-compose.production.yml` keep from each other.

Every service has a volume of its own and sees nothing else; what is there already stays. Other certificates
go into the volume `certificates` under the same names; then Nginx is restarted.
"""

import datetime as dt
import os
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(os.environ.get("SECRETS_FOLDER", "/secrets"))
HOST = os.environ.get("SICHA_HOST", "localhost")
DAYS = 365


def kept(name: str) -> str:
    """Return the secret of this name, generating it on first use: 192 bits that fit into any URL."""
    path = ROOT / "all" / name
    if not path.exists():
        write(path, secrets.token_hex(24))
    return path.read_text(encoding="ascii")


def write(path: Path, text: str) -> None:
    """Write a whole file. Users differ by image, so it is the volume that keeps others out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o444)
    draft.replace(path)


def write_secrets() -> None:
    postgres, redis, neo4j = kept("postgres"), kept("redis"), kept("neo4j")
    access, secret, weaviate = kept("s3_access_key"), kept("s3_secret_key"), kept("weaviate")
    files = {
        "postgres/password": postgres,
        "redis/redis.conf": f"requirepass {redis}\nappendonly yes\nmaxmemory-policy noeviction\n",
        "minio/user": access,
        "minio/password": secret,
        "weaviate/key": weaviate,
        "neo4j/auth": f"neo4j/{neo4j}",
        "app/secret_key": kept("secret_key"),
        "app/jwt_signing_key": kept("jwt_signing_key"),
        "app/database_url": f"postgresql://sicha:{postgres}@postgres:5432/sicha",
        "app/redis_url": f"redis://:{redis}@redis:6379/0",
        "app/broker_url": f"redis://:{redis}@redis:6379/1",
        "app/s3_access_key": access,
        "app/s3_secret_key": secret,
        "app/weaviate_key": weaviate,
        "app/neo4j_password": neo4j,
    }
    for name, text in files.items():
        write(ROOT / name, text)


def write_certificate() -> None:
    """Sign one for SICHA_HOST ourselves, so that TLS works before there is one that browsers trust."""
    folder = ROOT / "certificates"
    if (folder / "certificate.pem").exists():
        return
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    certificate = (
        builder.not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=DAYS))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write(folder / "key.pem", private.decode())
    write(folder / "certificate.pem", certificate.public_bytes(pem).decode())


if __name__ == "__main__":
    write_secrets()
    write_certificate()
