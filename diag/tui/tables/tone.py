"""How the words that Kubernetes has for states are coloured."""

# What is over, and well.
_OVER = frozenset({"Complete", "Completed", "Succeeded"})
_WELL = frozenset({"Active", "Available", "Bound", "Ready", "Running"})
# What passes by itself, mostly.
_PASSING = frozenset(
    {
        "ContainerCreating",
        "Pending",
        "PodInitializing",
        "Released",
        "SchedulingDisabled",
        "SchedulingGated",
        "Suspended",
        "Terminating",
    }
)


def tone(word: str) -> str:
    """The style of a state such as kubectl's STATUS; of several, as `Ready,SchedulingDisabled`, that of the worst."""
    tones = [_tone(part) for part in word.split(",")]
    return next((style for style in ("high", "medium") if style in tones), tones[0])


def _tone(word: str) -> str:
    if word in _OVER:
        return "dim"
    if word in _WELL or not word:
        return ""
    return "medium" if word in _PASSING or word.removeprefix("Init:")[:1].isdecimal() else "high"
