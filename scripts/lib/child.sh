# shellcheck shell=bash
# Long commands run in a process group of their own, so that the script hears signals while they run and ends them whole.

child=

# Runs a command and returns its exit code. The lock on descriptor 9 is not handed on: it ends with the script.
run_child() {
    local status=0
    setsid "$@" 9>&- &
    child=$!
    wait "$child" || status=$?
    child=
    return "$status"
}

# Ends the command that is still running, if any.
end_child() {
    [[ -n $child ]] || return 0
    kill -TERM -- "-$child" 2>/dev/null || true
    local tenths
    for ((tenths = 0; tenths < 100; tenths++)); do
        kill -0 -- "-$child" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL -- "-$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
    child=
}
