"""Models by name: shipped ones, model folders and run folders."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from tissuegan.errors import UserError
from tissuegan.models.card import CONFIG
from tissuegan.models.conditional_label_gan import Division
from tissuegan.models.model import Model, open_model

BEST = "vnc-sgan"
LICENCE = "CC BY-NC-SA 3.0, that of the VNC sections"
OWN_LICENCE = "that of the sections that it learnt from"
SHIPPED = files("tissuegan") / "weights"


def shipped() -> tuple[str, ...]:
    """Names of the models that come with the library."""
    if not SHIPPED.is_dir():
        return ()
    return tuple(sorted(f.name for f in SHIPPED.iterdir() if (f / CONFIG).is_file()))


def load(name: str | Path | None = None) -> Model:
    """A model by shipped name, model folder or run folder; None for the best shipped one.

    Raises:
        UserError: nothing of that name, or the folder holds no readable model.
    """
    chosen = str(BEST if name is None else name)
    if chosen in shipped():
        with as_file(SHIPPED / chosen) as folder:
            return open_model(folder, chosen)
    for folder in _candidates(Path(chosen)):
        if (folder / CONFIG).is_file():
            return open_model(folder, Path(chosen).absolute().name)
    raise UserError(_unknown(chosen))


def folder_of(name: str | Path) -> Path:
    """The model folder that a shipped name, a model folder or a run folder stands for.

    A shipped model must lie on a disk, not in an archive. A name that is none of these is given
    back as it is, for its reader to complain of.
    """
    if str(name) in shipped():
        return Path(str(SHIPPED / str(name)))
    folder = Path(name)
    return folder / "model" if (folder / "model").is_dir() else folder


def _unknown(chosen: str) -> str:
    known = ", ".join(shipped()) or "none"
    return (
        f"There is no model '{chosen}': it is neither a shipped model ({known}) "
        "nor a model or run folder; see `tissuegan models list`."
    )


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    yield path / "model"


def describe(name: str | Path | None = None) -> dict[str, str]:
    """Facts about a model in the order in which people want them."""
    model = load(name)
    card = model.card
    facts = {
        "name": model.name,
        "kind": card.model,
        "makes": "; ".join(_products(model)),
        "classes": ", ".join(card.classes),
        "pixel size": f"{card.pixel_size_nm:g} nm",
        "parameters": f"{parameters(model):,}",
        "weights": f"sha256 {model.digest}",
        "licence": LICENCE if model.name in shipped() else OWN_LICENCE,
    }
    return {**facts, **card.training}


def _products(model: Model) -> list[str]:
    products = ["labels"] if model.labels else []
    if model.segmenter:
        products.append("labels of given images")
    if model.image:
        own = model.labels or not model.image.reads_labels
        products.append("images" if own else "images of given labels")
    if model.completion:
        products.append(_completed(model.classes.names, model.completion.division))
    return products


def _completed(names: tuple[str, ...], division: Division) -> str:
    made, given = ([names[k] for k in places] for places in (division.made, division.given))
    return f"labels of {', '.join(made)} for given {', '.join(given)}"


def parameters(model: Model) -> int:
    """Number of weights of the networks, of one that several parts share once."""
    parts = (model.labels, model.image, model.completion)
    networks = [part.generator for part in parts if part is not None]
    networks += [] if model.segmenter is None else [model.segmenter.network]
    weights = {id(p): p.numel() for network in networks for p in network.parameters()}
    return sum(weights.values())
