"""Power spectra and grey-level histograms of a subject's images."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from tissuegan.evaluation.histograms import chi2
from tissuegan.evaluation.intervals import jackknife
from tissuegan.evaluation.measure import Measure, of_field
from tissuegan.evaluation.panel import Field, Json, Panel, Subject
from tissuegan.evaluation.spectra import bands, grey_levels, power_distance, radial_power


def spectra(panel: Panel, subject: Subject) -> Json:
    """Distances of spectrum and grey levels to those of the training sections' images.

    Fields without an image do not count; n is the number of fields with one.
    """
    own, training = _images(panel, subject), _images(panel, panel.train)
    found: Json = {"n": len(own) if training else 0}
    for name, distance in (("power_distance", _power_distance), ("grey_chi2", _grey_chi2)):
        to_training = partial(distance, training)
        both = bool(own and training)
        found[name] = to_training(own) if both else None
        found[f"{name}_interval"] = jackknife(own, to_training) if both else None
    micrometre = panel.train.fields[0].tissue.pixel_size_nm / 1000
    found["frequencies_per_um"] = (bands() / micrometre).tolist()
    found["log10_power"] = _spectrum(own).tolist() if own else []
    found["grey_levels"] = _greys(own).tolist() if own else []
    return found


def field_spectrum(panel: Panel, field: Field) -> Json:
    """Spectrum and grey levels of one field's image; empty lists where it has none."""
    return panel.remember(("spectrum", field.digest), lambda: _measured(field))


def _measured(field: Field) -> Json:
    image = field.tissue.image
    if image is None:
        return {"power": [], "grey": []}
    return {"power": radial_power(image).tolist(), "grey": grey_levels(image).tolist()}


def _images(panel: Panel, subject: Subject) -> list[Json]:
    found = [field_spectrum(panel, part) for part in subject.fields]
    return [each for each in found if each["power"]]


def _spectrum(fields: Sequence[Json]) -> np.ndarray:
    return np.asarray(np.mean([each["power"] for each in fields], axis=0))


def _greys(fields: Sequence[Json]) -> np.ndarray:
    total = np.array([each["grey"] for each in fields]).sum(axis=0)
    return np.asarray(total / total.sum())


def _power_distance(training: Sequence[Json], fields: Sequence[Json]) -> float:
    return power_distance(_spectrum(fields), _spectrum(training))


def _grey_chi2(training: Sequence[Json], fields: Sequence[Json]) -> float:
    return chi2(_greys(fields), _greys(training))


SPECTRA = Measure("spectra", spectra, (of_field(field_spectrum),), of_training=True)
