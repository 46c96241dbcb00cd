"""Render an audit as one self-contained HTML file."""

from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from fer.faces.audit import Audit
from fer.faces.picture import data_uri

SHOWN = 40
"""Groups or images drawn of each kind; the page also gives their number."""


def audit_page(audit: Audit) -> str:
    """Render the counts, and pictures of what is unusual."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.globals.update(data_uri=data_uri, shown=SHOWN)
    template = environment.from_string(
        (files("fer.faces") / "audit.html").read_text(encoding="utf-8")
    )
    largest = max(count for split in audit.counts.values() for count in split.values())
    return template.render(audit=audit, largest=largest)
