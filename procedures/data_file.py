"""Data files of models: `procedures/FOLDER/MODEL.toml`, with where each figure comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from station.errors import BadInput, Phrase
from station.files import parse_toml


class Table(BaseModel):
    """A table of a data file: nothing in it is unknown, infinite or changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Source(Table):
    """Where figures come from; `verified` if they were seen in the maker's own document."""

    text: str
    verified: bool


class ModelFile(Table):
    """What every data file begins with: its own name, and the sources that its figures name."""

    model: str
    title: str
    sources: Mapping[str, Source]


FileT = TypeVar("FileT", bound=ModelFile)


@dataclass(frozen=True, slots=True)
class DataFolder(Generic[FileT]):
    """The data files of one kind.

    Attributes:
        name: of the folder, below `procedures`.
        of: what its models are, e.g. "a source".
        shape: of a file.
        cited: names of the sources that the figures of a file name.
    """

    name: str
    of: str
    shape: type[FileT]
    cited: Callable[[FileT], Iterable[str]]

    def models(self) -> list[str]:
        """Return the models that have a data file."""
        return sorted(
            item.name.removesuffix(".toml") for item in self._place().iterdir() if item.is_file()
        )

    def content(self, model: str) -> bytes:
        """Return the bytes of the data file of `model`.

        Raises:
            BadInput: there is none.
        """
        known = self.models()
        if model not in known:
            raise BadInput(
                "No points and accuracy for {what} of model {model!r}. Known: {known}. Write "
                "procedures/{folder}/{model}.toml (README, How to add).",
                what=Phrase(self.of),
                model=model,
                known=tuple(known),
                folder=self.name,
            )
        return (self._place() / f"{model}.toml").read_bytes()

    def figures(self, model: str, content: bytes) -> FileT:
        """Return what the `content` of the data file of `model` says.

        Raises:
            BadInput: it is wrong.
        """
        name = f"procedures/{self.name}/{model}.toml"
        found = parse_toml(content, self.shape, name=name)
        if found.model != model:
            raise BadInput(
                "{name}: 'model' is {said!r}, not its name.", name=name, said=found.model
            )
        for source in sorted(set(self.cited(found)) - set(found.sources)):
            raise BadInput(
                "{name}: source {source!r} is not under [sources].", name=name, source=source
            )
        return found

    def _place(self) -> Traversable:
        return files("procedures").joinpath(*self.name.split("/"))
