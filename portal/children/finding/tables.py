"""The tables of the name index. Only `children/finding` reads or writes them.

Numbers stand for words so that an index of eleven million children stays narrow: a key is a 64-bit
digest, a pair or a day is two 32-bit numbers in one. Every narrow table is its own primary key,
so each look-up is answered from the index alone.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from portal.core.db import Base

NAME_LETTERS = 240
_HALF = 32


def packed(first: int, second: int) -> int:
    """Two numbers of 31 bits as one of 63, ordered by the first."""
    return first << _HALF | second


def unpacked(number: int) -> tuple[int, int]:
    """The two numbers again."""
    return number >> _HALF, number & (1 << _HALF) - 1


class Many(TypeDecorator[list[Any]]):
    """Many values as one: an array, or JSON where the database knows no arrays."""

    impl = Text
    cache_ok = True

    def __init__(self, of: TypeEngine[Any]) -> None:
        super().__init__()
        self.of = of

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """An array on PostgreSQL, of what the values are."""
        wanted = ARRAY(self.of) if dialect.name == "postgresql" else Text()
        return dialect.type_descriptor(wanted)

    def process_bind_param(self, value: Iterable[Any] | None, dialect: Dialect) -> Any:
        """A list for PostgreSQL, a text for SQLite."""
        values = list(value or ())
        if dialect.name == "postgresql":
            return values
        return json.dumps([one.hex() if isinstance(one, bytes) else one for one in values])


class among(FunctionElement[Any]):  # noqa: N801 (reads as a word of SQL)
    """True where `column` is one of the values handed over under a name, however many there are.
    The statement stays the same for any number of them, which saves more time than it takes."""

    inherit_cache = True
    # Not Boolean: SQLite would be asked whether it equals 1, and then finds no index for it.
    type = NullType()

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        of: TypeEngine[Any] = Text() if isinstance(column.type, String) else BigInteger()
        if isinstance(column.type, LargeBinary):
            of = LargeBinary()
        super().__init__(column, bindparam(name, type_=Many(of)))


@compiles(among)
def _in_json(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(one, **kw) for one in element.clauses)
    is_binary = any(isinstance(one.type, LargeBinary) for one in element.clauses)
    value = "unhex(value)" if is_binary else "value"
    return f"{column} IN (SELECT {value} FROM json_each({values}))"  # noqa: S608


@compiles(among, "postgresql")
def _in_array(element: among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(one, **kw) for one in element.clauses)
    return f"{column} = ANY ({values})"


class NameToken(Base):
    """One word of the vocabulary; `frequency` is the number of children who bear it. A typed
    initial stands for the commonest words that begin with it."""

    __tablename__ = "name_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    initial: Mapped[str] = mapped_column(String(1))
    frequency: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index(None, "initial", "frequency"),)


class NameTokenKey(Base):
    """A key (a misspelling or a sound, see matching/keys.py) under which a token is found."""

    __tablename__ = "name_token_key"
    __table_args__ = {"sqlite_with_rowid": False}

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    token_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class NameEntry(Base):
    """What a child can be found by, folded to plain letters; all that scoring needs. The foreign
    key does not cascade: a child cannot be deleted while the index still knows it."""

    __tablename__ = "name_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("child.id"), unique=True)
    given_names: Mapped[str] = mapped_column(String(NAME_LETTERS))
    family_name: Mapped[str] = mapped_column(String(NAME_LETTERS))
    former_given_names: Mapped[str] = mapped_column(String(4 * NAME_LETTERS))
    former_family_names: Mapped[str] = mapped_column(String(4 * NAME_LETTERS))
    birth_day: Mapped[int]
    gender: Mapped[str] = mapped_column(String(15))
    postcodes: Mapped[str] = mapped_column(String(80))


class NamePair(Base):
    """A given token with a family token (0 for a child of one name) or 0 with a family token, then
    the day of birth."""

    __tablename__ = "name_pair"
    __table_args__ = {"sqlite_with_rowid": False}

    pair: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    birth_day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class NameDay(Base):
    """A day of birth with one name token: reaches a child one of whose names is quite different
    without reading everybody born that day."""

    __tablename__ = "name_day"
    __table_args__ = {"sqlite_with_rowid": False}

    day_token: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class NamePostcode(Base):
    """A postcode, only ever used to add candidates."""

    __tablename__ = "name_postcode"
    __table_args__ = {"sqlite_with_rowid": False}

    postcode: Mapped[str] = mapped_column(String(7), primary_key=True)
    entry_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


TOKEN = _table(NameToken)
TOKEN_KEY = _table(NameTokenKey)
ENTRY = _table(NameEntry)
PAIR = _table(NamePair)
DAY = _table(NameDay)
POSTCODE = _table(NamePostcode)
