"""The image types that are read, by Pillow's formats and by the endings of file names."""

WITHOUT_IMAGES = ("BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF")
"""Pillow's formats that start another program, need Windows, or hold nothing that it decodes."""

FORMAT_OF_SUFFIX = {
    ".tga": "TGA", ".icb": "TGA", ".vda": "TGA", ".vst": "TGA",
    ".im": "IM", ".iim": "IPTC", ".pcd": "PCD",
}  # fmt: skip
"""Formats without a signature: tried only where the file's name says so."""

WITHOUT_SIGNATURE = (*set(FORMAT_OF_SUFFIX.values()), "IMT", "MCIDAS", "SPIDER", "XVTHUMB")

SUFFIXES = frozenset((
    ".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".webp", ".bmp", ".dib", ".tif",
    ".tiff", ".gif", ".avif", ".avifs", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".pbm",
    ".pgm", ".ppm", ".pnm", ".pfm", ".ico", ".icns", ".cur", ".dcx", ".dds", ".fit", ".fits",
    ".fli", ".flc", ".ftc", ".ftu", ".gbr", ".blp", ".msp", ".pcx", ".pxr", ".psd", ".qoi", ".bw",
    ".rgb", ".rgba", ".sgi", ".ras", ".xbm", ".xpm", ".tga", ".icb", ".vda", ".vst", ".im",
    ".iim", ".pcd",
))  # fmt: skip
"""Endings of image files, in lower case. Written out, as asking Pillow for them takes 70 ms."""


def is_image(name: str) -> bool:
    """Whether a file's name ends as an image's does."""
    dot = name.rfind(".")
    return dot >= 0 and name[dot:].lower() in SUFFIXES
