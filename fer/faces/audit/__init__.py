"""What is known of a source before anything is trained on it."""

from fer.faces.audit.figures import Audit, Group, Member, Odd, SplitFigures, audit
from fer.faces.audit.sources import audit_source

__all__ = ["Audit", "Group", "Member", "Odd", "SplitFigures", "audit", "audit_source"]
