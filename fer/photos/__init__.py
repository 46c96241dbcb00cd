"""Photos: any image that Pillow reads, brought to the 48×48 gray square that a network takes."""

from fer.photos.files import Photo, Photos, read_photo, read_photos, unique_names

__all__ = ["Photo", "Photos", "read_photo", "read_photos", "unique_names"]
