"""What OME-Zarr says of a window of tissue, and tissue as an OME-Zarr that is stored nowhere."""

from tissuegan.ome.layout import Layout, Place
from tissuegan.ome.metadata import Layer, Picture, documents

__all__ = ["Layer", "Layout", "Picture", "Place", "documents"]
