"""The metadata that all tables belong to, and the revision of the schema."""

from sqlalchemy import MetaData

REVISION = "0012"
"""The revision of `migrations/` that matches these tables; a test checks that."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
