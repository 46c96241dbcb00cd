"""The audit of a study's pruner in words, for terminal, note and report."""

from collections.abc import Iterator

from fer.formatting import SPACE, count, duration, interval, percent, points, signed
from search.results.audit import Share
from search.results.study_audit import StudyAudit, Work, end_of
from search.results.trials import State

FEW = 10
MIN_QUARTER = 4
HOW = (
    "put audit = 0.08 under [pruner] in the file of a new study: 8"
    f"{SPACE}% of the trials that the pruner stops then run on, marked"
)


def audit_sentences(audit: StudyAudit) -> tuple[str, ...]:
    """What the audited trials show, what weakens it first; for a study without any, how to get
    some."""
    if audit.kind == "none":
        return ("The study has no pruner, so there are no stops to audit.",)
    if not audit.rungs:
        return ("The pruner stops no trial within a run, so there are no stops to audit.",)
    if not audit.audited and not audit.share:
        return (f"No trial was audited; to audit a pruner, {HOW}.",)
    if not audit.audited:
        return (
            f"No trial is audited yet: of the trials that the pruner stops, "
            f"{percent(audit.share, 0)} run on, and it has stopped {audit.stopped:,}.",
        )
    return (_counts(audit), *_stops(audit))


def audit_paragraph(audit: StudyAudit) -> str:
    """What the audited trials show, and what they cost; empty for a study without any."""
    return " ".join((*audit_sentences(audit), cost_sentence(audit))) if audit.audited else ""


def saved_sentence(audit: StudyAudit) -> str:
    """What stopping saved; empty for a study that stopped no trial."""
    return f"Stopping saved {_work(audit.saved)}." if audit.stopped else ""


def cost_sentence(audit: StudyAudit) -> str:
    """What the audit cost; empty for a study without audited trials."""
    return f"The audit cost {_work(audit.cost)}." if audit.audited else ""


def _work(work: Work) -> str:
    took = f", about {duration(work.seconds)} of training" if work.seconds else ""
    return f"{count(work.epochs, 'epoch')}{took}"


def rung_sentences(audit: StudyAudit) -> Iterator[str]:
    """What the accuracy at each rung says about that at the end."""
    for rung in audit.rungs:
        at = f"Epoch {rung.epoch}, where {count(rung.stopped, 'trial was', 'trials were')} stopped"
        if audit.audited:
            at += " or audited"
        found = rung.correlation
        if found is None:
            yield f"{at}: too few trials ran to their end for a rank correlation."
            continue
        ends = f"{signed(found.low, 2)} to {signed(found.high, 2)}"
        yield (
            f"{at}: rank correlation with the end {signed(found.value, 2)} (95{SPACE}% interval "
            f"{ends}, n{SPACE}={SPACE}{found.n:,})."
        )


CORRELATION_NOTE = (
    "Spearman's rank correlation of the accuracy at the epoch with that at the end, over the "
    "trials that ran to their end. Stopped trials have no end and are not in it; that usually "
    "makes it lower than it would be over all trials."
)


def _counts(audit: StudyAudit) -> str:
    audited, ended = len(audit.audited), len(audit.ended)
    text = (
        f"{audited:,} of {count(audit.stopped, 'stopped trial')} "
        f"{'was' if audited == 1 else 'were'} audited"
    )
    if audit.share:
        text += f" ({percent(audit.share, 0)} planned)"
    if ended < audited:
        failed = sum(trial.state == State.FAILED for trial in audit.audited)
        parts = [f"{ended:,} ran to the end"]
        parts += [f"{failed:,} failed"] if failed else []
        parts += [f"{audited - ended - failed:,} not ended yet"] if audited > ended + failed else []
        text += f": {', '.join(parts)}"
    if ended < FEW:
        text += f"; with {count(ended, 'final accuracy', 'final accuracies')}, the intervals are "
        text += "wide"
    return f"{text}."


def _stops(audit: StudyAudit) -> Iterator[str]:
    quality = audit.quality
    if quality is None:
        which = "audited trial" if not audit.ended else "trial without an audit"
        yield f"No {which} has run to its end, so wrong stops cannot be counted."
        return
    yield (
        f"Wrong stops: {_share(quality.wrong)}; a stop is wrong if the trial ends above the best "
        f"complete trial that was not audited, {audit.kept[0].number}, at "
        f"{percent(quality.best_kept)}."
    )
    if len(audit.kept) >= MIN_QUARTER:
        yield (
            f"Ended above three quarters of the {count(len(audit.kept), 'complete trial')} that "
            f"were not audited: {_share(quality.top)}."
        )
    yield _regret(audit)


def _regret(audit: StudyAudit) -> str:
    quality, best = audit.quality, audit.ended[0]
    assert quality is not None
    difference = quality.best_stopped - quality.best_kept
    regret = points(quality.regret).removeprefix("+")
    text = (
        f"Regret: {regret}; the best audited trial, {best.number}, ended at "
        f"{percent(end_of(best))}, {points(difference)}"
    )
    if audit.gain is not None:
        gain = audit.gain
        text += (
            f" (95{SPACE}% interval {signed(100 * gain.low)} to {points(gain.high, 1)}, Newcombe, "
            f"single runs on n{SPACE}={SPACE}{gain.n:,} held-out faces)"
        )
    if best.number == audit.best:
        text += "; it is the best trial of this study, and without the audit it would have been "
        text += f"stopped at epoch {best.audited}"
    return f"{text}."


def _share(share: Share) -> str:
    return (
        f"{share.hits:,} of {share.n:,}, {percent(share.value, 0)} (95{SPACE}% interval "
        f"{interval(share.low, share.high, 0)}, Clopper-Pearson)"
    )
