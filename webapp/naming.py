"""How tables are declared: constraints and indexes have names that a migration can speak of on every database."""

from sqlmodel import SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# A table is not checked when a row of it is made, so the schema to check with is built when somebody asks for it.
SQLModel.model_config["defer_build"] = True
