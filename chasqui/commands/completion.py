"""`chasqui-tui completion`: the script that completes this command in a shell.

The scripts know nothing of the command: they ask the hidden `chasqui-tui complete` each time, and
say to the shell what it answers. `complete.py` has the form of its answer.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from chasqui.commands import exits
from chasqui.commands.words import show

# bash takes words apart at = and :, and replaces the last piece only: a match is given without what
# stands before that piece, whose length is the line `kept`.
BASH = r"""# Completes chasqui-tui in bash. In ~/.bashrc:   eval "$(chasqui-tui completion bash)"
_chasqui_tui() {
    local kind lead start kept one
    COMPREPLY=()
    while IFS= read -r one; do
        COMPREPLY+=("$one")
    done < <(command chasqui-tui complete bash "$COMP_CWORD" "$COMP_WORDBREAKS" \
        -- "${COMP_WORDS[@]}" 2>/dev/null </dev/null)
    kind=${COMPREPLY[0]-} lead=${COMPREPLY[1]-} start=${COMPREPLY[2]-} kept=${COMPREPLY[3]-0}
    COMPREPLY=("${COMPREPLY[@]:4}")
    if [[ $kind == files ]]; then
        compopt -o filenames 2>/dev/null
        while IFS= read -r one; do
            one=$lead$one
            COMPREPLY+=("${one:kept}")
        done < <(compgen -f -- "$start")
    elif [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}
complete -F _chasqui_tui chasqui-tui
"""

ZSH = r"""#compdef chasqui-tui
# Completes chasqui-tui in zsh. In ~/.zshrc, after compinit:   source <(chasqui-tui completion zsh)
_chasqui_tui() {
    local -a answer whole open
    local one
    answer=("${(@f)$(command chasqui-tui complete zsh -- \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
    if [[ $answer[1] == files ]]; then
        [[ -z $answer[2] ]] || compset -P 1 '*='
        _files
        return
    fi
    for one in "${(@)answer[5,-1]}"; do
        if [[ ${one%%:*} == *= ]]; then open+=("$one"); else whole+=("$one"); fi
    done
    _describe -t values 'chasqui-tui' whole -- open -S ''
}
if [[ ${funcstack[1]-} == _chasqui_tui ]]; then
    _chasqui_tui "$@"
else
    compdef _chasqui_tui chasqui-tui
fi
"""

FISH = r"""# Completes chasqui-tui in fish. In config.fish:   chasqui-tui completion fish | source
function __chasqui_tui
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (command chasqui-tui complete fish -- $words 2>/dev/null </dev/null)
    if test "$answer[1]" = files
        for one in (__fish_complete_path "$answer[3]")
            printf '%s%s\n' "$answer[2]" "$one"
        end
    else if set -q answer[5]
        printf '%s\n' $answer[5..-1]
    end
end
complete -c chasqui-tui -f -a '(__chasqui_tui)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("shell", choices=list(SCRIPTS), help="the shell that will read it")


def execute(args: Namespace) -> int:
    """Print the script."""
    show(SCRIPTS[args.shell].rstrip())
    return exits.DONE
