"""Parts that several benchmark figures share."""
