"""What makes the graph's promises true in Neo4j: MERGE alone finds or makes a node, but only a constraint
keeps two at once from making it twice.
"""

from typing import LiteralString

from neo4j import AsyncDriver, AsyncManagedTransaction
from neo4j.exceptions import ClientError

STATEMENTS: tuple[LiteralString, ...] = (
    "CREATE CONSTRAINT user_id_unique IF NOT EXISTS FOR (n:User) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT question_id_unique IF NOT EXISTS FOR (n:Question) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT topic_id_unique IF NOT EXISTS FOR (n:Topic) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT document_id_unique IF NOT EXISTS FOR (n:Document) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT organization_id_unique IF NOT EXISTS FOR (n:Organization) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX user_email IF NOT EXISTS FOR (n:User) ON (n.email)",
    "CREATE INDEX question_topic IF NOT EXISTS FOR (n:Question) ON (n.topic)",
    "CREATE INDEX question_organization IF NOT EXISTS FOR (n:Question) ON (n.organization_id)",
)
_MADE_MEANWHILE = "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists"


async def ensure(driver: AsyncDriver, database: str) -> None:
    """Make the constraints and indexes that are not there yet; safe from any number of processes at once."""
    async with driver.session(database=database) as session:
        for statement in STATEMENTS:
            try:
                await session.execute_write(_execute, statement)
            except ClientError as error:
                if error.code != _MADE_MEANWHILE:
                    raise


async def _execute(transaction: AsyncManagedTransaction, statement: LiteralString) -> None:
    result = await transaction.run(statement)
    await result.consume()
