"""The image types that are read, by Pillow's formats and by the endings of file names."""

FORMATS = (
    "PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF", "AVIF", "JPEG2000", "PPM", "DIB", "ICO", "ICNS",
    "CUR", "DCX", "DDS", "FITS", "FLI", "FTEX", "GBR", "BLP", "MSP", "PCX", "PIXAR", "PSD", "QOI",
    "SGI", "SUN", "XBM", "XPM",
)  # fmt: skip
"""Pillow's formats that are told by their first bytes.

Left out are those that start another program (EPS), need Windows (WMF), or hold no image that
Pillow decodes (BUFR, GRIB, HDF5, MPEG).
"""

FORMAT_OF_SUFFIX = {
    ".tga": "TGA", ".icb": "TGA", ".vda": "TGA", ".vst": "TGA",
    ".im": "IM", ".iim": "IPTC", ".pcd": "PCD",
}  # fmt: skip
"""Formats without a signature: tried only where the file's name says so."""

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
