"""Photos: any image that Pillow reads, its faces, and their 48×48 gray crops for a network."""

from fer.photos.box import Box
from fer.photos.crop import Crop, Photo, faces_of, whole
from fer.photos.detect import FaceDetector, HaarDetector
from fer.photos.files import Photos, read_photos
from fer.photos.picture import ImageLike, Picture, read_picture
from fer.photos.prediction import Prediction

__all__ = [
    "Box",
    "Crop",
    "FaceDetector",
    "HaarDetector",
    "ImageLike",
    "Photo",
    "Photos",
    "Picture",
    "Prediction",
    "faces_of",
    "read_photos",
    "read_picture",
    "whole",
]
