"""Many people's questions in a running product, for the pages that count them."""

import os
import subprocess
import sys

from tests.e2e.servers import ROOT, Person, Product

_FILL = "from bench.year.figures import fill; fill({username!r})"


def write_figures(product: Product, manager: Person) -> None:
    """Have the people of that manager's organisation ask for half a year, in the product's own database."""
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    own = {"SICHA_HOME": str(product.home), "DEMO": "false", "LOG_LEVEL": "ERROR"}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c"]
    subprocess.run(
        [*command, _FILL.format(username=manager.username)], cwd=ROOT, env=environment | own, check=True
    )
