"""`mondiag plugin`: files that put mondiag under a key of another program."""

import argparse

from diag.cli import options
from diag.cli.output import output

# The views of k9s, by the plurals of what they list, which stand in $RESOURCE_NAME there.
NAMESPACED = (
    *("pods", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"),
    *("horizontalpodautoscalers", "poddisruptionbudgets", "services", "ingresses"),
    *("persistentvolumeclaims", "configmaps", "serviceaccounts", "resourcequotas"),
)
CLUSTER_WIDE = ("nodes", "namespaces", "persistentvolumes", "storageclasses")

_HEAD = """\
# Opens mondiag on the object under the cursor of k9s: Shift-W, for why. Leave mondiag with q.
#
# This belongs into the plugins file that `k9s info` names, mostly ~/.config/k9s/plugins.yaml; where that has plugins
# already, add these below its line `plugins:`. See https://k9scli.io/topics/plugins/
plugins:
"""
# `env`, because the kubeconfig of k9s may be a list of files, or none, which --kubeconfig would not take.
_PLUGIN = """\
  {name}:
    shortCut: Shift-W
    description: Why (mondiag)
    confirm: false
    background: false
    scopes:
{scopes}
    command: env
    args:
{args}
"""
_COMMON = ("KUBECONFIG=$KUBECONFIG", "mondiag", "--context", "$CONTEXT")


def register(commands: "options.Commands") -> None:
    """Add the command to the parser."""
    text = "Prints a file that puts mondiag under a key of another program: `mondiag plugin k9s`."
    commands.add_parser("plugin", help="print a plugin for another program", description=text, fill=_add_flags)


def _add_flags(parser: options.Parser) -> None:
    parser.add_argument("program", metavar="PROGRAM", choices=("k9s",), help="the program that it is for: k9s")
    options.add_debug(parser)
    parser.set_defaults(run=run)


def run(flags: argparse.Namespace) -> int:
    """Print the file."""
    with output() as stream:
        stream.write(k9s())
    return 0


def k9s() -> str:
    """A `plugins.yaml` of k9s.

    Three plugins, because k9s has "-" or nothing for the namespace of what is in none, and the name of the container
    where it lists the containers of a pod (k9s, internal/view/helpers.go, table.go and container.go).
    """
    named = "$RESOURCE_NAME/$NAME"
    return _HEAD + "\n".join(
        (
            _plugin("mondiag", NAMESPACED, ("-n", "$NAMESPACE", "--open", named)),
            _plugin("mondiag-container", ("containers",), ("-n", "$NAMESPACE", "--open", "pods/$POD")),
            _plugin("mondiag-cluster-wide", CLUSTER_WIDE, ("--open", named)),
        )
    )


def _plugin(name: str, scopes: tuple[str, ...], args: tuple[str, ...]) -> str:
    return _PLUGIN.format(name=name, scopes=_list(scopes), args=_list((*_COMMON, *args)))


def _list(items: tuple[str, ...]) -> str:
    return "\n".join(f"      - {item}" for item in items)
