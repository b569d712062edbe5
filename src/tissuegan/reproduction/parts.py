"""The parts of the page in its order: what stands where beside the tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A part of the page.

    Attributes:
        name: that tables, charts and pictures give.
        title: with the place in the paper.
        reading: what its pictures show, in one or two sentences.
    """

    name: str
    title: str
    reading: str = ""


PARTS = (
    Part(
        "samples",
        "Samples (Fig. 6, ablations Fig. 11)",
        "The middle of each system's first field, not picked and not edited: the image, and its "
        "labels in the colours of their classes. How people judge them (Fig. 9) is asked by the "
        "command `tissuegan study`.",
    ),
    Part(
        "conditional",
        "Images of real labels (Fig. 5)",
        "Labels of a held-out section, the image that is drawn for them, and the real image.",
    ),
    Part("statistics", "Global statistics (Table 1)"),
    Part(
        "realism",
        "Realism of single cells (Fig. 7, Fig. 8)",
        "Longer is better, up to the dotted line. Whiskers are 95 % of 100 repeats. Below, the "
        "first cells with organelles of each source, which is what is classified.",
    ),
    Part(
        "embedding",
        "The cells' shape features in two dimensions (Fig. 10)",
        "t-SNE of the 89 features, of up to 100 cells each: a good source covers the real cells; "
        "distances between islands mean nothing.",
    ),
    Part(
        "segmentation",
        "Segmentation accuracy (Table 2, Fig. 12)",
        "Below the tables, what each image generator draws for the same generated labels.",
    ),
    Part(
        "diversity",
        "Diversity of conditional labels (Fig. 14)",
        "The real labels on the left, then answers to their given classes alone.",
    ),
    Part(
        "support",
        "How many different labels (Fig. 15)",
        "The smallest distance of any two labels in a batch, below the dotted line two are alike; "
        "then the most similar pairs of each source.",
    ),
    Part("attention", "What the discriminator of pairs looks at (Fig. 16)"),
    Part("orderings", "What the paper finds better than what"),
    Part("training", "Training"),
)
