from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import CRN, UNET, write_tiny_model
from tissuegan.models import load
from tissuegan.models.settings import CRNSettings, UNetSettings
from tissuegan.networks.crn import CRNGenerator
from tissuegan.networks.unet import UNetGenerator


def test_a_model_knows_its_classes_and_its_pixel_size(tmp_path: Path) -> None:
    model = load(write_tiny_model(tmp_path / "mine", classes=("wall", "blob", "dot")))
    assert model.name == "mine"
    assert model.classes.names == ("wall", "blob", "dot")
    assert model.classes.colours == model.card.colours
    assert model.pixel_size_nm == 4.6


@pytest.mark.parametrize(
    ("labels", "image", "kind"),
    [(True, None, "labels"), (False, CRN, "image"), (True, UNET, "sgan")],
)
def test_a_model_has_the_parts_of_its_card(
    labels: bool, image: CRNSettings | UNetSettings | None, kind: str, tmp_path: Path
) -> None:
    model = load(write_tiny_model(tmp_path, labels, image))
    assert model.card.model == kind
    assert (model.labels is not None) == labels
    assert (model.image is not None) == (image is not None)


def test_the_card_chooses_the_image_network(tmp_path: Path) -> None:
    crn, unet = (load(write_tiny_model(tmp_path / s.kind, image=s)).image for s in (CRN, UNET))
    assert crn is not None
    assert unet is not None
    assert isinstance(crn.generator, CRNGenerator)
    assert isinstance(unet.generator, UNetGenerator)


@pytest.mark.parametrize(("downsample", "stride"), [(1, 8), (2, 16), (4, 32)])
def test_labels_drawn_small_are_enlarged_to_the_data(
    downsample: int, stride: int, tmp_path: Path
) -> None:
    model = load(write_tiny_model(tmp_path, image=None, downsample=downsample))
    assert model.labels is not None
    assert model.labels.stride == stride
