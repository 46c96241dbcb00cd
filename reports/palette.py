"""Colours, each with one meaning on every page.

Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), which the colour-blind can tell apart;
all of these stand out from white and from near black. No meaning hangs on colour alone: lines
differ in dash and markers in shape as well.
"""

BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
RED = "#D55E00"
PURPLE = "#CC79A7"

INK = "@ink"
"""The text's colour, and three fainter ones; ``page.js`` puts in the theme's."""
SOFT = "@soft"
FAINT = "@faint"
PAPER = "@paper"

BEST = "@best"
"""Blue among sky-blue trials; on a dark page the brighter of the two, so that it stands out."""
COMPLETE = "@complete"
PRUNED = SOFT
FAILED = RED
UNFINISHED = GREEN
BASELINE = ORANGE
PUBLISHED = PURPLE

SERIES = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
"""For things that have no meaning of their own, such as the studies of a comparison."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
