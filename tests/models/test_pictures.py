from __future__ import annotations

import torch

from tissuegan.classes import LabelClasses
from tissuegan.models.pictures import grey, painted


def test_a_class_is_painted_in_its_colour_as_far_as_it_is_there() -> None:
    labels = torch.tensor([[[[1.0, -1.0, 0.0]], [[-1.0, -1.0, -1.0]]]])
    picture = painted(labels)
    colour = torch.tensor(LabelClasses(("a", "b")).colours[0]) / 255
    expected = torch.stack([colour, torch.zeros(3), colour / 2], dim=1)[None, :, None]
    torch.testing.assert_close(picture, expected)


def test_classes_that_overlap_are_added_and_no_brighter_than_white() -> None:
    picture = painted(torch.ones(1, 8, 1, 1))
    assert picture.shape == (1, 3, 1, 1)
    assert picture.max() == 1


def test_grey_goes_from_black_to_white() -> None:
    image = torch.tensor([-1.0, 0.0, 1.0, 3.0]).reshape(1, 1, 1, 4)
    picture = grey(image)
    assert picture.shape == (1, 3, 1, 4)
    for channel in picture[0]:
        assert channel.tolist() == [[0.0, 0.5, 1.0, 1.0]]
