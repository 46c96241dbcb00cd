"""The rounds of a study in words: where they are, who won, and what weakens that."""

from fer.formatting import count, percent
from search.racing import RULE
from search.results.race import Round
from search.results.snapshot import Snapshot

BIAS = (
    "The winner was selected by these folds, which still biases its mean upwards: `fer search "
    "confirm` measures it on folds that the search has not used."
)


def winner_name(snapshot: Snapshot) -> str:
    """As in ``Trial 12, the winner of the race of 8 recipes over 5 folds,``."""
    race = snapshot.race
    assert race is not None, "the race has ended"
    assert race.winner is not None, "the race has ended"
    done, folds = race.winner.n, race.progress.folds
    over = count(done, "fold") if done == folds else f"only {done} of {count(folds, 'fold')}"
    entered = count(len(race.progress.entrants), "recipe")
    return f"Trial {race.winner.number}, the winner of the race of {entered} over {over},"


def about_race(snapshot: Snapshot) -> tuple[str, ...]:
    """What else to know of a race that has ended: the recipes that are equal to the winner."""
    race = snapshot.race
    if race is None or race.winner is None or race.standings is None:
        return ()
    others = [row.number for row in race.standings.equals if row is not race.winner]
    if not others:
        return ()
    names = _listed([str(number) for number in others])
    which = f"trial {names} is" if len(others) == 1 else f"trials {names} are"
    return (
        f"In the race, {which} equal to trial {race.winner.number}: the 95 % intervals of the "
        f"differences to the leader, trial {race.standings.leader.number}, hold 0. The winner is "
        f"chosen by this rule: {RULE}.",
    )


def race_sentences(snapshot: Snapshot) -> tuple[str, ...]:
    """Where the rounds are, and which recipes are equal, in sentences."""
    where = rounds_in_words(snapshot)
    return f"{where[:1].upper()}{where[1:]}.", *about_race(snapshot)


def no_verdict_yet(snapshot: Snapshot) -> tuple[str, str]:
    """Why a study with rounds has no winner: in a few words, and in a sentence."""
    why = why_no_best(snapshot)
    if snapshot.round == Round.ENDED and snapshot.ending is not None:
        return f"No verdict: {why}", f"No verdict: {snapshot.ending.reason}."
    lead = f"No verdict yet: {why}"
    return lead, f"{lead}; {rounds_in_words(snapshot)}."


def why_no_best(snapshot: Snapshot) -> str:
    """Why a study has no best trial, as the rest of a sentence."""
    if snapshot.definition.rounds is None:
        return "no trial of the search space has run to its end"
    if snapshot.round == Round.ENDED:
        return "the race has no winner"
    return "the race has not begun" if snapshot.race is None else "the race has not finished"


def rounds_in_words(snapshot: Snapshot) -> str:
    """Where the rounds are, as in ``screen: 12 of 30 trials ended`` or ``race: fold 3 of 5, 4 of 8
    recipes left, trial 12 leads with a mean of 83.10 % over 2 folds``."""
    return _race_in_words(snapshot) if snapshot.race else _screen_in_words(snapshot)


def _screen_in_words(snapshot: Snapshot) -> str:
    rounds = snapshot.definition.rounds
    assert rounds is not None, "it has rounds"
    ended = sum(trial.state.finished for trial in snapshot.searched)
    of = "" if rounds.screen.trials is None else f" of {rounds.screen.trials:,}"
    noun = "trial" if not of and ended == 1 else "trials"
    epochs = count(rounds.screen.epochs, "epoch")
    return f"screen: {ended:,}{of} {noun} of {epochs} ended"


def _race_in_words(snapshot: Snapshot) -> str:
    race = snapshot.race
    assert race is not None, "it has begun"
    progress = race.progress
    entered = count(len(progress.entrants), "recipe")
    remain = f"{len(progress.remaining)} of {entered} left"
    if race.ended:
        where = f"race: {progress.done} of {count(progress.folds, 'fold')} finished"
    else:
        where = f"race: fold {min(progress.done + 1, progress.folds)} of {progress.folds}"
    if race.standings is None:
        return f"{where}, {entered} entered"
    leader = race.standings.leader
    leads = f"trial {leader.number} leads with a mean of {percent(leader.mean)}"
    return f"{where}, {remain}, {leads} over {count(leader.n, 'fold')}"


def _listed(parts: list[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last
