"""System checks of the configuration: what would start and then do harm, or do nothing.

`wiring` holds in every installation. The rules of the other modules hold where strangers come in
(`PRODUCTION`): errors stop the start, warnings are for `manage.py check --deploy`. A new rule is an entry in
its module's `RULES`; its number stays its own for ever, since people silence checks by it.
"""

from config.checks import wiring  # noqa: F401  registers its checks
from config.checks.accounts import RULES as ACCOUNTS
from config.checks.browser import RULES as BROWSER
from config.checks.credentials import RULES as CREDENTIALS
from config.checks.replicas import RULES as REPLICAS
from config.checks.rules import Rule, hold
from config.checks.transport import RULES as TRANSPORT

RULES: tuple[Rule, ...] = (*CREDENTIALS, *TRANSPORT, *BROWSER, *ACCOUNTS, *REPLICAS)

hold(RULES)
