# shellcheck shell=bash
# The Swift toolchain and the release binary.

# Puts swift on PATH when it is installed in one of its usual places, or says that it is missing.
require_swift() {
    local folder
    if ! command -v swift >/dev/null; then
        for folder in "$HOME/.local/share/swiftly/bin" /opt/swift/usr/bin /usr/local/swift/usr/bin /usr/libexec/swift/bin; do
            if [[ -x $folder/swift ]]; then
                PATH=$folder:$PATH
                export PATH
                return 0
            fi
        done
        fail "swift is missing: install the Swift 6.2 toolchain (or newer) for this system and put it on PATH"
    fi
}

require_swift_version() {
    local version
    version=$(swift --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -1)
    [[ -n $version ]] || fail "'swift --version' does not tell a version: is the toolchain complete?"
    [[ $(printf '6.2\n%s\n' "$version" | sort -V | head -1) == 6.2 ]] ||
        fail "swift is $version, at least 6.2 is needed: install a newer toolchain"
}

release_binary=.build/release/greenroom
release_stamp=.build/release-built

# Whether no source has changed since the last complete build began.
release_is_current() {
    [[ -x $release_binary && -e $release_stamp ]] &&
        [[ -z $(find Sources Package.swift -newer "$release_stamp" -print -quit) ]]
}

# build_release <log>
build_release() {
    local log=$1 status=0 shown_at=$SECONDS
    require_swift
    require_swift_version
    mkdir -p .build 2>/dev/null || true
    [[ -w .build ]] || fail "$PWD/.build cannot be written by $(id -un): build as its owner or use a checkout of your own"
    touch "$release_stamp.next"
    setsid swift build -c release --product greenroom >"$log" 2>&1 9>&- &
    child=$!
    while kill -0 "$child" 2>/dev/null; do
        sleep 0.5
        if [[ -t 1 ]]; then
            printf '\r\033[K    %s' "$(build_progress "$log" 90)"
        elif ((SECONDS - shown_at >= 60)); then
            shown_at=$SECONDS
            note "[$SECONDS s] $(build_progress "$log" 90)"
        fi
    done
    wait "$child" || status=$?
    child=
    [[ ! -t 1 ]] || printf '\r\033[K'
    if ((status != 0)); then
        grep -E '(^|: )error: ' "$log" | sort -u | head -10 | sed 's/^/    | /' >&2 || true
        show_tail "$log" 20
        fail "the build failed with code $status: $log has all of it"
    fi
    [[ -x $release_binary ]] || fail "the build ended well, yet $PWD/$release_binary is not there: see $log"
    mv "$release_stamp.next" "$release_stamp"
}

# The last "[n/m] …" of the build's own words, or its last line.
build_progress() {
    local text
    text=$(tail -c 2000 "$1" | tr '\r' '\n' | grep -E '^\[[0-9]+/[0-9]+\]' | tail -1 || true)
    [[ -n $text ]] || text=$(tail -n 1 "$1")
    printf '%s' "${text:0:$2}"
}
