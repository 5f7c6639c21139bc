# shellcheck shell=bash
# Lines for the operator: what is being done, since when, and what to do when it fails.

step() { printf '==> [%3d s] %s\n' "$SECONDS" "$*"; }

note() { printf '    %s\n' "$*"; }

# One clear line on standard error, then the end of the script.
fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# A wrong call: what was wrong and how to call it; 64 is EX_USAGE of sysexits.
wrong_call() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    usage >&2
    exit 64
}

# The last lines of a log, indented, so that they stand apart from the script's own words.
show_tail() {
    local log=$1 lines_max=${2:-20}
    [[ -s $log ]] || return 0
    printf '    the last lines of %s:\n' "$log" >&2
    tail -n "$lines_max" "$log" | sed 's/^/    | /' >&2
}

# The absolute, link-free form of a folder that may not exist yet.
absolute_path() { realpath -m -- "$1"; }
