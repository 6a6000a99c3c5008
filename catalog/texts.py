"""What every part of a catalogue document is made of: frozen values, codes, amounts, and texts per language."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, RootModel

Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)?$")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
# A path below the folder of pictures: no part of it leads up.
FileName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*([./][a-z0-9_-]+)*\.svg$", max_length=120)]
Amount = Annotated[int, Field(strict=True, ge=-(10**10), le=10**10)]
Weight = Annotated[int, Field(strict=True, ge=-(10**9), le=10**9)]
Words = Annotated[str, Field(min_length=1, max_length=600)]


class Value(BaseModel):
    """A frozen part of a document that knows no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def revised(self, **parts: Any) -> Self:
        """The same with other parts, checked; unlike `model_copy` with nothing that was worked out of the old ones."""
        return type(self)(**({name: getattr(self, name) for name in type(self).model_fields} | parts))


class Texts(RootModel[dict[Language, Words]]):
    """One text in several languages."""

    model_config = ConfigDict(frozen=True)

    def in_(self, language: str) -> str:
        """The text in a language, else in English, else in whichever there is; empty of no text at all."""
        return self.root.get(language) or self.root.get("en") or next(iter(self.root.values()), "")
