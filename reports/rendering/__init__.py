"""From figures to one HTML file or PNG pictures."""
