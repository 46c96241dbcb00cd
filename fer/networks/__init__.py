"""Network families. A new one is a file in this folder and a line in ``FAMILIES``.

Importing this imports no torch: recipes and studies name families without building them.
"""

FAMILIES: dict[str, str] = {
    "published": "fer.networks.published:Published",
    "pooled": "fer.networks.pooled:Pooled",
    "vgg": "fer.networks.vgg:Vgg",
    "residual": "fer.networks.residual:Residual",
}
"""What a recipe's key ``network`` may be, and each family's class: ``module:class``."""
