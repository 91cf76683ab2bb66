"""Everything that a key does in the session, with the keys it has unless the user sets others."""

from typing import NamedTuple

# Where the keys work, by the first word of an action's id. What has the focus is asked before what is around it.
PLACES = {
    "app": "everywhere",
    "prompt": "while a filter or a command is typed",
    "table": "in a table",
    "findings": "in the list of findings",
    "detail": "in the detail pane",
    "page": "in a page",
    "object": "on the screen of an object",
    "events": "in the list of events",
    "top": "in the list of usage",
    "contexts": "in the list of contexts",
    "logs": "in a log",
    "help": "in this help",
}


class Action(NamedTuple):
    """One thing that a key does. `id` is that of the binding, `keys` are its defaults, joined by commas."""

    id: str
    keys: str
    title: str

    @property
    def place(self) -> str:
        """A key of `PLACES`."""
        return self.id.partition(".")[0]

    @property
    def where(self) -> str:
        """The place in words."""
        return PLACES[self.place]


ACTIONS: tuple[Action, ...] = (
    Action("app.filter", "slash", "filter what is shown"),
    Action("app.command", "colon", "go to a kind, a context, a namespace, or run a command"),
    Action("app.palette", "ctrl+p", "all commands, to search in"),
    Action("app.help", "question_mark", "the keys of what has the focus"),
    Action("app.back", "escape", "back: first the filter goes, then the screen"),
    Action("app.describe", "d", "describe the object under the cursor"),
    Action("app.yaml", "y", "its YAML"),
    Action("app.logs", "l", "its logs"),
    Action("app.events", "e", "events: all from the findings, elsewhere those of the object under the cursor"),
    Action("app.top", "t", "usage against requests and limits"),
    Action("app.fix", "f", "what to do about the finding under the cursor"),
    Action("app.related", "w", "wiring: what the object is related to"),
    Action("app.contexts", "c", "choose contexts"),
    Action("app.namespaces", "n", "choose namespaces"),
    Action("app.all_namespaces", "0", "look at all namespaces again"),
    Action("app.copy", "C", "copy the command, or the name, under the cursor"),
    Action("app.pause", "p", "keep the screen as it is, or go on"),
    Action("app.rescan", "r,ctrl+r", "read everything anew"),
    Action("app.quit", "q", "end the session"),
    Action("app.quit_at_once", "ctrl+c", "end the session, also while typing"),
    Action("prompt.complete", "tab", "take what is offered into the text"),
    Action("prompt.next", "down", "the next offer"),
    Action("prompt.previous", "up", "the previous offer"),
    Action("prompt.leave", "escape", "leave it as it was"),
    Action("table.down", "j,down", "the next row"),
    Action("table.up", "k,up", "the previous row"),
    Action("table.first", "g,home", "the first row"),
    Action("table.last", "G,end", "the last row"),
    Action("table.page_down", "ctrl+f,pagedown", "one page down"),
    Action("table.page_up", "ctrl+b,pageup", "one page up"),
    Action("table.left", "left", "to the left, where the table is wider"),
    Action("table.right", "right", "to the right"),
    Action("table.select", "enter", "open the row"),
    Action("table.sort", "s", "sort by the next column"),
    Action("table.reverse", "S", "sort the other way round"),
    Action("findings.unfold", "space", "show the symptoms of a cause, or fold them"),
    Action("findings.switch", "tab", "from the table into the pane, and back"),
    Action("detail.next_tab", "right", "the next tab"),
    Action("detail.previous_tab", "left", "the previous tab"),
    Action("detail.tab_1", "1", "Why"),
    Action("detail.tab_2", "2", "Evidence"),
    Action("detail.tab_3", "3", "Events"),
    Action("detail.tab_4", "4", "Logs"),
    Action("detail.tab_5", "5", "Metrics"),
    Action("detail.tab_6", "6", "Fix"),
    Action("detail.tab_7", "7", "YAML"),
    Action("page.down", "j,down", "one line down"),
    Action("page.up", "k,up", "one line up"),
    Action("page.first", "g,home", "to the beginning"),
    Action("page.last", "G,end", "to the end"),
    Action("page.page_down", "ctrl+f,pagedown", "one page down"),
    Action("page.page_up", "ctrl+b,pageup", "one page up"),
    Action("page.next", "n", "the next line with the text that was looked for"),
    Action("page.previous_match", "N", "the one before"),
    Action("page.left_side", "h", "to the left, where lines are wider"),
    Action("page.right_side", "L", "to the right"),
    Action("object.tab_1", "1", "what the object is"),
    Action("object.tab_2", "2", "what is found about it"),
    Action("object.tab_3", "3", "its wiring"),
    Action("object.tab_4", "4", "its YAML"),
    Action("object.unfold", "space", "unfold the wiring of what is under the cursor"),
    Action("help.close", "q", "back"),
    Action("events.warnings", "W", "only warnings, or all"),
    Action("top.pods", "1", "the usage of pods"),
    Action("top.containers", "2", "of containers"),
    Action("top.nodes", "3", "of nodes"),
    Action("top.claims", "4", "of claims"),
    Action("contexts.mark", "space", "mark the context, to open several"),
    Action("logs.down", "j,down", "one line down"),
    Action("logs.up", "k,up", "one line up"),
    Action("logs.first", "g,home", "to the first line"),
    Action("logs.follow", "f,G,end", "to the end, and follow it"),
    Action("logs.page_down", "ctrl+f,pagedown,space", "one page down"),
    Action("logs.page_up", "ctrl+b,pageup", "one page up"),
    Action("logs.left", "left", "to the left, where lines are longer"),
    Action("logs.right", "right", "to the right"),
    Action("logs.search", "slash", "search"),
    Action("logs.next", "n", "the next match"),
    Action("logs.previous_match", "N", "the previous match"),
    Action("logs.filter", "ampersand", "only lines that match"),
    Action("logs.mark", "m", "mark the line"),
    Action("logs.next_mark", "apostrophe", "the next line that is marked"),
    Action("logs.cited", "greater_than_sign", "the next line that a finding cites"),
    Action("logs.wrap", "W", "wrap long lines, or not"),
    Action("logs.times", "T", "with the time of each line, or without"),
    Action("logs.previous", "p", "the run before the last restart, or the present one"),
    Action("logs.more", "H", "read older lines"),
    Action("logs.save", "S", "save to a file"),
)
